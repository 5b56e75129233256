import type { FreeView } from '../contract/placement.ts';
import type { Refusal } from '../contract/refusal.ts';
import type { QueueView } from '../contract/scheduling.ts';
import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';
import type { GrantTable } from '../record/recorder.ts';

/** How things stand after a decision, for reading only. */
export interface Aftermath {
  readonly nowUs: TimeUs;
  /** Who waits, in the policy's order. */
  readonly queue: QueueView;
  readonly free: FreeView;
  /** Jobs that hold GPUs: holders[0 .. holderCount-1]; what each holds is in `grants`. */
  readonly holders: Int32Array;
  readonly holderCount: number;
  readonly grants: GrantTable;
  /** Why a waiting job is not running; None: it would fit and is held back by the policy. */
  refusal(job: JobId): Refusal;
  /** When the policy plans to start a waiting job, if it keeps such plans; else NEVER. */
  plannedUs(job: JobId): TimeUs;
}

/** Looks on while a run goes by, beyond what the facts say. It changes nothing, and a run without one pays nothing. */
export interface Watcher {
  /** The policy reserved for a job in the decision at hand: the earliest instant at which it fits, or NEVER. */
  reserved(job: JobId, atUs: TimeUs): void;
  /** A decision has been made and has happened. */
  decided(aftermath: Aftermath): void;
}
