import { GPU_TYPES_MAX, type NodePool } from '../../sim/model/cluster.ts';
import type { ImportedNodes } from '../import-report.ts';
import { ImportTally } from './import-tally.ts';
import type { TraceFile } from './trace-file.ts';
import { TraceProblems } from './trace-problems.ts';

/** A node as its list states it. */
export interface NodeDraft {
  readonly name: string;
  readonly gpus: number;
  /** '' for a node without GPUs. */
  readonly gpuType: string;
  /** Infinity where the list does not say. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly line: number;
}

/** GPUs of one node and of a whole list: beyond these a count is a slip of the pen. */
export const NODE_GPUS_MAX = 1024;
const NODES_MAX = 1_000_000;
const LIST_GPUS_MAX = 10_000_000;

/**
 * The nodes of one file on their way in. Consecutive like nodes become one pool, so that node order is kept: it decides
 * which node first-fit takes. Pools are called by GPU type ("cpu" without), later ones of a type "T4-2", "T4-3", ...
 */
export class NodeIntake {
  readonly problems: TraceProblems;
  readonly tally: ImportTally;
  readonly #pools: (NodePool & { nodes: number })[] = [];
  readonly #names: string[] = [];
  readonly #poolsOf = new Map<string, number>();
  readonly #poolNames = new Set<string>();
  #gpus = 0;
  #nodesWithGpu = 0;

  constructor(file: TraceFile) {
    this.problems = new TraceProblems(file.label);
    this.tally = new ImportTally(this.problems, 'nodes');
  }

  keep(node: NodeDraft): void {
    if (!this.tally.keep(node.line, node.name)) return;
    this.#names.push(node.name);
    this.#gpus += node.gpus;
    if (node.gpus > 0) this.#nodesWithGpu++;
    if (this.#names.length > NODES_MAX)
      this.problems.fail(node.line, `is node ${NODES_MAX + 1}; that many is the limit`);
    const last = this.#pools.at(-1);
    if (last !== undefined && isLike(last, node)) last.nodes++;
    else this.#pools.push(this.#poolOf(node));
  }

  finish(format: string): ImportedNodes {
    const types = new Set(this.#pools.map(({ gpuType }) => gpuType));
    if (types.size > GPU_TYPES_MAX) {
      this.problems.add(0, `has ${types.size} GPU types; at most ${GPU_TYPES_MAX} can be told apart, so join some`);
    }
    if (this.#gpus > LIST_GPUS_MAX) {
      this.problems.add(
        0,
        `has ${this.#gpus} GPUs in all; at most ${LIST_GPUS_MAX} can be simulated, so check the counts`,
      );
    }
    const recorded = { nodes: this.#names.length, nodesWithGpu: this.#nodesWithGpu, gpus: this.#gpus };
    return { report: this.tally.report(format, { recorded }), pools: this.#pools, nodeNames: this.#names };
  }

  #poolOf({ gpus, gpuType, cpuMilli, memoryMiB }: NodeDraft): NodePool & { nodes: number } {
    const stem = gpuType === '' ? 'cpu' : gpuType;
    let name: string;
    do {
      const number = (this.#poolsOf.get(stem) ?? 0) + 1;
      this.#poolsOf.set(stem, number);
      name = number === 1 ? stem : `${stem}-${number}`;
    } while (this.#poolNames.has(name));
    this.#poolNames.add(name);
    const size = { gpusPerNode: gpus, cpuMilliPerNode: cpuMilli, memoryMiBPerNode: memoryMiB };
    return { name, nodes: 1, gpuType, ...size, labels: {}, nodesPerRack: 0 };
  }
}

function isLike(pool: NodePool, node: NodeDraft): boolean {
  return (
    pool.gpusPerNode === node.gpus &&
    pool.gpuType === node.gpuType &&
    pool.cpuMilliPerNode === node.cpuMilli &&
    pool.memoryMiBPerNode === node.memoryMiB
  );
}
