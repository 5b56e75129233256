import type { TimeUs } from '../kernel/clock.ts';

/** How a data set is kept alive where faults may destroy the copies that its readers use. */
export interface DataKeep {
  /** Time to write a destroyed copy anew from another one, whole us >= 0. */
  readonly rewriteUs: TimeUs;
  /** What is changed or added to it, GiB a second; left out where that is not known. */
  readonly changesGiBPerS?: number;
  /** Left out: there is none. */
  readonly backup?: BackupPlan;
}

/** Backups begin at whole multiples of a distance, from instant 0 on. */
export interface BackupPlan {
  /** From the beginning of one to that of the next, whole us > 0; at least as long as one takes. */
  readonly everyUs: TimeUs;
  /** How long one takes, and how long getting the data back takes; whole us >= 0. */
  readonly copyUs: TimeUs;
  /** The nodes that keep it, distinct, at least one, none of which holds a copy of the set. */
  readonly nodes: readonly number[];
}

/** No backup has been completed. */
export const NO_BACKUP = -1;

/**
 * The beginning of the last backup that is complete at an instant and began at `sinceUs` or later: its content is as of
 * then. NO_BACKUP if there is none. Arithmetic: a backup is no event.
 */
export function lastBackupUs({ everyUs, copyUs }: BackupPlan, sinceUs: TimeUs, nowUs: TimeUs): TimeUs {
  const begunUs = Math.floor((nowUs - copyUs) / everyUs) * everyUs;
  return begunUs >= sinceUs && begunUs >= 0 ? begunUs : NO_BACKUP;
}
