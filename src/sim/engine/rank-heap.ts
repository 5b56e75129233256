/**
 * Nodes with the one of lowest rank on top: a binary heap in an array, in which every node knows its place (the arrays
 * of ranks and places belong to all heaps together, since a node is in one only). Adding and removing cost log n steps.
 */
export class RankHeap {
  nodes = new Int32Array(4);
  size = 0;

  add(node: number, rankOf: Int32Array, placeOf: Int32Array): void {
    if (this.size === this.nodes.length) {
      const wider = new Int32Array(2 * this.size);
      wider.set(this.nodes);
      this.nodes = wider;
    }
    this.rise(node, this.size++, rankOf, placeOf);
  }

  /** Removes the node at a place. */
  remove(place: number, rankOf: Int32Array, placeOf: Int32Array): void {
    const last = this.nodes[--this.size]!;
    if (place === this.size) return;
    this.sink(last, place, rankOf, placeOf);
    this.rise(last, placeOf[last]!, rankOf, placeOf);
  }

  private rise(node: number, from: number, rankOf: Int32Array, placeOf: Int32Array): void {
    const { nodes } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const other = nodes[parent]!;
      if (rankOf[other]! < rankOf[node]!) break;
      nodes[place] = other;
      placeOf[other] = place;
      place = parent;
    }
    nodes[place] = node;
    placeOf[node] = place;
  }

  private sink(node: number, from: number, rankOf: Int32Array, placeOf: Int32Array): void {
    const { nodes, size } = this;
    let place = from;
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && rankOf[nodes[child + 1]!]! < rankOf[nodes[child]!]!) child++;
      const other = nodes[child]!;
      if (rankOf[node]! < rankOf[other]!) break;
      nodes[place] = other;
      placeOf[other] = place;
      place = child;
    }
    nodes[place] = node;
    placeOf[node] = place;
  }
}
