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

it('a sweep that is killed twice and resumed gives the same bytes and makes no stored run again', async () => {
  expect.hasAssertions();
  await expectKillsLoseNothing(folder, 120, 2);
});

it.skipIf(!hasRedis)(
  `a sweep over Redis whose coordinator and workers are killed loses nothing either${needsRedis}`,
  async () => {
    expect.hasAssertions();
    await expectKillsOverRedisLoseNothing(folder, 60, 2);
  },
);
