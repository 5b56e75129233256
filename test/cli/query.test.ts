import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { twoServers } from '../study/two-servers.ts';
import { call, put, temporaryFolder } from './call.ts';

const folder = temporaryFolder();
const study = put(
  folder,
  'small.yaml',
  `name: small
scenario: short.yaml
metrics: [mean(wait), utilisation]
replications: { atLeast: 3 }
axes:
  rate: { path: 'workload.synthetic[0].arrivals.ratePerHour', values: [60, 100] }
  by: { path: 'policies.scheduling', values: [fifo, sjf] }
`,
);
const out = join(folder, 'out');

beforeAll(async () => {
  put(folder, 'short.yaml', twoServers('short', 60));
  await call('sweep', study, '--out', out, '--workers', '1');
});

const ask = (...more: readonly string[]) => call('query', out, ...more);

describe('plimsoll query', () => {
  it('finds the store that a sweep has left', () => {
    expect(existsSync(join(out, 'study.duckdb'))).toBe(true);
  });

  it('prints a table with six digits, CSV and JSON with all', async () => {
    const sql = 'SELECT point, rate, "mean(wait)" AS wait FROM results WHERE "by" = \'fifo\'';
    const csv = await ask('--csv', sql);
    expect(csv).toMatchObject({ code: 0, err: '' });
    const [head, first] = csv.out.split('\n');
    expect(head).toBe('point,rate,wait');
    const points = JSON.parse(readFileSync(join(out, 'study.json'), 'utf8')) as {
      points: { metrics: Record<string, { mean: number }> }[];
    };
    const { mean } = points.points[0]!.metrics['mean(wait)']!;
    expect(first).toBe(`0,60,${mean}`);
    const json = JSON.parse((await ask('--json', sql)).out) as unknown[];
    expect(json).toHaveLength(2);
    expect(json[0]).toEqual({ point: 0, rate: 60, wait: mean });
    expect((await ask(sql)).out).toContain(`│ 0     │ 60   │ ${Number(mean.toPrecision(6))} `);
    expect(JSON.parse((await ask('--json', 'FROM runs WHERE point > 99')).out)).toEqual([]);
    const numbers = await ask(
      '--json',
      "SELECT sum(point)::HUGEINT AS a, 1.5 AS b, 2::BIGINT ** 62 AS c, 'NaN'::DOUBLE AS d FROM points",
    );
    expect(JSON.parse(numbers.out)).toEqual([{ a: 6, b: 1.5, c: 2 ** 62, d: 'NaN' }]);
    expect(await ask('--csv', "SELECT 'a,\"b' AS x, '=1+1' AS y, -1 AS z, NULL AS n")).toMatchObject({
      out: `x,y,z,n\n"a,""b",'=1+1,-1,\n`,
    });
  });

  it('lists tables, columns and numbers of rows without SQL, and prints no more rows than somebody reads', async () => {
    const listed = await ask();
    expect(listed.out).toMatch(/^results {2}4 rows {2}a row for each point/m);
    expect(listed.out).toMatch(/^runs {2}12 rows {2}.*\n {2}point INTEGER, replication INTEGER, seed BIGINT/m);
    expect(listed.out).toMatch(/rate BIGINT, "by" VARCHAR,[^]* "mean\(wait\) low" DOUBLE/);
    const many = await ask('SELECT range FROM range(300)');
    expect(many.out).toContain('the first 200 of 300 rows; --csv and --json print all');
    expect((await ask('--csv', 'SELECT range FROM range(5000)')).out.split('\n')).toHaveLength(5002);
  });

  it('says on one line what is wrong with SQL, and where names are found', async () => {
    const wrong = [
      ['selec 1', 'SQL: Parser Error: syntax error at or near "selec" (LINE 1: selec 1); "plimsoll query STUDY"'],
      ['SELECT nope FROM runs', 'SQL: Binder Error: Referenced column "nope" not found in FROM clause!; Candidate'],
      ['FROM nothing', 'SQL: Catalog Error: Table with name nothing does not exist'],
      ["SELECT 'x'::INT", 'SQL: Conversion Error: Could not convert'],
      [' ', 'SQL: is empty'],
      [';', 'SQL: holds no statement'],
    ] as const;
    for (const [sql, message] of wrong) {
      const { code, err, out: printed } = await ask(sql);
      expect([sql, code, printed]).toEqual([sql, 2, '']);
      expect(err).toContain(message);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });

  it('changes nothing, sees no other file and keeps its bounds, whatever the SQL says', async () => {
    const before = readFileSync(join(out, 'study.duckdb'));
    const files = readdirSync(out);
    const secret = put(folder, 'secret.csv', 'a\n1\n');
    const forbidden = [
      'DROP TABLE runs',
      'DELETE FROM runs',
      'CREATE TABLE mine (a INT)',
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM '${secret}'`,
      `SELECT * FROM glob('${folder}/*')`,
      `COPY runs TO '${folder}/copy.csv'`,
      `ATTACH '${folder}/other.duckdb'`,
      `EXPORT DATABASE '${folder}/all'`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      'SET threads = 64',
      "SET memory_limit = '100GB'",
      `SET temp_directory = '${folder}'`,
    ];
    for (const sql of forbidden) {
      const { code, err, out: printed } = await ask(sql);
      expect([sql, code, printed]).toEqual([sql, 2, '']);
      expect(err).toMatch(/^SQL: /);
    }
    expect(readFileSync(join(out, 'study.duckdb')).equals(before)).toBe(true);
    expect(readdirSync(out)).toEqual(files);
    expect(readdirSync(folder).sort()).toEqual(['out', 'secret.csv', 'short.yaml', 'small.yaml']);
  });

  it('refuses what is no study', async () => {
    expect(await call('query', join(folder, 'nowhere'))).toMatchObject({
      code: 2,
      err: `${join(folder, 'nowhere')}: does not exist; give the folder of a study, or its study.duckdb\n`,
    });
    expect((await call('query', folder)).err).toContain('holds no study; give the folder that "plimsoll sweep"');
    const { code, err } = await call('query', study);
    expect(code).toBe(2);
    expect(err).toContain('small.yaml: cannot be read: ');
  });
});

describe('plimsoll export', () => {
  const tables = join(folder, '..', `${folder.split('/').at(-1)}-tables`);

  it('writes a file for each table and view, in Parquet and in CSV, and leaves nothing else', async () => {
    try {
      for (const format of ['parquet', 'csv']) {
        expect(await call('export', out, '--format', format, '--out', tables)).toMatchObject({ code: 0, err: '' });
      }
      const names = readdirSync(tables);
      expect(names).toHaveLength(28);
      const csv = readFileSync(join(tables, 'intervals.csv'), 'utf8').split('\n');
      expect(csv[0]).toBe('point,metric,runs,mean,low,high,unit,better');
      expect(csv).toHaveLength(10);
      expect(csv[1]).toMatch(/^0,mean\(wait\),3,/);
      expect(readFileSync(join(tables, 'runs.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    } finally {
      rmSync(tables, { recursive: true, force: true });
    }
  });

  it('does not write over the study itself, nor where nothing can be written', async () => {
    expect(await call('export', out, '--out', out)).toMatchObject({
      code: 2,
      err: `--out ${out}: is the study's own folder, with its runs.csv; choose another folder\n`,
    });
    expect(await call('export', out, '--out', study)).toMatchObject({ code: 2 });
    expect(await call('export', out, '--out', '/proc/none')).toMatchObject({ code: 2 });
  });
});

describe('a study that cannot be stored', () => {
  it('is told at once where its folder cannot be made', async () => {
    for (const command of ['sweep', 'compare']) {
      const { code, err } = await call(command, study, '--out', join(study, 'below'));
      expect(code).toBe(2);
      expect(err).toContain(
        'cannot write: a part of the path is a file; what was stored is whole: choose another folder',
      );
    }
  });

  it('keeps its runs when the disk is full, and goes on when there is room', async () => {
    const full = join(folder, 'full');
    const main = join(import.meta.dirname, '../../dist/cli/main.js');
    // No file may grow beyond so many KiB.
    const limited = (blocks: number, ...args: readonly string[]) =>
      promisify(execFile)('bash', [
        '-c',
        `ulimit -f ${blocks}; exec "$@"`,
        'bash',
        process.execPath,
        main,
        ...args,
      ]).then(
        () => ({ code: 0, stderr: '' }),
        (error: unknown) => error as { code: number; stderr: string },
      );
    const early = await limited(4, 'sweep', study, '--out', full, '--workers', '1');
    expect(early.code).toBe(2);
    expect(early.stderr).toMatch(
      /(runs|index)\.jsonl: cannot write: the file may not grow any more; what was stored is whole: make room/,
    );
    for (const file of ['index.jsonl', 'runs.jsonl']) copyFileSync(join(out, file), join(full, file));
    const late = await limited(64, 'query', full);
    expect(late.code).toBe(2);
    expect(late.stderr).toMatch(/study\.duckdb: cannot write: .*; the runs in runs\.jsonl are whole: make room/);
    expect(readdirSync(full).sort()).toEqual(['index.jsonl', 'runs.jsonl']);
    expect((await call('query', full, '--csv', 'SELECT count(*) AS n FROM runs')).out).toBe('n\n12\n');
  });
});
