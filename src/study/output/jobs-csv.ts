import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { format } from 'fast-csv';
import { refusalNames } from '../../sim/contract/refusal.ts';
import { NEVER } from '../../sim/kernel/clock.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { localityNames } from '../../sim/record/data-locality.ts';
import type { FailureRecord } from '../../sim/record/failure-record.ts';
import { HELD_USES, heldUses } from '../../sim/record/job-gpu-times.ts';
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

/** Only where something can break: GPU-time by use in GPU-seconds. */
const failureColumns = ['interruptions', 'ettr', ...heldUses.map((use) => `${use}_gpu_s`), 'wrong_result'];

/**
 * Writes what became of each job, in arrival order: a line a job, streamed, so that a million jobs need no more memory
 * than a thousand. wait_s is all time in the queue, run_s all time with GPUs held; restarts counts starts after the
 * first; wait_cause is what cost the job most of its wait, data_locality how near to its data it last began, '' where it
 * reads none. In runs in which something can break columns follow for what faults did to the job.
 */
export async function writeJobsCsv(
  file: string,
  jobs: JobTable,
  metrics: RunMetrics,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers = metrics.failures === undefined ? columns : [...columns, ...failureColumns];
  const csv = format({ headers, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
  const options = signal === undefined ? {} : { signal };
  await pipeline(Readable.from(rows(jobs, metrics)), csv, createWriteStream(file), options);
}

function* rows(
  jobs: JobTable,
  { outcomes, causes, askedGpus, dataLocality, failures }: RunMetrics,
): Generator<readonly (string | number)[]> {
  for (let job = 0; job < jobs.count; job++) {
    const outcome = outcomes.outcome[job] as Outcome;
    const startUs = outcomes.firstStartUs[job]!;
    const preemptions = outcomes.preemptions[job]!;
    const hasStarted = startUs >= 0;
    const stops = preemptions + outcomes.interruptions[job]!;
    const isStopped = outcome === Outcome.Waiting || outcome === Outcome.Failed || outcome === Outcome.Rejected;
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
      isStopped && stops > 0 ? stops - 1 : stops,
      outcomeNames[outcome],
      cause === 0 ? '' : refusalNames[cause],
      deadlineUs === NEVER ? '' : secondsField(deadlineUs),
      localityNames[dataLocality.locality[job] ?? -1] ?? '',
      ...(failures === undefined ? [] : failureFields(failures, job)),
    ];
  }
}

/** GPU-time is whole GPU-us, so that a column adds up to the summary's figure. */
function failureFields({ ofJobs: times, corruptions }: FailureRecord, job: number): (string | number)[] {
  const ettr = times.ettrOf(job);
  return [
    times.interruptions[job]!,
    ettr === null ? '' : Number(ettr.toFixed(6)),
    ...heldUses.map((_, use) => secondsField(times.gpuUs[HELD_USES * job + use]!)),
    Number(corruptions.wrong.has(job)),
  ];
}
