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
  /** True work: whole us of running at full speed, >= 0. No policy sees it. */
  readonly runUs: Float64Array;
  /** Time the user asked for, whole us, or UNKNOWN_US. */
  readonly requestedUs: Float64Array;
  /** Whole GPUs the gang holds, >= 0 (a share of a GPU is rounded up; the share itself is in `gpuMilli`). */
  readonly gpus: Int32Array;
  /** GPUs asked for in thousandths: 1000 a whole GPU, 460 a share; gpus = ceil(gpuMilli / 1000). */
  readonly gpuMilli: Int32Array;
  /** CPU cores in thousandths for the whole gang, >= 0; 0 asks for none. */
  readonly cpuMilli: Float64Array;
  /** Memory in MiB for the whole gang, >= 0; 0 asks for none. */
  readonly memoryMiB: Float64Array;
  /** Bit t set: GPU type t of the cluster is allowed. ANY_GPU_TYPE allows all. */
  readonly typeMask: Uint32Array;
  /** Index into `tenants`. */
  readonly tenant: Int32Array;
  readonly tenants: readonly string[];
  /** Larger is more important; 0 by default. */
  readonly priority: Int32Array;
}

/** Every GPU type is allowed. */
export const ANY_GPU_TYPE = 0xffffffff;
