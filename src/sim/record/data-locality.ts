import { usToSeconds } from '../kernel/clock.ts';
import { LOCALITIES, Locality, NO_DATA_SET, type DataSets } from '../model/data-sets.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';
import type { LocalityFigures } from './summary.ts';

const NOT_STARTED = -1;

/** How near to its data each job began when it last began somewhere, and the time that reading took. */
export class DataLocality implements Fold {
  /** Locality of each job that reads a data set and has started; -1 of all others. */
  readonly locality: Int8Array;
  private readonly jobs: JobTable;
  private readonly data: DataSets | undefined;
  private readUs = 0;

  constructor(jobs: JobTable, data: DataSets | undefined) {
    this.locality = new Int8Array(data === undefined ? 0 : jobs.count).fill(NOT_STARTED);
    this.jobs = jobs;
    this.data = data;
  }

  step({ kind, subject: job, detail }: Fact): void {
    if (this.data === undefined || detail === 0) return;
    if (kind !== FactKind.Start && kind !== FactKind.GoOn) return;
    this.locality[job] = detail - 1;
    this.readUs += this.data.readUs[LOCALITIES * this.jobs.dataSet[job]! + detail - 1]!;
  }

  done(): void {
    // A read counts when it begins.
  }

  /** Null where no job reads data. */
  figures(): LocalityFigures | null {
    const { dataSet } = this.jobs;
    if (this.data === undefined || dataSet.every((set) => set === NO_DATA_SET)) return null;
    const counts = new Int32Array(LOCALITIES);
    for (const locality of this.locality) if (locality !== NOT_STARTED) counts[locality]!++;
    const [node, rack, any] = [counts[Locality.Node]!, counts[Locality.Rack]!, counts[Locality.Any]!];
    return { jobs: node + rack + any, node, rack, any, readS: usToSeconds(this.readUs) };
  }
}

/** A locality's name in outputs, by code. */
export const localityNames = ['node', 'rack', 'any'] as const;
