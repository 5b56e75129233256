import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { JobList } from '../../sim/model/job-list.ts';
import { readCsv } from '../reading/csv-table.ts';
import { typesOf } from '../reading/gpu-types.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { JOB_GPUS, SECONDS, traceUs, type NumberRange, type TraceRow } from '../reading/trace-row.ts';
import type { JobFormat } from '../trace-format.ts';

const REQUESTS = ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'] as const;
const TIMES = ['creation_time', 'deletion_time', 'scheduled_time'] as const;
const COLUMNS = {
  required: [...REQUESTS, ...TIMES],
  optional: ['gpu_spec', 'qos', 'pod_phase'],
  // The multigpu lists of openb say what pods ask for, but not when: there is nothing to replay.
  mendOf: (missing: readonly string[]) =>
    TIMES.every((name) => missing.includes(name))
      ? 'this list has no times, so it cannot be run; use one that has (openb_pod_list_default, gpushare40, gpuspec33)'
      : undefined,
};

const CPU_MILLI: NumberRange = { minimum: 0, maximum: 1e11, mend: 'write thousandths of a core, 0 to 1e11' };
const MEMORY_MIB: NumberRange = { minimum: 0, maximum: 1e12, mend: 'write MiB, 0 to 1e12' };
const GPU_MILLI: NumberRange = {
  minimum: 0,
  maximum: 1000,
  whole: true,
  mend: 'write thousandths of a GPU, 0 to 1000',
};

/**
 * Pods of Alibaba's openb cluster, 2023. Submission = creation, in s of the file's clock; run = deletion - scheduled.
 * A pod with one GPU keeps its share (`gpu_milli`); `gpu_spec` lists the GPU types it may use.
 * Pods that were never scheduled have no run: with `neverStarted: lifetime` their lifetime (deletion - creation) stands
 * in for it, because leaving them out would hide demand that the cluster did not meet; `drop` leaves them out. In the
 * default list that is 897 pods with 46 of 59,658 GPU-hours. `waitMeanS` is scheduled - creation of those that started.
 */
export const openbPods: JobFormat = {
  kind: 'jobs',
  name: 'openb-pods',
  summary: 'Alibaba openb 2023 pod list: requests (also shares of a GPU), GPU types, creation, scheduled and deletion',
  source: 'Weng et al., USENIX ATC 2023; https://github.com/alibaba/clusterdata (cluster-trace-gpu-v2023)',
  options: {
    neverStarted: {
      type: 'string',
      enum: ['lifetime', 'drop'],
      default: 'lifetime',
      description: 'Pods that were never scheduled: their lifetime stands in for the run, or they are left out',
    },
    tenant: {
      type: 'string',
      enum: ['qos', 'none'],
      default: 'qos',
      description: 'Whose pod it is: its quality-of-service class, or nobody in particular',
    },
  },
  recognises: ({ columns }) => REQUESTS.every((name) => columns.includes(name)),

  async read(file, options) {
    const intake = new JobIntake(file);
    const totals: PodTotals = {
      drop: options['neverStarted'] === 'drop',
      neverPods: 0,
      neverGpuS: 0,
      endS: 0,
      endPods: 0,
    };
    const byQos = options['tenant'] === 'qos';
    await readCsv(file, intake.problems, COLUMNS, (row) => readPod(row, intake, totals, byQos));
    intake.problems.throwIfAny();
    intake.warnings.push(...warningsOf(intake.jobs, totals));
    return intake.finish(openbPods.name, {
      recorded: { ...podCounts(intake.jobs), podsNeverScheduled: totals.neverPods },
    });
  },
};

interface PodTotals {
  /** Leave out the pods that were never scheduled. */
  readonly drop: boolean;
  neverPods: number;
  /** GPU-seconds that stand in for their run. */
  neverGpuS: number;
  /** The last deletion of the file, and how many pods end there. */
  endS: number;
  endPods: number;
}

function readPod(row: TraceRow, intake: JobIntake, totals: PodTotals, byQos: boolean): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const id = row.text('name');
  if (id === '') row.refuse('name', 'is blank; give every pod a name of its own');
  const cpuMilli = row.number('cpu_milli', CPU_MILLI);
  const memoryMiB = row.number('memory_mib', MEMORY_MIB);
  const gpus = row.number('num_gpu', JOB_GPUS);
  const shareMilli = row.number('gpu_milli', GPU_MILLI);
  if (gpus === 1 && shareMilli === 0)
    row.refuse('gpu_milli', 'is 0 for a pod with one GPU; write its share, 1 to 1000');
  const createdS = row.number('creation_time', SECONDS);
  const scheduledS = row.numberOr('scheduled_time', SECONDS, -1);
  const deletedS = row.number('deletion_time', SECONDS);
  if (scheduledS >= 0 && scheduledS < createdS) row.refuse('scheduled_time', 'is before creation_time; check both');
  if (deletedS < Math.max(createdS, scheduledS)) {
    row.refuse('deletion_time', 'is before the pod was created or scheduled; check these times');
  }
  if (problems.count > mistakes) return;

  const started = scheduledS >= 0;
  if (!started) {
    totals.neverPods++;
    if (totals.drop) {
      tally.drop(row.line, 'never scheduled (option neverStarted: drop)');
      return;
    }
    totals.neverGpuS += gpus * (deletedS - createdS);
  }
  if (deletedS > totals.endS) {
    totals.endS = deletedS;
    totals.endPods = 0;
  }
  if (deletedS === totals.endS) totals.endPods++;
  intake.keep(
    {
      id,
      submitUs: traceUs(createdS),
      runUs: traceUs(deletedS - (started ? scheduledS : createdS)),
      gpuMilli: gpus === 1 ? shareMilli : gpus * 1000,
      cpuMilli,
      memoryMiB,
      gpuTypes: typesOf(row.text('gpu_spec')),
      tenant: byQos ? row.text('qos') : '',
      line: row.line,
    },
    started ? scheduledS - createdS : undefined,
  );
}

function podCounts({ count, gpuMilli, constraint }: JobList): Record<string, number> {
  const counts = { podsWithGpu: 0, podsWithShare: 0, podsConstrained: 0 };
  for (let row = 0; row < count; row++) {
    if (gpuMilli[row] === 0) continue;
    counts.podsWithGpu++;
    if (gpuMilli[row]! < 1000) counts.podsWithShare++;
    if (constraint[row] !== 0) counts.podsConstrained++;
  }
  return counts;
}

function warningsOf(jobs: JobList, totals: PodTotals): string[] {
  const warnings: string[] = [];
  if (totals.neverPods > 0 && !totals.drop) {
    let gpuS = 0;
    for (let row = 0; row < jobs.count; row++) {
      gpuS += Math.ceil(jobs.gpuMilli[row]! / 1000) * (jobs.runUs[row]! / US_PER_SECOND);
    }
    const percent = gpuS > 0 ? ((100 * totals.neverGpuS) / gpuS).toFixed(2) : '0.00';
    warnings.push(
      `${totals.neverPods.toLocaleString('en')} pods were never scheduled; their lifetime (deletion - creation) stands ` +
        `in for their run, ${percent} % of all GPU time (neverStarted: drop leaves them out)`,
    );
  }
  if (totals.endPods > 1) {
    warnings.push(
      `${totals.endPods.toLocaleString('en')} pods end at the last instant of the file (${totals.endS} s); most likely ` +
        'they still ran when its recording stopped, so their run is a lower bound',
    );
  }
  return warnings;
}
