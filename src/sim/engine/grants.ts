import type { GrantSink } from '../contract/placement.ts';
import type { NodeId } from '../model/brand.ts';

/**
 * Which GPUs each gang holds: for every running job a stretch of (node, GPUs) pairs in one array. New stretches are
 * written at the end; when more than half is garbage the live ones are moved together.
 */
export class Grants implements GrantSink {
  /** Pair k of a job: node at data[first + 2k], GPUs at data[first + 2k + 1]. */
  data = new Int32Array(1024);
  readonly first: Int32Array;
  /** Pairs that the job holds; 0 when it holds nothing. */
  readonly pairs: Int32Array;
  private top = 0;
  private live = 0;
  private open = 0;

  constructor(jobCount: number) {
    this.first = new Int32Array(jobCount);
    this.pairs = new Int32Array(jobCount);
  }

  /** Starts an answer; what was begun and not kept is dropped. */
  begin(): void {
    this.top = this.open;
  }

  add(node: NodeId, gpus: number): void {
    if (this.top + 2 > this.data.length) {
      const wider = new Int32Array(this.data.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    this.data[this.top++] = node;
    this.data[this.top++] = gpus;
  }

  /** Gives the answer to a job. */
  keep(job: number): void {
    const length = this.top - this.open;
    this.first[job] = this.open;
    this.pairs[job] = length >>> 1;
    this.live += length;
    this.open = this.top;
  }

  release(job: number): void {
    const length = 2 * this.pairs[job]!;
    this.live -= length;
    this.pairs[job] = 0;
    if (this.first[job]! + length === this.open) this.open = this.first[job]!;
  }

  /** Moves the stretches of the given jobs together if most of the array is garbage. */
  tidy(holders: Int32Array, holderCount: number): void {
    if (this.open < 4096 || this.open < 2 * this.live) return;
    const old = this.data;
    const data = new Int32Array(Math.max(1024, 4 * this.live));
    let to = 0;
    for (let index = 0; index < holderCount; index++) {
      const job = holders[index]!;
      const from = this.first[job]!;
      const end = from + 2 * this.pairs[job]!;
      this.first[job] = to;
      for (let at = from; at < end; at++) data[to++] = old[at]!;
    }
    this.data = data;
    this.open = to;
    this.top = to;
  }
}
