/**
 * What the machinery of studies costs: the same replications made by the bare run, by a sweep in this process and by
 * sweeps on threads. CPU time is of the whole process, threads too; the check is a hash over the fingerprints of all runs.
 * Everything is what `npm run build` made, as users have it: measured from source, threads would mostly load tsx.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Executor } from '../src/study/executors/executor.ts';
import type { Study } from '../src/study/file/load-study.ts';
import { cpuMs, report } from './measure.ts';

const { parseText } = await built<typeof import('../src/scenario/document/load.ts')>('scenario/document/load');
const { pointsOf } = await built<typeof import('../src/study/design/points.ts')>('study/design/points');
const { inProcess } = await built<typeof import('../src/study/executors/in-process.ts')>('study/executors/in-process');
const { threads } = await built<typeof import('../src/study/executors/threads.ts')>('study/executors/threads');
const { studyOf } = await built<typeof import('../src/study/file/load-study.ts')>('study/file/load-study');
const { Journal } = await built<typeof import('../src/study/results/journal.ts')>('study/results/journal');
const { writeResults } =
  await built<typeof import('../src/study/results/write-results.ts')>('study/results/write-results');
const { runTask } = await built<typeof import('../src/study/runs/run-task.ts')>('study/runs/run-task');
const { Runner } = await built<typeof import('../src/study/runs/runner.ts')>('study/runs/runner');
const { settlePoints } = await built<typeof import('../src/study/runs/settle-points.ts')>('study/runs/settle-points');
const { sweep } = await built<typeof import('../src/study/sweep.ts')>('study/sweep');
const { ImportedFiles } = await built<typeof import('../src/traces/imported-files.ts')>('traces/imported-files');

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
  // Compiled to the end before anything is measured.
  await bareRuns(study, Math.ceil(size.runs / 4));
  const bare = await measured(() => bareRuns(study, size.runs));
  const turns: [string, Measure][] = [
    ['bare runs', bare],
    ['in process', await measured(() => swept(study, inProcess()))],
    ['1 thread', await measured(() => swept(study, threads(1)))],
    ['2 threads', await measured(() => swept(study, threads(2)))],
  ];
  const oneThreadMs = turns[2]![1].wallMs;
  for (const [how, { wallMs, usedMs, check }] of turns) {
    if (check !== bare.check) throw new Error(`${size.name}, ${how}: did other work than the bare runs`);
    rows.push({
      runs: `${size.runs} x ${size.name}`,
      how,
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
  return { wallMs, usedMs, check: createHash('sha256').update(fingerprints.join()).digest('hex').slice(0, 12) };
}

/** The runs and nothing else. */
async function bareRuns(study: Study, count: number): Promise<string[]> {
  const [point] = settlePoints(study, pointsOf(study.data));
  const { data, file } = point!.settled;
  const files = new ImportedFiles();
  const fingerprints: string[] = [];
  const { metrics, seed } = study.data;
  for (let replication = 0; replication < count; replication++) {
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
    await executor.close();
    rmSync(folder, { recursive: true });
  }
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
