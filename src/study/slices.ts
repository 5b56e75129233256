import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Simulation } from '../sim/engine/simulation.ts';

/** A slice of work between two looks at the clock: long enough to cost nothing, short enough to stop at once. */
const SLICE_MS = { least: 15, most: 60 } as const;

/**
 * Runs a simulation slice by slice, as long as `goesOn` says so before a slice, or to its end. Between slices the
 * program may do other things: report progress, or stop by the signal (rejects with its reason). Where it is sliced
 * makes no difference to the result.
 */
export async function runInSlices(
  simulation: Simulation,
  onSlice: () => void,
  signal: AbortSignal | undefined,
  goesOn: () => boolean = () => true,
): Promise<void> {
  let events = 1000;
  while (goesOn()) {
    const beganMs = performance.now();
    const more = simulation.advance(events);
    const tookMs = performance.now() - beganMs;
    onSlice();
    if (!more) return;
    if (tookMs < SLICE_MS.least) events *= 2;
    else if (tookMs > SLICE_MS.most) events = Math.max(1, Math.floor(events / 2));
    await nextTurn();
    signal?.throwIfAborted();
  }
}
