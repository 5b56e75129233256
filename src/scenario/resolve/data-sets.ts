import { RandomStreams } from '../../sim/kernel/random.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import { buildDataSets, type DataSets } from '../../sim/model/data-sets.ts';
import type { JobList } from '../../sim/model/job-list.ts';
import { placeOf } from '../origins.ts';
import { pathText, plainText, ScenarioError, valueText, type Path, type Problem } from '../problems.ts';
import { amount } from '../quantities/quantity.ts';
import { rate } from '../quantities/rate.ts';
import { size } from '../quantities/size.ts';
import type { DataSetEntry } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { suggestion } from '../suggestions.ts';
import { dataKeep } from './data-backups.ts';
import { dataSetNames, setNames } from './data-set-names.ts';
import { spreadCopies } from './spread-copies.ts';

const TOLD_MAX = 20;
/** Copies of a set that says nothing, as in HDFS. */
const COPIES = 3;

/** The data sets of a scenario with their copies. ScenarioError for nodes that the cluster does not have. */
export function resolveDataSets(settled: SettledScenario, cluster: Cluster): DataSets | undefined {
  const { data, seed } = settled.data;
  if (data === undefined) return undefined;
  const streams = new RandomStreams(seed);
  const problems: Problem[] = [];
  const drafts = data.sets.flatMap((entry, index) => {
    const bits = 8 * amount(size, entry.size);
    const readUs = (bandwidth: string | undefined): number =>
      bandwidth === undefined ? 0 : Math.ceil((1e6 * bits) / amount(rate, bandwidth));
    const costs = [readUs(data.nodeBandwidth), readUs(data.rackBandwidth), readUs(data.remoteBandwidth)] as const;
    const given = givenNodes(settled, entry, ['data', 'sets', index, 'nodes'], cluster, problems);
    return setNames(entry).map((name, number) => {
      const copies = given ?? spreadCopies(entry.copies ?? COPIES, cluster, streams.stream('data copies', name));
      const keep = dataKeep(settled, index, number, copies, cluster, costs[2], problems);
      return { name, copies, readUs: costs, keep };
    });
  });
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, TOLD_MAX));
  return buildDataSets(cluster, drafts);
}

function givenNodes(
  { file, origins }: SettledScenario,
  { nodes }: DataSetEntry,
  path: Path,
  cluster: Cluster,
  problems: Problem[],
): number[] | undefined {
  return nodes?.map((name, at) => {
    const node = nodeNamed(cluster, name);
    if (node === undefined) {
      const way = [...path, at];
      const mend = `write a pool's name, a slash and the node's number from 0, such as ${cluster.pools[0]!.name}/0`;
      const message = `${pathText(way)} is ${valueText(name)}; the cluster has no such node; ${mend}`;
      problems.push({ place: placeOf(file, origins, way), message });
    }
    return node ?? 0;
  });
}

/** A node by its own name, or by its pool and its number in the pool. */
function nodeNamed({ nodeNames, pools }: Cluster, name: string): number | undefined {
  const own = nodeNames.indexOf(name);
  if (own >= 0) return own;
  const [, poolName, digits] = /^(.*)\/(\d{1,7})$/.exec(name) ?? [];
  let first = 0;
  for (const pool of pools) {
    if (pool.name === poolName) return Number(digits) < pool.nodes ? first + Number(digits) : undefined;
    first += pool.nodes;
  }
  return undefined;
}

/** Data sets that traces name must be declared. */
export function requireKnownDataSets(settled: SettledScenario, lists: readonly JobList[]): void {
  const known = dataSetNames(settled.data);
  const problems = lists.flatMap((jobs) =>
    jobs.dataSets.slice(1).flatMap((name, index) => {
      if (known.includes(name)) return [];
      const place = `${plainText(jobs.source)}:${jobs.line[jobs.dataSet.indexOf(index + 1)]!}`;
      const mend = known.length === 0 ? 'declare it under data.sets' : suggestion(name, known);
      return [{ place, message: `data_set is ${valueText(name)}; the scenario has no such data set; ${mend}` }];
    }),
  );
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, TOLD_MAX));
}
