import type { JobClass } from './job-class.ts';

/** Marks an unknown requested time in `JobTable.requestedUs`. */
export const UNKNOWN_US = -1;

/**
 * All jobs of a run as columns (struct of arrays), sorted by (submit time, order in their source), so that a JobId is
 * also the job's place in arrival order. A job is a gang: it holds all its GPUs from start to end or none.
 */
export interface JobTable {
  readonly count: number;
  /** The source's own name for the job, unique in the table; what users see. */
  readonly ids: readonly string[];
  /** Free text from the source; '' when it has none. Empty array when no job has one. */
  readonly names: readonly string[];
  /** Whole us since the start of the run, >= 0. */
  readonly submitUs: Float64Array;
  /** True work: whole us of running at speed 1 (see `speedOf`), >= 0. No policy sees it. */
  readonly runUs: Float64Array;
  /** Time the user asked for, whole us, or UNKNOWN_US. */
  readonly requestedUs: Float64Array;
  /** Whole GPUs the gang holds, >= 0 (a share of a GPU is rounded up; the share itself is in `gpuMilli`). */
  readonly gpus: Int32Array;
  /** Fewest and most whole GPUs the gang can run with, 0 <= gpusMin <= gpus <= gpusMax; both = gpus for a rigid job. */
  readonly gpusMin: Int32Array;
  readonly gpusMax: Int32Array;
  /** GPUs asked for in thousandths: 1000 a whole GPU, 460 a share; gpus = ceil(gpuMilli / 1000). */
  readonly gpuMilli: Int32Array;
  /** CPU cores in thousandths for the whole gang, >= 0; 0 asks for none. */
  readonly cpuMilli: Float64Array;
  /** Memory in MiB for the whole gang, >= 0; 0 asks for none. */
  readonly memoryMiB: Float64Array;
  /** Bit t set: GPU type t of the cluster is allowed, and the job's class runs there. ANY_GPU_TYPE allows all. */
  readonly typeMask: Uint32Array;
  /** Index into `classes`. */
  readonly jobClass: Int32Array;
  /** Class 0 is that of jobs that name none. */
  readonly classes: readonly JobClass[];
  /** Index into the run's data sets, of the one that it reads at each start; NO_DATA_SET (-1) if it reads none. */
  readonly dataSet: Int32Array;
  /** Instant by which the job should have ended, whole us since the start of the run; NEVER where it has none. */
  readonly deadlineUs: Float64Array;
  /** Index into `tenants`. */
  readonly tenant: Int32Array;
  readonly tenants: readonly string[];
  /** Larger is more important; 0 by default. */
  readonly priority: Int32Array;
}

/** Every GPU type is allowed. */
export const ANY_GPU_TYPE = 0xffffffff;
