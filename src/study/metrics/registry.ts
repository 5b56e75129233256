import { Column } from '../../sim/record/occupancy.ts';
import type { RunRecord } from './run-record.ts';

/** What the number of a metric counts; shares are 0..1. */
export type MetricUnit = 's' | 'share' | 'number' | 'per hour' | 'GPU-hours';

/** A figure that every job has, or may have. */
export interface JobQuantity {
  readonly name: string;
  readonly about: string;
  readonly unit: 's' | 'number';
  /** NaN where the job did not get so far. */
  readonly of: (record: RunRecord, job: number) => number;
}

/** A figure of a whole run. */
export interface Scalar {
  readonly name: string;
  readonly about: string;
  readonly unit: MetricUnit;
  readonly better: 'less' | 'more';
  /** What stands in its brackets, if something must. */
  readonly takes?: 'job' | 'service' | 'pool';
  /** Null where the run leaves it open. */
  readonly of: (record: RunRecord, of: string | undefined) => number | null;
  /** Of an average over time: its values in equal stretches of time. */
  readonly over?: (record: RunRecord) => Float64Array;
}

/** Runs shorter than this count as this long in the bounded slowdown. */
const SLOWDOWN_BOUND_S = 10;

/** What statistics are taken of: mean(wait), p95(wait), max(wait), P(wait > 6m). */
export const jobQuantities: readonly JobQuantity[] = [
  {
    name: 'wait',
    about: 'time in the queue, all of it if a job was stopped; of jobs that started',
    unit: 's',
    of: (record, job) => (record.hasStarted(job) ? record.waitS(job) : NaN),
  },
  {
    name: 'completion',
    about: 'end minus submission (JCT); of finished jobs',
    unit: 's',
    of: (record, job) => (record.isDone(job) ? record.completionS(job) : NaN),
  },
  {
    name: 'slowdown',
    about: 'bounded slowdown, max(1, (wait + run) / max(run, 10 s)); of finished jobs',
    unit: 'number',
    of: (record, job) =>
      record.isDone(job)
        ? Math.max(1, (record.waitS(job) + record.ranS(job)) / Math.max(record.ranS(job), SLOWDOWN_BOUND_S))
        : NaN,
  },
  {
    name: 'run',
    about: 'time with GPUs held; of finished jobs',
    unit: 's',
    of: (record, job) => (record.isDone(job) ? record.ranS(job) : NaN),
  },
];

/** Figures of the run as a whole. */
export const scalars: readonly Scalar[] = [
  {
    name: 'jobsInSystem',
    about: 'jobs that wait or run, on average over time',
    unit: 'number',
    better: 'less',
    of: (record) => record.jobsQueued + record.jobsRunning,
    over: (record) => record.jobsInSystemOverTime,
  },
  {
    name: 'queueLength',
    about: 'jobs that wait, on average over time',
    unit: 'number',
    better: 'less',
    of: (record) => record.jobsQueued,
    over: (record) => record.steady(Column.JobsQueued),
  },
  {
    name: 'utilisation',
    about: 'part of the GPU-time that jobs held',
    unit: 'share',
    better: 'more',
    of: (record) => record.utilisation,
    over: (record) => record.steady(Column.GpusBusy).map((gpus) => gpus / record.gpuCount),
  },
  {
    name: 'throughput',
    about: 'finished jobs an hour',
    unit: 'per hour',
    better: 'more',
    of: ({ figures }) => figures.throughputPerHour,
  },
  {
    name: 'makespan',
    about: 'first submission to last end',
    unit: 's',
    better: 'less',
    of: ({ figures }) => figures.makespanS,
  },
  {
    name: 'finish',
    about: 'when a job ends, from instant 0; none if it does not',
    unit: 's',
    better: 'less',
    takes: 'job',
    of: (record, id) => record.finishS(id!),
  },
  {
    name: 'finished',
    about: 'part of the submitted jobs that finished',
    unit: 'share',
    better: 'more',
    of: ({ figures: { jobs } }) => (jobs.submitted > 0 ? jobs.finished / jobs.submitted : null),
  },
  {
    name: 'rejected',
    about: 'part of the submitted jobs that were turned away',
    unit: 'share',
    better: 'less',
    of: ({ figures: { jobs } }) => (jobs.submitted > 0 ? jobs.rejected / jobs.submitted : null),
  },
  {
    name: 'preemptions',
    about: 'times that a job was stopped for another',
    unit: 'number',
    better: 'less',
    of: ({ figures }) => figures.jobs.preemptions,
  },
  {
    name: 'fragmentation',
    about: 'part of the GPU-time waited for which enough GPUs were free, but not in the shape that was needed',
    unit: 'share',
    better: 'less',
    of: ({ figures }) => figures.fragmentation,
  },
  {
    name: 'fairness',
    about: "Jain's index of the finished jobs' bounded slowdowns",
    unit: 'share',
    better: 'more',
    of: ({ figures }) => figures.fairness.jainJobs,
  },
  {
    name: 'ettr',
    about: 'useful part of the GPU-time that jobs held (expected training time ratio)',
    unit: 'share',
    better: 'more',
    of: ({ figures }) => figures.failures?.ettr ?? null,
  },
  {
    name: 'availability',
    about: "part of the nodes' time in service",
    unit: 'share',
    better: 'more',
    of: ({ figures }) => figures.failures?.nodeAvailability ?? null,
  },
  {
    name: 'jobAvailability',
    about: 'part of the time from first start to end in which jobs were alive',
    unit: 'share',
    better: 'more',
    of: ({ figures }) => figures.failures?.jobAvailability ?? null,
  },
  {
    name: 'serviceAvailability',
    about: 'part of the time for which a service was up',
    unit: 'share',
    better: 'more',
    takes: 'service',
    of: ({ figures }, name) => figures.services.find(({ service }) => service === name)?.availability ?? null,
  },
  {
    name: 'interruptions',
    about: 'times that a fault stopped a gang',
    unit: 'number',
    better: 'less',
    of: ({ figures }) => figures.failures?.interruptions ?? null,
  },
  {
    name: 'lostGpuHours',
    about: 'GPU-hours of work that faults took back',
    unit: 'GPU-hours',
    better: 'less',
    of: ({ figures }) => figures.failures?.gpuHours.lost ?? null,
  },
  {
    name: 'usefulGpuHours',
    about: 'GPU-hours of work that counted',
    unit: 'GPU-hours',
    better: 'more',
    of: ({ figures }) => figures.failures?.gpuHours.useful ?? null,
  },
];
