import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const config = `
import { ClosingLineReporter } from ${JSON.stringify(join(import.meta.dirname, 'closing-line-reporter.ts'))};
export default { test: { reporters: ['default', new ClosingLineReporter()] } };
`;

/** Runs vitest in a folder; its exit code and the last line that it printed. */
async function runVitest(folder: string): Promise<{ exitCode: number; lastLine: string }> {
  return new Promise((resolve) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    // The inner run must not take itself for a worker of the outer one.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
    execFile(process.execPath, [vitest, 'run'], { cwd: folder, env }, (error, stdout) => {
      resolve({
        exitCode: error === null ? 0 : Number(error.code),
        lastLine: stdout.trimEnd().split('\n').at(-1) ?? '',
      });
    });
  });
}

describe('closing line of the test run', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-closing-line-'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'vitest.config.ts'), config);
    await writeFile(
      join(folder, 'good.test.ts'),
      "import { test } from 'vitest';\ntest('a', () => {});\ntest('b', () => {});\ntest.skip('c', () => {});\n",
    );
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('it counts passed and skipped tests and is the last line', async () => {
    expect(await runVitest(folder)).toEqual({ exitCode: 0, lastLine: 'tests: 2 passed, 0 failed, 1 skipped' });
  });

  test('it counts failed tests, hooks that throw, files that do not load and stray rejections as failed', async () => {
    const bad = {
      'failing.test.ts': "import { test } from 'vitest';\ntest('d', () => { throw new Error('no'); });\n",
      'hook.test.ts':
        "import { beforeAll, describe, test } from 'vitest';\n" +
        "describe('e', () => { beforeAll(() => { throw new Error('no'); }); test('f', () => {}); });\n",
      'loading.test.ts': "import './nowhere.ts';\n",
      'stray.test.ts':
        "import { test } from 'vitest';\n" +
        "test('g', async () => { void Promise.reject(new Error('no')); await new Promise((done) => setTimeout(done, 50)); });\n",
    };
    for (const [name, code] of Object.entries(bad)) await writeFile(join(folder, name), code);
    // Failed: d, the hook of e, loading.test.ts, the rejection beside g. Skipped: c, and f behind the hook.
    expect(await runVitest(folder)).toEqual({ exitCode: 1, lastLine: 'tests: 3 passed, 4 failed, 2 skipped' });
  });
});
