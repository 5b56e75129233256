import type { Cluster } from '../model/cluster.ts';
import { NodeStatus, nodeStatuses } from '../model/node-status.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact, type Spent } from './fact.ts';
import { FragmentationClock } from './fragmentation-clock.ts';

/** What a GPU's time can go to. Each instant of each GPU is in exactly one of them. */
export const gpuTimeUses = [
  /** Work that was kept. */
  'useful',
  /** Work that a fault took back, or that was worth nothing after a silent corruption. */
  'lost',
  'checkpoint',
  /** Overheads at the beginning of a run, and teardown. */
  'restart',
  /** Held by a gang that a fault had stopped, before anybody knew. */
  'detection',
  /** What a slow member cost the gang that waited for it. */
  'degraded',
  /** In service, held by nobody. */
  'idle-free',
  /** The same while a job waited that would have fit, had what was free been in one piece. */
  'idle-fragmented',
  /** Kept back as spares. */
  'idle-reserved',
  'maintenance',
  /** Broken, nobody at work on it. */
  'repair-queue',
  /** Being repaired, or gone. */
  'down',
] as const;
export type GpuTimeUse = (typeof gpuTimeUses)[number];

const USES = gpuTimeUses.length;
const STATUSES = nodeStatuses.length;
const at = Object.fromEntries(gpuTimeUses.map((use, index) => [use, index])) as Readonly<Record<GpuTimeUse, number>>;

/** What the time of GPUs in a status goes to; undefined where that depends on the gangs that hold them. */
const useOf: Readonly<Record<NodeStatus, GpuTimeUse | undefined>> = {
  [NodeStatus.In]: undefined,
  [NodeStatus.Reserved]: 'idle-reserved',
  [NodeStatus.Maintenance]: 'maintenance',
  [NodeStatus.RepairQueue]: 'repair-queue',
  [NodeStatus.Down]: 'down',
};

/**
 * Where the GPU-time of every node went, in whole GPU-us: for each node the uses add up to its GPUs times the length of
 * the run, exactly. Only for runs in which GPUs are held whole.
 */
export class GpuTimeUses implements Fold {
  /** GPU-us of use u on node n at n x uses + u. */
  readonly gpuUs: Float64Array;
  private readonly nodeGpus: Int32Array;
  /** GPUs of each node that are there for status s now, at n x statuses + s. */
  private readonly gpusNow: Int32Array;
  private readonly fragmentation = new FragmentationClock();
  /** What that clock showed when each job got its GPUs. */
  private notedUs = new Float64Array(64);

  constructor({ nodeCount, nodeGpus }: Cluster) {
    this.nodeGpus = nodeGpus;
    this.gpuUs = new Float64Array(nodeCount * USES);
    this.gpusNow = new Int32Array(nodeCount * STATUSES);
  }

  step(fact: Fact): void {
    const { kind, subject, timeUs } = fact;
    this.fragmentation.step(fact);
    switch (kind) {
      case FactKind.Start:
      case FactKind.GoOn:
        this.note(subject, this.fragmentation.at(timeUs));
        break;
      case FactKind.Finish:
      case FactKind.Preempt:
      case FactKind.Leave:
      case FactKind.CutOff:
      case FactKind.Interrupt:
      case FactKind.GiveUp:
        this.spend(fact, this.fragmentation.at(timeUs) - this.notedUs[subject]!);
        break;
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
        // It goes on holding its GPUs.
        this.spend(fact, 0);
        break;
      case FactKind.Arrive:
      case FactKind.Reject:
      case FactKind.Refusal:
      case FactKind.Reshape:
      case FactKind.Ready:
      case FactKind.Rejoin:
        break;
      default:
        kind satisfies never;
    }
  }

  /** The time with k GPUs in a status is what each change adds to k, times the time that is left after it. */
  stepNode({ kind, subject: node, timeUs, gpus, from, to }: NodeFact): void {
    if (kind !== NodeFactKind.Shift) return;
    this.count(node, from, -gpus, timeUs);
    this.count(node, to, gpus, timeUs);
  }

  done(endUs: number): void {
    for (let node = 0; node < this.nodeGpus.length; node++) {
      for (const status of nodeStatuses) this.count(node, status, -this.gpusNow[node * STATUSES + status]!, endUs);
      this.gpuUs[node * USES + at['idle-fragmented']]! += this.nodeGpus[node]! * this.fragmentation.at(endUs);
      let spent = 0;
      for (let use = 0; use < USES; use++) spent += this.gpuUs[node * USES + use]!;
      this.gpuUs[node * USES + at['idle-free']] = this.nodeGpus[node]! * endUs - spent;
    }
  }

  /** GPU-us of a use over all nodes. */
  total(use: GpuTimeUse): number {
    let sum = 0;
    for (let index = at[use]; index < this.gpuUs.length; index += USES) sum += this.gpuUs[index]!;
    return sum;
  }

  /** What a gang held while others waited for want of one piece was not idle. */
  private spend({ grants, grantsFirst, grantsEnd, spent }: Fact, fragmentedUs: number): void {
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      const gpus = grants[run + 2]!;
      const to = grants[run]! + grants[run + 1]!;
      for (let node = grants[run]!; node < to; node++) {
        this.add(node, gpus, spent);
        this.gpuUs[node * USES + at['idle-fragmented']]! -= gpus * fragmentedUs;
      }
    }
  }

  private add(node: number, gpus: number, spent: Readonly<Spent>): void {
    const { gpuUs } = this;
    const base = node * USES;
    gpuUs[base + at.useful]! += gpus * spent.usefulUs;
    gpuUs[base + at.lost]! += gpus * (spent.lostUs + spent.corruptUs);
    gpuUs[base + at.checkpoint]! += gpus * spent.stallUs;
    gpuUs[base + at.restart]! += gpus * (spent.overheadUs + spent.loadUs + spent.warmUpUs + spent.teardownUs);
    gpuUs[base + at.detection]! += gpus * spent.undetectedUs;
    gpuUs[base + at.degraded]! += gpus * spent.degradedUs;
  }

  private count(node: number, status: NodeStatus, gpus: number, nowUs: number): void {
    const use = useOf[status];
    if (use === undefined) return;
    this.gpusNow[node * STATUSES + status]! += gpus;
    this.gpuUs[node * USES + at[use]]! -= gpus * nowUs;
    this.gpuUs[node * USES + at['idle-fragmented']]! += gpus * this.fragmentation.at(nowUs);
  }

  private note(job: number, clockUs: number): void {
    if (job >= this.notedUs.length) {
      const wider = new Float64Array(2 * job);
      wider.set(this.notedUs);
      this.notedUs = wider;
    }
    this.notedUs[job] = clockUs;
  }
}
