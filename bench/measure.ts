import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';

/** CPU time of this process in ms: what a busy neighbour on the machine does not change much. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** One measured task: ms of CPU time a round, sorted. */
export interface Measured {
  readonly name: string;
  readonly samplesMs: readonly number[];
}

/**
 * Runs tasks alternately in one process, the order turned round every other round, so that whatever slows the machine
 * slows all of them. Each task runs `rounds` times after one warm-up round; what it prepares is not measured.
 */
export async function measureAlternately(
  tasks: readonly { readonly name: string; readonly run: () => void; readonly prepare?: () => void }[],
  rounds: number,
): Promise<Measured[]> {
  const samples = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const bench = new Bench({ now: cpuMs, iterations: 1, time: 0, warmup: false, retainSamples: true });
    for (const { name, run, prepare } of round % 2 === 0 ? tasks : tasks.toReversed()) {
      bench.add(name, run, prepare === undefined ? {} : { beforeEach: prepare });
    }
    await bench.run();
    if (round === 0) continue;
    for (const task of bench.tasks) {
      if (task.result.state !== 'completed') throw new Error(`bench task ${task.name} did not complete`);
      samples.get(task.name)!.push(task.result.latency.mean);
    }
  }
  return tasks.map(({ name }) => ({ name, samplesMs: samples.get(name)!.sort((a, b) => a - b) }));
}

export function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `--json FILE` of every bench: also writes the rows there. */
export async function report(bench: string, rows: readonly Record<string, string | number | boolean>[]): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' } } });
  console.table(rows);
  if (values.json === undefined) return;
  await writeFile(values.json, `${JSON.stringify({ bench, node: process.version, rows }, null, 2)}\n`);
  console.log(`written to ${values.json}`);
}
