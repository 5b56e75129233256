import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { settleScenario } from '../../src/scenario/settle.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Titles as the fragments that GitHub makes of them. */
const fragmentsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation', () => {
  test.each(pages)('%s links to files and titles that exist', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [target, fragment] = link.split('#') as [string, string?];
      const file = target === '' ? join(root, path) : resolve(root, dirname(path), target);
      if (!existsSync(file)) return true;
      return fragment !== undefined && !fragmentsOf(readFileSync(file, 'utf8')).includes(fragment);
    });
    expect(broken).toEqual([]);
  });

  test('the pages written from the code are fresh', () => {
    const generate = ['--import', 'tsx', 'build/generate.ts', '--check'];
    expect(execFileSync(process.execPath, generate, { cwd: root, encoding: 'utf8' })).toBe('');
  });
});

describe('the scenarios of docs/writing-a-scenario.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-docs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const blocks = [...read('docs/writing-a-scenario.md').matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text]) => text!);

  test('there are fourteen', () => expect(blocks).toHaveLength(14));

  test.each(blocks.map((text) => [/^name: (.*)$/m.exec(text)?.[1], text]))('%s is sound', async (name, text) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    expect((await settleScenario(file, {})).data.name).toBe(name);
  });
});
