import type { Redis } from 'ioredis';
import { PREFIX } from './wire.ts';

/** Who is there, as each says of itself every now and then. */
export interface Member {
  readonly id: string;
  /** What it can work with. */
  readonly code: string;
  /** Host and process of a worker, name of a sweep. */
  readonly name: string;
  /** Runs that a worker makes at a time; 0 of a sweep. */
  readonly threads: number;
}

type Kind = 'workers' | 'sweeps';

/** Who has not been heard of for so long is gone, s. */
const GONE_S = 15;

/**
 * KEYS: the list of its own kind, the list of the others. ARGV: the member, GONE_S. The clock is that of the server, as
 * those of machines differ. What nobody renews vanishes by itself.
 */
const BEAT = `
local now = tonumber(redis.call('TIME')[1])
local gone = now - tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. gone)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGEBYSCORE', KEYS[2], gone, '+inf')
`;

/** Says that a member is there; answers those of the other kind. */
export async function beat(redis: Redis, kind: Kind, member: Member): Promise<readonly Member[]> {
  const others = kind === 'workers' ? 'sweeps' : 'workers';
  const found = await redis.eval(BEAT, 2, rollKey(kind), rollKey(others), JSON.stringify(member), GONE_S);
  return (found as string[]).map((text) => JSON.parse(text) as Member);
}

/** Says that a member has left. */
export async function leave(redis: Redis, kind: Kind, member: Member): Promise<void> {
  await redis.zrem(rollKey(kind), JSON.stringify(member));
}

function rollKey(kind: Kind): string {
  return `${PREFIX}:${kind}`;
}
