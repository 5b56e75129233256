import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { pointsOf } from '../../src/study/design/points.ts';
import type { Executor } from '../../src/study/executors/executor.ts';
import { ExecutorError, ExecutorRefusal } from '../../src/study/executors/failure.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { overRedis } from '../../src/study/executors/redis/coordinator.ts';
import { PREFIX, QUEUE } from '../../src/study/executors/redis/wire.ts';
import { workOverRedis } from '../../src/study/executors/redis/worker.ts';
import { threads } from '../../src/study/executors/threads.ts';
import { studyOf, type Study } from '../../src/study/file/load-study.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { writeResults } from '../../src/study/results/write-results.ts';
import { Runner } from '../../src/study/runs/runner.ts';
import { settlePoints } from '../../src/study/runs/settle-points.ts';
import { mergeShards } from '../../src/study/shards/merge.ts';
import { sweepShard } from '../../src/study/shards/sweep-shard.ts';
import { sweep } from '../../src/study/sweep.ts';
import { hasRedis, needsRedis, RedisServer } from './redis-server.ts';
import { twoServers } from './two-servers.ts';

// Threads start in a fraction of the time from what is built.
const built = new URL('../../dist/study/executors/thread-worker.js', import.meta.url);
const files = ['study.json', 'points.csv', 'runs.csv'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-redis-'));
  writeFileSync(join(folder, 'short.yaml'), twoServers('short', 50));
});
afterAll(() => rmSync(folder, { recursive: true }));

function study(atLeast = 3, more = ''): Study {
  const text =
    `name: small\nscenario: short.yaml\nreplications: { atLeast: ${atLeast} }\n` +
    `axes: { nodes: { path: 'cluster.pools[0].nodes', values: [2, 3] } }\n${more}`;
  return studyOf(parseText(join(folder, 'study.yaml'), text));
}

const never = (): AbortSignal => new AbortController().signal;
let folders = 0;

interface Swept {
  readonly bytes: readonly string[];
  readonly made: number;
}

/** A whole sweep into a folder; the executor is closed. */
async function swept(executor: Executor, of: Study, signal = never(), into = String(folders++)): Promise<Swept> {
  mkdirSync(join(folder, into), { recursive: true });
  const journal = Journal.open(join(folder, into, 'runs.jsonl'));
  const runner = new Runner(of, executor, journal, signal);
  try {
    await writeResults(join(folder, into), of, await sweep(of, runner));
  } finally {
    journal.close();
    await executor.close();
  }
  return { bytes: bytesOf(into), made: runner.made };
}

function bytesOf(into: string): string[] {
  return files.map((name) => readFileSync(join(folder, into, name), 'utf8'));
}

async function sharded(of: Study, count: number): Promise<string[]> {
  const into = Array.from({ length: count }, (_, at) => `shard-${at + 1}`);
  for (const [at, name] of into.entries()) {
    mkdirSync(join(folder, name));
    const journal = Journal.open(join(folder, name, 'runs.jsonl'));
    const runner = new Runner(of, inProcess(), journal, never());
    await sweepShard(of, { index: at + 1, of: count }, runner, join(folder, name));
    journal.close();
  }
  const paths = into.map((name) => join(folder, name));
  await mergeShards(join(folder, 'merged'), paths);
  return bytesOf('merged');
}

describe.skipIf(!hasRedis)(`sweeps over Redis${needsRedis}`, () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    redis.on('error', () => undefined);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.down();
  });

  let told: string[];
  const tell = (text: string): void => void told.push(text);
  const working: { readonly controller: AbortController; readonly ended: Promise<unknown> }[] = [];
  beforeEach(() => (told = []));
  const dismissAll = async (): Promise<void> => {
    for (const { controller } of working) controller.abort();
    await Promise.all(working.map(({ ended }) => ended));
    working.length = 0;
  };
  afterEach(async () => {
    await dismissAll();
    const left = await redis.keys('*');
    if (left.length > 0) throw new Error(`left in the server: ${left.join(', ')}`);
  });

  const hire = (executor: () => Executor = inProcess) => {
    const controller = new AbortController();
    const options = { url: server.url, concurrency: 1, lockMs: 400, tell, executor };
    const ended = workOverRedis(options, controller.signal);
    working.push({ controller, ended });
    return { controller, ended };
  };
  const coordinate = (id = 'one', giveUpMs = 10_000): Promise<Executor> =>
    overRedis({ url: server.url, id, name: id, giveUpMs, tell });

  it('give the same bytes as in this process, on two threads and in four shards, with one worker and with three', async () => {
    const { bytes } = await swept(inProcess(), study());
    expect((await swept(threads(2, built), study())).bytes).toEqual(bytes);
    expect(await sharded(study(), 4)).toEqual(bytes);
    hire();
    expect(await swept(await coordinate(), study())).toEqual({ bytes, made: 6 });
    hire();
    hire();
    expect(await swept(await coordinate(), study())).toEqual({ bytes, made: 6 });
  });

  it('do not mix, and each gets its own answers', async () => {
    hire();
    hire();
    const [one, two] = await Promise.all([coordinate('one'), coordinate('two')]);
    // The same runs in both, and each is made for each.
    const results = await Promise.all([swept(one, study(6)), swept(two, study(6))]);
    expect(results[0]).toEqual(results[1]);
    expect(results[0].made).toBe(12);
  });

  it('tell a mistake on a worker as what it is', async () => {
    hire();
    const missing = `set: { 'workload.traces': [{ file: nowhere.swf, format: swf }] }\n`;
    const here = await swept(inProcess(), study(3, missing)).catch((error: unknown) => error);
    const there = await swept(await coordinate(), study(3, missing)).catch((error: unknown) => error);
    expect(there).toBeInstanceOf(ScenarioError);
    expect(there).toEqual(here);
  });

  it('refuse a file that a worker does not have, or has otherwise', async () => {
    const trace = join(folder, 'jobs.csv');
    const header = 'job_id,num_gpu,submit_time,duration\n';
    writeFileSync(trace, `${header}1,1,0,60\n`);
    const of = study(3, `set: { 'workload.traces': [{ file: jobs.csv, format: plain }] }\n`);
    hire();
    const { made } = await swept(await coordinate(), of);
    expect(made).toBe(6);
    const executor = await coordinate();
    const journal = Journal.open(join(folder, 'files.jsonl'));
    const [point] = settlePoints(of, pointsOf(of.data));
    const runner = new Runner(of, executor, journal, never());
    const [one, two] = [await runner.taskOf(point!, 0), await runner.taskOf(point!, 1)];
    journal.close();
    writeFileSync(trace, `${header}1,1,0,61\n`);
    await expect(executor.run(one, never())).rejects.toThrow(
      /^short: worker .*:\d+ has another content of .*jobs\.csv; give every machine the same files at the same paths$/,
    );
    rmSync(trace);
    await expect(executor.run(two, never())).rejects.toThrow(/cannot read .*jobs\.csv; give every machine/);
    await executor.close();
  });

  it('have a run made by another worker when one is stopped in the middle, or dies', async () => {
    const { bytes } = await swept(inProcess(), study());
    const slow = hire(onlyWaits);
    const whole = swept(await coordinate(), study());
    while ((await redis.llen(keyOf('active'))) === 0) await pause(5);
    slow.controller.abort();
    expect(await slow.ended).toEqual({ made: 0, givenBack: 1 });
    hire();
    expect(await whole).toEqual({ bytes, made: 6 });
  });

  it('take everything back when they are stopped, and what a worker is at is thrown away', async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const alone = inProcess();
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const run: Executor['run'] = async (task, signal) => {
      begin();
      await held;
      return alone.run(task, signal);
    };
    const holds: Executor = { ...alone, run };
    const { ended } = hire(() => holds);
    const controller = new AbortController();
    const stopped = swept(await coordinate(), study(), controller.signal);
    await begun;
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect(await redis.exists(keyOf('wait'))).toBe(0);
    finish();
    while ((await redis.llen(keyOf('active'))) > 0) await pause(5);
    await dismissAll();
    expect(await ended).toEqual({ made: 1, givenBack: 0 });
  });

  it('go on when the server is started anew and has forgotten everything', async () => {
    const of = study(20);
    const { bytes } = await swept(inProcess(), of);
    hire();
    const into = 'restarted';
    const whole = swept(await coordinate(), of, never(), into);
    const stored = (): number => readFileSync(join(folder, into, 'runs.jsonl'), 'utf8').split('\n').length - 2;
    while (stored() < 5) await pause(2);
    await server.down();
    const before = stored();
    expect(before).toBeLessThan(40);
    await server.up();
    expect(await whole).toEqual({ bytes, made: 40 });
    expect(told).toContain(`lost the connection to ${server.url}; trying again`);
    expect(told).toContain(`connected to ${server.url} again`);
  });

  it('are given up, with what is stored, when the server stays away', async () => {
    const into = 'given-up';
    const part = swept(await coordinate('one', 300), study(), never(), into);
    await server.down();
    await expect(part).rejects.toThrow(/was away for 0 s \(nobody listens there\); start it, and go on$/);
    await expect(part).rejects.toBeInstanceOf(ExecutorError);
    const { length } = Journal.read(join(folder, into, 'runs.jsonl'));
    await server.up();
    hire();
    await expect(swept(await coordinate(), study(), never(), into)).resolves.toMatchObject({ made: 6 - length });
  });

  it('say when there is nobody to make runs, or code that makes others', async () => {
    const other = { id: 'x', code: 'other.1', name: 'far:1', threads: 4 };
    await redis.zadd('plimsoll:workers', Math.floor(Date.now() / 1000), JSON.stringify(other));
    await redis.zadd('plimsoll:sweeps', Math.floor(Date.now() / 1000), JSON.stringify({ ...other, name: 'theirs' }));
    hire();
    const executor = await coordinate();
    while (told.length < 3) await pause(5);
    expect(told).toContainEqual(
      expect.stringMatching(/^sweeps of other code are left to others: theirs \(other\.1\);/),
    );
    expect(told).toContain('1 worker, 1 run at a time; of other code, and left out: far:1 (other.1)');
    await executor.close();
    await redis.del('plimsoll:workers', 'plimsoll:sweeps');
  });

  it('are refused at once where there is no server, without telling its password', async () => {
    const options = { id: 'one', name: 'one', giveUpMs: 10_000, tell };
    const refused = overRedis({ ...options, url: `redis://me:secret@127.0.0.1:1` });
    await expect(refused).rejects.toThrow(
      'redis://me:***@127.0.0.1:1: cannot be used: nobody listens there; is a Redis or Valkey server running there?',
    );
    await expect(refused).rejects.toBeInstanceOf(ExecutorRefusal);
    await expect(overRedis({ ...options, url: 'secret@host' })).rejects.toThrow(
      /^--redis: must be an address like redis:/,
    );
    const wrong = workOverRedis(
      { url: `redis://me:x@127.0.0.1:${server.port}`, concurrency: 1, lockMs: 1, tell },
      never(),
    );
    await expect(wrong).rejects.toThrow(/WRONGPASS/);
  });
});

function keyOf(list: string): string {
  return `${PREFIX}:${QUEUE}:${list}`;
}

/** Never comes to an end by itself. */
function onlyWaits(): Executor {
  const run = (_: unknown, signal: AbortSignal): Promise<never> => {
    return new Promise((_resolve, reject) => {
      const stop = (): void => reject(new Error('stopped'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  };
  return { capacity: 1, run, close: () => Promise.resolve() };
}
