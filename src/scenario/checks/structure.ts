import { isPlainObject, valueAt, type PlainObject } from '../document/plain-data.ts';
import { pathText, valueText, type Path } from '../problems.ts';
import type { Fault } from '../schema-problems.ts';
import { suggestion } from '../suggestions.ts';
import { GPU_TYPES_MAX } from '../../sim/model/cluster.ts';

/** What a schema cannot say of names and of what excludes what. Tolerates wrong shapes: they are told elsewhere. */
export function checkStructure(data: PlainObject): Fault[] {
  return [
    ...checkNodeSource(data),
    ...checkWorkload(data),
    ...duplicates(data, ['cluster', 'pools'], 'name'),
    ...duplicates(data, ['workload', 'synthetic'], 'name'),
    ...duplicates(data, ['workload', 'traces'], 'name'),
    ...duplicates(data, ['workload', 'jobClasses'], 'name'),
    ...duplicates(data, ['workload', 'jobs'], 'id'),
    ...duplicates(data, ['queues'], 'name'),
    ...duplicates(data, ['services'], 'name'),
    ...duplicates(data, ['data', 'sets'], 'name'),
    ...checkGpuTypes(data),
  ];
}

function checkNodeSource(data: PlainObject): Fault[] {
  const cluster = data['cluster'];
  if (!isPlainObject(cluster)) return [];
  const hasPools = Object.hasOwn(cluster, 'pools');
  const hasList = Object.hasOwn(cluster, 'nodeList');
  if (hasPools && hasList) {
    return [whole(['cluster', 'nodeList'], 'cluster.nodeList stands beside cluster.pools; keep one of them')];
  }
  if (hasPools || hasList) return [];
  return [whole(['cluster'], 'cluster has no nodes; add cluster.pools or cluster.nodeList')];
}

function checkWorkload(data: PlainObject): Fault[] {
  const workload = data['workload'];
  if (!isPlainObject(workload)) return [];
  const sources = [...['traces', 'synthetic', 'jobs'].map((key) => workload[key]), data['services']];
  if (sources.some((source) => !Array.isArray(source) || source.length > 0)) return [];
  return [whole(['workload'], 'workload has no jobs; add workload.traces, workload.synthetic or workload.jobs')];
}

function duplicates(data: PlainObject, list: Path, key: string): Fault[] {
  const firstAt = new Map<string, number>();
  return entriesOf(data, list).flatMap((entry, index) => {
    const name = entry[key];
    if (typeof name !== 'string') return [];
    const first = firstAt.get(name);
    if (first === undefined) {
      firstAt.set(name, index);
      return [];
    }
    const other = pathText([...list, first, key]);
    return [{ path: [...list, index, key], reason: `as is ${other}; give each its own` }];
  });
}

/** GPU types that jobs are confined to must exist, where the types are known without reading a file. */
function checkGpuTypes(data: PlainObject): Fault[] {
  const pools = entriesOf(data, ['cluster', 'pools']);
  if (pools.length === 0) return [];
  const types = new Set(
    pools.flatMap(({ gpuType, gpusPerNode }) => (typeof gpuType === 'string' && gpusPerNode !== 0 ? [gpuType] : [])),
  );
  const distinct = types.size + (pools.some(({ gpusPerNode }) => gpusPerNode === 0) ? 1 : 0);
  const faults: Fault[] = [];
  if (distinct > GPU_TYPES_MAX) {
    const reason = `cluster.pools have ${distinct} GPU types (none counts as one); at most ${GPU_TYPES_MAX} can be told apart`;
    faults.push(whole(['cluster', 'pools'], reason));
  }
  for (const source of ['synthetic', 'jobs']) {
    entriesOf(data, ['workload', source]).forEach(({ gpuTypes }, index) => {
      if (!Array.isArray(gpuTypes)) return;
      gpuTypes.forEach((type, at) => {
        if (typeof type !== 'string' || types.has(type)) return;
        const path = ['workload', source, index, 'gpuTypes', at];
        const reason = `${pathText(path)} is ${valueText(type)}; no pool has it; ${suggestion(type, [...types])}`;
        faults.push(whole(path, reason));
      });
    });
  }
  return faults;
}

function entriesOf(data: PlainObject, list: Path): PlainObject[] {
  const value = valueAt(data, list);
  return Array.isArray(value) ? value.map((entry) => (isPlainObject(entry) ? entry : {})) : [];
}

function whole(path: Path, reason: string): Fault {
  return { path, reason, whole: true };
}
