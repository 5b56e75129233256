import type { EventQueue } from '../../kernel/event-queue.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { RecoveryPolicy } from '../../contract/recovery.ts';
import type { JobId } from '../../model/brand.ts';
import type { Cluster } from '../../model/cluster.ts';
import { componentsOf, type Component } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { NodeStatus } from '../../model/node-status.ts';
import { NodeFactKind } from '../../record/fact.ts';
import type { Recorder } from '../../record/recorder.ts';
import { RUN, type Grants } from '../grants.ts';
import type { Planner } from '../planner.ts';
import type { RunState } from '../state.ts';
import { EventCode, type Transitions } from '../transitions.ts';
import { GangRisks } from './gang-risk.ts';
import { RepairShop } from './repair-shop.ts';
import type { ServiceBoard } from './service-board.ts';

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
  private readonly components: readonly Component[];
  /** A stream for each. */
  private readonly luck: readonly RandomStream[];
  /** Components whose fault nobody knows yet, ascending: a few of very many. */
  private readonly hidden: number[] = [];
  private readonly shop: RepairShop;
  private readonly risks: GangRisks;

  constructor(model: FailureModel, recovery: RecoveryPolicy, board: FailureBoard) {
    this.model = model;
    this.recovery = recovery;
    this.board = board;
    this.risks = new GangRisks(model, board.cluster, board.grants);
    this.shop = new RepairShop(model.technicians);
    this.components = componentsOf(model, board.cluster);
    this.luck = this.components.map(({ name }) => model.luck(name));
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
    const { data, first, runs } = grants;
    let nodes = 0;
    const end = first[job]! + RUN * runs[job]!;
    for (let at = first[job]!; at < end; at += RUN) nodes += data[at + 1]!;
    const rate = this.risks.rateOf(job);
    const plan = this.recovery.checkpoints({ gpus, nodes, meanTimeToFaultUs: rate > 0 ? 1 / rate : NEVER });
    state.checkpoints!.begin(job, plan);
  }

  /** After a decision. */
  decided(nowUs: TimeUs): void {
    this.stallOnFaults(nowUs);
    this.settle();
  }

  /** After each event: nodes that gangs have left may go out of service. */
  settle(): void {
    this.board.service.settle();
  }

  /** Gangs that were started on a node whose fault nobody knows yet do nothing. */
  private stallOnFaults(nowUs: TimeUs): void {
    for (const component of this.hidden) this.stallOn(this.components[component]!, nowUs);
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
    this.board.recorder.recordComponent(NodeFactKind.Fault, nowUs, component, index);
    const later = this.hidden.findIndex((other) => other > component);
    this.hidden.splice(later === -1 ? this.hidden.length : later, 0, component);
    this.stallOn(this.components[component]!, nowUs);
    this.board.queue.schedule(nowUs + kind.detectionUs, Phase.Detect, EventCode.Detect, component);
  }

  private detect(component: number, nowUs: TimeUs): void {
    const { from, to, index } = this.components[component]!;
    const { planner, state, recorder } = this.board;
    this.hidden.splice(this.hidden.indexOf(component), 1);
    recorder.recordComponent(NodeFactKind.Detect, nowUs, component, index);
    for (const job of this.gangsOn(from, to)) {
      const isGivenUp = state.interruptions[job]! + 1 >= this.recovery.attemptsMax;
      planner.interrupt(job as JobId, this.recovery.restartUs({ gpus: state.heldGpus[job]! }), isGivenUp);
    }
    this.takeDown(component, nowUs);
  }

  /** Nodes go out of service; the repair begins, with `leftUs` to go if it is given, or waits for a technician. */
  private takeDown(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { from, to, kind } = this.components[component]!;
    const isTaken = !kind.needsTechnician || this.shop.take(component);
    const status = isTaken ? NodeStatus.Down : NodeStatus.RepairQueue;
    for (let node = from; node < to; node++) this.board.service.add(node, status);
    if (isTaken) this.repair(component, nowUs, leftUs);
  }

  private repair(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { kind, index } = this.components[component]!;
    this.board.recorder.recordComponent(NodeFactKind.Repair, nowUs, component, index);
    const repairUs = leftUs ?? kind.lifetimes.repairUs(this.luck[component]!, nowUs);
    if (repairUs === NEVER) return;
    this.board.queue.schedule(nowUs + repairUs, Phase.Repair, EventCode.Repair, component);
  }

  private repaired(component: number, nowUs: TimeUs): void {
    const { kind, from, to, index } = this.components[component]!;
    const { service, recorder } = this.board;
    recorder.recordComponent(NodeFactKind.Mended, nowUs, component, index);
    for (let node = from; node < to; node++) service.remove(node, NodeStatus.Down);
    if (kind.needsTechnician) this.takeNext(nowUs);
    this.expectFault(component, nowUs);
  }

  /** The technician who has just become free takes on what waits longest. */
  private takeNext(nowUs: TimeUs): void {
    const next = this.shop.free();
    if (next === undefined) return;
    const { from, to } = this.components[next]!;
    for (let node = from; node < to; node++) {
      this.board.service.turn(node, NodeStatus.RepairQueue, NodeStatus.Down);
    }
    this.repair(next, nowUs);
  }

  private expectFault(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { kind } = this.components[component]!;
    const inUs = leftUs ?? kind.lifetimes.nextFaultUs(this.luck[component]!, nowUs);
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
}
