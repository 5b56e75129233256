import type { JobId } from '../../sim/model/brand.ts';
import type { GrantSink } from '../../sim/contract/placement.ts';
import type { JobView, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { CellForest } from './cell-forest.ts';

/** Which jobs that may be preempted run on which nodes. */
export class LentNodes {
  private readonly forest: CellForest;
  private readonly jobsOn: JobId[][];
  /** Per job: its nodes and the GPUs on each, in pairs; empty while it does not run. */
  private readonly held: number[][] = [];
  private readonly sink: GrantSink;
  private noting: number[] = [];

  constructor(forest: CellForest, nodeCount: number, jobCount: number) {
    this.forest = forest;
    this.jobsOn = Array.from({ length: nodeCount }, () => []);
    this.held = Array.from({ length: jobCount }, () => []);
    this.sink = {
      add: (node, gpus, nodes) => {
        for (let next = 0; next < nodes; next++) this.noting.push(node + next, gpus);
      },
    };
  }

  /** A job has been started. */
  started(view: SchedulingView, job: JobId): void {
    this.noting = this.held[job]!;
    view.heldOn(job, this.sink);
    for (let at = 0; at < this.noting.length; at += 2) {
      this.jobsOn[this.noting[at]!]!.push(job);
      this.forest.lend(this.noting[at]!, this.noting[at + 1]!);
    }
  }

  /** A job has ended or been preempted. */
  stopped(job: JobId): void {
    const held = this.held[job]!;
    for (let at = 0; at < held.length; at += 2) {
      const jobs = this.jobsOn[held[at]!]!;
      jobs.splice(jobs.indexOf(job), 1);
      this.forest.lend(held[at]!, -held[at + 1]!);
    }
    held.length = 0;
  }

  /** Who has to go first from a node: lowest priority, then last started, then last come; undefined if nobody is there. */
  firstToGo(jobs: JobView, node: number): JobId | undefined {
    let first: JobId | undefined;
    for (const job of this.jobsOn[node]!) if (first === undefined || goesBefore(jobs, job, first)) first = job;
    return first;
  }
}

function goesBefore(jobs: JobView, job: JobId, other: JobId): boolean {
  const byPriority = jobs.priority(job) - jobs.priority(other);
  if (byPriority !== 0) return byPriority < 0;
  const byStart = jobs.startedUs(job) - jobs.startedUs(other);
  return byStart === 0 ? job > other : byStart > 0;
}
