import type { Redis } from 'ioredis';
import { PREFIX, QUEUE } from './wire.ts';

/** Lists of jobs, and what a queue keeps beside them. */
const LISTS = ['wait', 'paused', 'active', 'prioritized', 'delayed', 'completed', 'failed', 'waiting-children'];
const BESIDE = [
  'meta',
  'id',
  'pc',
  'marker',
  'events',
  'stalled',
  'stalled-check',
  'metrics:completed',
  'metrics:failed',
];

/** KEYS: the lists, then the rest. ARGV: how many lists. All or nothing: a job that is just added stays. */
const TIDY = `
for index = 1, tonumber(ARGV[1]) do
  if redis.call('EXISTS', KEYS[index]) == 1 then return 0 end
end
return redis.call('DEL', unpack(KEYS))
`;

/** Takes away the queue if no job is in it: it begins anew with the next one. */
export async function tidy(redis: Redis): Promise<void> {
  const keys = [...LISTS, ...BESIDE].map((name) => `${PREFIX}:${QUEUE}:${name}`);
  await redis.eval(TIDY, keys.length, ...keys, LISTS.length);
}
