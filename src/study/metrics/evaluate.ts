import { quantileSorted } from 'd3-array';
import type { JobFilter, Metric } from './expression.ts';
import type { RunRecord } from './run-record.ts';

/** The value of a metric in a run; null where the run leaves it open (no job finished, nothing can break, ...). */
export function evaluate(metric: Metric, record: RunRecord): number | null {
  if (metric.kind === 'scalar') return metric.scalar.of(record, metric.of);
  const values = valuesOf(metric, record);
  if (values.length === 0) return null;
  const { statistic } = metric;
  switch (statistic.kind) {
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'max':
      return values.reduce((most, value) => Math.max(most, value), -Infinity);
    case 'quantile':
      return quantileSorted(values.sort() as unknown as number[], statistic.at)!;
    case 'share':
      return values.reduce((count, value) => count + (value > statistic.above ? 1 : 0), 0) / values.length;
    default:
      return statistic satisfies never;
  }
}

/** What a metric is the mean of, in the order of time: jobs or equal stretches; null if it is no mean. */
export function seriesOf(metric: Metric, record: RunRecord): Float64Array | null {
  if (metric.kind === 'scalar') return metric.scalar.over?.(record) ?? null;
  return metric.statistic.kind === 'mean' ? valuesOf(metric, record) : null;
}

function valuesOf({ quantity, filter }: Extract<Metric, { kind: 'jobs' }>, record: RunRecord): Float64Array {
  const { counted } = record;
  const values = new Float64Array(counted.length);
  const isMeant = testOf(filter, record);
  let count = 0;
  for (const job of counted) {
    const value = isMeant(job) ? quantity.of(record, job) : NaN;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function testOf(filter: JobFilter, { jobs }: RunRecord): (job: number) => boolean {
  const { job: id, tenant, gpusMin = 0, gpusMax = Infinity } = filter;
  const wanted = tenant === undefined ? -1 : jobs.tenants.indexOf(tenant);
  return (job) =>
    (tenant === undefined || jobs.tenant[job] === wanted) &&
    (id === undefined || jobs.ids[job] === id) &&
    jobs.gpus[job]! >= gpusMin &&
    jobs.gpus[job]! <= gpusMax;
}
