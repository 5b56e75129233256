import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import type { Lifetimes } from '../../src/sim/model/failure-model.ts';
import { recordedLifetimes, repeatedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { runOf } from '../engine/run-builder.ts';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';
import { worldOf } from './worlds.ts';

/** One host and one task, as the other simulator's tests have it. */
interface Case {
  readonly id: string;
  readonly work_s: number;
  /** [down, up] in s; null: for ever. A text describes a trace. */
  readonly failures: readonly (readonly [number, number | null])[] | string;
  readonly checkpoint: {
    readonly interval_s: number;
    readonly duration_s: number;
    readonly interval_scaling?: number;
  } | null;
  readonly finish_s: number;
}

/** The simulator's own limit on the faults of a task, which its fourth case runs into. */
const ATTEMPTS = 10;

function printedCases(): Case[] {
  const text = readFileSync(join(SHARED, 'groundtruth/opendc/failures_and_checkpoints.json'), 'utf8');
  return (JSON.parse(text) as { cases: Case[] }).cases;
}

/** Undefined for a trace that is described and not given. */
function lifetimesOf(failures: Case['failures']): Lifetimes | undefined {
  if (typeof failures !== 'string') {
    return recordedLifetimes(
      failures.map(([from, to]) => ({ fromUs: from * 1e6, toUs: to === null ? NEVER : to * 1e6 })),
    );
  }
  const words = /^(\d+)(?: min)? up \/ (\d+)(?: min)? down repeated/.exec(failures);
  if (words === null) return undefined;
  const [upUs, downUs] = [Number(words[1]) * 60e6, Number(words[2]) * 60e6];
  return repeatedLifetimes(upUs, downUs, upUs + downUs);
}

function finishS({ work_s, checkpoint }: Case, lifetimes: Lifetimes): number {
  const recovery: readonly [string, ParameterValues] =
    checkpoint === null
      ? ['restart', { attempts: ATTEMPTS }]
      : ['periodic-checkpoint', { interval: checkpoint.interval_s * 1e6, stall: checkpoint.duration_s * 1e6 }];
  const { metrics } = runOf({
    pools: [{ nodes: 1, gpusPerNode: 1 }],
    jobs: [{ runUs: work_s * 1e6, gpus: 1 }],
    scheduling: 'fifo',
    placement: 'first-fit',
    failures: { model: worldOf([{ lifetimes }]), recovery },
  });
  return metrics.outcomes.endUs[0]! / 1e6;
}

describe.skipIf(!hasShared)(`one host that fails, against OpenDC's own tests${needsShared}`, () => {
  it('ends every task in the second that is expected', () => {
    const compared = printedCases().flatMap((one) => {
      const lifetimes = lifetimesOf(one.failures);
      // A growing interval is stated there without a derivation that gives the figure.
      if (lifetimes === undefined || one.checkpoint?.interval_scaling !== undefined) return [];
      return [{ id: one.id, expected: one.finish_s, ours: finishS(one, lifetimes) }];
    });
    expect(compared.length).toBe(6);
    expect(compared.map(({ id, ours }) => [id, ours])).toEqual(compared.map(({ id, expected }) => [id, expected]));
  });
});
