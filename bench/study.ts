/**
 * What the machinery of studies costs: the same replications made by the bare run, by a sweep in this process and by
 * sweeps on threads. CPU time is of the whole process, threads too; the check is a hash over the fingerprints of all runs.
 * Everything is what `npm run build` made, as users have it: measured from source, threads would mostly load tsx.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as LoadModule from '../src/scenario/document/load.ts';
import type * as PointsModule from '../src/study/design/points.ts';
import type * as InProcessModule from '../src/study/executors/in-process.ts';
import type * as ThreadsModule from '../src/study/executors/threads.ts';
import type * as LoadStudyModule from '../src/study/file/load-study.ts';
import type * as JournalModule from '../src/study/results/journal.ts';
import type * as WriteResultsModule from '../src/study/results/write-results.ts';
import type * as RunTaskModule from '../src/study/runs/run-task.ts';
import type * as RunnerModule from '../src/study/runs/runner.ts';
import type * as SettlePointsModule from '../src/study/runs/settle-points.ts';
import type * as SweepModule from '../src/study/sweep.ts';
import type * as ImportedFilesModule from '../src/traces/imported-files.ts';
import type { Executor } from '../src/study/executors/executor.ts';
import type { Study } from '../src/study/file/load-study.ts';
import { cpuMs, median, report } from './measure.ts';

const { parseText } = await built<typeof LoadModule>('scenario/document/load');
const { pointsOf } = await built<typeof PointsModule>('study/design/points');
const { inProcess } = await built<typeof InProcessModule>('study/executors/in-process');
const { threads } = await built<typeof ThreadsModule>('study/executors/threads');
const { studyOf } = await built<typeof LoadStudyModule>('study/file/load-study');
const { Journal } = await built<typeof JournalModule>('study/results/journal');
const { runTask } = await built<typeof RunTaskModule>('study/runs/run-task');
const { Runner } = await built<typeof RunnerModule>('study/runs/runner');
const { settlePoints } = await built<typeof SettlePointsModule>('study/runs/settle-points');
const { sweep } = await built<typeof SweepModule>('study/sweep');
const { ImportedFiles } = await built<typeof ImportedFilesModule>('traces/imported-files');

const { writeResults } = await built<typeof WriteResultsModule>('study/results/write-results');

interface Size {
  readonly name: string;
  readonly jobs: number;
  readonly runs: number;
  /** Times that all of them are made in every way. */
  readonly rounds: number;
}

const sizes: readonly Size[] = [
  { name: '1 s runs', jobs: 150_000, runs: 2, rounds: 5 },
  { name: '10 ms runs', jobs: 1500, runs: 100, rounds: 5 },
  { name: '1 ms runs', jobs: 100, runs: 10_000, rounds: 1 },
];

const rows: Record<string, string | number>[] = [];
for (const size of sizes) {
  const study = studyOfRuns(size);
  const [alone, one, two] = [inProcess(), threads(1), threads(2)];
  const ways: readonly Way[] = [
    { how: 'bare runs', make: () => bareRuns(study) },
    { how: 'in process', make: () => swept(study, alone) },
    { how: '1 thread', make: () => swept(study, one) },
    { how: '2 threads', make: () => swept(study, two) },
  ];
  const measures = await measuredInTurns(ways, size.rounds);
  for (const executor of [alone, one, two]) await executor.close();
  const middle = (of: readonly number[]): number => median(of.toSorted((a, b) => a - b));
  const [bare, , oneThread] = measures;
  ways.forEach(({ how }, way) => {
    const { wallMs, usedMs, check } = measures[way]!;
    if (check !== bare!.check) throw new Error(`${size.name}, ${how}: did other work than the bare runs`);
    const overBare = middle(usedMs.map((used, round) => used / bare!.usedMs[round]!)) - 1;
    const speedUp = middle(wallMs.map((wall, round) => oneThread!.wallMs[round]! / wall));
    rows.push({
      runs: `${size.rounds} x ${size.runs} x ${size.name}`,
      how,
      'CPU ms a run': rounded(middle(usedMs) / size.runs),
      'overhead, CPU ms a run': rounded((overBare * middle(bare!.usedMs)) / size.runs),
      'overhead, %': rounded(100 * overBare),
      'wall ms a run': rounded(middle(wallMs) / size.runs),
      'wall, 1 thread / this': rounded(speedUp),
      check,
    });
  });
}
await report('study', rows);

interface Way {
  readonly how: string;
  /** Makes the runs; answers their fingerprints. */
  readonly make: () => Promise<readonly string[]>;
}

interface Measure {
  /** By round. */
  readonly wallMs: number[];
  readonly usedMs: number[];
  check: string;
}

/** Every way in every round, so that whatever slows the machine slows all; a round before starts threads and compiles. */
async function measuredInTurns(ways: readonly Way[], rounds: number): Promise<readonly Measure[]> {
  const measures = ways.map((): Measure => ({ wallMs: [], usedMs: [], check: '' }));
  for (let round = 0; round <= rounds; round++) {
    for (const [way, { make }] of ways.entries()) {
      const [beganMs, cpuBeganMs] = [performance.now(), cpuMs()];
      const fingerprints = await make();
      const [wallMs, usedMs] = [performance.now() - beganMs, cpuMs() - cpuBeganMs];
      if (round === 0) continue;
      const measure = measures[way]!;
      measure.wallMs.push(wallMs);
      measure.usedMs.push(usedMs);
      measure.check = createHash('sha256').update(fingerprints.join()).digest('hex').slice(0, 12);
    }
  }
  return measures;
}

async function built<Module>(path: string): Promise<Module> {
  const module: unknown = await import(new URL(`../dist/${path}.js`, import.meta.url).href);
  return module as Module;
}

/** An M/M/8 queue; a run of it takes some 7 us a job. */
function studyOfRuns({ jobs, runs }: Size): Study {
  const file = join(import.meta.dirname, 'scenarios', 'study-queue.yaml');
  const text =
    `name: overhead\nscenario: study-queue.yaml\nmetrics: [mean(wait), p95(wait), utilisation]\n` +
    `replications: { atLeast: ${runs} }\nset: { 'workload.synthetic[0].jobs': ${jobs} }\n`;
  return studyOf(parseText(file, text));
}

/** The runs and nothing else. */
async function bareRuns(study: Study): Promise<string[]> {
  const [point] = settlePoints(study, pointsOf(study.data));
  const { data, file } = point!.settled;
  const { metrics, seed, replications } = study.data;
  const files = new ImportedFiles();
  const fingerprints: string[] = [];
  for (let replication = 0; replication < replications.atLeast; replication++) {
    const scenario = { ...data, seed: seed + replication };
    const { fingerprint } = await runTask({ key: '', scenario, file, inputs: [], warmUpUs: 0, metrics }, files);
    fingerprints.push(fingerprint);
  }
  return fingerprints;
}

/** A whole sweep with its journal and its results. */
async function swept(study: Study, executor: Executor): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-study-'));
  const journal = Journal.open(join(folder, 'runs.jsonl'));
  try {
    const points = await sweep(study, new Runner(study, executor, journal, new AbortController().signal));
    await writeResults(folder, study, points);
    return points[0]!.outcomes.map(({ fingerprint }) => fingerprint);
  } finally {
    journal.close();
    rmSync(folder, { recursive: true });
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
