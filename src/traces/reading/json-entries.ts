import type { TraceFile } from './trace-file.ts';
import { readText } from './trace-lines.ts';
import { quoted, type TraceProblems } from './trace-problems.ts';

/** One entry of a JSON list, and the line of the file it begins on. */
export interface JsonEntry {
  readonly value: unknown;
  readonly line: number;
}

/** The entries of a file that is one JSON list. Refuses what is no JSON, and JSON that is no list. */
export async function readJsonEntries(file: TraceFile, problems: TraceProblems): Promise<readonly JsonEntry[]> {
  const text = await readText(file, problems);
  const parsed = parsedJson(text, problems);
  if (!Array.isArray(parsed)) return problems.fail(1, 'is JSON, but no list; it must be [ {…}, {…} ]');
  const lines = entryLines(text, parsed.length);
  return parsed.map((value: unknown, index) => ({ value, line: lines[index]! }));
}

/** What a JSON text says. Refuses what is no JSON, at the line of the mistake. */
export function parsedJson(text: string, problems: TraceProblems): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    return problems.fail(lineAt(text, at), `is not JSON (${shorten(message)}); check whether the file is complete`);
  }
}

/** The engine's message quotes the text around the mistake, which may be long and hold anything. */
function shorten(message: string): string {
  return quoted(message.replace(/, "[\s\S]*$/, '')).slice(1, -1);
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Lines on which the entries of a valid JSON list begin. JSON.parse does not say, so brackets are counted. */
function entryLines(text: string, count: number): Int32Array {
  const lines = new Int32Array(count);
  let line = 1;
  let depth = 0;
  let entry = 0;
  let due = false;
  for (let at = 0; at < text.length && entry < count; at++) {
    const character = text[at]!;
    if (character === '\n') line++;
    if (character === ' ' || character === '\t' || character === '\r' || character === '\n') continue;
    if (due) {
      lines[entry++] = line;
      due = false;
    }
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') {
      due = depth === 0;
      depth++;
    } else if (character === ']' || character === '}') depth--;
    else if (character === ',') due = depth === 1;
  }
  return lines;
}

/** Place of the quote that closes the string opened at `start`; a JSON string holds no newline. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
