import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { PREFIX, QUEUE } from '../../src/study/executors/redis/wire.ts';
import { files, startProgram, storedKeys, sweepToEnd, writeStudy } from './killed-sweep.ts';
import { RedisServer } from './redis-server.ts';

const WORKERS = 2;
const LOCK = '400ms';

/**
 * Kills the coordinator and the workers of a sweep over Redis in turn, starts each anew, and expects of it what an
 * undisturbed one gives: no stored run is made again, and of the others only those that a killed worker was at.
 */
export async function expectKillsOverRedisLoseNothing(folder: string, runs: number, kills: number): Promise<void> {
  writeStudy(folder, runs);
  const server = await RedisServer.start();
  const begun = new Begun(server);
  const killed = join(folder, 'killed');
  const work = () => startProgram('worker', '--redis', server.url, '--concurrency', '1', '--lock', LOCK);
  const coordinate = () => startProgram('sweep', join(folder, 'study.yaml'), '--out', killed, '--redis', server.url);
  const workers = Array.from({ length: WORKERS }, work);
  let coordinator = coordinate();
  try {
    const luck = new AleaStream('kills over Redis');
    for (let kill = 0; kill < kills; kill++) {
      const before = storedKeys(killed);
      const share = (runs - before.length) / (kills - kill + 1);
      const target = before.length + 1 + Math.floor(luck.uniform() * share);
      while (coordinator.child.exitCode === null && storedKeys(killed).length < target) await pause(2);
      await pause(5 * luck.uniform());
      const victim = kill % (WORKERS + 1);
      if (victim === 0) {
        coordinator.child.kill('SIGKILL');
        await coordinator.ended;
        coordinator = coordinate();
      } else {
        workers[victim - 1]!.child.kill('SIGKILL');
        await workers[victim - 1]!.ended;
        workers[victim - 1] = work();
      }
      const after = storedKeys(killed);
      expect(after.length).toBeLessThan(runs);
      expect(after.slice(0, before.length)).toEqual(before);
    }
    expect(await coordinator.ended).toMatch(/\d+ runs made, \d+ found/);
    const killedWorkers = kills - Math.ceil(kills / (WORKERS + 1));
    expect(begun.twice).toBeLessThanOrEqual(killedWorkers);
    // The last few may go by unseen, as the end takes the record away.
    expect(begun.runs).toBeGreaterThan(runs - 10);
  } finally {
    begun.close();
    for (const { child } of [...workers, coordinator]) child.kill('SIGTERM');
    await Promise.all([...workers, coordinator].map(({ ended }) => ended));
    await server.down();
  }
  const keys = storedKeys(killed);
  expect(new Set(keys).size).toBe(runs);
  expect(keys.length).toBe(runs);
  const whole = join(folder, 'whole');
  expect(await sweepToEnd(folder, whole)).toContain(`${runs} runs made, 0 found`);
  for (const file of files) expect(readFileSync(join(killed, file))).toEqual(readFileSync(join(whole, file)));
}

/** Follows which runs workers begin, and how often. */
class Begun {
  private readonly times = new Map<string, number>();
  private readonly redis: Redis;

  constructor({ url }: RedisServer) {
    this.redis = new Redis(url, { retryStrategy: () => null });
    this.redis.on('error', () => undefined);
    void this.follow().catch(() => undefined);
  }

  get runs(): number {
    return this.times.size;
  }

  /** Beginnings beyond the first of each. */
  get twice(): number {
    return [...this.times.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  close(): void {
    this.redis.disconnect();
  }

  private async follow(): Promise<never> {
    for (let last = '0'; ;) {
      const found = await this.redis.xread('BLOCK', 1000, 'STREAMS', `${PREFIX}:${QUEUE}:events`, last);
      for (const [id, fields] of found?.[0]?.[1] ?? []) {
        last = String(id);
        const said = fields.map(String);
        const job = said[said.indexOf('jobId') + 1]!;
        if (said[said.indexOf('event') + 1] === 'active') this.times.set(job, (this.times.get(job) ?? 0) + 1);
      }
    }
  }
}
