import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { format } from 'fast-csv';
import { refusalNames } from '../../sim/contract/refusal.ts';
import { NEVER } from '../../sim/kernel/clock.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { localityNames } from '../../sim/record/data-locality.ts';
import { Outcome, outcomeNames } from '../../sim/record/job-outcomes.ts';
import type { RunMetrics } from '../../sim/record/run-metrics.ts';
import { secondsField, textField } from './csv-fields.ts';

const columns = [
  'job_id',
  'name',
  'tenant',
  'submit_s',
  'start_s',
  'end_s',
  'wait_s',
  'run_s',
  'gpus',
  'nodes',
  'preemptions',
  'restarts',
  'state',
  'wait_cause',
  'deadline_s',
  'data_locality',
];

/**
 * Writes what became of each job, in arrival order: a line a job, streamed, so that a million jobs need no more memory
 * than a thousand. wait_s is all time in the queue, run_s all time with GPUs held; restarts counts starts after the
 * first; wait_cause is what cost the job most of its wait,
 * data_locality how near to its data it last began, '' where it reads none.
 */
export async function writeJobsCsv(
  file: string,
  jobs: JobTable,
  metrics: RunMetrics,
  signal: AbortSignal | undefined,
): Promise<void> {
  const csv = format({ headers: columns, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
  const options = signal === undefined ? {} : { signal };
  await pipeline(Readable.from(rows(jobs, metrics)), csv, createWriteStream(file), options);
}

function* rows(
  jobs: JobTable,
  { outcomes, causes, askedGpus, dataLocality }: RunMetrics,
): Generator<readonly (string | number)[]> {
  for (let job = 0; job < jobs.count; job++) {
    const outcome = outcomes.outcome[job] as Outcome;
    const startUs = outcomes.firstStartUs[job]!;
    const preemptions = outcomes.preemptions[job]!;
    const hasStarted = startUs >= 0;
    const deadlineUs = jobs.deadlineUs[job]!;
    const cause = causes.mainCause(job);
    yield [
      textField(jobs.ids[job]!),
      textField(jobs.names[job] ?? ''),
      textField(jobs.tenants[jobs.tenant[job]!]!),
      secondsField(jobs.submitUs[job]!),
      secondsField(startUs),
      secondsField(outcomes.endUs[job]!),
      outcome === Outcome.NotSubmitted ? '' : secondsField(outcomes.waitUs[job]!),
      hasStarted ? secondsField(outcomes.ranUs[job]!) : '',
      askedGpus[job]!,
      outcomes.nodes[job]!,
      preemptions,
      outcome === Outcome.Waiting && preemptions > 0 ? preemptions - 1 : preemptions,
      outcomeNames[outcome],
      cause === 0 ? '' : refusalNames[cause],
      deadlineUs === NEVER ? '' : secondsField(deadlineUs),
      localityNames[dataLocality.locality[job] ?? -1] ?? '',
    ];
  }
}
