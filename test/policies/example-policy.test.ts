import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { registered, runOf, scheduleOf, type JobSketch } from '../engine/run-builder.ts';
import { oneNode } from './example-placement.ts';
import { smallestFirst } from './example-policy.ts';
import { patient } from './example-recovery.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

/** Code blocks of the page, as a reader would paste them into src/policies. */
const blocks = [...read('../../docs/writing-a-policy.md').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!);

const jobs: readonly JobSketch[] = [
  { submitUs: 0, runUs: 10, gpus: 8 },
  { submitUs: 1, runUs: 10, gpus: 6 },
  { submitUs: 2, runUs: 5, gpus: 2 },
  { submitUs: 3, runUs: 10, gpus: 4 },
  { submitUs: 4, runUs: 10, gpus: 8 },
];

describe('the example policies of the documentation', () => {
  test.each(['example-policy.ts', 'example-placement.ts', 'example-recovery.ts'])(
    'the page shows %s to the letter',
    (file) => {
      expect(blocks).toContain(read(file).replaceAll("'../../src/sim/", "'../../sim/"));
    },
  );

  test('smallest-first starts what asks for least and lets nobody pass what does not fit', () => {
    const scheduling = registered([...schedulingPolicies, smallestFirst], 'smallest-first');
    const run = runOf({ pools: [{ nodes: 1, gpusPerNode: 8 }], jobs, scheduling, placement: 'first-fit' });
    expect(scheduleOf(run)).toEqual([
      [0, 10],
      [20, 30],
      [10, 15],
      [10, 20],
      [30, 40],
    ]);
  });

  test('smallest-first turns away what is larger than its parameter says', () => {
    const scheduling = registered([...schedulingPolicies, smallestFirst], 'smallest-first', { gpusMax: 6 });
    const run = runOf({ pools: [{ nodes: 1, gpusPerNode: 8 }], jobs, scheduling, placement: 'first-fit' });
    expect(scheduleOf(run)).toEqual([
      [-1, 0],
      [1, 11],
      [2, 7],
      [11, 21],
      // Its turn comes behind the job of 4 GPUs, which starts at 11.
      [-1, 11],
    ]);
  });

  test('one-node spreads gangs over the emptiest nodes and waits where first-fit would span two', () => {
    const placement = registered([...placementPolicies, oneNode], 'one-node');
    const three: readonly JobSketch[] = [
      { runUs: 10, gpus: 2 },
      { runUs: 20, gpus: 2 },
      { submitUs: 1, runUs: 10, gpus: 4 },
    ];
    const pools = [{ nodes: 2, gpusPerNode: 4 }];
    const schedule = (chosen: typeof placement | string): [number, number][] =>
      scheduleOf(runOf({ pools, jobs: three, scheduling: 'fifo', placement: chosen }));
    expect(schedule('first-fit')[2]).toEqual([1, 11]);
    expect(schedule(placement)[2]).toEqual([10, 20]);
  });

  test('patient waits a minute more after each fault, and lets small gangs begin anew', () => {
    const policy = registered([...recoveryPolicies, patient], 'patient', { gpusMin: 8 });
    const gang = { nodes: 1, nodesLost: 1, gpusLeft: 0, holdsWork: false, hasSpares: false };
    const recover = (gpus: number, interruptions: number) =>
      policy.recover({ ...gang, gpus, gpusMin: gpus, interruptions });
    expect([1, 2, 3].map((faults) => recover(8, faults).delayUs)).toEqual([60e6, 120e6, 180e6]);
    expect(policy.checkpoints({ gpus: 7, nodes: 1, meanTimeToFaultUs: 1 }).everyUs).toBe(NEVER);
    expect(policy.checkpoints({ gpus: 8, nodes: 1, meanTimeToFaultUs: 1 }).everyUs).toBe(3600e6);
  });
});
