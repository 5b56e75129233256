import { isAlias, isMap, isScalar, isSeq, type Alias, type LineCounter, type Pair } from 'yaml';
import { pathText, pointerOf, type Path, type Problem } from '../problems.ts';

export type PlainValue = null | boolean | number | string | PlainValue[] | PlainObject;
export interface PlainObject {
  [key: string]: PlainValue;
}

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'file'; readonly line: number }
  | { readonly kind: 'default' }
  | { readonly kind: 'option'; readonly option: string }
  /** An entry of the failure catalogue brought it along. */
  | { readonly kind: 'catalogue'; readonly entry: string };

/** Values that anchors and aliases may unfold into; a bomb multiplies far beyond it. */
const UNFOLDED_NODES_MAX = 100_000;
const ALIASES_NESTED_MAX = 16;
const PROBLEMS_MAX = 50;
export const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Turns a YAML tree into plain data, noting the line of every value and every mistake that is YAML's own. */
export class PlainData {
  readonly origins = new Map<string, Origin>();
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #anchors = new Map<string, unknown>();
  readonly #lines: LineCounter;
  /** Anchored nodes that are being unfolded. */
  readonly #open = new Set<unknown>();
  #aliasDepth = 0;
  #unfolded = 0;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  /** The plain value of a node; null stands in for what was refused. */
  read(node: unknown, path: Path, fallbackLine: number): PlainValue {
    if (this.problems.length >= PROBLEMS_MAX) return null;
    const line = this.#lineOf(node) ?? fallbackLine;
    this.origins.set(pointerOf(path), { kind: 'file', line });
    if (isAlias(node)) return this.#readAlias(node, path, line);
    if (this.#aliasDepth > 0 && ++this.#unfolded >= UNFOLDED_NODES_MAX) {
      if (this.#unfolded > UNFOLDED_NODES_MAX) return null;
      return this.#refuse(line, `aliases unfold into more than ${UNFOLDED_NODES_MAX} values; write them out instead`);
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    if (isMap(node)) return this.#readMap(node.items, path, line);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index], line));
    if (isScalar(node)) return this.#readScalar(node.value, node.source, path, line);
    return null;
  }

  /** An alias stands for the last node before it with that anchor; document order makes a map of them enough. */
  #readAlias(alias: Alias, path: Path, line: number): PlainValue {
    if (this.#unfolded >= UNFOLDED_NODES_MAX) return null;
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      return this.#refuse(line, `alias *${alias.source} has no anchor &${alias.source} before it; write the value out`);
    }
    if (this.#open.size >= ALIASES_NESTED_MAX) {
      return this.#refuse(line, `aliases lead to more than ${ALIASES_NESTED_MAX} others in a row; write the value out`);
    }
    if (this.#open.has(target)) {
      return this.#refuse(line, `alias *${alias.source} stands inside what it stands for; write the value out`);
    }
    this.#aliasDepth++;
    this.#open.add(target);
    const value = this.read(target, path, line);
    this.#open.delete(target);
    this.#aliasDepth--;
    this.origins.set(pointerOf(path), { kind: 'file', line });
    return value;
  }

  #readMap(items: readonly Pair[], path: Path, line: number): PlainObject {
    const firstLines = new Map<string, number>();
    const object: PlainObject = {};
    for (const { key, value } of items) {
      const keyLine = this.#lineOf(key) ?? line;
      const name: unknown = isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') {
        this.#refuse(keyLine, `${pathText(path)} has a key that is no text; put it in quotes`);
        continue;
      }
      const firstLine = firstLines.get(name);
      if (FORBIDDEN_KEYS.has(name)) {
        this.#refuse(keyLine, `${pathText([...path, name])} is a key that is never allowed; remove it`);
      } else if (firstLine !== undefined) {
        this.#refuse(keyLine, `${pathText([...path, name])} is given twice, first in line ${firstLine}; keep one`);
      } else {
        firstLines.set(name, keyLine);
        object[name] = this.read(value, [...path, name], keyLine);
      }
    }
    return object;
  }

  #readScalar(value: unknown, source: string | undefined, path: Path, line: number): PlainValue {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value !== 'number') {
      return this.#refuse(line, `${pathText(path)} has a type tag; write plain text, a number, true or false`);
    }
    if (!Number.isFinite(value)) {
      return this.#refuse(line, `${pathText(path)} is ${source ?? String(value)}; write a finite number`);
    }
    if (source !== undefined && /^[-+]?0\d/.test(source)) {
      return this.#refuse(
        line,
        `${pathText(path)} is ${source}; write ${value} or "${source}" (a leading 0 means nothing in YAML 1.2)`,
      );
    }
    return value;
  }

  #refuse(line: number, message: string): null {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ place: `${this.#file}:${line}`, message });
    return null;
  }

  #lineOf(node: unknown): number | undefined {
    const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    return range === undefined || range === null ? undefined : this.#lines.linePos(range[0]).line;
  }
}

/** "yes" and the like where YAML 1.1 had a boolean. */
export function looksBoolean(value: unknown): boolean {
  return typeof value === 'string' && /^(yes|no|on|off|y|n)$/i.test(value);
}

/** The value at a path, or undefined. */
export function valueAt(data: PlainValue, path: Path): PlainValue | undefined {
  let value: PlainValue | undefined = data;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isPlainObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
