import { Redis } from 'ioredis';
import { ExecutorError, ExecutorRefusal } from '../failure.ts';

const CONNECT_MS = 5000;
const RETRY_MS = { first: 100, most: 2000 } as const;

export interface ConnectionOptions {
  /** redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// with TLS. */
  readonly url: string;
  /** A server that was there and is away for so long is given up, ms. */
  readonly giveUpMs: number;
  /** Told in words what becomes of the connection. */
  readonly tell: (text: string) => void;
  /** The connection is there again: what was in the server may be lost. */
  readonly onBack?: () => void;
  /** The connection has been given up. */
  readonly onGivenUp?: (error: ExecutorError) => void;
}

export interface Connection {
  readonly redis: Redis;
  /** The server's address, without the password. */
  readonly address: string;
  readonly disconnect: () => void;
}

/**
 * A connection to Redis or Valkey that mends itself. ExecutorRefusal, at once, for a bad address and for a server that is
 * not there or lets nobody in.
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const address = addressOf(options.url);
  /** When the connection was lost; undefined while it is there. */
  let lostMs: number | undefined;
  let wasReady = false;
  const redis = new Redis(options.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // Commands wait for a server that is away, as BullMQ wants it.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => {
      if (!wasReady) return null;
      lostMs ??= performance.now();
      return performance.now() - lostMs > options.giveUpMs ? null : Math.min(RETRY_MS.most, RETRY_MS.first * times);
    },
  });
  let why = '';
  redis.on('error', (error) => (why = reasonOf(error)));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw new ExecutorRefusal(
      `${address}: cannot be used: ${why === '' ? reasonOf(error) : why}; is a Redis or Valkey server running there?`,
    );
  }
  wasReady = true;
  let isAway = false;
  let isLeft = false;
  redis.on('close', () => {
    if (isAway || isLeft) return;
    isAway = true;
    options.tell(`lost the connection to ${address}; trying again`);
  });
  redis.on('ready', () => {
    lostMs = undefined;
    if (!isAway) return;
    isAway = false;
    options.tell(`connected to ${address} again`);
    options.onBack?.();
  });
  redis.on('end', () => {
    if (isLeft) return;
    const seconds = Math.round(options.giveUpMs / 1000);
    options.onGivenUp?.(new ExecutorError(`${address}: was away for ${seconds} s (${why}); start it, and go on`));
  });
  const disconnect = (): void => {
    isLeft = true;
    redis.disconnect();
  };
  return { redis, address, disconnect };
}

/** An address that may be shown. ExecutorRefusal if it is none. */
function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    // What is no address may still hold a password.
    throw new ExecutorRefusal('--redis: must be an address like redis://HOST:6379, or rediss:// with TLS');
  }
  const { protocol, username, password, hostname, port, pathname } = parsed;
  const who = username === '' && password === '' ? '' : `${username}${password === '' ? '' : ':***'}@`;
  return `${protocol}//${who}${hostname}:${port === '' ? '6379' : port}${pathname === '/' ? '' : pathname}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ETIMEDOUT: 'it does not answer',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? (message === '' ? code : message);
}
