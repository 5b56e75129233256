import type { DuckDBConnection } from '@duckdb/node-api';
import { textRows } from './database.ts';

/** Views that a store has beside its tables, with the columns by which their rows are ordered. */
export const storeViews = [
  {
    name: 'results',
    about: 'a row for each point, a column for each axis and each metric, with its bounds: as points.csv',
    key: ['point'],
  },
  {
    name: 'run_results',
    about: 'a row for each run, a column for each axis and each metric: as runs.csv',
    key: ['point', 'replication'],
  },
] as const;

interface ViewParts {
  readonly axes: readonly { readonly axis: string; readonly type: string }[];
  readonly metrics: readonly string[];
}

/** Makes the views of a store anew from what its tables hold: their columns are the axes and metrics of the study. */
export async function makeViews(connection: DuckDBConnection): Promise<void> {
  const axes = await textRows(connection, 'SELECT axis, type FROM axes ORDER BY position');
  const metrics = await textRows(connection, 'SELECT metric FROM measures ORDER BY position');
  const parts: ViewParts = {
    axes: axes.map(([axis, type]) => ({ axis: axis!, type: type! })),
    metrics: metrics.flat(),
  };
  await connection.run(resultsView(parts));
  await connection.run(runResultsView(parts));
}

function resultsView({ axes, metrics }: ViewParts): string {
  const names = new Names([
    'point',
    'scenario',
    'total_nodes',
    'total_gpus',
    'cost_per_hour',
    'replications',
    'is_unstable',
    'warnings',
  ]);
  const settings = axes.map((axis) => settingColumn(axis, names));
  const measured = metrics.flatMap((metric) =>
    (['mean', 'low', 'high'] as const).map((bound) => ({
      name: names.take(bound === 'mean' ? metric : `${metric} ${bound}`, 'metric'),
      of: `max(${bound}) FILTER (WHERE metric = ${textLiteral(metric)})`,
    })),
  );
  return `CREATE OR REPLACE VIEW results AS
    SELECT p.point, p.scenario, ${listOf('s', settings)}p.total_nodes, p.total_gpus, p.cost_per_hour, p.replications, p.is_unstable, ${listOf('i', measured)}w.warnings
    FROM points p
    LEFT JOIN (${pivot('settings', ['point'], settings)}) s USING (point)
    LEFT JOIN (${pivot('intervals', ['point'], measured)}) i USING (point)
    LEFT JOIN (SELECT point, string_agg(warning, '; ' ORDER BY position) AS warnings FROM warnings GROUP BY point) w
      USING (point)
    ORDER BY p.point`;
}

function runResultsView({ axes, metrics }: ViewParts): string {
  const names = new Names([
    'point',
    'scenario',
    'replication',
    'seed',
    'fingerprint',
    'end_s',
    'warm_up_s',
    'faults',
    'key',
  ]);
  const settings = axes.map((axis) => settingColumn(axis, names));
  const measured = metrics.map((metric) => ({
    name: names.take(metric, 'metric'),
    of: `max(value) FILTER (WHERE metric = ${textLiteral(metric)})`,
  }));
  return `CREATE OR REPLACE VIEW run_results AS
    SELECT r.point, p.scenario, ${listOf('s', settings)}r.replication, r.seed, r.fingerprint, r.end_s, r.warm_up_s,
      r.faults, ${listOf('m', measured)}r.key
    FROM runs r
    JOIN points p USING (point)
    LEFT JOIN (${pivot('settings', ['point'], settings)}) s USING (point)
    LEFT JOIN (${pivot('metrics', ['point', 'replication'], measured)}) m USING (point, replication)
    ORDER BY r.point, r.replication`;
}

interface ViewColumn {
  readonly name: string;
  readonly of: string;
}

function settingColumn({ axis, type }: ViewParts['axes'][number], names: Names): ViewColumn {
  const field = type === 'BIGINT' || type === 'DOUBLE' ? 'number' : 'value';
  return {
    name: names.take(axis, 'axis'),
    of: `CAST(max(${field}) FILTER (WHERE axis = ${textLiteral(axis)}) AS ${type})`,
  };
}

function pivot(table: string, by: readonly string[], columns: readonly ViewColumn[]): string {
  const pivoted = columns.map(({ name, of }) => `, ${of} AS ${identifier(name)}`).join('');
  return `SELECT ${by.join(', ')}${pivoted} FROM ${table} GROUP BY ${by.join(', ')}`;
}

function listOf(from: string, columns: readonly ViewColumn[]): string {
  return columns.map(({ name }) => `${from}.${identifier(name)}, `).join('');
}

/** Names of a view's columns, of which no two may be alike but for upper and lower case. */
class Names {
  private readonly taken: Set<string>;

  constructor(taken: readonly string[]) {
    this.taken = new Set(taken);
  }

  /** The name, or one that says what it is of, or that with a number: the first that is free. */
  take(name: string, kind: string): string {
    let free = name;
    for (let tries = 1; this.taken.has(free.toLowerCase()); tries++) {
      free = tries === 1 ? `${kind} ${name}` : `${kind} ${name} ${tries}`;
    }
    this.taken.add(free.toLowerCase());
    return free;
  }
}

/** A name as SQL writes it, whatever it is made of. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
