import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { BackupPlan, DataKeep } from '../../sim/model/data-keep.ts';
import { placeOf } from '../origins.ts';
import { pathText, valueText, type Problem } from '../problems.ts';
import { amount } from '../quantities/quantity.ts';
import { rate } from '../quantities/rate.ts';
import { size } from '../quantities/size.ts';
import type { DataSetEntry, Scenario } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { suggestion } from '../suggestions.ts';
import { microsecondsOf } from './seconds.ts';

const BITS_PER_GIB = 8 * 2 ** 30;

/**
 * How set `number` of an entry of data.sets is kept, whose copies stand on these nodes. Where its backup cannot be, that
 * is told under `problems`, once an entry.
 */
export function dataKeep(
  settled: SettledScenario,
  index: number,
  number: number,
  copies: readonly number[],
  cluster: Cluster,
  rewriteUs: TimeUs,
  problems: Problem[],
): DataKeep {
  const { backup, size: bytes, changes } = settled.data.data!.sets[index]!;
  const changing = changes === undefined ? {} : { changesGiBPerS: amount(rate, changes) / BITS_PER_GIB };
  if (backup === undefined) return { rewriteUs, ...changing };
  const copyUs = backupUs({ size: bytes }, backup);
  const nodes = backupNodes(settled, index, number, copies, cluster, problems);
  const plan: BackupPlan = { everyUs: Math.max(microsecondsOf(backup.every), copyUs), copyUs, nodes };
  return { rewriteUs, ...changing, backup: plan };
}

/** How long a backup takes. */
function backupUs(
  { size: bytes }: Pick<DataSetEntry, 'size'>,
  { bandwidth }: NonNullable<DataSetEntry['backup']>,
): TimeUs {
  return Math.ceil((8e6 * amount(size, bytes)) / amount(rate, bandwidth));
}

/** Nodes of the pool or site, as far apart as they are many, others for each set of an entry, none of them with a copy. */
function backupNodes(
  { file, origins, data }: SettledScenario,
  index: number,
  number: number,
  copies: readonly number[],
  cluster: Cluster,
  problems: Problem[],
): number[] {
  const { to, copies: count } = data.data!.sets[index]!.backup!;
  const tell = (key: 'to' | 'copies', value: string | number, message: string): number[] => {
    const path = ['data', 'sets', index, 'backup', key];
    const place = placeOf(file, origins, path);
    const text = `${pathText(path)} is ${valueText(value)}; ${message}`;
    if (!problems.some((one) => one.place === place && one.message === text)) problems.push({ place, message: text });
    return [];
  };
  const there = Array.from(cluster.nodePool.keys()).filter((node) => {
    const pool = cluster.pools[cluster.nodePool[node]!]!;
    return pool.name === to || pool.site === to;
  });
  if (there.length === 0) {
    const names = new Set(cluster.pools.flatMap(({ name, site }) => (site === undefined ? [name] : [name, site])));
    return tell('to', to, `no pool or site has that name; ${suggestion(to, [...names])}`);
  }
  const free = there.filter((node) => !copies.includes(node));
  if (free.length < count) {
    const mend = free.length === 0 ? 'name another pool or site under to' : `give at most ${free.length}`;
    return tell(
      'copies',
      count,
      `only ${free.length} of the ${there.length} nodes of ${to} hold no copy of the set itself; ${mend}`,
    );
  }
  return Array.from({ length: count }, (_, each) => {
    return free[(Math.floor((each * free.length) / count) + number) % free.length]!;
  });
}

/** Backups that are not what somebody who reads the scenario would take them for. */
export function backupWarnings({ data, failures }: Scenario): string[] {
  if (data === undefined) return [];
  const destroys = [...(failures?.components ?? []), ...(failures?.outages ?? [])].some((one) => one.destroysData);
  const slow = data.sets.flatMap(({ name, size: bytes, backup }) => {
    if (backup === undefined) return [];
    const takesUs = backupUs({ size: bytes }, backup);
    if (takesUs <= microsecondsOf(backup.every)) return [];
    return [
      `a backup of data set ${name} takes ${(takesUs / 3600e6).toFixed(2)} h, longer than the ${backup.every} from one to the next: each begins when the one before is complete`,
    ];
  });
  if (destroys) return slow;
  const hasBackup = data.sets.some(({ backup }) => backup !== undefined);
  return hasBackup ? [...slow, 'data sets have backups, but no fault destroys data; give destroysData to one'] : slow;
}
