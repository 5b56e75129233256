import { writeFileSync } from 'node:fs';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { Summary } from '../../sim/record/summary.ts';
import type { RunResult } from '../run-scenario.ts';
import { writeJobsCsv } from './jobs-csv.ts';
import { refusal, type OutputFolder } from './output-folder.ts';
import { writeTimeSeriesCsv } from './timeseries-csv.ts';

/** summary.json: the same bytes for the same run. */
export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/**
 * Writes all files of a run and puts them in place together. On failure or abort nothing is left behind.
 * The report comes from above: this room does not know how it is drawn.
 */
export async function writeOutputs(
  folder: OutputFolder,
  { summary, metrics }: RunResult,
  jobs: JobTable,
  renderReport: (summary: Summary) => Promise<string>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const html = await renderReport(summary);
    writeFileSync(folder.temporaryPath('report.html'), html);
    await writeJobsCsv(folder.temporaryPath('jobs.csv'), jobs, metrics, signal);
    await writeTimeSeriesCsv(folder.temporaryPath('timeseries.csv'), summary.figures.series);
    writeFileSync(folder.temporaryPath('summary.json'), summaryText(summary));
    signal?.throwIfAborted();
    folder.commit();
  } catch (error) {
    folder.discard();
    if (error instanceof Error && 'syscall' in error) throw refusal(folder.path, error);
    throw error;
  }
}
