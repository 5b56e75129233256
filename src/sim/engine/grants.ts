import type { GrantSink } from '../contract/placement.ts';
import type { NodeId } from '../model/brand.ts';

/** Numbers that describe a run: first node, number of neighbouring nodes, GPUs on each. */
export const RUN = 3;

/**
 * Which GPUs each gang holds: for every running job a stretch of runs in one array, a run being neighbouring nodes with
 * the same number of GPUs each. New stretches are written at the end; when most is garbage the live ones are moved
 * together.
 */
export class Grants implements GrantSink {
  /** Run k of a job begins at data[first + 3k]: node, nodes, GPUs on each. */
  data = new Int32Array(1024);
  readonly first: Int32Array;
  /** Runs that the job holds; 0 when it holds nothing. */
  readonly runs: Int32Array;
  /** What a lifted job held; made when a policy first lifts one. */
  private asideFirst = new Int32Array(0);
  private asideRuns = new Int32Array(0);
  private top = 0;
  private live = 0;
  private open = 0;

  constructor(jobCount: number) {
    this.first = new Int32Array(jobCount);
    this.runs = new Int32Array(jobCount);
  }

  /** Starts an answer; what was begun and not kept is dropped. */
  begin(): void {
    this.top = this.open;
  }

  add(node: NodeId, gpus: number, nodes: number): void {
    const { top } = this;
    if (top + RUN > this.data.length) {
      const wider = new Int32Array(this.data.length * 2);
      wider.set(this.data);
      this.data = wider;
    }
    const { data } = this;
    const continues = top > this.open && data[top - 1] === gpus && node === data[top - 3]! + data[top - 2]!;
    if (continues) {
      data[top - 2]! += nodes;
      return;
    }
    data[top] = node;
    data[top + 1] = nodes;
    data[top + 2] = gpus;
    this.top = top + RUN;
  }

  /** Gives the answer to a job. */
  keep(job: number): void {
    const length = this.top - this.open;
    this.first[job] = this.open;
    this.runs[job] = length / RUN;
    this.live += length;
    this.open = this.top;
  }

  release(job: number): void {
    const length = RUN * this.runs[job]!;
    this.live -= length;
    this.runs[job] = 0;
    if (this.first[job]! + length === this.open) this.open = this.first[job]!;
  }

  /** Remembers what a job holds while `keep` may give it something else. */
  setAside(job: number): void {
    if (this.asideFirst.length === 0) {
      this.asideFirst = new Int32Array(this.first.length);
      this.asideRuns = new Int32Array(this.first.length);
    }
    this.asideFirst[job] = this.first[job]!;
    this.asideRuns[job] = this.runs[job]!;
  }

  /** Whether a job was given what it had before. */
  isAsBefore(job: number): boolean {
    const runs = this.runs[job]!;
    if (runs !== this.asideRuns[job]) return false;
    const shift = this.asideFirst[job]! - this.first[job]!;
    const end = this.first[job]! + RUN * runs;
    for (let at = this.first[job]!; at < end; at++) {
      if (this.data[at] !== this.data[at + shift]) return false;
    }
    return true;
  }

  /** Shows what was set aside as what the job holds, and the other way round. */
  swapAside(job: number): void {
    const first = this.first[job]!;
    const runs = this.runs[job]!;
    this.first[job] = this.asideFirst[job]!;
    this.runs[job] = this.asideRuns[job]!;
    this.asideFirst[job] = first;
    this.asideRuns[job] = runs;
  }

  /** What was set aside is garbage from now on. */
  dropAside(job: number): void {
    this.live -= RUN * this.asideRuns[job]!;
  }

  /** Moves the stretches of the given jobs together if most of the array is garbage. */
  tidy(holders: Int32Array, holderCount: number): void {
    if (this.open < 4096 || this.open < 4 * this.live) return;
    const { data } = this;
    const moved = new Int32Array(Math.max(4096, 8 * this.live));
    let to = 0;
    for (let index = 0; index < holderCount; index++) {
      const job = holders[index]!;
      const from = this.first[job]!;
      const end = from + RUN * this.runs[job]!;
      this.first[job] = to;
      for (let at = from; at < end; at++) moved[to++] = data[at]!;
    }
    this.data = moved;
    this.open = to;
    this.top = to;
  }
}
