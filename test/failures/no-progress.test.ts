import { describe, expect, it } from 'vitest';
import { progressWarnings } from '../../src/scenario/resolve/failures/no-progress.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { specOf } from '../engine/run-builder.ts';
import { nodesThatFail, worldOf } from './worlds.ts';

/** Warnings for a job of 128 GPUs on 16 nodes that fail every 16 h each: one fault an hour. */
function warnings(parameters: ParameterValues): string[] {
  const model = worldOf([nodesThatFail(16, { kind: 'deterministic', value: 60 })]);
  return progressWarnings(
    specOf({
      pools: [{ nodes: 32, gpusPerNode: 8 }],
      jobs: [
        { runUs: 1, gpus: 128 },
        { runUs: 1, gpus: 8 },
      ],
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model, recovery: ['periodic-checkpoint', parameters] },
    }),
  );
}

describe('a plan without progress', () => {
  it('is told where a checkpoint takes as long as the time between faults', () => {
    const often = 'a job of 128 GPUs is stopped by a fault every 1h on average';
    expect(warnings({ stall: 3600e6 })).toEqual([`${often}, but a checkpoint takes 1h: no progress is expected`]);
    expect(warnings({ stall: 60e6, persist: 7200e6 })).toEqual([
      `${often}, but a checkpoint takes 2h1m: no progress is expected`,
    ]);
    expect(warnings({ restart: 3600e6 })).toEqual([`${often}, but coming back takes 1h: no progress is expected`]);
  });

  it('is not told of one that gets on', () => {
    expect(warnings({ stall: 3599e6, restart: 3599e6 })).toEqual([]);
  });
});
