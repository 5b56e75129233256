import { expect } from 'vitest';
import { gpuTimeUses, type GpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import type { Replay } from './replay.ts';

/** Every node's GPU-time is divided as whoever follows the facts divides it, and adds up to its GPUs times the run. */
export function expectNodeAccounts(
  uses: GpuTimeUses,
  replay: Replay,
  { nodes, gpusPerNode, endUs }: { readonly nodes: number; readonly gpusPerNode: number; readonly endUs: number },
): void {
  for (let node = 0; node < nodes; node++) {
    const here = gpuTimeUses.map((_, use) => uses.gpuUs[node * gpuTimeUses.length + use]!);
    expect(Math.min(...here)).toBeGreaterThanOrEqual(0);
    expect(here).toEqual(replay.usesOf(node));
    expect(here.reduce((sum, us) => sum + us, 0)).toBe(gpusPerNode * endUs);
  }
}
