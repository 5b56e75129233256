import type { CheckpointPlan, StorageTimes } from '../../contract/recovery.ts';
import type { TimeUs } from '../../kernel/clock.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { readTimeUs, writeTimeUs, type SharedStorage } from '../../model/shared-storage.ts';

/** By how much the storage may have become busier or idler before gangs plan anew; of itself, or of one node. */
const DRIFT = 0.02;

/** What the storage of a run, if it says anything of it, makes of sizes for a gang of so many nodes that nobody disturbs. */
export function loneStorage({ storage }: Pick<FailureModel, 'storage'>, nodes: number): { storage?: StorageTimes } {
  return storage === undefined ? {} : { storage: timesBeside(storage, nodes, 0) };
}

function timesBeside(storage: SharedStorage, nodes: number, others: number): StorageTimes {
  return {
    writeUs: (bytes) => writeTimeUs(storage, bytes, nodes, others),
    readUs: (bytes) => readTimeUs(storage, bytes, nodes, others),
  };
}

/**
 * How busy running gangs keep the storage. Each counts with its nodes times the part of its time in which it writes, so
 * that a gang finds, on average, the sum over the others in its way.
 */
export class StorageShare {
  private readonly storage: SharedStorage;
  /** Per job: nodes that it has writing on average; 0 while it does not run. */
  private readonly load: Float64Array;
  private busy = 0;
  private writers = 0;
  /** `busy` when gangs made their plans last. */
  private plannedFor = 0;

  constructor(storage: SharedStorage, jobs: number) {
    this.storage = storage;
    this.load = new Float64Array(jobs);
  }

  /** What a job on so many nodes has to expect. */
  timesOf(job: number, nodes: number): StorageTimes {
    return timesBeside(this.storage, nodes, Math.max(0, this.busy - this.load[job]!));
  }

  /** A job runs on so many nodes by this plan from now on; how much busier the storage is for that. */
  weigh(job: number, plan: CheckpointPlan, nodes: number): number {
    const load = nodes * this.dutyOf(job, plan, nodes);
    const more = load - this.load[job]!;
    if (this.load[job] === 0 && load > 0) this.writers++;
    else if (this.load[job]! > 0 && load === 0) this.writers--;
    this.load[job] = load;
    // With nobody left the sum is 0, and not what rounding has made of it.
    this.busy = this.writers === 0 ? 0 : this.busy + more;
    return more;
  }

  /** A job runs no more. */
  leave(job: number): void {
    if (this.load[job]! > 0) this.writers--;
    this.busy = this.writers === 0 ? 0 : this.busy - this.load[job]!;
    this.load[job] = 0;
  }

  /** Whether gangs have planned for a storage that was so much busier, or idler, than it is. */
  hasDrifted(): boolean {
    return Math.abs(this.busy - this.plannedFor) > DRIFT * Math.max(1, this.plannedFor);
  }

  /** Whether so small a change matters no more. */
  isSettled(change: number): boolean {
    return change <= (DRIFT / 20) * Math.max(1, this.busy);
  }

  planned(): void {
    this.plannedFor = this.busy;
  }

  /** The part of its time in which a gang writes. */
  private dutyOf(job: number, { everyUs, stallUs, persistUs, bytes = 0 }: CheckpointPlan, nodes: number): number {
    if (bytes === 0) return 0;
    const writeUs: TimeUs = this.timesOf(job, nodes).writeUs(bytes);
    return Math.min(1, writeUs / (Math.max(everyUs, persistUs) + stallUs));
  }
}
