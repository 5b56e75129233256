import { describe, expect, it } from 'vitest';
import { failuresBySeed, meanAndError, seedsTo } from './scenario-runs.ts';

const HOUR_MIN = 60;
const RATE_PER_H = 64 / 4000;
const SEEDS = 30;

/** One job on all of 64 nodes of 4,000 h, which are found after a minute and back a minute later. */
function plant(recovery: object, component: object = {}): object {
  return {
    name: 'plant',
    horizon: '400d',
    cluster: { pools: [{ name: 'a', nodes: 64, gpusPerNode: 8, nodesPerRack: 4 }] },
    workload: { jobs: [{ id: 'training', gpus: 512, submit: 0, run: '500d' }] },
    policies: { scheduling: 'fifo', placement: 'consolidate' },
    failures: {
      recovery: { restart: '10m', ...recovery },
      components: [
        {
          name: 'node',
          timeToFault: { kind: 'exponential', mean: '4000h' },
          timeToRepair: { kind: 'deterministic', value: '1m' },
          detection: '1m',
          ...component,
        },
      ],
    },
  };
}

/** Useful by held time: what is left of the time between faults after a restart, less what each fault takes back. */
function exact(restartMin: number, lostMin: number, detectionMin: number): number {
  const restartH = restartMin / HOUR_MIN;
  const worksOn = Math.exp(-RATE_PER_H * restartH);
  return (worksOn * (1 / RATE_PER_H - lostMin / HOUR_MIN)) / (1 / RATE_PER_H + detectionMin / HOUR_MIN);
}

const never = { interval: '10000h', stall: '0s' };
const slow = { effect: 'slow', slowFactor: 0.5, onSlow: 'ignore', timeToRepair: { kind: 'exponential', mean: '1h' } };

describe('what a kind of recovery or of fault comes to', () => {
  it.each([
    ['just-in-time', { name: 'just-in-time', ...never, step: '30s', save: '1m' }, {}, exact(11, 0.25, 1)],
    ['in memory', { name: 'in-memory-checkpoint', ...never, step: '30s', copies: 2 }, {}, exact(10, 0.25, 1)],
    ['every 20 min', { name: 'periodic-checkpoint', interval: '20m', stall: '0s' }, {}, exact(10, 10, 1)],
    [
      'hang',
      { name: 'periodic-checkpoint', interval: '20m', stall: '0s' },
      { effect: 'hang', detection: '10m' },
      exact(10, 10, 10),
    ],
    // At half speed while one or more of 64 is slow: each is so for 1 / 4,001 of the time.
    ['slow', { name: 'periodic-checkpoint', ...never }, { ...slow, detection: '0s' }, 0.5 + 0.5 * (4000 / 4001) ** 64],
  ])('%s', async (name, recovery, component, expected) => {
    const runs = await failuresBySeed(plant(recovery, component), seedsTo(SEEDS));
    const { mean, error } = meanAndError(runs.map(({ ettr }) => ettr!));
    const told = `${name}: ${mean.toFixed(5)} measured, ${expected.toFixed(5)} exact, ${((mean - expected) / error).toFixed(1)} standard errors`;
    expect(error / (1 - mean), told).toBeLessThan(0.05);
    expect(Math.abs(mean - expected), told).toBeLessThanOrEqual(3.5 * error);
  });
});
