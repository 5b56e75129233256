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
import type { RunTask } from '../src/study/runs/task.ts';
import { cpuMs, report } from './measure.ts';

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
}

const sizes: readonly Size[] = [
  { name: '1 s runs', jobs: 150_000, runs: 6 },
  { name: '10 ms runs', jobs: 1500, runs: 400 },
  { name: '1 ms runs', jobs: 100, runs: 10_000 },
];

const rows = [];
for (const size of sizes) {
  const study = studyOfRuns(size);
  // Whatever makes runs is compiled to the end, and threads are started, before anything is measured.
  await measured(() => bareRuns(study, Math.ceil(size.runs / 4)));
  const bare = await measured(() => bareRuns(study, size.runs));
  const turns: [string, Measure][] = [
    ['bare runs', bare],
    ['in process', await sweepMeasured(study, inProcess())],
    ['1 thread', await sweepMeasured(study, threads(1))],
    ['2 threads', await sweepMeasured(study, threads(2))],
  ];
  const oneThreadMs = turns[2]![1].wallMs;
  for (const [how, { startMs, wallMs, usedMs, check }] of turns) {
    if (check !== bare.check) throw new Error(`${size.name}, ${how}: did other work than the bare runs`);
    rows.push({
      runs: `${size.runs} x ${size.name}`,
      how,
      'start, CPU s': round(startMs / 1000),
      'wall s': round(wallMs / 1000),
      'CPU s': round(usedMs / 1000),
      'CPU ms a run': round(usedMs / size.runs),
      'overhead, CPU ms a run': round((usedMs - bare.usedMs) / size.runs),
      'overhead, %': round(100 * (usedMs / bare.usedMs - 1)),
      'wall, 1 thread / this': round(oneThreadMs / wallMs),
      check,
    });
  }
}
await report('study', rows);

interface Measure {
  /** CPU time of what came before. */
  readonly startMs: number;
  readonly wallMs: number;
  readonly usedMs: number;
  readonly check: string;
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

async function measured(work: () => Promise<readonly string[]>): Promise<Measure> {
  const [beganMs, cpuBeganMs] = [performance.now(), cpuMs()];
  const fingerprints = await work();
  const [wallMs, usedMs] = [performance.now() - beganMs, cpuMs() - cpuBeganMs];
  return {
    startMs: 0,
    wallMs,
    usedMs,
    check: createHash('sha256').update(fingerprints.join()).digest('hex').slice(0, 12),
  };
}

/** The runs and nothing else. */
async function bareRuns(study: Study, count: number): Promise<string[]> {
  const files = new ImportedFiles();
  const fingerprints: string[] = [];
  for (const task of tasksOf(study, count)) fingerprints.push((await runTask(task, files)).fingerprint);
  return fingerprints;
}

/** A sweep, after as many runs for warming up as the bare ones had. */
async function sweepMeasured(study: Study, executor: Executor): Promise<Measure> {
  const { signal } = new AbortController();
  const beganMs = cpuMs();
  const count = Math.max(2, Math.ceil(study.data.replications.atLeast / 4)) * executor.capacity;
  await Promise.all(tasksOf(study, count).map((task) => executor.run(task, signal)));
  const startMs = cpuMs() - beganMs;
  try {
    return { ...(await measured(() => swept(study, executor))), startMs };
  } finally {
    await executor.close();
  }
}

function tasksOf(study: Study, count: number): RunTask[] {
  const [point] = settlePoints(study, pointsOf(study.data));
  const { data, file } = point!.settled;
  const { metrics, seed } = study.data;
  return Array.from({ length: count }, (_, replication) => {
    const scenario = { ...data, seed: seed + replication };
    return { key: String(replication), scenario, file, inputs: [], warmUpUs: 0, metrics };
  });
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

function round(value: number): number {
  return Number(value.toFixed(2));
}
