import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';

function refusalOf(text: string): string {
  try {
    parseText('f.yaml', text);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

describe('YAML becomes plain data', () => {
  test('each value knows its line, JSON included', () => {
    const { data, origins } = parseText('f.json', '{\n  "a": [\n    1,\n    {"b": "yes"}\n  ]\n}');
    expect(data).toEqual({ a: [1, { b: 'yes' }] });
    expect(origins.get('/a/1/b')).toEqual({ kind: 'file', line: 4 });
  });

  test('yes, dates and clock times stay text, as YAML 1.2 says', () => {
    expect(parseText('f', 'a: yes\nb: 2026-01-05\nc: 12:30\nd: 0x10').data).toEqual({
      a: 'yes',
      b: '2026-01-05',
      c: '12:30',
      d: 16,
    });
  });

  test('aliases stand for what is anchored before them', () => {
    expect(parseText('f', 'a: &x {n: 1}\nb: *x\nc: [*x, *x]').data).toEqual({
      a: { n: 1 },
      b: { n: 1 },
      c: [{ n: 1 }, { n: 1 }],
    });
  });

  test.each([
    ['a number that only looks octal', 'a: 010', 'f.yaml:1  a is 010; write 10 or "010"'],
    ['not a number', 'a:\n  b: .nan', 'f.yaml:2  a.b is .nan; write a finite number'],
    ['infinity', 'a: -.inf', 'f.yaml:1  a is -.inf; write a finite number'],
    ['a key given twice', 'a: 1\nb: 2\na: 3', 'f.yaml:3  a is given twice, first in line 1; keep one'],
    [
      'a key that reaches into the program',
      'a:\n  __proto__: {b: 1}',
      'f.yaml:2  a.__proto__ is a key that is never allowed',
    ],
    ['the constructor as a key', '{"constructor": 1}', 'f.yaml:1  constructor is a key that is never allowed'],
    ['a key that is no text', '1: a', 'f.yaml:1  the scenario has a key that is no text'],
    ['an alias of nothing', 'a: *b', 'f.yaml:1  alias *b has no anchor &b before it'],
    ['an alias of itself', 'a: &a [1, *a]', 'f.yaml:1  alias *a stands inside what it stands for'],
    ['a second document', 'a: 1\n---\nb: 2', 'f.yaml:2  starts a second document (---)'],
    ['an unknown tag', 'a: !!js/function x', 'f.yaml:1  is not YAML: Unresolved tag'],
    ['a known tag of no use', 'a: !!binary aGVsbG8=', 'f.yaml:1  a has a type tag'],
    ['old YAML', '%YAML 1.1\n---\na: yes', 'f.yaml:1  asks for an old YAML'],
    ['an open bracket', 'a: [1,\nb: 2', 'is not YAML'],
    ['a tab for indentation', 'a:\n\tb: 1', 'is not YAML'],
    ['nothing', '', 'f.yaml  is empty'],
    ['a comment alone', '# later\n', 'f.yaml  is empty'],
    ['null', 'null', 'f.yaml  is empty'],
    ['a list', '- a', 'f.yaml:1  is no scenario'],
    ['a word', 'hello', 'f.yaml:1  is no scenario'],
  ])('%s is refused with its place', (_, text, message) => {
    expect(refusalOf(text)).toContain(message);
  });

  test('all mistakes of form are told at once', () => {
    expect(refusalOf('a: 010\nb: .nan\nb: 1\n').split('\n')).toHaveLength(3);
  });

  test('control characters do not reach the terminal', () => {
    expect(refusalOf('"\\u001b[31m": 1\n"\\u001b[31m": 2')).not.toContain('\u001b');
  });
});

describe('hostile text is refused at once', () => {
  const lines = Array.from({ length: 9 }, (_, level) => {
    const next = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 10 }, () => next).join(', ')}]`;
  });
  test.each([
    ['an alias bomb', lines.join('\n'), 'aliases unfold into more than 100000 values'],
    ['a long chain of aliases', chain(15_000), 'aliases lead to more than 16 others in a row'],
    ['brackets alone', '['.repeat(900_000), 'nests deeper than 64 levels'],
    ['braces alone', '{a: '.repeat(200_000), 'nests deeper than 64 levels'],
    ['dashes alone', '- '.repeat(400_000), 'nests deeper than 64 levels'],
    ['question marks alone', '? '.repeat(400_000), 'nests deeper than 64 levels'],
    [
      'ever deeper lines',
      Array.from({ length: 1300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'nests deeper than 64',
    ],
    ['quotes alone', '"'.repeat(900_000), 'more than 250000 YAML tokens'],
    ['commas alone', `[${','.repeat(900_000)}`, 'more than 250000 YAML tokens'],
    ['documents alone', '---\n'.repeat(50_000), 'starts a second document'],
  ])('%s', (_, text, message) => {
    const beganMs = performance.now();
    expect(refusalOf(text)).toContain(message);
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });

  test('thirty thousand keys are read in linear time', () => {
    const text = Array.from({ length: 30_000 }, (_, key) => `k${key}: 1`).join('\n');
    expect(Object.keys(parseText('f', text).data)).toHaveLength(30_000);
  });
});

function chain(length: number): string {
  return Array.from({ length }, (_, i) => `k${i}: &a${i} ${i > 0 ? `[*a${i - 1}]` : 1}`).join('\n');
}
