import { describe, expect, it } from 'vitest';
import type { StoppedGang, StruckGang } from '../../src/sim/contract/recovery.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { recoveryPolicies } from '../../src/policies/registry.ts';
import { registered } from '../engine/run-builder.ts';

/** A gang of so many nodes of which these have a fault. */
function struck(nodes: number, lost: ReadonlySet<number>): StruckGang {
  return { gpus: 8 * nodes, nodes, nodesLost: lost.size, isLost: (place) => lost.has(place) };
}

function stopped(given: Partial<StoppedGang>): StoppedGang {
  const rest = { interruptions: 1, holdsWork: false, hasSpares: false };
  return { gpus: 64, nodes: 8, nodesLost: 1, gpusLeft: 56, gpusMin: 64, ...rest, ...given };
}

/** k of the numbers below n, each choice as likely. */
function drawn(n: number, k: number, luck: AleaStream): Set<number> {
  const chosen = new Set<number>();
  while (chosen.size < k) chosen.add(Math.floor(luck.uniform() * n));
  return chosen;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways *= (n - k + i) / i;
  return ways;
}

describe('checkpoints in memory', () => {
  it.each([
    [16, 2, 2],
    [16, 2, 3],
    [16, 4, 5],
    [24, 3, 5],
  ])('of %i nodes in groups of %i outlive %i faults as often as counting says', (nodes, copies, faults) => {
    const policy = registered(recoveryPolicies, 'in-memory-checkpoint', { copies });
    const luck = new AleaStream(`memory ${nodes} ${copies} ${faults}`);
    const draws = 40_000;
    let kept = 0;
    for (let draw = 0; draw < draws; draw++) {
      if (policy.stepUs!(struck(nodes, drawn(nodes, faults, luck))) !== NEVER) kept++;
    }
    const exact = 1 - ((nodes / copies) * choose(nodes - copies, faults - copies)) / choose(nodes, faults);
    const standardError = Math.sqrt((exact * (1 - exact)) / draws);
    expect(Math.abs(kept / draws - exact)).toBeLessThanOrEqual(3.5 * standardError);
    // So that the test can fail: the chance of loss is known to a tenth of itself.
    expect(standardError / (1 - exact)).toBeLessThan(0.1);
  });

  it('let what is left over join the last group, and a gang smaller than a group is one', () => {
    const { stepUs } = registered(recoveryPolicies, 'in-memory-checkpoint', { copies: 2 });
    expect(stepUs!(struck(5, new Set([2, 3])))).not.toBe(NEVER);
    expect(stepUs!(struck(5, new Set([2, 3, 4])))).toBe(NEVER);
    expect(stepUs!(struck(5, new Set([0, 1])))).toBe(NEVER);
    expect(stepUs!(struck(1, new Set([0])))).toBe(NEVER);
  });
});

describe('a just-in-time checkpoint', () => {
  it('needs two nodes without a fault', () => {
    const { stepUs } = registered(recoveryPolicies, 'just-in-time', { step: 7 });
    expect(stepUs!(struck(3, new Set([1])))).toBe(7);
    expect(stepUs!(struck(3, new Set([1, 2])))).toBe(NEVER);
    expect(stepUs!(struck(2, new Set([1])))).toBe(NEVER);
  });

  it('is saved before it is loaded, and only if there is one', () => {
    const { recover } = registered(recoveryPolicies, 'just-in-time', { restart: 100, save: 30 });
    expect(recover(stopped({ holdsWork: true })).loadUs).toBe(130);
    expect(recover(stopped({ holdsWork: false })).loadUs).toBe(100);
  });
});

describe.each(recoveryPolicies)('$name', ({ name }) => {
  it('gives up after its attempts, then looks for spares, then shrinks, then queues', () => {
    const { recover } = registered(recoveryPolicies, name, { attempts: 3, elastic: true });
    expect(recover(stopped({ interruptions: 3, hasSpares: true })).action).toBe('giveUp');
    expect(recover(stopped({ hasSpares: true, gpusMin: 8 })).action).toBe('replace');
    expect(recover(stopped({ gpusMin: 8 })).action).toBe('shrink');
    expect(recover(stopped({ gpusMin: 57 })).action).toBe('requeue');
    // A gang that lost no node is not shrunk.
    expect(recover(stopped({ gpusMin: 8, nodesLost: 0, gpusLeft: 64 })).action).toBe('requeue');
  });

  it('stays out of the queue longer after each fault, up to a limit', () => {
    const { recover } = registered(recoveryPolicies, name, { backoff: 10, backoffFactor: 3, backoffMax: 100 });
    const delays = [1, 2, 3, 4, 1_000_000].map((interruptions) => recover(stopped({ interruptions })).delayUs);
    expect(delays).toEqual([10, 30, 90, 100, 100]);
  });
});
