import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import type { PlainValue } from '../../src/scenario/document/plain-data.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { smallScenario } from '../cli/call.ts';

const RUNS = { numRuns: 400 };

/** Answers or refuses, with a sentence for each mistake; anything else is thrown on. Whether it was taken. */
function answersOrRefuses(text: string, set: readonly string[] = []): boolean {
  try {
    settleDocument(parseText('f.yaml', text), { set });
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { place, message } of error.problems) {
      expect(`${place}  ${message}`).toMatch(/^(f\.yaml(:\d+)?|--set .*) {2}\S.*$/);
    }
    return false;
  }
}

const yamlPieces = [
  'name:;cluster:;pools:;workload:;policies:;- ;  ;\n;{;};[;];,;: ;? ;#;&a ;*a;!!str ;!x ;|;>;";\';---;...;~;null;010;.nan',
  '%YAML 1.1;1e999;30d;GiB;-1;true;\t;\r;\u0000;\ufeff;\u2028;<<:;__proto__:;constructor:;😀',
].flatMap((line) => line.split(';'));

describe('the loader answers or refuses, whatever it is given', () => {
  test('random text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void answersOrRefuses(text)),
      RUNS,
    );
  });

  test('random pieces of YAML', () => {
    const pieces = fc.array(fc.constantFrom(...yamlPieces), { maxLength: 60 });
    fc.assert(
      fc.property(pieces, (parts) => void answersOrRefuses(parts.join(''))),
      RUNS,
    );
  });

  test('random JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => void answersOrRefuses(text)),
      RUNS,
    );
  });

  test('a sound scenario with one value replaced by any other', () => {
    const { data } = settleDocument(parseText('f.yaml', smallScenario));
    const paths = pathsOf(data);
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const copy = structuredClone(data) as unknown as PlainValue;
        replace(copy, path, value as PlainValue);
        if (answersOrRefuses(JSON.stringify(copy))) taken++;
        else refused++;
      }),
      RUNS,
    );
    // Both ways were met, or the test would say nothing.
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test('a sound scenario with characters lost, doubled or swapped', () => {
    const edits = fc.array(fc.tuple(fc.nat(smallScenario.length - 2), fc.constantFrom('lose', 'double', 'swap')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, (list) => {
        let text = smallScenario;
        for (const [at, edit] of list) {
          const [before, one, two, after] = [text.slice(0, at), text[at] ?? '', text[at + 1] ?? '', text.slice(at + 2)];
          const middle = { lose: two, double: one + one + two, swap: two + one }[edit];
          text = before + middle + after;
        }
        answersOrRefuses(text);
      }),
      RUNS,
    );
  });

  test('any --set', () => {
    const path = fc.array(
      fc.constantFrom('cluster', 'pools', '[0]', '.nodes', '.', '["x"]', 'policies', '.scheduling', '__proto__'),
    );
    const set = fc.oneof(
      fc.string(),
      fc.tuple(path, fc.string()).map(([steps, value]) => `${steps.join('')}=${value}`),
      fc
        .tuple(fc.constantFrom('seed', 'name', 'cluster', 'policies.scheduling', 'workload.jobs[0].run'), fc.json())
        .map((pair) => pair.join('=')),
    );
    fc.assert(
      fc.property(fc.array(set, { maxLength: 3 }), (list) => void answersOrRefuses(smallScenario, list)),
      RUNS,
    );
  });
});

type Steps = readonly (string | number)[];

function pathsOf(value: PlainValue, path: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(path.length === 0 ? [] : [path]), ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replace(root: PlainValue, path: Steps, value: PlainValue): void {
  let at = root as Record<string | number, PlainValue>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, PlainValue>;
  at[path[path.length - 1]!] = value;
}
