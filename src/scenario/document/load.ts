import { LineCounter, parseAllDocuments } from 'yaml';
import { plainText, ScenarioError, type Problem } from '../problems.ts';
import { findOverload } from './nesting.ts';
import { isPlainObject, PlainData, type Origin, type PlainObject, type PlainValue } from './plain-data.ts';
import { FileRefusal, readTextFile, requireInside } from './source-file.ts';

/** A scenario file as plain data, before anything is known about its meaning. */
export interface LoadedDocument {
  /** Path as the user wrote it. */
  readonly file: string;
  readonly data: PlainObject;
  /** Where each value came from, by JSON pointer. */
  readonly origins: Map<string, Origin>;
}

const SCENARIO_BYTES_MAX = 1_000_000;
const SYNTAX_PROBLEMS_MAX = 20;

/** Reads a YAML 1.2 or JSON file. ScenarioError with every mistake of form: size, encoding, syntax, keys, aliases. */
export function loadDocument(file: string, root?: string): LoadedDocument {
  try {
    requireInside(file, root);
    return parseText(file, readTextFile(file, SCENARIO_BYTES_MAX));
  } catch (error) {
    if (error instanceof FileRefusal) throw new ScenarioError([{ place: plainText(file), message: error.message }]);
    throw error;
  }
}

/** Parses the text of a scenario; `file` is for messages. JSON is YAML too, so one parser gives lines for both. */
export function parseText(file: string, text: string): LoadedDocument {
  const place = plainText(file);
  const overload = findOverload(text);
  if (overload !== undefined) {
    throw new ScenarioError([{ place: `${place}:${overload.line}`, message: overload.reason }]);
  }
  const lines = new LineCounter();
  // uniqueKeys compares each key with all before it; PlainData finds duplicates in linear time.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [document, second] = 'empty' in documents ? [] : documents;
  if (document === undefined) throw new ScenarioError([{ place, message: 'is empty; write a scenario into it' }]);
  const syntax: Problem[] = [...document.errors, ...document.warnings].map((error) => ({
    place: `${place}:${lines.linePos(error.pos[0]).line}`,
    message: `is not YAML: ${plainText(error.message.split('\n')[0]!)}`,
  }));
  if (syntax.length > 0) throw new ScenarioError(syntax.slice(0, SYNTAX_PROBLEMS_MAX));
  if (second !== undefined) {
    const line = lines.linePos(second.range[0]).line;
    throw new ScenarioError([
      { place: `${place}:${line}`, message: 'starts a second document (---); keep one scenario a file' },
    ]);
  }
  if (document.directives.yaml.version !== '1.2') {
    throw new ScenarioError([
      { place: `${place}:1`, message: 'asks for an old YAML; remove the %YAML line (1.2 is read)' },
    ]);
  }
  const plain = new PlainData(place, lines);
  const data = plain.read(document.contents, [], 1);
  if (plain.problems.length > 0) throw new ScenarioError(plain.problems);
  if (data === null) throw new ScenarioError([{ place, message: 'is empty; write a scenario into it' }]);
  if (!isPlainObject(data)) {
    throw new ScenarioError([
      { place: `${place}:1`, message: 'is no scenario; start with keys like name: and cluster:' },
    ]);
  }
  return { file, data, origins: plain.origins };
}

/** A value as written after --set: YAML in one line, so numbers, true, [lists] and {groups} mean what they do in a file. */
export function parseValue(text: string): { readonly value: PlainValue } | { readonly reason: string } {
  try {
    const { data } = parseText('--set', `value: ${text}`);
    const keys = Object.keys(data);
    if (keys.length !== 1 || /[\r\n]/.test(text)) return { reason: 'the value must be one value in one line' };
    const value = data['value'] ?? null;
    return value === null ? { reason: 'has no value after the =' } : { value };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { reason: `the value is not YAML (${error.problems[0]!.message}); put it in quotes` };
  }
}
