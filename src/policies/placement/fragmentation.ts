import type { Demand, Gang, NodeClasses } from '../../sim/contract/placement.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { exp } from '../../sim/kernel/portable-math.ts';

/** A kind of job and how frequent it is among the typical ones; the weights sum to 1. */
export interface TypicalGang {
  readonly cpuMilli: number;
  readonly gpus: number;
  /** On each of its GPUs: 1000, or less for a share; 0 without GPUs. */
  readonly gpuMilli: number;
  readonly typeMask: number;
  readonly weight: number;
}

/**
 * The most frequent kinds of jobs, by cores, GPUs, share and allowed types (memory plays no part), until they cover so
 * much of the workload. Kinds that are equally frequent come in order of first arrival.
 */
export function typicalGangs(demand: readonly Demand[], coverage: number): TypicalGang[] {
  const kinds = new Map<string, { gang: Gang; jobs: number }>();
  let all = 0;
  for (const { gang, jobs } of demand) {
    const key = `${gang.cpuMilli} ${gang.gpus} ${gang.shareMilli} ${gang.typeMask}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { gang, jobs });
    else kind.jobs += jobs;
    all += jobs;
  }
  const chosen: { gang: Gang; jobs: number }[] = [];
  let covered = 0;
  for (const kind of [...kinds.values()].sort((a, b) => b.jobs - a.jobs)) {
    if (covered >= coverage * all) break;
    chosen.push(kind);
    covered += kind.jobs;
  }
  return chosen.map(({ gang: { cpuMilli, gpus, shareMilli, typeMask }, jobs }) => {
    const ofWhole = gpus > 0 ? 1000 : 0;
    return { cpuMilli, gpus, gpuMilli: shareMilli > 0 ? shareMilli : ofWhole, typeMask, weight: jobs / covered };
  });
}

/** How much free GPU is of no use to typical jobs, and what placing a gang does to it. */
export class Fragmentation {
  private readonly typical: readonly TypicalGang[];
  /** Free thousandths of the GPUs of the node in question. */
  private milli = new Int32Array(8);
  private gpus = 0;

  constructor(typical: readonly TypicalGang[]) {
    this.typical = typical;
  }

  /** 100 sigmoid(fragment before - after, in GPUs), cut to a whole number; for a share, of its best GPU. */
  score(gang: Gang, node: NodeId, nodes: NodeClasses): number {
    this.look(node, nodes);
    const type = nodes.type(node);
    const cpu = nodes.freeCpuMilli(node);
    const before = this.fragment(type, cpu);
    if (gang.shareMilli === 0) {
      // The freest come first: the idle ones are those.
      for (let gpu = 0; gpu < gang.gpus; gpu++) this.milli[gpu]! -= 1000;
      return scoreOf(before, this.fragment(type, cpu - gang.cpuMilli));
    }
    let best = Number.NEGATIVE_INFINITY;
    for (let gpu = 0; gpu < this.gpus && this.milli[gpu]! >= gang.shareMilli; gpu++) {
      if (gpu > 0 && this.milli[gpu] === this.milli[gpu - 1]) continue;
      best = Math.max(best, this.scoreOn(gpu, gang, type, cpu, before));
    }
    return best;
  }

  /** The GPU on which a share scores best, the lowest of several. */
  bestGpu(gang: Gang, node: NodeId, nodes: NodeClasses): number {
    this.look(node, nodes);
    const type = nodes.type(node);
    const cpu = nodes.freeCpuMilli(node);
    const before = this.fragment(type, cpu);
    for (let gpu = 0; gpu < this.gpus; gpu++) this.milli[gpu] = nodes.gpuMilli(node, gpu);
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let gpu = 0; gpu < this.gpus; gpu++) {
      if (this.milli[gpu]! < gang.shareMilli) continue;
      const score = this.scoreOn(gpu, gang, type, cpu, before);
      if (score <= bestScore) continue;
      best = gpu;
      bestScore = score;
    }
    return best;
  }

  private scoreOn(gpu: number, gang: Gang, type: number, cpu: number, before: number): number {
    this.milli[gpu]! -= gang.shareMilli;
    const after = this.fragment(type, cpu - gang.cpuMilli);
    this.milli[gpu]! += gang.shareMilli;
    return scoreOf(before, after);
  }

  /** Free thousandths that the typical jobs cannot use, each weighed by its frequency. */
  private fragment(type: number, cpu: number): number {
    const { typical, milli, gpus } = this;
    let free = 0;
    for (let gpu = 0; gpu < gpus; gpu++) free += milli[gpu]!;
    let sum = 0;
    for (let index = 0; index < typical.length; index++) {
      const { gpus: wanted, gpuMilli, cpuMilli, typeMask, weight } = typical[index]!;
      let useless = free;
      if (wanted > 0 && cpu >= cpuMilli && ((typeMask >>> type) & 1) === 1) {
        let fitting = 0;
        let tooFull = 0;
        for (let gpu = 0; gpu < gpus; gpu++) {
          if (milli[gpu]! >= gpuMilli) fitting++;
          else tooFull += milli[gpu]!;
        }
        if (fitting >= wanted) useless = tooFull;
      }
      sum += weight * useless;
    }
    return sum;
  }

  /** Notes the GPUs of a node, freest first. */
  private look(node: NodeId, nodes: NodeClasses): void {
    this.gpus = nodes.gpus(node);
    if (this.milli.length < this.gpus) this.milli = new Int32Array(2 * this.gpus);
    for (let k = 0; k < this.gpus; k++) this.milli[k] = nodes.kthFreest(node, k);
  }
}

function scoreOf(before: number, after: number): number {
  return Math.trunc(100 / (1 + exp(-(before - after) / 1000)));
}
