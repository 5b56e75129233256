import { dirname, isAbsolute, join } from 'node:path';
import { buildCluster, GPU_TYPES_MAX, type Cluster, type NodePool } from '../../sim/model/cluster.ts';
import type { ImportReport } from '../../traces/import-report.ts';
import type { ImportedFiles } from '../../traces/imported-files.ts';
import { importNodes } from '../../traces/registry.ts';
import { pathText, ScenarioError } from '../problems.ts';
import { placeOf } from '../origins.ts';
import { GPUS_MAX, NODES_MAX } from '../schema/cluster-schema.ts';
import type { Scenario } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { refuseFile } from './file-refusals.ts';
import { mebibytesOf } from './seconds.ts';

type PoolEntry = NonNullable<Scenario['cluster']['pools']>[number];

/** The nodes of a scenario, from its pools or its node list. ScenarioError if the list cannot be read. */
export async function resolveCluster(
  { file, data, origins }: SettledScenario,
  root: string | undefined,
  files: ImportedFiles,
): Promise<{ readonly cluster: Cluster; readonly reports: readonly ImportReport[] }> {
  const { pools, nodeList } = data.cluster;
  if (nodeList === undefined) return { cluster: buildCluster((pools ?? []).map(nodePool)), reports: [] };
  const path = ['cluster', 'nodeList', 'file'];
  const place = placeOf(file, origins, path);
  const label = isAbsolute(nodeList.file) ? nodeList.file : join(dirname(file), nodeList.file);
  const imported = await refuseFile(place, path, label, root, () =>
    files.import(label, ['nodes', nodeList.format], () => importNodes(nodeList.format, label, label)),
  );
  const gpus = imported.pools.reduce((sum, pool) => sum + pool.nodes * pool.gpusPerNode, 0);
  const nodes = imported.pools.reduce((sum, pool) => sum + pool.nodes, 0);
  const types = new Set(imported.pools.map(({ gpuType }) => gpuType)).size;
  const refuse = (what: string): never => {
    throw new ScenarioError([{ place, message: `${pathText(path)} lists ${what}` }]);
  };
  if (nodes > NODES_MAX) refuse(`${nodes} nodes; at most ${NODES_MAX} fit`);
  if (gpus > GPUS_MAX) refuse(`${gpus} GPUs; at most ${GPUS_MAX} fit`);
  if (types > GPU_TYPES_MAX) refuse(`${types} GPU types; at most ${GPU_TYPES_MAX} can be told apart`);
  return {
    cluster: buildCluster(imported.pools, imported.nodeNames),
    reports: [{ ...imported.report, file: nodeList.file }],
  };
}

function nodePool(pool: PoolEntry): NodePool {
  return {
    name: pool.name,
    nodes: pool.nodes,
    gpusPerNode: pool.gpusPerNode,
    gpuType: pool.gpusPerNode === 0 ? '' : pool.gpuType,
    cpuMilliPerNode: pool.cpusPerNode === undefined ? Infinity : Math.round(pool.cpusPerNode * 1000),
    memoryMiBPerNode: pool.memoryPerNode === undefined ? Infinity : mebibytesOf(pool.memoryPerNode),
    labels: pool.labels ?? {},
    nodesPerRack: pool.nodesPerRack,
    racksPerLeaf: pool.racksPerLeaf,
    leavesPerSpine: pool.leavesPerSpine,
    racksPerRow: pool.racksPerRow,
    rowsPerRoom: pool.rowsPerRoom,
    ...(pool.site === undefined ? {} : { site: pool.site }),
    ...(pool.pricePerGpuHour === undefined ? {} : { pricePerGpuHour: pool.pricePerGpuHour }),
  };
}
