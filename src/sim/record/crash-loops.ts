import { closesStretch, FactKind, type Fact, type Fold } from './fact.ts';
import type { RestartCosts } from './restart-costs.ts';

/** A job that faults stop so many times in a row before it has got anywhere is in a crash loop from then on. */
const FRUITLESS_RUNS_MAX = 3;

/**
 * Jobs that are started again and again and never get anywhere: what the runs beyond the third fruitless one in a row
 * cost. A run is fruitless if a fault ended it with no more work kept than there was at its beginning. Steps after the
 * restart costs.
 */
export class CrashLoops implements Fold {
  /** Per job: fruitless runs beyond the third in a row, and the GPU-us that it held in them, whole. */
  readonly requeues: Int32Array;
  readonly gpuUs: Float64Array;
  /** Jobs preempted to make room for such runs. */
  preemptions = 0;
  private readonly costs: RestartCosts;
  private readonly inARow: Int32Array;
  /** Of the run at hand. */
  private readonly keptUs: Float64Array;
  private readonly heldGpuUs: Float64Array;
  private readonly sinceUs: Float64Array;

  constructor(jobs: number, costs: RestartCosts) {
    this.costs = costs;
    this.requeues = new Int32Array(jobs);
    this.gpuUs = new Float64Array(jobs);
    this.inARow = new Int32Array(jobs);
    this.keptUs = new Float64Array(jobs);
    this.heldGpuUs = new Float64Array(jobs);
    this.sinceUs = new Float64Array(jobs);
  }

  step({ kind, subject: job, timeUs, gpus, spent }: Fact): void {
    if (kind === FactKind.Start) {
      this.keptUs[job] = 0;
      this.heldGpuUs[job] = 0;
      this.sinceUs[job] = timeUs;
    } else if (kind === FactKind.GoOn) this.sinceUs[job] = timeUs;
    else if (closesStretch(kind)) {
      this.keptUs[job] = this.keptUs[job]! + spent.usefulUs;
      this.heldGpuUs[job] = this.heldGpuUs[job]! + gpus * (timeUs - this.sinceUs[job]!);
      this.sinceUs[job] = timeUs;
      if (kind === FactKind.Interrupt || kind === FactKind.GiveUp) this.end(job);
    }
  }

  done(): void {}

  private end(job: number): void {
    if (this.keptUs[job]! > 0) this.inARow[job] = 0;
    else if (++this.inARow[job]! > FRUITLESS_RUNS_MAX) {
      this.requeues[job]!++;
      this.gpuUs[job]! += this.heldGpuUs[job]!;
      this.preemptions += this.costs.displaced[job]!;
    }
  }
}
