import type { TimeUs } from '../kernel/clock.ts';
import { LOCALITIES, Locality, localityOf, NO_DATA_SET, type DataSets } from '../model/data-sets.ts';
import type { JobTable } from '../model/job-table.ts';
import { RUN, type Grants } from './grants.ts';

/** `Footing.reads` of a gang that reads nothing. */
export const NO_READ = 0;

/**
 * What a gang reads when it begins somewhere: its data set, at the rate of its farthest node. A read is told by one more
 * than its locality, NO_READ where there is none.
 */
export class DataReads {
  private readonly sets: DataSets;
  private readonly jobs: JobTable;
  private readonly grants: Grants;

  constructor(sets: DataSets, jobs: JobTable, grants: Grants) {
    this.sets = sets;
    this.jobs = jobs;
    this.grants = grants;
  }

  /** The read of a job on the nodes that it has been granted. */
  readOf(job: number): number {
    const set = this.jobs.dataSet[job]!;
    if (set === NO_DATA_SET) return NO_READ;
    const { data, first, runs } = this.grants;
    let farthest: Locality = Locality.Node;
    const end = first[job]! + RUN * runs[job]!;
    for (let at = first[job]!; at < end; at += RUN) {
      for (let node = data[at]!; node < data[at]! + data[at + 1]!; node++) {
        const locality = localityOf(this.sets, set, node);
        if (locality > farthest) farthest = locality;
      }
    }
    return 1 + farthest;
  }

  /** Time that a job's read takes. */
  costUs(job: number, read: number): TimeUs {
    return read === NO_READ ? 0 : this.sets.readUs[LOCALITIES * this.jobs.dataSet[job]! + read - 1]!;
  }
}
