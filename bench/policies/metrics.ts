import type { RunFigures } from '../../src/sim/record/summary.ts';

/** A figure by which policies are compared. */
export interface BenchMetric {
  /** Its name in the baseline: unit last. */
  readonly key: string;
  readonly title: string;
  /** What it is, in a few words. */
  readonly about: string;
  readonly kind: 'duration' | 'decimal' | 'percent' | 'count';
  readonly better: 'less' | 'more';
  /** null where the workload or the policy leaves it open. */
  readonly of: (run: BenchFigures) => number | null;
}

/** What a run gives to the metrics. */
export interface BenchFigures {
  readonly figures: RunFigures;
  /** Share of the GPU-time between the first and the last submission that was used. */
  readonly utilisationArriving: number;
}

/** In the order of the tables. */
export const metrics: readonly BenchMetric[] = [
  {
    key: 'waitMeanS',
    title: 'Mean wait',
    about: 'time in the queue, all of it if a job was preempted',
    kind: 'duration',
    better: 'less',
    of: ({ figures }) => figures.all.waitS.mean,
  },
  {
    key: 'waitP95S',
    title: 'p95 wait',
    about: '95 % of the jobs wait at most this long',
    kind: 'duration',
    better: 'less',
    of: ({ figures }) => figures.all.waitS.p95,
  },
  {
    key: 'completionMeanS',
    title: 'Mean completion',
    about: 'end minus submit (JCT)',
    kind: 'duration',
    better: 'less',
    of: ({ figures }) => figures.all.completionS.mean,
  },
  {
    key: 'completionP95S',
    title: 'p95 completion',
    about: '95 % of the jobs are done after this long',
    kind: 'duration',
    better: 'less',
    of: ({ figures }) => figures.all.completionS.p95,
  },
  {
    key: 'boundedSlowdownMean',
    title: 'Mean bounded slowdown',
    about: '(wait + run) / max(run, 10 s), at least 1',
    kind: 'decimal',
    better: 'less',
    of: ({ figures }) => figures.all.boundedSlowdown.mean,
  },
  {
    key: 'utilisation',
    title: 'Utilisation',
    about: 'of the GPUs over the whole run',
    kind: 'percent',
    better: 'more',
    of: ({ figures }) => figures.utilisation,
  },
  {
    key: 'utilisationArriving',
    title: 'Utilisation while jobs arrive',
    about: 'of the GPUs, from the first to the last submission',
    kind: 'percent',
    better: 'more',
    of: ({ utilisationArriving }) => utilisationArriving,
  },
  {
    key: 'makespanS',
    title: 'Makespan',
    about: 'first submit to last end',
    kind: 'duration',
    better: 'less',
    of: ({ figures }) => figures.makespanS,
  },
  {
    key: 'preemptions',
    title: 'Preemptions',
    about: 'times that a running job was stopped',
    kind: 'count',
    better: 'less',
    of: ({ figures }) => figures.jobs.preemptions,
  },
  {
    key: 'rejected',
    title: 'Turned away',
    about: 'jobs that never ran; they are in no other figure',
    kind: 'count',
    better: 'less',
    of: ({ figures }) => figures.jobs.rejected,
  },
  {
    key: 'jainJobs',
    title: 'Fairness between jobs',
    about: "Jain's index of the jobs' bounded slowdowns; 1 is all alike",
    kind: 'decimal',
    better: 'more',
    of: ({ figures }) => figures.fairness.jainJobs,
  },
  {
    key: 'jainTenants',
    title: 'Fairness between tenants',
    about: "Jain's index of the tenants' mean bounded slowdowns; 1 is all alike",
    kind: 'decimal',
    better: 'more',
    of: ({ figures }) => figures.fairness.jainTenants,
  },
  {
    key: 'finishTimeRatioMax',
    title: 'Worst finish-time ratio',
    about: 'completion time of the worst-off job, over what it would take on a share 1/N of its own',
    kind: 'decimal',
    better: 'less',
    of: ({ figures }) => figures.fairness.finishTimeRatio.max,
  },
  {
    key: 'deadlinesMissed',
    title: 'Deadlines missed',
    about: 'jobs that ended after their deadline or were turned away',
    kind: 'count',
    better: 'less',
    of: ({ figures: { deadlines } }) => (deadlines.jobs > 0 ? deadlines.missed : null),
  },
  {
    key: 'fragmentedShare',
    title: 'Fragmentation',
    about: 'share of GPU-hours waited while GPUs enough were free in the wrong shape',
    kind: 'percent',
    better: 'less',
    of: ({ figures }) => fragmentedShare(figures),
  },
];

function fragmentedShare({ waitByCause }: RunFigures): number | null {
  let allGpuS = 0;
  let fragmentedGpuS = 0;
  for (const { cause, gpuS } of waitByCause) {
    allGpuS += gpuS;
    if (cause === 'fragmented') fragmentedGpuS += gpuS;
  }
  return allGpuS > 0 ? fragmentedGpuS / allGpuS : null;
}
