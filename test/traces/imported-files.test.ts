import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportedFiles } from '../../src/traces/imported-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-imported-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Counts how often it reads; a read answers its number. */
function counting(files = new ImportedFiles()) {
  let reads = 0;
  return (name: string, options: unknown = {}) =>
    files.import(join(folder, name), options, () => Promise.resolve(++reads));
}

describe('imported files', () => {
  it('are read once, and once more when the file has changed or the options are others', async () => {
    const read = counting();
    writeFileSync(join(folder, 'a'), 'one');
    expect([await read('a'), await read('a')]).toEqual([1, 1]);
    expect(await read('a', { keep: 'all' })).toBe(2);
    writeFileSync(join(folder, 'a'), 'three');
    expect([await read('a'), await read('a')]).toEqual([3, 3]);
    utimesSync(join(folder, 'a'), 1, 1);
    expect(await read('a')).toBe(4);
  });

  it('are kept while they are in use, and not for ever', async () => {
    const read = counting();
    for (let file = 0; file < 9; file++) {
      writeFileSync(join(folder, String(file)), '');
      await read(String(file));
      await read('0');
    }
    expect(await read('0')).toBe(1);
    expect(await read('8')).toBe(9);
    expect(await read('1')).toBe(10);
  });

  it('that cannot be read are asked for again', async () => {
    const files = new ImportedFiles();
    writeFileSync(join(folder, 'bad'), '');
    const fail = () => files.import(join(folder, 'bad'), {}, () => Promise.reject(new Error('no trace')));
    await expect(fail()).rejects.toThrow('no trace');
    expect(await counting(files)('bad')).toBe(1);
    expect(await counting(files)('missing')).toBe(1);
  });
});
