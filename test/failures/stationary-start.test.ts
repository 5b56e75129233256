import { describe, expect, it } from 'vitest';
import { buildDistribution, type DistributionSpec } from '../../src/sim/kernel/distributions/registry.ts';
import { residualLife } from '../../src/sim/kernel/distributions/residual-life.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import { drawnLifetimes, stationaryStart } from '../../src/sim/model/lifetimes.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { runOf } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

const HOUR_US = 3600e6;
const NODES = 400;
const SEEDS = 30;
const WINDOWS = 10;

/** Node-hours in service in each of the equal windows of a run, in parts of all there were. */
class ServiceByWindow implements Fold {
  readonly availability: number[];
  private up = NODES;
  private lastUs = 0;
  private readonly windowUs: number;

  constructor(windowUs: number) {
    this.windowUs = windowUs;
    this.availability = Array.from({ length: WINDOWS }, () => 0);
  }

  step(): void {}

  stepNode({ kind, timeUs, from, to }: NodeFact): void {
    this.pass(timeUs);
    if (kind !== NodeFactKind.Shift) return;
    if (from === NodeStatus.In) this.up--;
    if (to === NodeStatus.In) this.up++;
  }

  done(endUs: number): void {
    this.pass(endUs);
  }

  private pass(toUs: number): void {
    while (this.lastUs < toUs) {
      const window = Math.floor(this.lastUs / this.windowUs);
      const untilUs = Math.min(toUs, (window + 1) * this.windowUs);
      this.availability[window]! += (this.up * (untilUs - this.lastUs)) / (NODES * this.windowUs);
      this.lastUs = untilUs;
    }
  }
}

function lifetimesOf(start: 'fresh' | 'stationary', fault: DistributionSpec, repair: DistributionSpec): Lifetimes {
  const drawn = drawnLifetimes(buildDistribution(fault), buildDistribution(repair));
  if (start === 'fresh') return drawn;
  return { ...drawn, standing: stationaryStart(residualLife(fault), residualLife(repair)) };
}

/** Mean over seeds of the availability in each window, and its standard error. */
function availabilityByWindow(lifetimes: Lifetimes, windowHours: number) {
  const runs = Array.from({ length: SEEDS }, (_, seed) => {
    const service = new ServiceByWindow(windowHours * HOUR_US);
    runOf(
      {
        pools: [{ nodes: NODES, gpusPerNode: 1 }],
        jobs: [],
        scheduling: 'fifo',
        placement: 'first-fit',
        horizonUs: WINDOWS * windowHours * HOUR_US,
        failures: { model: worldOf([{ lifetimes }], seed + 1), recovery: ['restart', {}] },
      },
      [service],
    );
    return service.availability;
  });
  return Array.from({ length: WINDOWS }, (_, window) => {
    const mean = runs.reduce((sum, run) => sum + run[window]!, 0) / SEEDS;
    const variance = runs.reduce((sum, run) => sum + (run[window]! - mean) ** 2, 0) / (SEEDS - 1);
    return { mean, error: Math.sqrt(variance / SEEDS) };
  });
}

describe('components that have broken and been mended for ever', () => {
  const hour = 3600;
  const repair = { kind: 'lognormal', median: 20 * hour, sigma: 0.6 } as const;
  const laws: readonly DistributionSpec[] = [
    { kind: 'exponential', mean: 200 * hour },
    { kind: 'weibull', shape: 0.7, scale: 160 * hour },
    { kind: 'gamma', shape: 4, scale: 50 * hour },
    { kind: 'deterministic', value: 200 * hour },
  ];

  it.each(laws)('are as available in the first hours as ever after: $kind', (fault) => {
    const exact = buildDistribution(fault).mean / (buildDistribution(fault).mean + buildDistribution(repair).mean);
    const windows = availabilityByWindow(lifetimesOf('stationary', fault, repair), 10);
    for (const { mean, error } of windows) {
      expect(error).toBeLessThan(0.01 * exact);
      expect(Math.abs(mean - exact)).toBeLessThan(3.5 * error);
    }
    // All fresh, they do better at first: otherwise this would show nothing. (Early failures make up for some of it.)
    const fresh = availabilityByWindow(lifetimesOf('fresh', fault, repair), 10);
    expect(fresh[0]!.mean - exact).toBeGreaterThan(5 * fresh[0]!.error);
  });
});
