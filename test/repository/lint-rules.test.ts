import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
// The parser takes CI=true for one pass over the files as they lie on disk; here each text stands in for its file. Types
// come from a program of those few files alone: one of all files would be checked anew for every text.
const parserOptions = {
  disallowAutomaticSingleRunInference: true,
  project: join(import.meta.dirname, 'lint-rules.tsconfig.json'),
};
const eslint = new ESLint({ cwd: root, overrideConfig: { languageOptions: { parserOptions } } });

/** Rules that `code` breaks when it stands in the place of an existing file (typed rules need one of the program). */
async function rulesBrokenBy(code: string, place: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: join(root, place) });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

const simulation = 'src/sim/kernel/clock.ts';
const policy = 'src/policies/recovery/restart.ts';
const importer = 'src/traces/import-report.ts';

describe('lint rules', () => {
  test.each([
    ['export const luck = Math.random();', 'no-restricted-syntax'],
    ['export const fall = (x: number) => Math.log(x);', 'no-restricted-syntax'],
    ['export const { log } = Math;', 'no-restricted-syntax'],
    ["export const fall = (x: number) => Math['exp'](x);", 'no-restricted-syntax'],
    ['export const fall = [1, 2].map(Math.cbrt);', 'no-restricted-syntax'],
    ['export const power = (x: number) => x ** 0.5;', 'no-restricted-syntax'],
    ['export const now = Date.now();', 'no-restricted-globals'],
    ['export const now = new Date();', 'no-restricted-globals'],
    ['export const now = performance.now();', 'no-restricted-globals'],
    ['export const now = globalThis.performance;', 'no-restricted-globals'],
    ["console.log('seen');", 'no-restricted-globals'],
    ['export const where = process.cwd();', 'no-restricted-globals'],
    ['setTimeout(() => undefined, 1);', 'no-restricted-globals'],
    ['export async function later(): Promise<number> { return await Promise.resolve(1); }', 'no-restricted-syntax'],
    [
      'export function keys(o: object) { for (const key in o) if (key) return key; return null; }',
      'no-restricted-syntax',
    ],
    ["export const before = (a: string) => a.localeCompare('b');", 'no-restricted-syntax'],
  ])('in the simulation and in policies: %s breaks %s', async (code, rule) => {
    expect(await rulesBrokenBy(code, simulation)).toContain(rule);
    expect(await rulesBrokenBy(code, policy)).toContain(rule);
  });

  test.each([
    'export const root = Math.sqrt(2) + Math.floor(2.5) + Math.LN2;',
    'export const limit = 2 ** 53;',
    'export function first(row: Float64Array): number { return row[0]!; }',
  ])('in the simulation nothing is said against: %s', async (code) => {
    expect(await rulesBrokenBy(code, simulation)).toEqual([]);
  });

  test.each([
    [
      'async function work(): Promise<void> { await Promise.resolve(); }\nwork();',
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'export const all = [1].filter(async () => await Promise.resolve(true));',
      '@typescript-eslint/no-misused-promises',
    ],
    ['export function id(x: any): void { void x; }', '@typescript-eslint/no-explicit-any'],
    ["console.log('seen');", 'no-console'],
    ['export default 1;', 'no-restricted-syntax'],
    [
      "export function size(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    [
      "import { ESLint } from 'eslint';\nexport const lint = (x: ESLint): boolean => x === null;",
      '@typescript-eslint/consistent-type-imports',
    ],
    ['// @ts-ignore\nexport const one: string = 1;', '@typescript-eslint/ban-ts-comment'],
    [`export function long(): void {\n${'  void 0;\n'.repeat(81)}}`, 'max-lines-per-function'],
    ['void 0;\n'.repeat(351), 'max-lines'],
  ])('anywhere in src: %s breaks %s', async (code, rule) => {
    expect(await rulesBrokenBy(code, importer)).toContain(rule);
  });
});
