/** A column of the store, for people. */
export interface StoreColumn {
  readonly name: string;
  readonly about: string;
}

/** A table of the store, for people. */
export interface StoreTable {
  readonly name: string;
  readonly about: string;
  /** Columns by which its rows are ordered: no two rows have the same values in them. */
  readonly key: readonly string[];
  readonly columns: readonly StoreColumn[];
}

const point = { name: 'point', about: 'number of the point' };
const replication = { name: 'replication', about: 'number of the replication, from 0' };
const metric = { name: 'metric', about: 'as the study writes it' };
const unit = { name: 'unit', about: 's, share, number, per hour or GPU-hours' };
const position = { name: 'position', about: 'order, from 0' };
const better = { name: 'better', about: 'less or more' };

/** What the tables of a store hold, the most asked for first. Two views stand beside them: see views.ts. */
export const storeTables: readonly StoreTable[] = [
  {
    name: 'points',
    about: 'a row for each point: one setting of all that the study varies',
    key: ['point'],
    columns: [
      point,
      { name: 'scenario', about: 'name of the variant; empty where the study has none' },
      { name: 'scenario_hash', about: 'SHA-256 of the scenario without its seed' },
      { name: 'total_nodes', about: 'nodes of all pools' },
      { name: 'total_gpus', about: 'their GPUs' },
      { name: 'cost_per_hour', about: 'of all pools; null where one has no price' },
      { name: 'replications', about: 'runs that the point has' },
      { name: 'is_unstable', about: 'whether the backlog grows without end: means then say nothing' },
      { name: 'growth_jobs_per_hour', about: 'how fast; null unless unstable' },
      { name: 'growth_gpus_per_hour', about: 'the same in GPUs that are asked for' },
    ],
  },
  {
    name: 'settings',
    about: 'a row for each change that a point makes to the scenario',
    key: ['point', 'position'],
    columns: [
      point,
      position,
      { name: 'axis', about: 'axis or variable of a plan; null for changes that are none' },
      { name: 'path', about: 'path into the scenario' },
      { name: 'value', about: 'text as it is, anything else as JSON' },
      { name: 'number', about: 'the value where it is a number, else null' },
    ],
  },
  {
    name: 'runs',
    about: 'a row for each run',
    key: ['point', 'replication'],
    columns: [
      point,
      replication,
      { name: 'seed', about: 'seed of the run' },
      { name: 'fingerprint', about: 'hash of everything that happened in it' },
      { name: 'end_s', about: 'simulated time, s' },
      { name: 'warm_up_s', about: 'length of the warm-up that was cut off; null where it was not over' },
      { name: 'faults', about: 'failures seen' },
      { name: 'key', about: 'what it is known by in runs.jsonl' },
    ],
  },
  {
    name: 'metrics',
    about: 'a row for each metric of each run',
    key: ['point', 'replication', 'metric'],
    columns: [point, replication, metric, { name: 'value', about: 'null where the run leaves it open' }, unit],
  },
  {
    name: 'intervals',
    about: 'a row for each metric of each point: the mean over its runs, with the interval',
    key: ['point', 'metric'],
    columns: [
      point,
      metric,
      { name: 'runs', about: 'runs that have a value' },
      { name: 'mean', about: 'null unless every run has a value' },
      { name: 'low', about: "lower bound at the study's confidence; null where it is infinite" },
      { name: 'high', about: 'upper bound' },
      unit,
      better,
    ],
  },
  {
    name: 'series',
    about: 'how the backlog of each run went, in equal stretches of time',
    key: ['point', 'replication', 't_s'],
    columns: [
      point,
      replication,
      { name: 't_s', about: 'begin of the stretch, from the first that jobs came in' },
      { name: 'jobs_queued', about: 'jobs that wait, on average' },
      { name: 'gpus_queued', about: 'GPUs that they ask for' },
    ],
  },
  {
    name: 'scenarios',
    about: 'the whole scenario of each point',
    key: ['point'],
    columns: [
      point,
      { name: 'file', about: 'file that it was made from; paths in it are relative to that' },
      { name: 'scenario', about: 'JSON, with all defaults' },
    ],
  },
  {
    name: 'warnings',
    about: 'what is to be said of a point, the most important first',
    key: ['point', 'position'],
    columns: [point, position, { name: 'warning', about: 'in plain words' }],
  },
  {
    name: 'axes',
    about: 'what the study varies',
    key: ['position'],
    columns: [
      position,
      { name: 'axis', about: 'its name' },
      { name: 'path', about: 'path into the scenario' },
      { name: 'type', about: 'of its column in the views' },
    ],
  },
  {
    name: 'measures',
    about: 'what the study measures',
    key: ['position'],
    columns: [position, metric, unit, better],
  },
  {
    name: 'study',
    about: 'one row: the study itself',
    key: ['name'],
    columns: [
      { name: 'name', about: 'name of the study' },
      { name: 'description', about: 'what it is about' },
      { name: 'command', about: 'what made the runs: sweep, merge, compare, plan or check' },
      { name: 'is_complete', about: 'false where it was stopped, or still runs' },
      { name: 'seed', about: 'of replication 0; replication r has seed + r' },
      { name: 'confidence', about: 'level of the intervals' },
      { name: 'plimsoll_version', about: 'of the program' },
      { name: 'code_version', about: 'hash of its source' },
      { name: 'definition', about: 'JSON: the study with all defaults' },
    ],
  },
  {
    name: 'sources',
    about: 'files that the store was made from',
    key: ['file'],
    columns: [
      { name: 'file', about: 'index.jsonl or runs.jsonl' },
      { name: 'bytes', about: 'length' },
      { name: 'sha256', about: 'null for runs.jsonl, which only grows' },
    ],
  },
];
