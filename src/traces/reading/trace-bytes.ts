import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TraceError } from '../import-report.ts';
import type { TraceFile, TraceLimits } from './trace-file.ts';
import type { TraceProblems } from './trace-problems.ts';

const CHUNK_BYTES = 256 * 1024;

/** Containers that people rename to .csv or .gz; only gzip is read here. */
const FOREIGN_MAGIC: readonly (readonly [hex: string, what: string])[] = [
  ['504b0304', 'a zip archive; unpack it first'],
  ['425a68', 'bzip2 data; unpack it first, or compress it with gzip'],
  ['fd377a585a00', 'xz data; unpack it first, or compress it with gzip'],
  ['28b52ffd', 'zstd data; unpack it first, or compress it with gzip'],
  ['50415231', 'a Parquet file; export it as CSV'],
  ['fffe', 'UTF-16 text; save it as UTF-8'],
  ['feff', 'UTF-16 text; save it as UTF-8'],
];

/**
 * The bytes of a trace, expanded if they are gzip (told by its first bytes, not by its name).
 * Refuses what is no plain file, cannot be read, is larger than the limits, or ends early.
 */
export async function* readBytes(
  file: TraceFile,
  problems: TraceProblems,
  limits: TraceLimits,
): AsyncGenerator<Buffer, void, undefined> {
  let handle: FileHandle | undefined;
  try {
    // Non-blocking, so that opening a pipe nobody writes to does not hang.
    handle = await open(file.path, constants.O_RDONLY | constants.O_NONBLOCK);
    checkKind(await handle.stat(), problems, limits);
    const stream = await expand(handle, problems);
    let expandedBytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      expandedBytes += chunk.length;
      if (expandedBytes > limits.expandedBytesMax) {
        problems.fail(0, `expands to more than ${mebibytes(limits.expandedBytesMax)}; split it, or check what it is`);
      }
      yield chunk;
    }
    if (expandedBytes === 0) problems.fail(0, 'is empty; name a file that holds a trace');
  } catch (error) {
    // What bears no code does not come from the file: it is a defect here, and must not pass for one there.
    if (error instanceof TraceError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    problems.fail(0, reasonOf(error));
  } finally {
    await handle?.close();
  }
}

function checkKind(stats: Stats, problems: TraceProblems, limits: TraceLimits): void {
  if (stats.isDirectory()) problems.fail(0, 'is a folder; name a file inside it');
  if (!stats.isFile()) problems.fail(0, 'is a device, pipe or socket; a trace must be a plain file');
  if (stats.size > limits.fileBytesMax) {
    problems.fail(0, `is ${mebibytes(stats.size)}; at most ${mebibytes(limits.fileBytesMax)} are read, so split it`);
  }
}

async function expand(handle: FileHandle, problems: TraceProblems): Promise<Readable> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
  const magic = buffer.subarray(0, bytesRead).toString('hex');
  const foreign = FOREIGN_MAGIC.find(([hex]) => magic.startsWith(hex));
  if (foreign !== undefined) problems.fail(0, `is ${foreign[1]}`);
  const raw = handle.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES });
  // The callback is pipeline's price; errors reach the reader of the returned stream.
  return magic.startsWith('1f8b') ? pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) : raw;
}

function mebibytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB` : `${bytes} bytes`;
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist; check the path';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read; check its permissions';
    case 'ENXIO':
    case 'EISDIR':
      return 'is not a plain file; name a file that holds a trace';
    case 'Z_BUF_ERROR':
      return 'ends early: its gzip data is cut off; download it again';
    case 'Z_DATA_ERROR':
      return `has damaged gzip data (${message}); download it again`;
    default:
      return `cannot be read (${message}); check the path`;
  }
}
