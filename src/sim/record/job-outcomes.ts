import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

/** How a job's life stood at the end of the run. */
export const Outcome = { NotSubmitted: 0, Waiting: 1, Running: 2, Done: 3, Rejected: 4, Failed: 5 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];
export const outcomeNames = ['not-submitted', 'waiting', 'running', 'done', 'rejected', 'failed'] as const;

/** What became of each job, as columns; times in whole us, -1 where the job did not get so far. */
export class JobOutcomes implements Fold {
  readonly outcome: Uint8Array;
  readonly firstStartUs: Float64Array;
  readonly endUs: Float64Array;
  /** Time in the queue, all of it. */
  readonly waitUs: Float64Array;
  /** Time with GPUs held, overheads included, and the same times the GPUs held. */
  readonly ranUs: Float64Array;
  readonly gpuUs: Float64Array;
  /** Nodes that the gang held when it last ran. */
  readonly nodes: Int32Array;
  readonly preemptions: Int32Array;
  /** Times a fault stopped it. */
  readonly interruptions: Int32Array;
  /** Times the gang went on elsewhere or with another number of GPUs without waiting. */
  readonly moves: Int32Array;
  /** Since when the job has been in its present state. */
  private readonly sinceUs: Float64Array;

  constructor(jobs: JobTable) {
    this.outcome = new Uint8Array(jobs.count);
    this.firstStartUs = new Float64Array(jobs.count).fill(-1);
    this.endUs = new Float64Array(jobs.count).fill(-1);
    this.waitUs = new Float64Array(jobs.count);
    this.ranUs = new Float64Array(jobs.count);
    this.gpuUs = new Float64Array(jobs.count);
    this.nodes = new Int32Array(jobs.count);
    this.preemptions = new Int32Array(jobs.count);
    this.interruptions = new Int32Array(jobs.count);
    this.moves = new Int32Array(jobs.count);
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
        this.stop(fact);
        break;
      case FactKind.Interrupt:
        this.outcome[job] = Outcome.Waiting;
        this.interruptions[job] = this.interruptions[job]! + 1;
        this.stop(fact);
        break;
      case FactKind.GiveUp:
        this.outcome[job] = Outcome.Failed;
        this.interruptions[job] = this.interruptions[job]! + 1;
        this.endUs[job] = timeUs;
        this.stop(fact);
        break;
      case FactKind.Finish:
        this.outcome[job] = Outcome.Done;
        this.endUs[job] = timeUs;
        this.stop(fact);
        break;
      case FactKind.CutOff:
        this.stop(fact);
        break;
      case FactKind.Leave:
        this.stop(fact);
        break;
      case FactKind.GoOn:
        this.moves[job] = this.moves[job]! + 1;
        this.nodes[job] = nodesHeld(fact);
        break;
      case FactKind.Reject:
        this.outcome[job] = Outcome.Rejected;
        this.waitUs[job] = this.waitUs[job]! + timeUs - this.sinceUs[job]!;
        this.endUs[job] = timeUs;
        break;
      case FactKind.Refusal:
      case FactKind.Reshape:
      case FactKind.Ready:
      case FactKind.Rejoin:
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
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

  private stop({ subject: job, timeUs, gpus, gpuMilli }: Fact): void {
    const ranUs = timeUs - this.sinceUs[job]!;
    this.ranUs[job] = this.ranUs[job]! + ranUs;
    // Whole GPUs are multiplied as they are: so the sum is exact.
    this.gpuUs[job] = this.gpuUs[job]! + (gpuMilli < 1000 * gpus ? (ranUs * gpuMilli) / 1000 : ranUs * gpus);
    this.sinceUs[job] = timeUs;
  }
}

function nodesHeld({ grants, grantsFirst, grantsEnd }: Fact): number {
  let nodes = 0;
  for (let at = grantsFirst; at < grantsEnd; at += 3) nodes += grants[at + 1]!;
  return nodes;
}
