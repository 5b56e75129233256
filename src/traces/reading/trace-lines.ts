import { isUtf8 } from 'node:buffer';
import { readBytes } from './trace-bytes.ts';
import { TRACE_LIMITS, type TraceFile, type TraceLimits } from './trace-file.ts';
import type { TraceProblems } from './trace-problems.ts';

const NEWLINE = 0x0a;

interface TextBlock {
  /** Whole lines; the last one may lack its newline at the end of the file. */
  readonly text: string;
  /** Number of the first line in it, 1-based. */
  readonly firstLine: number;
}

/**
 * Calls `visit` with each line (without its LF or CRLF, and without a byte order mark) and its 1-based number.
 * Holds one block at a time. Refuses NUL bytes, what is not UTF-8, and lines beyond the limit.
 */
export async function readLines(
  file: TraceFile,
  problems: TraceProblems,
  visit: (line: string, number: number) => void,
  limits: TraceLimits = TRACE_LIMITS,
): Promise<void> {
  for await (const { text, firstLine } of readBlocks(file, problems, limits)) {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    lines.forEach((line, index) => visit(line.endsWith('\r') ? line.slice(0, -1) : line, firstLine + index));
  }
}

/** The whole file as one text, for formats that cannot be read line by line. Refuses files beyond `textBytesMax`. */
export async function readText(
  file: TraceFile,
  problems: TraceProblems,
  limits: TraceLimits = TRACE_LIMITS,
): Promise<string> {
  const bounded = { ...limits, lineBytesMax: Infinity, expandedBytesMax: limits.textBytesMax };
  const parts: string[] = [];
  for await (const { text } of readBlocks(file, problems, bounded)) parts.push(text);
  return parts.join('');
}

/** The first `bytes` of the text, for a look at what it is; bad bytes show as U+FFFD. */
export async function readHead(file: TraceFile, problems: TraceProblems, bytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let have = 0;
  for await (const chunk of readBytes(file, problems, TRACE_LIMITS)) {
    parts.push(chunk);
    have += chunk.length;
    if (have >= bytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, bytes));
}

/** Cuts at newlines before decoding: a newline is never part of another character, so no character is cut in two. */
async function* readBlocks(
  file: TraceFile,
  problems: TraceProblems,
  limits: TraceLimits,
): AsyncGenerator<TextBlock, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let firstLine = 1;
  let carried: Buffer[] = [];
  let carriedBytes = 0;

  const decode = (bytes: Buffer): TextBlock => {
    checkBytes(bytes, firstLine, problems, limits);
    const text = decoder.decode(bytes);
    return { text: firstLine === 1 && text.startsWith('\ufeff') ? text.slice(1) : text, firstLine };
  };

  for await (const chunk of readBytes(file, problems, limits)) {
    const cut = chunk.lastIndexOf(NEWLINE) + 1;
    if (cut > 0) {
      const block = carriedBytes > 0 ? Buffer.concat([...carried, chunk.subarray(0, cut)]) : chunk.subarray(0, cut);
      yield decode(block);
      firstLine += countNewlines(block);
      carried = [];
      carriedBytes = 0;
    }
    if (cut < chunk.length) {
      carried.push(chunk.subarray(cut));
      carriedBytes += chunk.length - cut;
    }
    if (carriedBytes > limits.lineBytesMax) refuseLongLine(firstLine, problems, limits);
  }
  if (carriedBytes > 0) yield decode(Buffer.concat(carried));
}

function checkBytes(bytes: Buffer, firstLine: number, problems: TraceProblems, limits: TraceLimits): void {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const line = firstLine + countNewlines(bytes.subarray(0, nul));
    problems.fail(line, 'holds a NUL byte, so this is not a text file; check what it is');
  }
  const utf8 = isUtf8(bytes);
  if (utf8 && bytes.length <= limits.lineBytesMax) return;
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end - start > limits.lineBytesMax) refuseLongLine(line, problems, limits);
    if (!utf8 && !isUtf8(bytes.subarray(start, end))) {
      problems.fail(line, 'is not UTF-8 text; save the file as UTF-8');
    }
    start = end + 1;
  }
}

function refuseLongLine(line: number, problems: TraceProblems, limits: TraceLimits): never {
  return problems.fail(
    line,
    `is longer than ${limits.lineBytesMax.toLocaleString('en')} bytes, so this is no trace; check what it is`,
  );
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
