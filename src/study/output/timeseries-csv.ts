import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { format } from 'fast-csv';
import type { TimeSeries } from '../../sim/record/summary.ts';
import { averageField } from './csv-fields.ts';

const columns = ['start_s', 'gpus_busy', 'gpus_idle', 'gpus_queued', 'jobs_queued', 'jobs_queued_max', 'jobs_running'];

/** Writes the time series, a line a bucket: time averages over [start_s, start_s + bucket), and the longest queue. */
export async function writeTimeSeriesCsv(file: string, series: TimeSeries): Promise<void> {
  const rows = series.startS.map((startS, bucket) => [
    averageField(startS),
    averageField(series.gpusBusy[bucket]!),
    averageField(series.gpusIdle[bucket]!),
    averageField(series.gpusQueued[bucket]!),
    averageField(series.jobsQueued[bucket]!),
    series.jobsQueuedMax[bucket]!,
    averageField(series.jobsRunning[bucket]!),
  ]);
  const csv = format({ headers: columns, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
  await pipeline(Readable.from(rows), csv, createWriteStream(file));
}
