import type { GrantSink } from '../contract/placement.ts';
import type { NodeId } from '../model/brand.ts';
import type { GpuLedger } from './gpu-ledger.ts';

/** Numbers that describe a run: first node, number of neighbouring nodes, GPUs on each. */
export const RUN = 3;

const NO_GPU = -1;

/**
 * Which GPUs each gang holds: for every running job a stretch of runs in one array, a run being neighbouring nodes with
 * the same number of GPUs each. Where jobs share GPUs, the runs are followed by the index of every GPU on its node, in
 * the same order. New stretches are written at the end; when most is garbage the live ones are moved together.
 */
export class Grants implements GrantSink {
  /** Run k of a job begins at data[first + 3k]: node, nodes, GPUs on each. */
  data = new Int32Array(1024);
  readonly first: Int32Array;
  /** Runs that the job holds; 0 when it holds nothing. */
  readonly runs: Int32Array;
  private readonly ledger: GpuLedger | undefined;
  /** What a lifted job held; made when a policy first lifts one. */
  private asideFirst = new Int32Array(0);
  private asideRuns = new Int32Array(0);
  private top = 0;
  private live = 0;
  private open = 0;
  /** The GPU that a share was placed on in the present answer. */
  private shareGpu = NO_GPU;

  /** With a ledger GPUs are named by their index. */
  constructor(jobCount: number, ledger?: GpuLedger) {
    this.first = new Int32Array(jobCount);
    this.runs = new Int32Array(jobCount);
    this.ledger = ledger;
  }

  /** Starts an answer; what was begun and not kept is dropped. */
  begin(): void {
    this.top = this.open;
    this.shareGpu = NO_GPU;
  }

  add(node: NodeId, gpus: number, nodes: number, gpu?: number): void {
    if (gpu !== undefined) this.shareGpu = gpu;
    const { top } = this;
    if (top + RUN > this.data.length) this.widen(top + RUN);
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
    this.first[job] = this.open;
    this.runs[job] = (this.top - this.open) / RUN;
    if (this.ledger !== undefined) this.nameGpus(this.ledger);
    this.live += this.top - this.open;
    this.open = this.top;
  }

  release(job: number): void {
    const end = this.endOf(job);
    this.live -= end - this.first[job]!;
    this.runs[job] = 0;
    if (end === this.open) this.open = this.first[job]!;
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
    const end = this.endOf(job);
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
    const first = this.asideFirst[job]!;
    this.live -= this.stretchEnd(first, this.asideRuns[job]!) - first;
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
      const end = this.endOf(job);
      this.first[job] = to;
      for (let at = from; at < end; at++) moved[to++] = data[at]!;
    }
    this.data = moved;
    this.open = to;
    this.top = to;
  }

  /** One past a job's runs, and past the GPUs that follow them where jobs share GPUs. */
  endOf(job: number): number {
    return this.stretchEnd(this.first[job]!, this.runs[job]!);
  }

  private stretchEnd(first: number, runs: number): number {
    const end = first + RUN * runs;
    if (this.ledger === undefined) return end;
    let named = 0;
    for (let at = first; at < end; at += RUN) named += this.data[at + 1]! * this.data[at + 2]!;
    return end + named;
  }

  /** Writes the GPUs after the runs: the share's own, or the lowest of each node that nobody uses. */
  private nameGpus(ledger: GpuLedger): void {
    const end = this.top;
    for (let at = this.open; at < end; at += RUN) {
      const to = this.data[at]! + this.data[at + 1]!;
      const gpus = this.data[at + 2]!;
      if (this.top + gpus * (to - this.data[at]!) > this.data.length)
        this.widen(this.top + gpus * (to - this.data[at]!));
      for (let node = this.data[at]!; node < to; node++) {
        let gpu = NO_GPU;
        for (let count = 0; count < gpus; count++) {
          gpu = this.shareGpu === NO_GPU ? ledger.idleGpu(node, gpu + 1) : this.shareGpu;
          // Where none is left, NO_GPU is written: the gate sees it and says so.
          this.data[this.top++] = gpu;
        }
      }
    }
  }

  private widen(needed: number): void {
    const wider = new Int32Array(Math.max(needed, this.data.length * 2));
    wider.set(this.data);
    this.data = wider;
  }
}
