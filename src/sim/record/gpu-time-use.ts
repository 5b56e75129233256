import type { Cluster } from '../model/cluster.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact, type Spent } from './fact.ts';

/** What a GPU's time can go to. Each instant of each GPU is in exactly one of them. */
export const gpuTimeUses = [
  /** Work that was kept. */
  'useful',
  /** Work that a fault took back. */
  'lost',
  'checkpoint',
  /** Overheads at the beginning of a run, and teardown. */
  'restart',
  /** Held by a gang that a fault had stopped, before anybody knew. */
  'detection',
  /** In service, held by nobody. */
  'idle',
  /** Out of service, nobody at work on it. */
  'repair-queue',
  /** Out of service, being repaired. */
  'repair',
] as const;
export type GpuTimeUse = (typeof gpuTimeUses)[number];

const USES = gpuTimeUses.length;
const at = Object.fromEntries(gpuTimeUses.map((use, index) => [use, index])) as Readonly<Record<GpuTimeUse, number>>;

/**
 * Where the GPU-time of every node went, in whole GPU-us: for each node the uses add up to its GPUs times the length of
 * the run, exactly. Only for runs in which GPUs are held whole.
 */
export class GpuTimeUses implements Fold {
  /** GPU-us of use u on node n at n x uses + u. */
  readonly gpuUs: Float64Array;
  private readonly nodeGpus: Int32Array;
  /** Since when a node has been out of service; -1: it is in. */
  private readonly outSinceUs: Float64Array;
  private readonly repairSinceUs: Float64Array;

  constructor({ nodeCount, nodeGpus }: Cluster) {
    this.nodeGpus = nodeGpus;
    this.gpuUs = new Float64Array(nodeCount * USES);
    this.outSinceUs = new Float64Array(nodeCount).fill(-1);
    this.repairSinceUs = new Float64Array(nodeCount).fill(-1);
  }

  step(fact: Fact): void {
    const { kind } = fact;
    switch (kind) {
      case FactKind.Finish:
      case FactKind.Preempt:
      case FactKind.Leave:
      case FactKind.CutOff:
      case FactKind.Interrupt:
      case FactKind.GiveUp:
        this.spend(fact, fact.spent, 0);
        break;
      case FactKind.Stall:
        this.spend(fact, fact.spent, fact.spent.atRiskUs);
        break;
      case FactKind.Arrive:
      case FactKind.Start:
      case FactKind.Reject:
      case FactKind.Refusal:
      case FactKind.GoOn:
      case FactKind.Reshape:
        break;
      default:
        kind satisfies never;
    }
  }

  stepNode({ kind, subject: node, timeUs }: NodeFact): void {
    if (kind === NodeFactKind.Out) this.outSinceUs[node] = timeUs;
    else if (kind === NodeFactKind.In) this.comeBack(node, timeUs);
    else if (kind === NodeFactKind.Repair && this.outSinceUs[node] !== -1 && this.repairSinceUs[node] === -1) {
      this.repairSinceUs[node] = timeUs;
    }
  }

  done(endUs: number): void {
    for (let node = 0; node < this.nodeGpus.length; node++) {
      if (this.outSinceUs[node] !== -1) this.comeBack(node, endUs);
      let held = 0;
      for (let use = 0; use < USES; use++) held += this.gpuUs[node * USES + use]!;
      this.gpuUs[node * USES + at.idle] = this.nodeGpus[node]! * endUs - held;
    }
  }

  /** GPU-us of a use over all nodes. */
  total(use: GpuTimeUse): number {
    let sum = 0;
    for (let index = at[use]; index < this.gpuUs.length; index += USES) sum += this.gpuUs[index]!;
    return sum;
  }

  private spend({ grants, grantsFirst, grantsEnd }: Fact, spent: Readonly<Spent>, lostUs: number): void {
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      const to = grants[run]! + grants[run + 1]!;
      for (let node = grants[run]!; node < to; node++) this.add(node, grants[run + 2]!, spent, lostUs);
    }
  }

  private add(node: number, gpus: number, spent: Readonly<Spent>, lostUs: number): void {
    const { gpuUs } = this;
    const base = node * USES;
    gpuUs[base + at.useful]! += gpus * (spent.workUs - lostUs);
    gpuUs[base + at.lost]! += gpus * lostUs;
    gpuUs[base + at.checkpoint]! += gpus * spent.stallUs;
    gpuUs[base + at.restart]! += gpus * (spent.overheadUs + spent.teardownUs);
    gpuUs[base + at.detection]! += gpus * spent.undetectedUs;
  }

  private comeBack(node: number, nowUs: number): void {
    const gpus = this.nodeGpus[node]!;
    const outUs = this.outSinceUs[node]!;
    const repairUs = this.repairSinceUs[node] === -1 ? nowUs : this.repairSinceUs[node]!;
    this.gpuUs[node * USES + at['repair-queue']]! += gpus * (repairUs - outUs);
    this.gpuUs[node * USES + at.repair]! += gpus * (nowUs - repairUs);
    this.outSinceUs[node] = -1;
    this.repairSinceUs[node] = -1;
  }
}
