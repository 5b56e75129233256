import type { EventQueue } from '../kernel/event-queue.ts';
import { NEVER, type TimeUs } from '../kernel/clock.ts';
import { Phase } from '../kernel/phase.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { RecoveryPolicy } from '../contract/recovery.ts';
import type { JobId } from '../model/brand.ts';
import type { Cluster } from '../model/cluster.ts';
import { domainsOf } from '../model/domains.ts';
import { faultScopes, type ComponentClass, type FailureModel } from '../model/failure-model.ts';
import { NodeFactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import { RUN, type Grants } from './grants.ts';
import type { Planner } from './planner.ts';
import type { ServiceBoard } from './service-board.ts';
import type { RunState } from './state.ts';
import { EventCode, type Transitions } from './transitions.ts';

/** A part that can break: its class, and the neighbouring nodes that its fault takes down. */
interface Component {
  readonly kind: ComponentClass;
  /** Which of the model's classes that is. */
  readonly index: number;
  readonly from: number;
  /** One past the last node. */
  readonly to: number;
  /** Unique: its luck goes by it. */
  readonly name: string;
  readonly luck: RandomStream;
}

/** The parts of the engine that failures act on. */
export interface FailureBoard {
  readonly cluster: Cluster;
  readonly queue: EventQueue;
  readonly state: RunState;
  readonly grants: Grants;
  readonly planner: Planner;
  readonly transitions: Transitions;
  readonly recorder: Recorder;
  readonly service: ServiceBoard;
}

/**
 * What breaks and is mended. A fault stops every gang with a GPU under it at once; it is known some time later, and only
 * then do the gangs come off their GPUs, the nodes go out of service and the repair begins, or waits for a technician.
 */
export class Failures {
  private readonly model: FailureModel;
  private readonly recovery: RecoveryPolicy;
  private readonly board: FailureBoard;
  private readonly components: Component[] = [];
  /** 1 for a component whose fault nobody knows yet. */
  private readonly isHidden: Uint8Array;
  /** Faults somewhere that are not known yet. */
  private undetected = 0;
  private busyTechnicians = 0;
  /** Components that wait for a technician, first come first served. */
  private readonly waiting: number[] = [];
  private readonly risks: readonly Risk[];
  /** Counts the gangs whose risk was asked for. */
  private asked = 0;

  constructor(model: FailureModel, recovery: RecoveryPolicy, board: FailureBoard) {
    this.model = model;
    this.recovery = recovery;
    this.board = board;
    this.risks = risksOf(model, board.cluster);
    model.classes.forEach((kind, index) => this.build(kind, index));
    this.isHidden = new Uint8Array(this.components.length);
    this.components.forEach((_, component) => this.begin(component));
  }

  handle(code: number, component: number, nowUs: TimeUs): void {
    this.board.planner.nowUs = nowUs;
    if (code === EventCode.Fault) this.fail(component, nowUs);
    else if (code === EventCode.Detect) this.detect(component, nowUs);
    else this.repaired(component, nowUs);
  }

  /** What a gang that is about to run does to keep its work. */
  prepare(job: number, gpus: number): void {
    const { state, grants } = this.board;
    let nodes = 0;
    let rate = 0;
    this.asked++;
    const { data } = grants;
    const end = grants.first[job]! + RUN * grants.runs[job]!;
    for (let at = grants.first[job]!; at < end; at += RUN) {
      nodes += data[at + 1]!;
      for (let node = data[at]!; node < data[at]! + data[at + 1]!; node++) rate += this.newRiskOn(node);
    }
    const plan = this.recovery.checkpoints({ gpus, nodes, meanTimeToFaultUs: rate > 0 ? 1 / rate : NEVER });
    // A checkpoint waits until the last one is safe.
    state.checkpoints[job] = { ...plan, everyUs: Math.max(plan.everyUs, plan.persistUs) };
  }

  /** Faults an us of the domains that the node brings to those that the gang at hand stands in already. */
  private newRiskOn(node: number): number {
    let rate = 0;
    for (const risk of this.risks) {
      const domain = risk.domainOf[node]!;
      if (risk.countedFor[domain] === this.asked) continue;
      risk.countedFor[domain] = this.asked;
      rate += risk.rate;
    }
    return rate;
  }

  /** Gangs that were started on a node whose fault nobody knows yet do nothing. */
  stallOnFaults(nowUs: TimeUs): void {
    if (this.undetected === 0) return;
    for (let component = 0; component < this.components.length; component++) {
      if (this.isHidden[component] === 1) this.stallOn(this.components[component]!, nowUs);
    }
  }

  /** Instant 0: each component waits for its first fault, unless it stands in a repair that began before. */
  private begin(component: number): void {
    const { kind, name } = this.components[component]!;
    // Luck of its own: how a component stands at first moves none of its later faults.
    const standing = kind.lifetimes.standing?.(this.model.luck(`${name} at first`));
    if (standing === undefined) this.expectFault(component, 0);
    else if (standing.isDown) this.takeDown(component, 0, standing.leftUs);
    else this.expectFault(component, 0, standing.leftUs);
  }

  private fail(component: number, nowUs: TimeUs): void {
    const { kind, index } = this.components[component]!;
    this.board.recorder.recordNode(NodeFactKind.Fault, nowUs, index, 0);
    this.undetected++;
    this.isHidden[component] = 1;
    this.stallOn(this.components[component]!, nowUs);
    this.board.queue.schedule(nowUs + kind.detectionUs, Phase.Detect, EventCode.Detect, component);
  }

  private detect(component: number, nowUs: TimeUs): void {
    const { from, to } = this.components[component]!;
    const { planner, state } = this.board;
    this.undetected--;
    this.isHidden[component] = 0;
    for (const job of this.gangsOn(from, to)) {
      const isGivenUp = state.interruptions[job]! + 1 >= this.recovery.attemptsMax;
      planner.interrupt(job as JobId, this.recovery.restartUs({ gpus: state.heldGpus[job]! }), isGivenUp);
    }
    this.takeDown(component, nowUs);
  }

  /** Nodes go out of service; the repair begins, with `leftUs` to go if it is given, or waits for a technician. */
  private takeDown(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { from, to, kind, index } = this.components[component]!;
    const { service, recorder } = this.board;
    for (let node = from; node < to; node++) {
      if (service.takeOut(node)) recorder.recordNode(NodeFactKind.Out, nowUs, node, index);
    }
    if (kind.needsTechnician && this.busyTechnicians >= this.model.technicians) this.waiting.push(component);
    else this.repair(component, nowUs, leftUs);
  }

  private repair(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { kind, luck, from, to } = this.components[component]!;
    if (kind.needsTechnician) this.busyTechnicians++;
    for (let node = from; node < to; node++) this.board.recorder.recordNode(NodeFactKind.Repair, nowUs, node, 0);
    const repairUs = leftUs ?? kind.lifetimes.repairUs(luck, nowUs);
    if (repairUs === NEVER) return;
    this.board.queue.schedule(nowUs + repairUs, Phase.Repair, EventCode.Repair, component);
  }

  private repaired(component: number, nowUs: TimeUs): void {
    const { kind, from, to } = this.components[component]!;
    const { service, recorder } = this.board;
    for (let node = from; node < to; node++) {
      if (service.putIn(node)) recorder.recordNode(NodeFactKind.In, nowUs, node, 0);
    }
    if (kind.needsTechnician) {
      this.busyTechnicians--;
      const next = this.waiting.shift();
      if (next !== undefined) this.repair(next, nowUs);
    }
    this.expectFault(component, nowUs);
  }

  private expectFault(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { kind, luck } = this.components[component]!;
    const inUs = leftUs ?? kind.lifetimes.nextFaultUs(luck, nowUs);
    if (inUs !== NEVER) this.board.queue.schedule(nowUs + inUs, Phase.Fail, EventCode.Fault, component);
  }

  private stallOn({ from, to, index }: Component, nowUs: TimeUs): void {
    const { state, transitions } = this.board;
    for (const job of this.gangsOn(from, to)) if (state.stalled[job] === 0) transitions.stall(job, index, nowUs);
  }

  /** Running gangs that hold GPUs on nodes from .. to-1, in job order. (Faults are rare: they are looked for, not indexed.) */
  private gangsOn(from: number, to: number): number[] {
    const { state, grants } = this.board;
    const { data } = grants;
    const found: number[] = [];
    for (let index = 0; index < state.runningCount; index++) {
      const job = state.running[index]!;
      const end = grants.first[job]! + RUN * grants.runs[job]!;
      for (let at = grants.first[job]!; at < end; at += RUN) {
        if (data[at]! >= to || data[at]! + data[at + 1]! <= from) continue;
        found.push(job);
        break;
      }
    }
    return found.sort((a, b) => a - b);
  }

  private build(kind: ComponentClass, index: number): void {
    const { cluster } = this.board;
    const ranges = rangesOf(kind, cluster);
    ranges.forEach(([from, to], domain) => {
      if (kind.only !== undefined && kind.only !== domain) return;
      for (let each = 0; each < kind.perDomain; each++) {
        const name = `${kind.name} ${domain} ${each}`;
        this.components.push({ kind, index, from, to, name, luck: this.model.luck(name) });
      }
    });
  }
}

/** Faults that are to be expected in each domain of a scope; a gang with one GPU in it bears them all. */
interface Risk {
  /** Faults an us of one domain, by luck. */
  readonly rate: number;
  readonly domainOf: Int32Array;
  /** The gang that each domain was counted for last. */
  readonly countedFor: Int32Array;
}

function risksOf({ classes }: FailureModel, cluster: Cluster): Risk[] {
  return faultScopes.flatMap((scope) => {
    const rate = classes
      .filter((kind) => kind.scope === scope && kind.only === undefined)
      .reduce((sum, { perDomain, meanTimeToFaultUs }) => sum + perDomain / meanTimeToFaultUs, 0);
    if (rate === 0) return [];
    const ranges = rangesOf({ scope }, cluster);
    const domainOf = new Int32Array(cluster.nodeCount);
    ranges.forEach(([from, to], domain) => domainOf.fill(domain, from, to));
    return [{ rate, domainOf, countedFor: new Int32Array(ranges.length) }];
  });
}

/** The neighbouring nodes of each domain of a class's scope: [first, one past the last]. */
function rangesOf({ scope }: Pick<ComponentClass, 'scope'>, cluster: Cluster): [number, number][] {
  if (scope === 'cluster') return [[0, cluster.nodeCount]];
  if (scope === 'node') return Array.from({ length: cluster.nodeCount }, (_, node) => [node, node + 1]);
  const domains = domainsOf(cluster, scope);
  return Array.from(domains.firstNode, (from, domain) => [from, domains.endNode[domain]!]);
}
