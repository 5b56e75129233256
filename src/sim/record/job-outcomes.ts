import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

/** How a job's life stood at the end of the run. */
export const Outcome = { NotSubmitted: 0, Waiting: 1, Running: 2, Done: 3, Rejected: 4 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];
export const outcomeNames = ['not-submitted', 'waiting', 'running', 'done', 'rejected'] as const;

/** What became of each job, as columns; times in whole us, -1 where the job did not get so far. */
export class JobOutcomes implements Fold {
  readonly outcome: Uint8Array;
  readonly firstStartUs: Float64Array;
  readonly endUs: Float64Array;
  /** Time in the queue, all of it. */
  readonly waitUs: Float64Array;
  /** Time with GPUs held, overheads included. */
  readonly ranUs: Float64Array;
  /** Nodes that the gang held when it last ran. */
  readonly nodes: Int32Array;
  readonly preemptions: Int32Array;
  /** Since when the job has been in its present state. */
  private readonly sinceUs: Float64Array;

  constructor(jobs: JobTable) {
    this.outcome = new Uint8Array(jobs.count);
    this.firstStartUs = new Float64Array(jobs.count).fill(-1);
    this.endUs = new Float64Array(jobs.count).fill(-1);
    this.waitUs = new Float64Array(jobs.count);
    this.ranUs = new Float64Array(jobs.count);
    this.nodes = new Int32Array(jobs.count);
    this.preemptions = new Int32Array(jobs.count);
    this.sinceUs = new Float64Array(jobs.count);
  }

  step(fact: Fact): void {
    const { kind, timeUs, subject: job } = fact;
    switch (kind) {
      case FactKind.Arrive:
        this.outcome[job] = Outcome.Waiting;
        this.sinceUs[job] = timeUs;
        break;
      case FactKind.Start:
        this.outcome[job] = Outcome.Running;
        this.waitUs[job] = this.waitUs[job]! + timeUs - this.sinceUs[job]!;
        if (this.firstStartUs[job] === -1) this.firstStartUs[job] = timeUs;
        this.nodes[job] = nodesHeld(fact);
        this.sinceUs[job] = timeUs;
        break;
      case FactKind.Preempt:
        this.outcome[job] = Outcome.Waiting;
        this.preemptions[job] = this.preemptions[job]! + 1;
        this.stop(job, timeUs);
        break;
      case FactKind.Finish:
        this.outcome[job] = Outcome.Done;
        this.endUs[job] = timeUs;
        this.stop(job, timeUs);
        break;
      case FactKind.CutOff:
        this.stop(job, timeUs);
        break;
      case FactKind.Reject:
        this.outcome[job] = Outcome.Rejected;
        this.waitUs[job] = this.waitUs[job]! + timeUs - this.sinceUs[job]!;
        this.endUs[job] = timeUs;
        break;
      case FactKind.Refusal:
        break;
      default:
        kind satisfies never;
    }
  }

  done(endUs: number): void {
    for (let job = 0; job < this.outcome.length; job++) {
      if (this.outcome[job] === Outcome.Waiting) this.waitUs[job] = this.waitUs[job]! + endUs - this.sinceUs[job]!;
    }
  }

  private stop(job: number, timeUs: number): void {
    this.ranUs[job] = this.ranUs[job]! + timeUs - this.sinceUs[job]!;
    this.sinceUs[job] = timeUs;
  }
}

function nodesHeld({ grants, grantsFirst, grantsEnd }: Fact): number {
  let nodes = 0;
  for (let at = grantsFirst; at < grantsEnd; at += 3) nodes += grants[at + 1]!;
  return nodes;
}
