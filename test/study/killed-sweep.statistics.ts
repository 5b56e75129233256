import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectKillsOverRedisLoseNothing } from './killed-redis-sweep.ts';
import { expectKillsLoseNothing } from './killed-sweep.ts';
import { hasRedis, needsRedis } from './redis-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a sweep of 200 runs that is killed ten times gives the same bytes and makes no stored run again', async () => {
  expect.hasAssertions();
  await expectKillsLoseNothing(folder, 200, 10);
});

it.skipIf(!hasRedis)(
  `a sweep over Redis whose coordinator and workers are killed loses nothing either${needsRedis}`,
  async () => {
    expect.hasAssertions();
    await expectKillsOverRedisLoseNothing(folder, 200, 10);
  },
);
