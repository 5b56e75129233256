/**
 * Events per CPU second of the kernel: M/M/1 and M/M/100 at load 0.9 and hold with a million pending events, each next
 * to the same model with the event queue written out by hand in the loop. Kernel and loop take turns, each turn in a
 * process of its own: what the compiler makes of one depends on what it has seen of the other. The check proves that
 * both did the same.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineBenchRow, ModelName, Way } from './engine-run.ts';
import { median, report } from './measure.ts';

const PROCESSES = 3;
const models: readonly ModelName[] = ['M/M/1, rho 0.9', 'M/M/100, rho 0.9', 'hold, 1 M pending'];
const child = fileURLToPath(new URL('engine-run.ts', import.meta.url));

const rows = [];
for (const model of models) {
  const turns: Record<Way, EngineBenchRow[]> = { kernel: [], inlined: [] };
  for (let turn = 0; turn < PROCESSES; turn++) {
    for (const way of turn % 2 === 0 ? (['kernel', 'inlined'] as const) : (['inlined', 'kernel'] as const)) {
      turns[way].push(measure(model, way));
    }
  }
  const { events, check } = turns.kernel[0]!;
  if ([...turns.kernel, ...turns.inlined].some((turn) => turn.check !== check || turn.events !== events)) {
    throw new Error(`${model}: the kernel and the loop by hand did different work`);
  }
  const kernel = figures(turns.kernel);
  const inlined = figures(turns.inlined);
  rows.push({
    model,
    events,
    'kernel M events/s': round(events / kernel.medianMs / 1000),
    best: round(events / kernel.bestMs / 1000),
    'inlined M events/s': round(events / inlined.medianMs / 1000),
    ratio: round(inlined.medianMs / kernel.medianMs),
    'best to best': round(inlined.bestMs / kernel.bestMs),
    check,
  });
}
await report('engine', rows);

function measure(model: ModelName, way: Way): EngineBenchRow {
  const output = execFileSync(process.execPath, ['--import', 'tsx', child, model, way], { encoding: 'utf8' });
  return JSON.parse(output) as EngineBenchRow;
}

function figures(turns: readonly EngineBenchRow[]): { readonly medianMs: number; readonly bestMs: number } {
  const medians = turns.map(({ samplesMs }) => median(samplesMs)).sort((a, b) => a - b);
  return { medianMs: median(medians), bestMs: Math.min(...turns.map(({ samplesMs }) => samplesMs[0]!)) };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
