import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FairShare } from '../../src/policies/quota/fair-share.ts';
import { groundtruth, groundtruthFiles, hasShared, needsShared } from '../traces/shared-data.ts';

/** A division as the original answered it. */
interface Case {
  readonly totalGPU: number;
  readonly kValue: number;
  /** False where the original's answer depends on the order in which it visits its queues. */
  readonly stableOver20Runs: boolean;
  readonly queues: readonly {
    readonly uid: string;
    readonly priority: number;
    readonly deserved: number;
    /** -1: none. */
    readonly maxAllowed: number;
    readonly overQuotaWeight: number;
    readonly request: number;
    readonly usage: number;
    readonly fairShare: number;
  }[];
}

const files = groundtruthFiles('kai', /\.json$/);
const SPOKEN_OF = 'kai_fairshare_golden.json';

function printedCases(file: string): Case[] {
  return JSON.parse(readFileSync(groundtruth('kai', file), 'utf8')) as Case[];
}

function dividedShares({ totalGPU, kValue, queues }: Case): Record<string, number> {
  const claims = {
    deserved: queues.map((queue) => queue.deserved),
    limit: queues.map(({ maxAllowed }) => (maxAllowed < 0 ? Infinity : maxAllowed)),
    overQuotaWeight: queues.map((queue) => queue.overQuotaWeight),
    priority: queues.map((queue) => queue.priority),
    request: queues.map((queue) => queue.request),
    usage: queues.map((queue) => queue.usage),
  };
  const names = queues.map(({ uid }) => uid);
  // All are equally old, so names decide ties.
  const byName = names.map((_, index) => index).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const share = new Float64Array(queues.length);
  new FairShare(claims, byName).divide(totalGPU, kValue, share);
  return Object.fromEntries(names.map((name, index) => [name, share[index]!]));
}

describe.skipIf(!hasShared)(`the division of a cluster among queues, as KAI-Scheduler answers${needsShared}`, () => {
  it('is there', () => {
    expect(files).toContain(SPOKEN_OF);
  });

  it.each(files)('%s: is the same for every queue of all cases that do not depend on the order of visits', (file) => {
    const stable = printedCases(file).filter(({ stableOver20Runs }) => stableOver20Runs);
    const printed = stable.map(({ queues }) =>
      Object.fromEntries(queues.map(({ uid, fairShare }) => [uid, fairShare])),
    );
    expect(stable.map(dividedShares)).toEqual(printed);
    console.info(`${file}: ${stable.length} cases`);
    expect(stable.length).toBeGreaterThan(0);
    if (file !== SPOKEN_OF) return;
    expect(stable.length).toBe(299);
    // What the cases exercise.
    const met = {
      pastUse: stable.filter(({ kValue }) => kValue > 0).length,
      priorities: stable.filter(({ queues }) => new Set(queues.map(({ priority }) => priority)).size > 1).length,
      limits: stable.filter(({ queues }) => queues.some(({ maxAllowed }) => maxAllowed >= 0)).length,
    };
    expect(met).toEqual({ pastUse: 100, priorities: 57, limits: 180 });
  });
});
