import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { drawnLifetimes, hastened } from '../../src/sim/model/lifetimes.ts';
import { runOf } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

const HOUR_US = 3600e6;
const NODES = 200;

/** Faults of 200 nodes in 1,000 h, where a share of them breaks ten times as often; mended at once. */
function faultsOf(share: number, seed: number): number {
  const fault = buildDistribution({ kind: 'exponential', mean: 2000 * 3600 });
  const repair = buildDistribution({ kind: 'deterministic', value: 0 });
  const lemons = { share, lifetimes: drawnLifetimes(hastened(fault, 10), repair) };
  const { metrics } = runOf({
    pools: [{ nodes: NODES, gpusPerNode: 1 }],
    jobs: [],
    scheduling: 'fifo',
    placement: 'first-fit',
    horizonUs: 1000 * HOUR_US,
    failures: {
      model: worldOf([{ lifetimes: drawnLifetimes(fault, repair), lemons }], seed),
      recovery: ['restart', {}],
    },
  });
  return metrics.failures!.figures().faults;
}

describe('lemons', () => {
  it('add faults seed by seed, as many as their share and factor say', () => {
    const shares = [0, 0.05, 0.2, 1];
    const means = shares.map(() => 0);
    for (let seed = 1; seed <= 10; seed++) {
      const faults = shares.map((share) => faultsOf(share, seed));
      expect(faults).toEqual([...faults].sort((a, b) => a - b));
      expect(faults[3]!).toBeGreaterThan(faults[0]!);
      faults.forEach((count, index) => (means[index] = means[index]! + count / 10));
    }
    // 200 nodes x 1,000 h / 2,000 h = 100 faults without lemons; 100 (1 + 9 share) with them.
    shares.forEach((share, index) => {
      const exact = 100 * (1 + 9 * share);
      // Poisson, and where some are lemons, how many are.
      const variance = (exact + share * (1 - share) * NODES * 4.5 ** 2) / 10;
      expect(Math.abs(means[index]! - exact)).toBeLessThan(3.5 * Math.sqrt(variance));
    });
  });
});
