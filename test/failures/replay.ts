import { Refusal } from '../../src/sim/contract/refusal.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { Cluster } from '../../src/sim/model/cluster.ts';
import { componentsOf, type Component } from '../../src/sim/model/components.ts';
import type { FailureModel } from '../../src/sim/model/failure-model.ts';
import { isSharedPart, type SharedPart } from '../../src/sim/model/fault-scope.ts';
import { NodeStatus, nodeStatuses } from '../../src/sim/model/node-status.ts';
import {
  closesStretch,
  FactKind,
  NodeFactKind,
  type Fact,
  type Fold,
  type NodeFact,
  type Spent,
} from '../../src/sim/record/fact.ts';
import { gpuTimeUses, type GpuTimeUse } from '../../src/sim/record/gpu-time-use.ts';
import { GangLife, must, type Keeping } from './gang-life.ts';

/** What a gang's time goes to, by the parts of what it spent. */
const useOfSpent: Readonly<Record<keyof Spent, GpuTimeUse>> = {
  usefulUs: 'useful',
  lostUs: 'lost',
  corruptUs: 'lost',
  stallUs: 'checkpoint',
  overheadUs: 'restart',
  loadUs: 'restart',
  warmUpUs: 'restart',
  teardownUs: 'restart',
  undetectedUs: 'detection',
  degradedUs: 'degraded',
};

/** What the time of GPUs out of service goes to. */
const useOfStatus: readonly (readonly [NodeStatus, GpuTimeUse])[] = [
  [NodeStatus.Reserved, 'idle-reserved'],
  [NodeStatus.Maintenance, 'maintenance'],
  [NodeStatus.RepairQueue, 'repair-queue'],
  [NodeStatus.Down, 'down'],
];

/** From scratch, after every fault. */
const nothingKept: Keeping = {
  checkpoints: { everyUs: NEVER, stallUs: 0, persistUs: 0 },
  machinesHold: false,
  mayLeave: false,
};

/**
 * Follows every node, gang and component from the facts by itself, and throws at the first that cannot be: a GPU held
 * twice or out of service, a gang held by half or at work on what is broken, time that does not add up, work lost that
 * was safe. Keeps an account of its own of where the GPU-time went, summed from instant to instant.
 */
export class Replay implements Fold {
  readonly met = {
    stops: 0,
    struckAnew: 0,
    struckLoading: 0,
    changesOfPace: 0,
    inPlace: 0,
    shrunk: 0,
    grown: 0,
    /** Wrote a last checkpoint and left: with slow members; and those that a fault stopped before it was safe. */
    leftSlowly: 0,
    struckSaving: 0,
    /** Gangs that began to work for nothing; and jobs that were no longer spoilt, or ended so. */
    spoilt: 0,
    healed: 0,
    wrongResults: 0,
    /** Checkpoints or loads that the storage kept from going on; gangs that were stopped when nothing could decide. */
    withoutStorage: 0,
    undecided: 0,
  };
  /** Gangs that were stopped though nothing had broken, by cause (model/planned-stop.ts). */
  readonly plannedStops = [0, 0, 0, 0];
  private readonly keeping: Keeping;
  private readonly components: readonly Component[];
  private readonly gangs = new Map<number, GangLife>();
  /** Work of each job that is done and kept, us of running at full pace. */
  private readonly keptUs = new Map<number, number>();
  /** The last time that a fault brought each job off its GPUs. */
  private readonly stopped = new Map<number, { readonly atUs: number; readonly gpus: number }>();
  private readonly held: number[];
  /** GPUs of each node by what they are there for. */
  private readonly there: number[][];
  /** Faults over each node that nobody has found, and those that were found and are not mended. */
  private readonly hidden: number[];
  private readonly known: number[];
  /** Since when components of each node compute wrongly that nobody has found. */
  private readonly corruptSinceUs: number[][];
  /** Jobs that carry on spoilt work. */
  private readonly spoilt = new Set<number>();
  readonly wrong = new Set<number>();
  private readonly uses: Record<GpuTimeUse, number>[];
  /** Components that are broken of what all nodes share. */
  private readonly away: Readonly<Record<SharedPart, Set<Component>>> = {
    storage: new Set(),
    'control-plane': new Set(),
  };
  /** Shape of each job, those that wait, and the cause that holds up each shape. */
  private readonly shapes = new Map<number, number>();
  private readonly waiting = new Set<number>();
  private readonly causes = new Map<number, number>();
  private nowUs = 0;

  constructor({ nodeGpus, ...cluster }: Cluster, model: FailureModel, keeping: Partial<Keeping> = {}) {
    const nodes = Array.from(nodeGpus);
    this.keeping = { ...nothingKept, ...keeping };
    this.components = componentsOf(model, { nodeGpus, ...cluster });
    this.held = nodes.map(() => 0);
    this.hidden = nodes.map(() => 0);
    this.known = nodes.map(() => 0);
    this.corruptSinceUs = nodes.map(() => []);
    this.there = nodes.map((gpus) => nodeStatuses.map((status) => (status === NodeStatus.In ? gpus : 0)));
    this.uses = nodes.map(() => Object.fromEntries(gpuTimeUses.map((use) => [use, 0])) as Record<GpuTimeUse, number>);
  }

  /** GPU-us of a node for each use, in their order. */
  usesOf(node: number): number[] {
    return gpuTimeUses.map((use) => this.uses[node]![use]);
  }

  keptUsOf(job: number): number {
    return this.keptUs.get(job) ?? 0;
  }

  /** Nodes that are kept back as spares now. */
  get spares(): number {
    return this.there.filter((gpus) => gpus[NodeStatus.Reserved]! > 0).length;
  }

  step(fact: Fact): void {
    this.pass(fact.timeUs);
    this.queue(fact);
    if (fact.kind === FactKind.Start || fact.kind === FactKind.GoOn) this.begin(fact);
    else if (closesStretch(fact.kind)) this.close(fact);
  }

  stepNode(fact: NodeFact): void {
    this.pass(fact.timeUs);
    if (fact.kind === NodeFactKind.Shift) this.shift(fact);
    else this.tell(fact.kind, this.components[fact.subject]!);
  }

  done(endUs: number): void {
    this.pass(endUs);
    must(this.gangs.size === 0, `${this.gangs.size} gangs hold GPUs after the end`);
  }

  /** Between two instants nothing changes: what holds then is asked once, and the time is counted. */
  private pass(nowUs: number): void {
    const us = nowUs - this.nowUs;
    must(us >= 0, 'time goes back');
    if (us === 0) return;
    this.nowUs = nowUs;
    for (const { job, spots, isStalled } of this.gangs.values()) {
      const isBroken = [...spots.keys()].some((node) => this.hidden[node]! > 0);
      must(isBroken === isStalled, `job ${job} ${isStalled ? 'stands still on sound' : 'works on broken'} nodes`);
    }
    const idle = this.isHeldUpByPieces() ? 'idle-fragmented' : 'idle-free';
    this.uses.forEach((uses, node) => {
      for (const [status, use] of useOfStatus) uses[use] += us * this.there[node]![status]!;
      uses[idle] += us * (this.there[node]![NodeStatus.In]! - this.held[node]!);
    });
  }

  private isHeldUpByPieces(): boolean {
    return [...this.waiting].some((job) => this.causes.get(this.shapes.get(job)!) === Refusal.Fragmented);
  }

  private queue({ kind, subject, detail }: Fact): void {
    if (kind === FactKind.Refusal) this.causes.set(subject, detail);
    if (kind === FactKind.Arrive || kind === FactKind.Reshape) this.shapes.set(subject, detail);
    const isKeptOut = kind === FactKind.Interrupt && detail === 1;
    const waits: readonly FactKind[] = [FactKind.Arrive, FactKind.Preempt, FactKind.Interrupt, FactKind.Rejoin];
    if (waits.includes(kind) && !isKeptOut) this.waiting.add(subject);
    if (kind === FactKind.Start || kind === FactKind.Reject) this.waiting.delete(subject);
  }

  private begin(fact: Fact): void {
    const { kind, subject: job, timeUs, gpus } = fact;
    must(!this.gangs.has(job), `job ${job} runs twice`);
    const stopped = this.stopped.get(job);
    // A gang may go on by itself on the nodes that are left to it.
    const isByItself = stopped?.atUs === timeUs && stopped.gpus > gpus;
    must(!this.isAway('control-plane') || isByItself, `job ${job} begins, and there is nobody to decide that`);
    const gang = new GangLife(fact, this.keeping, this.spoilt.has(job), this.isAway('storage'));
    this.gangs.set(job, gang);
    for (const [node, more] of gang.spots) {
      this.held[node]! += more;
      this.requireRoom(node);
      must(this.known[node] === 0, `job ${job} begins on node ${node}, which is known to be broken`);
    }
    if (kind === FactKind.GoOn) this.met.grown++;
    else if (stopped?.atUs === timeUs) this.met[stopped.gpus === gpus ? 'inPlace' : 'shrunk']++;
  }

  private close(fact: Fact): void {
    const { kind, subject: job, timeUs, spent } = fact;
    const gang = this.gangs.get(job);
    if (gang === undefined) throw new Error(`job ${job} holds nothing and ends`);
    const wasStalled = gang.isStalled;
    const sinceUs = gang.sinceUs;
    gang.close(fact, this.isAway('storage'));
    if (this.isAway('storage') && kind === FactKind.Pace) this.met.withoutStorage++;
    if (this.isAway('control-plane') && kind === FactKind.Interrupt) this.met.undecided++;
    this.judge(gang, sinceUs, fact);
    this.keptUs.set(job, this.keptUsOf(job) + spent.usefulUs);
    for (const [node, gpus] of gang.spots) {
      for (const [part, use] of Object.entries(useOfSpent)) {
        this.uses[node]![use] += gpus * spent[part as keyof Spent];
      }
    }
    if (kind === FactKind.Stall && gang.savingUs > 0) this.met.struckSaving++;
    if (kind === FactKind.Preempt && gang.savingUs > 0 && spent.degradedUs > 0) this.met.leftSlowly++;
    if (kind === FactKind.Pace) this.met.changesOfPace++;
    if (kind === FactKind.Stall) this.met[wasStalled ? 'struckAnew' : 'stops']++;
    if (kind === FactKind.Stall && spent.loadUs > 0) this.met.struckLoading++;
    if (kind === FactKind.Stall || kind === FactKind.Pace || kind === FactKind.Corrupt) return;
    this.gangs.delete(job);
    for (const [node, gpus] of gang.spots) this.held[node]! -= gpus;
    if (kind === FactKind.Interrupt) this.stopped.set(job, { atUs: timeUs, gpus: gang.gpus });
    if (kind === FactKind.Preempt) this.plannedStops[fact.detail]!++;
  }

  /** Who works where something computes wrongly works for nothing. */
  private judge(gang: GangLife, sinceUs: number, { kind, detail, spent }: Fact): void {
    const { job, spots } = gang;
    const isOnCorrupt = [...spots.keys()].some((node) => this.corruptSinceUs[node]!.some((us) => us <= sinceUs));
    must(
      !isOnCorrupt || (spent.usefulUs <= 0 && spent.lostUs === 0),
      `job ${job} does good work on a component that computes wrongly`,
    );
    if (kind === FactKind.Corrupt && !this.spoilt.has(job)) this.met.spoilt++;
    if (!gang.isSpoilt && this.spoilt.delete(job)) this.met.healed++;
    if (gang.isSpoilt) this.spoilt.add(job);
    if (kind !== FactKind.Finish) return;
    must(detail === 0 || gang.isSpoilt, `job ${job} ends with a wrong result after good work`);
    must(detail === 1 || spent.corruptUs === 0, `job ${job} ends with a right result after bad work`);
    if (detail !== 1) return;
    this.met.wrongResults++;
    this.wrong.add(job);
  }

  private shift({ subject: node, gpus, from, to }: NodeFact): void {
    must(from !== to && gpus > 0, `node ${node} goes nowhere`);
    const there = this.there[node]!;
    there[from]! -= gpus;
    there[to]! += gpus;
    must(there[from]! >= 0, `${gpus} GPUs of node ${node} are taken from where they are not`);
    this.requireRoom(node);
  }

  private requireRoom(node: number): void {
    const [held, inService] = [this.held[node]!, this.there[node]![NodeStatus.In]!];
    must(held <= inService, `gangs hold ${held} GPUs on node ${node}, of which ${inService} are in service`);
  }

  private isAway(part: SharedPart): boolean {
    return this.away[part].size > 0;
  }

  private tell(kind: NodeFactKind, component: Component): void {
    const { slow, corrupts, scope } = component.kind;
    const { from, to } = component;
    if (isSharedPart(scope) && kind === NodeFactKind.Fault) this.away[scope].add(component);
    if (isSharedPart(scope) && kind === NodeFactKind.Mended) this.away[scope].delete(component);
    for (let node = from; node < to; node++) {
      if (corrupts === true && kind === NodeFactKind.Fault) this.corruptSinceUs[node]!.push(this.nowUs);
      if (corrupts === true && kind === NodeFactKind.Detect) this.corruptSinceUs[node]!.shift();
      // What is slow, or wrong, stops nobody before it is found, and nobody at all where it is ignored.
      const isStill = slow === undefined && corrupts !== true;
      if (isStill && kind === NodeFactKind.Fault) this.hidden[node]!++;
      if (isStill && kind === NodeFactKind.Detect) this.hidden[node]!--;
      if (slow?.isIgnored === true) continue;
      if (kind === NodeFactKind.Detect) this.known[node]!++;
      if (kind === NodeFactKind.Mended) this.known[node]!--;
    }
  }
}
