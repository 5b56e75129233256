import { duration } from '../../scenario/quantities/duration.ts';
import { amount, parseQuantity } from '../../scenario/quantities/quantity.ts';
import { suggestion } from '../../scenario/suggestions.ts';
import { jobQuantities, scalars, type JobQuantity, type MetricUnit, type Scalar } from './registry.ts';

/** Which statistic of a per-job quantity: a quantile (0..1), the mean, the largest, or the share of jobs above a bound. */
export type Statistic =
  | { readonly kind: 'mean' }
  | { readonly kind: 'max' }
  | { readonly kind: 'quantile'; readonly at: number }
  | { readonly kind: 'share'; readonly above: number };

/** Only these jobs count; left out, all do. */
export interface JobFilter {
  readonly job?: string;
  readonly tenant?: string;
  readonly gpusMin?: number;
  readonly gpusMax?: number;
}

/** A figure of a run that somebody asked for by name: "p95(wait)", "P(wait > 6m, tenant=a)", "utilisation". */
export type Metric = {
  /** As it was written; what results are listed under. */
  readonly text: string;
  readonly better: 'less' | 'more';
  /** Of the number: seconds, a share 0..1, or a plain number. */
  readonly unit: MetricUnit;
} & (
  | { readonly kind: 'jobs'; readonly quantity: JobQuantity; readonly statistic: Statistic; readonly filter: JobFilter }
  | { readonly kind: 'scalar'; readonly scalar: Scalar; readonly of: string | undefined }
);

/** Why a text is no metric, with the mend. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}

const FORM = /^\s*([A-Za-z][\w.]*)\s*(?:\(([^()]*)\))?\s*$/;

/** Reads a metric. MetricError with the reason, and the nearest name where there is one. */
export function parseMetric(text: string): Metric {
  const match = FORM.exec(text);
  if (match === null) throw new MetricError('is no metric; write it like p95(wait), P(wait > 6m) or utilisation');
  const [, head, inside] = match;
  const scalar = scalars.find(({ name }) => name === head);
  if (scalar !== undefined) return scalarMetric(text, scalar, inside);
  const statistic = statisticOf(head!, inside);
  if (statistic === undefined) throw new MetricError(unknownName(head!));
  return jobMetric(text, statistic, inside ?? '');
}

function scalarMetric(text: string, scalar: Scalar, inside: string | undefined): Metric {
  const { name, better, unit, takes } = scalar;
  const given = inside === undefined ? [] : partsOf(inside);
  if (takes === undefined && given.length > 0) throw new MetricError(`${name} takes nothing in brackets`);
  let of: string | undefined;
  if (takes !== undefined) {
    const [key, value] = (given[0] ?? '').split('=').map((part) => part.trim());
    if (given.length !== 1 || key !== takes || value === undefined || value === '') {
      throw new MetricError(`${name} says of which ${takes} it is; write it like ${name}(${takes}=NAME)`);
    }
    of = value;
  }
  return { text: text.trim(), kind: 'scalar', scalar, of, better, unit };
}

/** The statistic that a head stands for; undefined for none. */
function statisticOf(head: string, inside: string | undefined): Statistic | undefined {
  if (head === 'mean') return { kind: 'mean' };
  if (head === 'median') return { kind: 'quantile', at: 0.5 };
  if (head === 'max') return { kind: 'max' };
  if (head === 'P') return { kind: 'share', above: boundOf(inside ?? '') };
  const percent = /^p(\d{1,2}(?:\.\d+)?)$/.exec(head)?.[1];
  if (percent === undefined || Number(percent) === 0) return undefined;
  return { kind: 'quantile', at: Number(percent) / 100 };
}

function jobMetric(text: string, statistic: Statistic, inside: string): Metric {
  const [first = '', ...filters] = partsOf(inside);
  const name = first.split('>')[0]!.trim();
  const quantity = jobQuantities.find((one) => one.name === name);
  if (quantity === undefined) {
    const known = jobQuantities.map((one) => one.name);
    throw new MetricError(
      `${name === '' ? 'nothing' : `"${name}"`} is no quantity of a job; ${suggestion(name, known)}`,
    );
  }
  return {
    text: text.trim(),
    kind: 'jobs',
    quantity,
    statistic,
    filter: filterOf(filters),
    better: 'less',
    unit: statistic.kind === 'share' ? 'share' : quantity.unit,
  };
}

/** The bound of P(wait > 6m): a duration, or seconds; a plain number for what is no time. */
function boundOf(inside: string): number {
  const [, bound] = (partsOf(inside)[0] ?? '').split('>').map((part) => part.trim());
  if (bound === undefined || bound === '') throw new MetricError('P needs a bound; write it like P(wait > 6m)');
  const parsed = parseQuantity(duration, bound);
  if ('reason' in parsed) throw new MetricError(`the bound ${bound} ${parsed.reason}`);
  return parsed.value / amount(duration, '1s');
}

function filterOf(parts: readonly string[]): JobFilter {
  let filter: JobFilter = {};
  for (const part of parts) {
    const [key, value = ''] = part.split('=').map((side) => side.trim());
    if (key === 'tenant' || key === 'job') filter = { ...filter, [key]: value };
    else if (key === 'gpus') filter = { ...filter, ...rangeOf(value) };
    else throw new MetricError(`"${part}" chooses no jobs; ${suggestion(key ?? '', ['tenant', 'gpus', 'job'])}`);
    if (value === '') throw new MetricError(`${key} needs a value; write it like ${key}=...`);
  }
  return filter;
}

/** "8", "8..64", "512.." */
function rangeOf(value: string): JobFilter {
  const match = /^(\d+)(?:(\.\.)(\d*))?$/.exec(value);
  if (match === null)
    throw new MetricError(`gpus=${value} is no number of GPUs; write it like gpus=8, gpus=8..64 or gpus=512..`);
  const [, from, dots, to] = match;
  return { gpusMin: Number(from), gpusMax: dots === undefined ? Number(from) : to === '' ? Infinity : Number(to) };
}

function partsOf(inside: string): string[] {
  return inside
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function unknownName(head: string): string {
  const known = [...scalars.map(({ name }) => name), 'mean', 'median', 'max', 'P', 'p90', 'p95', 'p99'];
  return `"${head}" is no metric; ${suggestion(head, known, '"plimsoll metrics"')}`;
}
