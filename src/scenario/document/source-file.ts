import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Why a file was refused: a sentence with the mend, without the file's name. */
export class FileRefusal extends Error {
  override readonly name = 'FileRefusal';
}

/**
 * Reads a regular file of at most `bytesMax` bytes as UTF-8 text; a byte order mark is dropped.
 * FileRefusal for everything else. Size and kind are asked of the open file, so that it cannot change in between,
 * and a pipe or device is never waited for.
 */
export function readTextFile(file: string, bytesMax: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new FileRefusal(openFailure(error), { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new FileRefusal('is a folder; name a file in it');
    if (!stat.isFile()) throw new FileRefusal('is not a regular file; copy its content into one');
    if (stat.size > bytesMax) {
      throw new FileRefusal(`holds ${stat.size} bytes; at most ${bytesMax} are read, is it the right file?`);
    }
    return decodeText(readUpTo(descriptor, bytesMax + 1), bytesMax);
  } finally {
    closeSync(descriptor);
  }
}

/** FileRefusal unless `file`, symbolic links resolved, lies inside `root`. Without a root everything is allowed. */
export function requireInside(file: string, root: string | undefined): void {
  if (root === undefined) return;
  const realRoot = realPath(root);
  if (realRoot === undefined) throw new FileRefusal(`cannot be checked: the allowed root ${root} does not exist`);
  const realFile = realPath(file) ?? resolve(realPath(resolve(file, '..')) ?? resolve(file, '..'), baseName(file));
  const way = relative(realRoot, realFile);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new FileRefusal(`lies outside the allowed root ${root}; move it inside or widen --root`);
  }
}

function baseName(file: string): string {
  return resolve(file).split(sep).pop() ?? '';
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readUpTo(descriptor: number, bytesMax: number): Uint8Array {
  const buffer = new Uint8Array(bytesMax);
  let filled = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, filled, bytesMax - filled, null);
    filled += read;
    if (read === 0 || filled === bytesMax) return buffer.subarray(0, filled);
  }
}

function decodeText(bytes: Uint8Array, bytesMax: number): string {
  if (bytes.length > bytesMax) throw new FileRefusal(`holds more than ${bytesMax} bytes; is it the right file?`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new FileRefusal('is gzip-compressed; unpack it first');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder('latin1').decode(bytes.subarray(0, firstInvalidByte(bytes)));
    throw new FileRefusal(`is not UTF-8 text (line ${before.split('\n').length}); save it as UTF-8`);
  }
}

/** Offset of the first byte that is no UTF-8, by halving; `bytes` is known to hold one. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

function openFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist; check the path';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read; check its permissions';
    case 'ELOOP':
      return 'is a symbolic link that leads to itself';
    case 'ENAMETOOLONG':
      return 'is too long a path';
    case 'ENXIO':
      return 'is not a regular file; copy its content into one';
    default:
      return `cannot be opened (${error instanceof Error ? error.message : String(error)})`;
  }
}
