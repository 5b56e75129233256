import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { PolicyError } from '../../src/sim/engine/policy-error.ts';
import type { Executor } from '../../src/study/executors/executor.ts';
import { errorOf, failureOf } from '../../src/study/executors/failure.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { threads } from '../../src/study/executors/threads.ts';
import { studyOf, type Study } from '../../src/study/file/load-study.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { writeResults } from '../../src/study/results/write-results.ts';
import { Runner } from '../../src/study/runs/runner.ts';
import { sweep } from '../../src/study/sweep.ts';

// Threads start in a fraction of the time from what is built.
const built = new URL('../../dist/study/executors/thread-worker.js', import.meta.url);

/** A thread that dies on what its task is called: once (until a file is there), always, or by running for ever. */
const mortalSource = `
import { existsSync, writeFileSync } from 'node:fs';
import * as worker from '${built.href}';
export async function answer(task) {
  const { name, description } = task.scenario;
  if (name === 'always') process.exit(3);
  if (name === 'for-ever') for (;;);
  if (name === 'once' && !existsSync(description)) {
    writeFileSync(description, '');
    process.exit(3);
  }
  return worker.answer(task);
}
`;

let folder: string;
let mortal: URL;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-executors-'));
  writeFileSync(join(folder, 'mortal.mjs'), mortalSource);
  mortal = pathToFileURL(join(folder, 'mortal.mjs'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A study of short runs; `name` is that of its scenario. */
function study(name = 'short', more = ''): Study {
  const scenario = {
    name,
    description: join(folder, `${name}.died`),
    cluster: { pools: [{ name: 'p', nodes: 2, gpusPerNode: 1, gpuType: 'A' }] },
    workload: {
      synthetic: [
        {
          name: 'w',
          jobs: 50,
          arrivals: { ratePerHour: 90 },
          gpus: { values: [1] },
          run: { kind: 'exponential', mean: '1m' },
        },
      ],
    },
    policies: { scheduling: 'fifo', placement: 'count' },
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(scenario));
  const text =
    `name: s\nscenario: ${name}.json\nreplications: { atLeast: 3 }\n` +
    `axes: { nodes: { path: 'cluster.pools[0].nodes', values: [2, 3] } }\n${more}`;
  return studyOf(parseText(join(folder, `${name}.yaml`), text));
}

let folders = 0;
async function swept(executor: Executor, of: Study, signal = new AbortController().signal) {
  const into = join(folder, String(folders++));
  const journal = Journal.open(`${into}.jsonl`);
  const runner = new Runner(of, executor, journal, signal);
  try {
    await writeResults(into, of, await sweep(of, runner));
  } finally {
    journal.close();
    await executor.close();
  }
  return ['study.json', 'points.csv', 'runs.csv'].map((name) => readFileSync(join(into, name), 'utf8'));
}

describe('executors', () => {
  it('give the same bytes in this process, on one thread and on two', async () => {
    const alone = await swept(inProcess(), study());
    expect(await swept(threads(1, built), study())).toEqual(alone);
    expect(await swept(threads(2, built), study())).toEqual(alone);
  });

  it('tell a mistake on a thread as what it is, and begin no run after it', async () => {
    const missing = `set: { 'workload.traces': [{ file: nowhere.swf, format: swf }] }\n`;
    const of = study('missing', missing);
    const told = await swept(inProcess(), of).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(ScenarioError);
    const journal = Journal.open(join(folder, 'missing.jsonl'));
    const executor = threads(1, built);
    const runner = new Runner(of, executor, journal, new AbortController().signal);
    await expect(sweep(of, runner)).rejects.toEqual(told);
    await expect(sweep(of, runner)).rejects.toBeInstanceOf(ScenarioError);
    expect(runner.made).toBe(0);
    journal.close();
    await executor.close();
  });

  it('run a task again whose thread died, and give up on one that brings down every thread', async () => {
    const alone = await swept(inProcess(), study('once'));
    expect(existsSync(join(folder, 'once.died'))).toBe(false);
    expect(await swept(threads(2, mortal), study('once'))).toEqual(alone);
    expect(existsSync(join(folder, 'once.died'))).toBe(true);
    await expect(swept(threads(1, mortal), study('always'))).rejects.toThrow(
      /^always, seed 1: the thread that ran it died 3 times \(worker exited with code: 3\); if memory is short, take fewer --workers/,
    );
  });

  it('stop at once, even threads that never come to an end', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 200);
    await expect(swept(threads(2, mortal), study('for-ever'), controller.signal)).rejects.toThrow('enough');
  });
});

it('errors come from a thread or machine as what they were', () => {
  const errors = [
    new PolicyError('greedy', 4_200_000_000, 'start job 7', 'GPU n0/3 runs job 2', 'preempt it first'),
    new ScenarioError([{ place: 'a.yaml:3', message: 'nodes is 0; at least 1' }]),
    new RangeError('odd'),
  ];
  for (const error of errors) {
    const sent = JSON.parse(JSON.stringify(failureOf(error))) as ReturnType<typeof failureOf>;
    const arrived = errorOf(sent);
    expect(arrived.message).toBe(error.message);
    if (!(error instanceof RangeError)) expect(arrived).toBeInstanceOf(error.constructor);
    if (error instanceof ScenarioError) expect((arrived as ScenarioError).problems).toEqual(error.problems);
  }
});
