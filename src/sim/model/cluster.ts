/** A pool of like nodes, as the scenario declares it. */
export interface NodePool {
  readonly name: string;
  readonly nodes: number;
  /** GPUs in each node, >= 0. */
  readonly gpusPerNode: number;
  /** '' for a pool without GPUs. */
  readonly gpuType: string;
  /** CPU cores in each node in thousandths; Infinity when cores are not modelled. */
  readonly cpuMilliPerNode: number;
  /** Memory of each node in MiB; Infinity when memory is not modelled. */
  readonly memoryMiBPerNode: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Nodes that share a rack; 0 when racks are not modelled. */
  readonly nodesPerRack: number;
  /** Racks that share a leaf switch, and leaves that share a spine; 0, or left out, when they are not modelled. */
  readonly racksPerLeaf?: number;
  readonly leavesPerSpine?: number;
  /** Racks that share a row (a busway, a cooling loop), and rows that share a room; 0, or left out: not modelled. */
  readonly racksPerRow?: number;
  readonly rowsPerRoom?: number;
  /** Where the pool stands. Neighbouring pools of one name are one site; left out, the pool is one by itself. */
  readonly site?: string;
  /** What a GPU of it costs an hour, in any currency, >= 0; left out where that is not known. */
  readonly pricePerGpuHour?: number;
}

/** The nodes of a run: pools laid end to end, so that a NodeId counts through the pools in the order declared. */
export interface Cluster {
  readonly pools: readonly NodePool[];
  readonly nodeCount: number;
  readonly gpuCount: number;
  /** Distinct GPU types in order of first appearance, at most 32; '' stands for nodes without GPUs. */
  readonly gpuTypes: readonly string[];
  /** Per node. */
  readonly nodePool: Int32Array;
  readonly nodeType: Uint8Array;
  readonly nodeGpus: Int32Array;
  readonly nodeCpuMilli: Float64Array;
  readonly nodeMemoryMiB: Float64Array;
  /** Nodes' own names from an imported list; empty when they have none. */
  readonly nodeNames: readonly string[];
}

export const GPU_TYPES_MAX = 32;

/** Lays pools end to end. RangeError for more than 32 GPU types, or a count that is not a whole number >= 0. */
export function buildCluster(pools: readonly NodePool[], nodeNames: readonly string[] = []): Cluster {
  const gpuTypes = [...new Set(pools.map((pool) => pool.gpuType))];
  if (gpuTypes.length > GPU_TYPES_MAX) {
    throw new RangeError(`${gpuTypes.length} GPU types; at most ${GPU_TYPES_MAX} can be told apart`);
  }
  const nodeCount = pools.reduce((sum, pool) => sum + pool.nodes, 0);
  const cluster = {
    pools,
    nodeCount,
    gpuCount: pools.reduce((sum, pool) => sum + pool.nodes * pool.gpusPerNode, 0),
    gpuTypes,
    nodePool: new Int32Array(nodeCount),
    nodeType: new Uint8Array(nodeCount),
    nodeGpus: new Int32Array(nodeCount),
    nodeCpuMilli: new Float64Array(nodeCount),
    nodeMemoryMiB: new Float64Array(nodeCount),
    nodeNames,
  };
  let first = 0;
  pools.forEach((pool, index) => {
    const end = first + pool.nodes;
    cluster.nodePool.fill(index, first, end);
    cluster.nodeType.fill(gpuTypes.indexOf(pool.gpuType), first, end);
    cluster.nodeGpus.fill(pool.gpusPerNode, first, end);
    cluster.nodeCpuMilli.fill(pool.cpuMilliPerNode, first, end);
    cluster.nodeMemoryMiB.fill(pool.memoryMiBPerNode, first, end);
    first = end;
  });
  return cluster;
}
