import type { Gang, NodeClasses } from '../../sim/contract/placement.ts';

/** Kinds of gangs whose scores are remembered at once; a power of two. */
const PAGES = 256;
/** Places at which a kind of gang may stand. */
const PROBES = 8;

interface Page {
  gang: Gang;
  /** By slot: the stamp for which the score was noted. */
  stamps: Float64Array;
  scores: Float64Array;
}

/**
 * Scores of classes of nodes, by what a gang asks for. Placing a gang changes the state of few nodes, so nearly all
 * scores of the time before still hold; the stamp of a slot tells those that do. What does not fit in is worked out
 * anew: forgetting costs time and changes no answer.
 */
export class ScoreMemo {
  private readonly pages: (Page | undefined)[] = new Array<Page | undefined>(PAGES).fill(undefined);
  private nodes: NodeClasses | undefined;
  private page: Page | undefined;

  /** Turns to the page of a gang. Types decide where it fits, not how well: they play no part. */
  open(gang: Gang, nodes: NodeClasses): void {
    if (this.nodes !== nodes) {
      this.pages.fill(undefined);
      this.nodes = nodes;
    }
    const home = hashOf(gang);
    let place = home;
    for (let probe = 0; probe < PROBES; probe++) {
      place = (home + probe) & (PAGES - 1);
      const page = this.pages[place];
      if (page === undefined || asksForTheSame(page.gang, gang)) break;
      // All places are taken: the last one is given up.
    }
    this.page = this.pageAt(place, gang, nodes.slots);
  }

  knows(slot: number): boolean {
    return this.page!.stamps[slot] === this.nodes!.stamp(slot);
  }

  score(slot: number): number {
    return this.page!.scores[slot]!;
  }

  note(slot: number, score: number): void {
    this.page!.stamps[slot] = this.nodes!.stamp(slot);
    this.page!.scores[slot] = score;
  }

  private pageAt(place: number, gang: Gang, slots: number): Page {
    let page = this.pages[place];
    if (page === undefined) {
      page = { gang, stamps: new Float64Array(2 * slots), scores: new Float64Array(2 * slots) };
      this.pages[place] = page;
    } else if (!asksForTheSame(page.gang, gang)) {
      page.gang = gang;
      page.stamps.fill(0);
    }
    if (page.stamps.length < slots) {
      const stamps = new Float64Array(2 * slots);
      stamps.set(page.stamps);
      page.stamps = stamps;
      const scores = new Float64Array(2 * slots);
      scores.set(page.scores);
      page.scores = scores;
    }
    return page;
  }
}

function asksForTheSame(a: Gang, b: Gang): boolean {
  return a.gpus === b.gpus && a.shareMilli === b.shareMilli && a.cpuMilli === b.cpuMilli && a.memoryMiB === b.memoryMiB;
}

function hashOf({ gpus, shareMilli, cpuMilli, memoryMiB }: Gang): number {
  let hash = Math.imul(gpus, 0x9e3779b1) ^ shareMilli;
  hash = Math.imul(hash ^ (cpuMilli | 0), 0x85ebca6b);
  hash = Math.imul(hash ^ (memoryMiB | 0) ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) & (PAGES - 1);
}
