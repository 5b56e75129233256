import { nodesPer } from '../../sim/model/domains.ts';
import { pathText } from '../problems.ts';
import type { Scenario } from '../schema/scenario-schema.ts';
import type { Fault } from '../schema-problems.ts';

/** A network that nothing in the cluster, or no gang's place in it, gives a meaning to. */
export function checkNetwork({ cluster, policies }: Scenario): Fault[] {
  const { network, pools = [], nodeList } = cluster;
  if (network === undefined) return [];
  const faults: Fault[] = [];
  const tell = (path: Fault['path'], reason: string): void => {
    faults.push({ path, reason: `${pathText(path)} ${reason}`, whole: true });
  };
  if (nodeList !== undefined) {
    tell(['cluster', 'network'], 'stands beside nodeList, which knows no leaf switches; give pools, or leave it out');
  }
  pools.forEach((pool, index) => {
    if (nodesPer(pool, 'leaf') > 0) return;
    tell(['cluster', 'pools', index], 'has no leaf switches for cluster.network; give nodesPerRack and racksPerLeaf');
  });
  if (policies.placement.name === 'count') {
    const why = 'is count, which takes GPUs wherever they are: no gang has a place in cluster.network; choose another';
    tell(['policies', 'placement'], why);
  }
  return faults;
}
