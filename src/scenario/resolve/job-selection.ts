import { JobList } from '../../sim/model/job-list.ts';

/** What is changed of each job that is taken over. */
export interface JobChanges {
  /** Put before the id. */
  readonly prefix: string;
  /** Submit times are divided by it. */
  readonly speed: number;
}

/** A new list of the rows that `keep` holds for, in the same order. */
export function selectJobs(list: JobList, changes: JobChanges, keep: (row: number) => boolean): JobList {
  const selected = new JobList(list.source);
  selected.ownClasses.push(...list.ownClasses);
  for (let row = 0; row < list.count; row++) {
    if (!keep(row)) continue;
    const draft = list.draft(row);
    selected.add({
      ...draft,
      id: `${changes.prefix}${draft.id}`,
      submitUs: Math.round(list.submitUs[row]! / changes.speed),
      deadlineUs: movedDeadlineUs(list, row, changes.speed),
    });
  }
  return selected;
}

/** A deadline keeps its distance from the submission. */
function movedDeadlineUs({ submitUs, deadlineUs }: JobList, row: number, speed: number): number {
  return Math.round(submitUs[row]! / speed) + deadlineUs[row]! - submitUs[row]!;
}

/** The first rows by submission, ties in the order of the list (sorting is stable). */
export function firstRows(list: JobList, limit: number): ReadonlySet<number> {
  const order = Array.from({ length: list.count }, (_, row) => row);
  order.sort((a, b) => list.submitUs[a]! - list.submitUs[b]!);
  return new Set(order.slice(0, limit));
}
