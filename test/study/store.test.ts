import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import type { Executor } from '../../src/study/executors/executor.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { studyOf, type Study } from '../../src/study/file/load-study.ts';
import { StudyFolder } from '../../src/study/results/study-folder.ts';
import { writeResults, type StudyResult } from '../../src/study/results/write-results.ts';
import { Runner } from '../../src/study/runs/runner.ts';
import { mergeShards } from '../../src/study/shards/merge.ts';
import { sweepShard } from '../../src/study/shards/sweep-shard.ts';
import { buildStore } from '../../src/study/store/build-store.ts';
import { loadDuckdb, withDatabase } from '../../src/study/store/database.ts';
import { migrate, migrations, versionOf, type Migration } from '../../src/study/store/migrations.ts';
import { readyStore } from '../../src/study/store/open-store.ts';
import { contentOf, query, type PlainCell } from '../../src/study/store/query.ts';
import { storeTables } from '../../src/study/store/tables.ts';
import { storeViews } from '../../src/study/store/views.ts';
import { sweep } from '../../src/study/sweep.ts';
import { twoServers } from './two-servers.ts';

const text = `name: small
scenario: short.yaml
metrics: [mean(wait), utilisation]
replications: { atLeast: 3 }
axes:
  rate: { path: 'workload.synthetic[0].arrivals.ratePerHour', values: [60, 100.5] }
  Point: { path: 'policies.scheduling', values: [fifo, sjf] }
`;
const forever = new AbortController().signal;

let folder: string;
let one: StudyResult;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-store-'));
  writeFileSync(join(folder, 'short.yaml'), twoServers('short', 60));
  one = await swept('one');
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const study = (of = text): Study => studyOf(parseText(at('study.yaml'), of));

/** Runs something of a study in a folder, and leaves its index complete unless it fails. */
async function kept(
  name: string,
  of: Study,
  executor: Executor,
  work: (runner: Runner) => Promise<void>,
): Promise<void> {
  const into = StudyFolder.open(at(name), { command: 'sweep', study: of.data, metrics: of.data.metrics });
  try {
    await work(new Runner(of, executor, into.journal, forever, of.data.metrics, into.index));
    into.index.complete();
  } finally {
    into.close();
  }
}

async function swept(name: string, of = study(), executor = inProcess()): Promise<StudyResult> {
  let result: StudyResult | undefined;
  await kept(name, of, executor, async (runner) => {
    result = await writeResults(at(name), of, await sweep(of, runner));
  });
  await buildStore(at(name));
  return result!;
}

async function rows(name: string, sql: string): Promise<PlainCell[][]> {
  const all: PlainCell[][] = [];
  await query(at(name), sql, forever, async (answer) => {
    for await (const some of answer.rows) all.push(...some.map((row) => [...row]));
  });
  return all;
}

/** Every row of every table and view but `sources`, as SQL without ORDER BY gives them. */
async function everything(name: string): Promise<Record<string, unknown>> {
  const path = await readyStore(at(name));
  return withDatabase(path, 'query', async (connection) => {
    const held: Record<string, unknown> = {};
    for (const table of [...storeViews, ...storeTables]) {
      if (table.name === 'sources') continue;
      held[table.name] = (await connection.runAndReadAll(`FROM ${table.name}`)).getRowsJson();
    }
    return held;
  });
}

/** Answers a few runs at a time, the last one asked for first. */
function backwards(): Executor {
  const inner = inProcess();
  let waiting: (() => void)[] = [];
  return {
    ...inner,
    capacity: 2,
    run: async (task, signal) => {
      const outcome = await inner.run(task, signal);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        setTimeout(() => {
          for (const go of waiting.toReversed()) go();
          waiting = [];
        }, 5);
      });
      return outcome;
    },
  };
}

describe('the store of a study', () => {
  it('holds what study.json says, each run under its seed, the scenarios and the backlog over time', async () => {
    expect(await rows('one', 'SELECT point, rate, "axis Point", "mean(wait)", "mean(wait) low" FROM results')).toEqual(
      one.points.map(({ index, values, metrics }) => {
        const { mean, low } = metrics['mean(wait)']!;
        return [index, values['rate'], values['Point'], mean, low];
      }),
    );
    const csv = readFileSync(join(at('one'), 'runs.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    expect(
      await rows(
        'one',
        `SELECT concat_ws(',', point, scenario, rate, "axis Point", replication, seed) FROM run_results`,
      ),
    ).toEqual(csv.map((line) => [line.split(',').slice(0, 6).join(',').replace(',60,', ',60.0,')]));
    const [scenario] = await rows(
      'one',
      "SELECT scenario ->> '$.policies.scheduling.name' FROM scenarios WHERE point = 1",
    );
    expect(scenario).toEqual(['sjf']);
    const [series] = await rows('one', 'SELECT count(DISTINCT point * 10 + replication), min(t_s) FROM series');
    expect(series).toEqual([12, 0]);
    expect(await rows('one', 'SELECT name, command, is_complete, seed FROM study')).toEqual([
      ['small', 'sweep', true, 1],
    ]);
  });

  it('gives the same rows in the same order whoever made the runs', async () => {
    const alone = await everything('one');
    expect(alone['metrics']).toHaveLength(24);
    await swept('backwards', study(), backwards());
    const keysOf = (name: string): string[] =>
      readFileSync(join(at(name), 'runs.jsonl'), 'utf8')
        .split('\n')
        .sort();
    expect(keysOf('backwards')).toEqual(keysOf('one'));
    expect(readFileSync(join(at('backwards'), 'runs.jsonl'))).not.toEqual(readFileSync(join(at('one'), 'runs.jsonl')));
    expect(await everything('backwards')).toEqual(alone);
    const of = study();
    for (const index of [1, 2]) {
      const name = `shard-${index}`;
      await kept(name, of, inProcess(), (runner) => sweepShard(of, { index, of: 2 }, runner, at(name)));
    }
    await mergeShards(at('merged'), [at('shard-2'), at('shard-1')]);
    const merged = await everything('merged');
    expect(merged['study']).not.toEqual(alone['study']);
    expect({ ...merged, study: alone['study'] }).toEqual(alone);
  });

  it('is made of what there is while a study runs, and anew when there is more', async () => {
    const read = (file: string): string[] => readFileSync(join(at('one'), file), 'utf8').split('\n');
    const part = StudyFolder.open(at('part'), { command: 'sweep', study: study().data, metrics: ['utilisation'] });
    part.close();
    writeFileSync(join(at('part'), 'index.jsonl'), `${read('index.jsonl').slice(0, -3).join('\n')}\n{"point":3,"repl`);
    writeFileSync(join(at('part'), 'runs.jsonl'), `${read('runs.jsonl').slice(0, 5).join('\n')}\n{"key":"`);
    expect(await rows('part', 'SELECT count(*) FROM runs')).toEqual([[4]]);
    expect(await rows('part', 'SELECT is_complete FROM study')).toEqual([[false]]);
    const before = readFileSync(join(at('part'), 'study.duckdb'));
    expect(await rows('part', 'SELECT count(*) FROM runs')).toEqual([[4]]);
    expect(readFileSync(join(at('part'), 'study.duckdb')).equals(before)).toBe(true);
    for (const file of ['index.jsonl', 'runs.jsonl']) copyFileSync(join(at('one'), file), join(at('part'), file));
    expect(await everything('part')).toEqual(await everything('one'));
  });

  it('describes every table and column that it has, and orders rows by a key', async () => {
    const content = await contentOf(at('one'));
    const path = join(at('one'), 'study.duckdb');
    for (const { name, columns, key } of storeTables) {
      const held = content.find((table) => table.name === name)!;
      expect(held.columns.map((column) => column.name)).toEqual(columns.map((column) => column.name));
      await withDatabase(path, 'query', async (connection) => {
        const read = async (sql: string): Promise<unknown> => (await connection.runAndReadAll(sql)).getRowsJson();
        const doubles = `SELECT count(*)::INT FROM (FROM ${name} SELECT 1 GROUP BY ${key.join()} HAVING count(*) > 1)`;
        expect([name, await read(doubles)]).toEqual([name, [[0]]]);
        expect([name, await read(`FROM ${name} ORDER BY ${key.join()}`)]).toEqual([name, await read(`FROM ${name}`)]);
      });
    }
    const tables = content.map(({ name }) => name).sort();
    const found = await rows(
      'one',
      "SELECT table_name FROM information_schema.tables WHERE table_name <> 'store_version' ORDER BY 1",
    );
    expect(found.flat()).toEqual(tables);
  });
});

describe('docs/studies.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/studies.md'), 'utf8');
  const words = (of: string): string => of.replaceAll(/\s+/g, ' ');

  it('says of every table and column what the code says', () => {
    const lacking = storeTables.filter(({ name, about, columns }) => {
      const said = columns.map((column) => `\`${column.name}\` (${column.about})`).join(', ');
      return !words(page).includes(`- \`${name}\`: ${about}. ${said}.`);
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
    expect(storeTables.length).toBeGreaterThan(10);
  });

  it('asks for what there is', async () => {
    const like = text
      .replace('[mean(wait), utilisation]', '[mean(wait), p95(wait)]')
      .replace(/ {2}rate: .*\n/, "  nodes: { path: 'cluster.pools[0].nodes', values: [2, 3] }\n")
      .replace(/ {2}Point: .*\n/, '  policy: { path: policies.scheduling, values: [fifo, easy-backfill] }\n');
    await swept('docs', study(like));
    const asked = [...page.matchAll(/^```sql\n([^]*?)^```$/gm)].map(([, sql]) => sql!);
    expect(asked).toHaveLength(5);
    for (const sql of asked) expect((await rows('docs', sql)).length, sql).toBeGreaterThan(1);
  });
});

describe('versions of the store', () => {
  const later: Migration = {
    version: migrations.length + 1,
    about: 'of the test',
    sql: ['ALTER TABLE runs ADD COLUMN gpu_hours DOUBLE', 'UPDATE runs SET gpu_hours = end_s / 3600'],
  };
  const tomorrow = [...migrations, later];

  it('rise by one from 1, so that each store is led through all that came after it', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('an older store is led to the newest form with all its rows', async () => {
    const file = at('old.duckdb');
    copyFileSync(join(at('one'), 'study.duckdb'), file);
    await readyStore(file, tomorrow);
    const held = await withDatabase(file, 'query', async (connection) => [
      await versionOf(connection),
      (
        await connection.runAndReadAll('SELECT count(*)::INT, bool_and(gpu_hours = end_s / 3600) FROM runs')
      ).getRowsJson(),
      (await connection.runAndReadAll('SELECT count(*)::INT FROM results')).getRowsJson(),
    ]);
    expect(held).toEqual([later.version, [[12, true]], [[4]]]);
  });

  it('a store of version 0 gets all tables', async () => {
    const file = at('zero.duckdb');
    await withDatabase(file, 'write', async (connection) => {
      await connection.run('CREATE TABLE store_version (version INTEGER)');
      await connection.run('INSERT INTO store_version VALUES (0)');
    });
    const content = await contentOf(file);
    expect(content.map(({ name }) => name)).toEqual([...storeViews, ...storeTables].map(({ name }) => name));
    expect(content.every((table) => table.rows === 0 && table.columns.length > 0)).toBe(true);
  });

  it('a step that fails leaves the store as it was', async () => {
    const file = at('failing.duckdb');
    copyFileSync(join(at('one'), 'study.duckdb'), file);
    const before = readFileSync(file);
    const failing = [...tomorrow, { version: later.version + 1, about: 'fails', sql: ['DROP TABLE nothing'] }];
    await expect(readyStore(file, failing)).rejects.toThrow('Table with name nothing does not exist');
    expect(readFileSync(file).equals(before)).toBe(true);
    await withDatabase(file, 'write', async (connection) => {
      await expect(migrate(connection, 1, failing)).rejects.toThrow('nothing does not exist');
      expect(await versionOf(connection)).toBe(1);
      const columns = await connection.runAndReadAll(
        "SELECT 1 FROM information_schema.columns WHERE column_name = 'gpu_hours'",
      );
      expect(columns.currentRowCount).toBe(0);
    });
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('a newer, a damaged or a foreign store is refused, and made anew from the runs once it is removed', async () => {
    const path = join(at('one'), 'study.duckdb');
    const whole = readFileSync(path);
    const mend = `nothing is lost: remove it, and the next query makes it anew from ${join(at('one'), 'runs.jsonl')}`;
    const refused = async (): Promise<string> =>
      rows('one', 'FROM results').then(
        () => 'read',
        (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
      );
    await withDatabase(path, 'write', (connection) => migrate(connection, migrations.length, tomorrow));
    expect(await refused()).toBe(
      `StoreError: ${path}: was written by a newer plimsoll (store version ${later.version}, this one reads ${migrations.length}); ${mend}`,
    );
    for (const bytes of [
      Buffer.from('rubbish '.repeat(1000)),
      whole.subarray(0, 5000),
      whole.subarray(0, whole.length / 2),
    ]) {
      writeFileSync(path, bytes);
      expect(await refused()).toMatch(/^StoreError: .*study\.duckdb: cannot be read: /);
      expect(await refused()).toContain(mend);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
    rmSync(path);
    const { DuckDBInstance } = await loadDuckdb();
    const other = await DuckDBInstance.create(path);
    await (await other.connect()).run('CREATE TABLE cats (name VARCHAR)');
    other.closeSync();
    expect(await refused()).toContain('is a database of something else');
    rmSync(path);
    expect(await refused()).toBe('read');
    expect(existsSync(path)).toBe(true);
  });
});
