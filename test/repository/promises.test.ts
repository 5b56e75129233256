import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('what the repository promises', () => {
  test.each(['npm ci && npm start', 'npm test'])('README and CI run the same command: %s', (command) => {
    const line = new RegExp(`^(\\$ )?${command}( +#.*)?$`, 'm');
    expect(read('README.md')).toMatch(line);
    expect(
      read('.ci/run')
        .replaceAll(/\(cd "[^"]*" && (.*)\)$/gm, '$1')
        .replaceAll(/ 2>&1 \| tee .*$/gm, ''),
    ).toMatch(line);
  });

  test('the command line can be started by its name', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: { plimsoll: string } };
    expect(bin.plimsoll).toBe('dist/cli/main.js');
    expect(read('src/cli/main.ts').startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  test('the image copies only what is in the repository, and the ignore file lets it through', () => {
    const fromContext = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    );
    const letThrough = new Set(
      read('.dockerignore')
        .split('\n')
        .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : [])),
    );
    expect(fromContext.length).toBeGreaterThan(5);
    expect(fromContext.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(fromContext.filter((path) => !letThrough.has(path))).toEqual([]);
  });

  test('the licence is the whole Apache License 2.0', () => {
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004[^]*END OF TERMS AND CONDITIONS/);
  });

  test('each entry of the changelog carries its rationale', () => {
    const entries = read('CHANGELOG.md').split(/^- /m).slice(1);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => !entry.includes('**Rationale**'))).toEqual([]);
  });
});
