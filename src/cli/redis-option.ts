import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { plainText } from '../scenario/problems.ts';
import type { Executor } from '../study/executors/executor.ts';
import type { Study } from '../study/file/load-study.ts';
import { executorOf, type WorkersOption } from './workers-option.ts';

/** A server of workers that is away for so long is given up. */
const GIVE_UP_MS = 60_000;

/** `--redis URL` of the commands whose runs other machines may make. */
export interface RedisOption extends WorkersOption {
  readonly redis?: string;
}

export function redisOption(): Option {
  const text = 'make the runs on every "plimsoll worker" that is connected to this server';
  return new Option('--redis <url>', text).conflicts('workers');
}

/** What makes the runs of a study whose results go to a folder. Who asks for it closes it. */
export async function studyExecutor(options: RedisOption, { data }: Study, folder: string): Promise<Executor> {
  const { redis } = options;
  if (redis === undefined) return executorOf(options);
  // Loaded here, as nothing else has a use for it.
  const { overRedis } = await import('../study/executors/redis/coordinator.ts');
  // The same when it is resumed, and another for whatever else is done at a time.
  const place = `${hostname()}\n${resolve(folder)}`;
  const id = createHash('sha256').update(place).digest('hex').slice(0, 12);
  return overRedis({ url: redis, id, name: data.name, giveUpMs: GIVE_UP_MS, tell });
}

function tell(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}
