import { NEVER } from '../../sim/kernel/clock.ts';
import { UNKNOWN_US } from '../../sim/model/job-table.ts';
import { readCsv } from '../reading/csv-table.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { quoted } from '../reading/trace-problems.ts';
import { JOB_GPUS, SECONDS, traceUs, type NumberRange, type TraceRow } from '../reading/trace-row.ts';
import { typesOf } from '../reading/gpu-types.ts';
import type { JobFormat } from '../trace-format.ts';

const REQUIRED = ['job_id', 'num_gpu', 'submit_time', 'duration'] as const;
const OPTIONAL = [
  'tenant',
  'priority',
  'requested_time',
  'gpu_type',
  'gpus_min',
  'gpus_max',
  'job_class',
  'data_set',
  'deadline_s',
  'cpus',
  'memory_gib',
  'name',
] as const;

const GPUS: NumberRange = { minimum: 0, maximum: 2_000_000, mend: 'write GPUs, 0 to 2,000,000 a job' };
const PRIORITY: NumberRange = { minimum: -1e9, maximum: 1e9, whole: true, mend: 'write a whole number within ±1e9' };
const CPUS: NumberRange = { minimum: 0, maximum: 1e8, mend: 'write CPU cores of the whole job, 0 to 1e8' };
const MEMORY: NumberRange = { minimum: 0, maximum: 1e9, mend: 'write GiB of the whole job, 0 to 1e9' };

/**
 * A plain list of jobs: CSV with a header, seconds since instant 0. Columns job_id, num_gpu, submit_time, duration,
 * in any order, and as wanted tenant, priority, requested_time (s), gpu_type (`A|B` allows both), gpus_min and gpus_max
 * (of an elastic job), job_class and data_set (that the scenario declares), deadline_s (s since instant 0), cpus and memory_gib
 * (of the whole job) and name; other columns are not read, and the report says so. num_gpu below 1 is a share of a GPU.
 */
export const plain: JobFormat = {
  kind: 'jobs',
  name: 'plain',
  summary: `CSV with a header: ${REQUIRED.join(', ')}; optional ${OPTIONAL.join(', ')}; times in seconds`,
  source: "Plimsoll's own; the column names follow the job lists of the Tiresias simulator",
  options: {
    cpus: {
      type: 'number',
      minimum: 0,
      maximum: 1e8,
      default: 0,
      description: 'CPU cores of each whole job where the list has no column cpus, or the cell is empty.',
    },
  },
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file, options) {
    const intake = new JobIntake(file);
    const columns = { required: REQUIRED, optional: OPTIONAL };
    const { unread } = await readCsv(file, intake.problems, columns, (row) =>
      readJob(row, intake, Number(options['cpus'])),
    );
    if (unread.length > 0) {
      const shown = unread.slice(0, 20).map(quoted).join(', ');
      intake.warnings.push(`columns that are not read: ${shown}; known: ${[...REQUIRED, ...OPTIONAL].join(', ')}`);
    }
    return intake.finish(plain.name, { recorded: {} });
  },
};

function readJob(row: TraceRow, intake: JobIntake, cpusPreset: number): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const id = row.text('job_id');
  if (id === '') row.refuse('job_id', 'is blank; give every job a name of its own');
  const gpus = row.number('num_gpu', GPUS);
  if (gpus > 1 && !Number.isInteger(gpus)) {
    row.refuse('num_gpu', `is ${gpus}; only a share of one GPU may be a fraction, so write a whole number`);
  }
  if (gpus > 0 && gpus < 0.001) row.refuse('num_gpu', `is ${gpus}; the smallest share is 0.001`);
  const submitS = row.number('submit_time', SECONDS);
  const runS = row.number('duration', SECONDS);
  const requestedS = row.numberOr('requested_time', SECONDS, 0);
  const priority = row.numberOr('priority', PRIORITY, 0);
  const cpus = row.numberOr('cpus', CPUS, cpusPreset);
  const memoryGiB = row.numberOr('memory_gib', MEMORY, 0);
  const deadlineS = row.numberOr('deadline_s', SECONDS, NEVER);
  if (deadlineS < submitS) {
    row.refuse('deadline_s', `is ${deadlineS}, before submit_time; write seconds since instant 0, or leave it blank`);
  }
  const range = readRange(row, gpus);
  if (problems.count > mistakes) return;
  intake.keep({
    id,
    name: row.text('name'),
    submitUs: traceUs(submitS),
    runUs: traceUs(runS),
    requestedUs: requestedS > 0 ? traceUs(requestedS) : UNKNOWN_US,
    gpuMilli: Math.round(gpus * 1000),
    cpuMilli: Math.round(cpus * 1000),
    memoryMiB: memoryGiB * 1024,
    ...range,
    jobClass: row.text('job_class'),
    dataSet: row.text('data_set'),
    deadlineUs: traceUs(deadlineS),
    gpuTypes: typesOf(row.text('gpu_type')),
    tenant: row.text('tenant'),
    priority,
    line: row.line,
  });
}

/** The fewest and most GPUs of an elastic job; both are the job's own where the columns are blank. */
function readRange(row: TraceRow, gpus: number): { readonly gpusMin: number; readonly gpusMax: number } {
  const own = Math.ceil(gpus);
  const gpusMin = row.numberOr('gpus_min', JOB_GPUS, own);
  const gpusMax = row.numberOr('gpus_max', JOB_GPUS, own);
  const isElastic = gpusMin !== own || gpusMax !== own;
  if (isElastic && gpus < 1) {
    const column = gpusMin === own ? 'gpus_max' : 'gpus_min';
    row.refuse(column, `belongs to jobs of whole GPUs, and num_gpu is ${gpus}; leave it blank`);
  } else if (gpusMin < 1 && gpus >= 1) {
    row.refuse('gpus_min', `is ${gpusMin}; write at least 1, or leave it blank`);
  } else if (gpusMin > own) {
    row.refuse('gpus_min', `is ${gpusMin}, more than num_gpu (${own}); write at most that`);
  } else if (gpusMax < own) {
    row.refuse('gpus_max', `is ${gpusMax}, less than num_gpu (${own}); write at least that`);
  }
  return { gpusMin, gpusMax };
}
