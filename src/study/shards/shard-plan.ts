import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettledScenario } from '../../scenario/settle.ts';
import type { Study } from '../file/load-study.ts';
import type { StudyData } from '../file/study-schema.ts';
import { codeVersion } from '../generated/code-version.ts';
import { StoreError } from '../results/journal.ts';
import type { SettledPoint } from '../runs/settle-points.ts';
import type { Shard } from './shard.ts';

const SCHEMA = 'plimsoll.shard/1';
const FILE = 'shard.json';

/** shard.json: the whole study as its shard saw it, so that shards can be put together where its files are not. */
export interface ShardPlan {
  readonly schema: typeof SCHEMA;
  readonly codeVersion: string;
  readonly shard: Shard;
  readonly study: StudyData;
  readonly points: readonly PlannedPoint[];
}

/** A point of the study; `keys` are those of its runs, in the order of the replications. */
export interface PlannedPoint extends Pick<SettledPoint, 'point' | 'hash'> {
  readonly settled: Omit<SettledScenario, 'origins'>;
  readonly keys: readonly string[];
}

/** The plan of a shard. `keys` has those of every point's runs. */
export function shardPlan(
  { data }: Study,
  shard: Shard,
  points: readonly SettledPoint[],
  keys: readonly (readonly string[])[],
): ShardPlan {
  const planned = points.map(({ point, hash, settled: { file, data: scenario, hash: scenarioHash, warnings } }, at) => {
    return { point, hash, settled: { file, data: scenario, hash: scenarioHash, warnings }, keys: keys[at]! };
  });
  return { schema: SCHEMA, codeVersion, shard, study: data, points: planned };
}

export function writeShardPlan(folder: string, plan: ShardPlan): void {
  const temporary = join(folder, `.${FILE}.new`);
  writeFileSync(temporary, `${JSON.stringify(plan)}\n`);
  renameSync(temporary, join(folder, FILE));
}

/** The plan in a shard's folder. StoreError if there is none that this version can read. */
export function readShardPlan(folder: string): ShardPlan {
  const path = join(folder, FILE);
  let plan: unknown;
  try {
    plan = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read';
    throw new StoreError(`${path}: ${why}; ${folder} must be what "plimsoll sweep STUDY --shard i/n --out" wrote`);
  }
  if ((plan as ShardPlan | null)?.schema !== SCHEMA) {
    throw new StoreError(`${path}: is of another version of plimsoll; make the shard anew, or merge with that version`);
  }
  return plan as ShardPlan;
}
