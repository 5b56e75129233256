import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** File that imports, what it imports, and the rule that must say no (null: it is allowed). */
type Planted = readonly [from: string, statement: string, rule: string | null];

// Targets of the planted imports, one a room.
const targets = [
  'cli/target.ts',
  'report/target.ts',
  'study/target.ts',
  'scenario/target.ts',
  'traces/target.ts',
  'policies/target.ts',
  'solver/target.ts',
  'sim/engine/target.ts',
  'sim/record/target.ts',
  'sim/contract/target.ts',
  'sim/contract/definition.ts',
  'sim/model/target.ts',
  'sim/kernel/target.ts',
  'sim/kernel/clock.ts',
  'sim/kernel/portable-math.ts',
  'stats/target.ts',
];
// Half of a circle; a circle is reported once, at its other half (study/e.ts).
const halfCircle = ['src/study/f.ts', "export { seen as target } from './e.ts';\n"] as const;

const value = (path: string): string => `import { target } from '${path}';\nexport const seen = target;\n`;
const type = (path: string): string => `import type { Target } from '${path}';\nexport type Seen = Target;\n`;
const inlineType = (path: string): string => `import { type Target } from '${path}';\nexport type Seen = Target;\n`;
const lazy = (path: string): string => `export const seen = async () => await import('${path}');\n`;
const whole = (name: string): string => `import * as library from '${name}';\nexport const seen = library;\n`;

const planted: readonly Planted[] = [
  // Up the stairs, one step each.
  ['report/a.ts', value('../cli/target.ts'), 'imports-of-report'],
  ['study/a.ts', value('../report/target.ts'), 'imports-of-study'],
  ['scenario/a.ts', value('../study/target.ts'), 'imports-of-scenario'],
  ['traces/a.ts', value('../scenario/target.ts'), 'imports-of-traces'],
  ['traces/b.ts', value('../policies/target.ts'), 'imports-of-traces'],
  ['traces/c.ts', type('../sim/record/target.ts'), 'imports-of-traces'],
  ['solver/a.ts', value('../policies/target.ts'), 'imports-of-solver'],
  ['solver/b.ts', type('../sim/contract/target.ts'), null],
  ['policies/k.ts', value('../solver/target.ts'), 'imports-of-policies'],
  ['sim/engine/a.ts', value('../../policies/target.ts'), 'imports-of-sim-engine'],
  ['sim/engine/b.ts', type('../../policies/target.ts'), 'imports-of-sim-engine'],
  ['sim/engine/c.ts', lazy('../../policies/target.ts'), 'imports-of-sim-engine'],
  ['sim/engine/d.ts', value('../../traces/target.ts'), 'imports-of-sim-engine'],
  ['sim/record/a.ts', value('../engine/target.ts'), 'imports-of-sim-record'],
  ['sim/contract/a.ts', value('../record/target.ts'), 'imports-of-sim-contract'],
  ['sim/model/a.ts', value('../contract/target.ts'), 'imports-of-sim-model'],
  ['sim/kernel/a.ts', value('../model/target.ts'), 'imports-of-sim-kernel'],
  ['sim/kernel/b.ts', value('../../stats/target.ts'), 'imports-of-sim-kernel'],
  ['stats/a.ts', value('../sim/kernel/target.ts'), 'imports-of-stats'],
  ['cli/a.ts', value('../../test/target.ts'), 'imports-of-cli'],
  // Policies see the contract, the model's types, the clock and portable mathematics.
  ['policies/a.ts', value('../sim/engine/target.ts'), 'imports-of-policies'],
  ['policies/b.ts', value('../traces/target.ts'), 'imports-of-policies'],
  ['policies/c.ts', value('../sim/kernel/target.ts'), 'imports-of-policies'],
  ['policies/d.ts', value('../sim/model/target.ts'), 'policies-take-types-of-the-model'],
  ['policies/e.ts', type('../sim/model/target.ts'), null],
  ['policies/f.ts', inlineType('../sim/model/target.ts'), null],
  ['policies/g.ts', value('../sim/contract/target.ts'), null],
  ['policies/h.ts', value('../sim/kernel/clock.ts'), null],
  ['policies/i.ts', value('./target.ts'), null],
  ['policies/portable.ts', value('../sim/kernel/portable-math.ts'), null],
  ['traces/d.ts', type('../sim/contract/definition.ts'), null],
  ['traces/e.ts', value('../sim/contract/target.ts'), 'traces-take-types-of-the-contract'],
  // Down, by one step and by many.
  ['cli/b.ts', value('../report/target.ts'), null],
  ['cli/c.ts', value('../sim/kernel/target.ts'), null],
  ['scenario/b.ts', value('../policies/target.ts'), null],
  ['sim/engine/e.ts', value('../contract/target.ts'), null],
  // The machine and the libraries.
  ['sim/engine/f.ts', whole('node:fs'), 'simulation-is-pure'],
  ['policies/j.ts', whole('node:os'), 'simulation-is-pure'],
  ['traces/f.ts', whole('node:fs'), null],
  ['sim/engine/g.ts', whole('d3-array'), 'simulation-stands-alone'],
  ['sim/kernel/random.ts', whole('seedrandom'), null],
  ['sim/kernel/c.ts', whole('seedrandom'), 'home-of-seedrandom'],
  ['study/b.ts', whole('vega'), 'home-of-vega'],
  ['solver/c.ts', lazy('highs'), null],
  ['solver/d.ts', whole('yalps'), null],
  ['study/c.ts', lazy('highs'), 'home-of-highs'],
  ['scenario/c.ts', whole('yalps'), 'home-of-yalps'],
  ['study/d.ts', whole('commander'), 'home-of-commander'],
  ['study/g.ts', whole('vega-lite'), 'home-of-vega-lite'],
  ['study/h.ts', whole('vega-embed'), 'home-of-vega-embed'],
  ['study/i.ts', whole('cli-progress'), 'home-of-cli-progress'],
  ['study/j.ts', whole('cli-table3'), 'home-of-cli-table3'],
  ['study/k.ts', whole('jstat'), 'home-of-jstat'],
  ['study/l.ts', whole('piscina'), 'home-of-piscina'],
  ['study/executors/m.ts', whole('bullmq'), 'home-of-bullmq'],
  ['study/n.ts', lazy('ioredis'), 'home-of-ioredis'],
  ['study/m.ts', lazy('@duckdb/node-api'), 'home-of-@duckdb/node-api'],
  ['report/b.ts', whole('vitest'), 'product-needs-no-tools'],
  ['scenario/d.ts', whole('esbuild'), 'every-package-is-listed'],
  ['scenario/e.ts', value('./nowhere.ts'), 'every-import-is-found'],
  // Shape.
  ['helpers/a.ts', value('../sim/kernel/target.ts'), 'rooms-are-declared'],
  ['study/e.ts', value('./f.ts'), 'no-circles'],
  ['report/c.ts', 'export const alone = 1;\n', 'no-orphans'],
];

interface Config {
  readonly forbidden: readonly { readonly name: string }[];
}

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

describe('import directions', () => {
  let folder = '';
  const rulesBroken = new Map<string, Set<string>>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-imports-'));
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    for (const target of [...targets.map((path) => `src/${path}`), 'test/target.ts']) {
      await write(target, 'export const target = 1;\nexport type Target = number;\n');
    }
    await write(...halfCircle);
    for (const [from, statement] of planted) await write(`src/${from}`, statement);
    for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      await copyFile(join(root, file), join(folder, file));
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'test'];
    const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/depcruise'), args, {
      cwd: folder,
      maxBuffer: 1 << 26,
    });
    for (const { from, rule } of (JSON.parse(stdout) as Cruise).summary.violations) {
      rulesBroken.set(from, (rulesBroken.get(from) ?? new Set()).add(rule.name));
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const brokenBy = (from: string): string[] => [...(rulesBroken.get(`src/${from}`) ?? [])];
  const titled = planted.map(([from, statement, rule]) => ({ from, rule, line: statement.split('\n', 1)[0] }));

  test.each(titled.filter(({ rule }) => rule !== null))('src/$from: $line is stopped by $rule', ({ from, rule }) => {
    expect(brokenBy(from)).toContain(rule);
  });

  test.each(titled.filter(({ rule }) => rule === null))('src/$from: $line is let through', ({ from }) => {
    expect(brokenBy(from)).toEqual([]);
  });

  test('no rule is dead: each of them has stopped a planted import', () => {
    const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as Config;
    const broken = new Set([...rulesBroken.values()].flatMap((rules) => [...rules]));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
