/**
 * Events per CPU second of the kernel: M/M/1 and M/M/100 at load 0.9 and hold with a million pending events, each next
 * to the same model with the event queue written out by hand in the loop. The check proves that both did the same.
 */
import { holdInlined, queueInlined } from './inlined-models.ts';
import { measureAlternately, median, report } from './measure.ts';
import { holdThroughKernel, queueThroughKernel, type Work } from './queueing-models.ts';

const CUSTOMERS = 1_000_000;
const PENDING = 1_000_000;
const ROUNDS = 7;

interface Model {
  readonly name: string;
  readonly kernel: () => Work;
  readonly inlined: () => Work;
}

const models: readonly Model[] = [
  {
    name: 'M/M/1, rho 0.9',
    kernel: () => queueThroughKernel(1, 0.9, CUSTOMERS),
    inlined: () => queueInlined(1, 0.9, CUSTOMERS),
  },
  {
    name: 'M/M/100, rho 0.9',
    kernel: () => queueThroughKernel(100, 0.9, CUSTOMERS),
    inlined: () => queueInlined(100, 0.9, CUSTOMERS),
  },
  {
    name: 'hold, 1 M pending',
    kernel: () => holdThroughKernel(PENDING, PENDING),
    inlined: () => holdInlined(PENDING, PENDING),
  },
];

const rows = [];
for (const { name, kernel, inlined } of models) {
  const work: Work[] = [];
  const [byKernel, byHand] = await measureAlternately(
    [
      { name: 'kernel', run: () => void (work[0] = kernel()) },
      { name: 'inlined', run: () => void (work[1] = inlined()) },
    ],
    ROUNDS,
  );
  if (work[0]!.check !== work[1]!.check) throw new Error(`${name}: the kernel and the loop by hand did different work`);
  const { events, check } = work[0]!;
  const kernelMs = median(byKernel!.samplesMs);
  const inlinedMs = median(byHand!.samplesMs);
  rows.push({
    model: name,
    events,
    'kernel M events/s': round(events / kernelMs / 1000),
    best: round(events / byKernel!.samplesMs[0]! / 1000),
    'inlined M events/s': round(events / inlinedMs / 1000),
    ratio: round(inlinedMs / kernelMs),
    'best to best': round(byHand!.samplesMs[0]! / byKernel!.samplesMs[0]!),
    check,
  });
}
await report('engine', rows);

function round(value: number): number {
  return Number(value.toFixed(2));
}
