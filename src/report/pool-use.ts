import { sum } from 'd3-array';
import type { Summary } from '../sim/record/summary.ts';

type PoolFigures = Summary['figures']['pools'][number];

/** What the GPU-hours of one or several pools went to between the first submit and the end of the run. */
export interface PoolUse {
  readonly nodes: number;
  readonly gpus: number;
  readonly busyGpuHours: number;
  readonly idleGpuHours: number;
  readonly gpuHours: number;
  /** Busy over all, or null without GPU-hours. */
  readonly utilisation: number | null;
}

/**
 * The pools' use over the makespan, as the headline's utilisation is: before the first job there was nothing to do.
 */
export function useOf(pools: readonly PoolFigures[], makespanS: number): PoolUse {
  const gpus = sum(pools, (pool) => pool.gpus);
  const gpuHours = (gpus * makespanS) / 3600;
  const busyGpuHours = sum(pools, (pool) => pool.busyGpuHours);
  return {
    nodes: sum(pools, (pool) => pool.nodes),
    gpus,
    busyGpuHours,
    idleGpuHours: sum(pools, (pool) => pool.idleGpuHours),
    gpuHours,
    utilisation: gpuHours > 0 ? busyGpuHours / gpuHours : null,
  };
}
