import { readCsv } from '../reading/csv-table.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { isoOf, timestampS } from '../reading/timestamp.ts';
import { quoted } from '../reading/trace-problems.ts';
import { JOB_GPUS, SECONDS, traceUs, type TraceRow } from '../reading/trace-row.ts';
import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { JobFormat } from '../trace-format.ts';

const REQUIRED = ['timestamp', 'duration', 'num_gpus', 'cluster'] as const;

/**
 * Microsoft Philly, one line a job: submission, duration in s, GPUs, virtual cluster (the `cluster` column).
 * Lines come in no order of time and have no id: a job is called by its place in the file, from 1. Instant 0 is the
 * first submission; the file states no time zone, so timestamps are read as UTC. The common extract holds 82,247 of the
 * 117,325 published jobs (70 %), so it cannot reproduce the cluster's utilisation.
 */
export const phillyJobs: JobFormat = {
  kind: 'jobs',
  name: 'philly-jobs',
  summary: 'Microsoft Philly 2017, one line a job: timestamp, duration, num_gpus, gpu_time, cluster',
  source: 'Jeon et al., USENIX ATC 2019; https://github.com/msr-fiddle/philly-traces',
  options: {
    tenant: {
      type: 'string',
      enum: ['cluster', 'none'],
      default: 'cluster',
      description: 'Whose job it is: its virtual cluster, or nobody in particular',
    },
  },
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file, options) {
    const intake = new JobIntake(file);
    const columns = { required: REQUIRED, optional: ['gpu_time'] };
    const byCluster = options['tenant'] === 'cluster';
    await readCsv(file, intake.problems, columns, (row) => readJob(row, intake, byCluster));
    intake.problems.throwIfAny();
    if (intake.jobs.count === 0) return intake.finish(phillyJobs.name, { recorded: {} });
    const startUnixS = intake.startAtFirstSubmit() / US_PER_SECOND;
    return intake.finish(phillyJobs.name, { recorded: { startUnixS }, startDate: isoOf(startUnixS) });
  },
};

function readJob(row: TraceRow, intake: JobIntake, byCluster: boolean): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const submitS = timestampS(row.text('timestamp'));
  if (submitS === undefined || submitS < 0) {
    row.refuse('timestamp', `is ${quoted(row.text('timestamp'))}; write it as 2017-10-09 07:01:55, from 1970 on`);
  }
  const runS = row.number('duration', SECONDS);
  const gpus = row.number('num_gpus', JOB_GPUS);
  if (submitS === undefined || problems.count > mistakes) return;
  intake.keep({
    id: String(tally.read),
    submitUs: traceUs(submitS),
    runUs: traceUs(runS),
    gpuMilli: gpus * 1000,
    tenant: byCluster ? row.text('cluster') : '',
    line: row.line,
  });
}
