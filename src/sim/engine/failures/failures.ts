import type { EventHandle } from '../../kernel/event-queue.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { RecoveryPolicy } from '../../contract/recovery.ts';
import type { JobId } from '../../model/brand.ts';
import { componentsOf, replacementOf, type Component } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { NodeStatus } from '../../model/node-status.ts';
import { NodeFactKind } from '../../record/fact.ts';
import { EventCode } from '../transitions.ts';
import { CommonCauses } from './common-causes.ts';
import { DataKeeper } from './data-keeper.ts';
import type { FailureBoard } from './failure-board.ts';
import { FaultLuck } from './fault-luck.ts';
import { GangRecovery } from './gang-recovery.ts';
import { JobCrashes } from './job-crashes.ts';
import type { LiveDataSets } from './live-data-sets.ts';
import { NodeCare } from './node-care.ts';
import { Quarantines } from './quarantines.ts';
import { RepairShop, waitKey } from './repair-shop.ts';
import { SharedOutages } from './shared-outages.ts';
import { SharedParts } from './shared-parts.ts';
import { SilentCorruption } from './silent-corruption.ts';
import { SlowMembers } from './slow-members.ts';

/** No handle is below 0. */
const NO_EVENT: EventHandle = -1;

/**
 * What breaks and is mended. A fault stops every gang with a GPU under it at once; it is known some time later, and only
 * then do the gangs come off their GPUs, the nodes go out of service and the repair begins, or waits for a technician.
 */
export class Failures {
  readonly gangs: GangRecovery;
  private readonly model: FailureModel;
  private readonly board: FailureBoard;
  private readonly components: Component[];
  /** A stream for each. */
  private readonly luck: RandomStream[];
  /** Components whose fault nobody knows yet, ascending: a few of very many. */
  private readonly hidden: number[] = [];
  /** 1 for a component that works, and the pending event of its next fault. */
  private readonly works: Uint8Array;
  private readonly nextFault: EventHandle[] = [];
  /** 1 for a component whose repair has, or waits for, a technician. */
  private readonly needsTechnician: Uint8Array;
  private readonly shop: RepairShop;
  private readonly care: NodeCare;
  private readonly faultLuck: FaultLuck;
  private readonly causes: CommonCauses;
  private readonly slow: SlowMembers;
  private readonly corruption: SilentCorruption;
  private readonly shared: SharedOutages;
  /** Only where jobs crash by themselves. */
  private readonly crashes: JobCrashes | undefined;
  /** Only where nodes are put in quarantine. */
  private readonly quarantines: Quarantines | undefined;
  /** Only where faults destroy data. */
  private readonly data: DataKeeper | undefined;

  constructor(
    model: FailureModel,
    recoveryOf: (job: number) => RecoveryPolicy,
    board: FailureBoard,
    live?: LiveDataSets,
  ) {
    this.model = model;
    this.board = board;
    this.components = componentsOf(model, board.cluster);
    this.slow = new SlowMembers(this.components, board.grants);
    this.data = live && new DataKeeper(this.components, board, live);
    const parts = new SharedParts();
    this.gangs = new GangRecovery(model, recoveryOf, board, this.slow, parts);
    this.shared = new SharedOutages(parts, board, this.gangs);
    const key = waitKey(model.repairOrder ?? 'fifo', board.cluster.nodeGpus);
    this.shop = new RepairShop(model.technicians, (component) => key(this.components[component]!));
    this.care = new NodeCare(model, this.components, board, this.gangs);
    this.quarantines = model.quarantine && new Quarantines(model.quarantine, this.components, board);
    this.luck = this.components.map(({ name }) => model.luck(name));
    this.works = new Uint8Array(this.components.length);
    this.needsTechnician = new Uint8Array(this.components.length);
    this.faultLuck = new FaultLuck(model);
    this.causes = new CommonCauses(this.components, board.cluster, this.faultLuck);
    this.corruption = new SilentCorruption(this.components, board, this.gangs);
    this.crashes = model.jobCrashes && new JobCrashes(model, board, this.gangs);
    this.components.forEach((_, component) => this.begin(component));
  }

  /** A gang has its GPUs and is about to run on them. */
  prepare(job: number, nowUs: TimeUs): void {
    this.gangs.prepare(job);
    this.crashes?.begins(job, nowUs);
  }

  /** The subject is a component, a job that rejoins the queue, a mistake in the software of one, or a node whose quarantine is over. */
  handle(code: number, component: number, nowUs: TimeUs): void {
    this.board.planner.nowUs = nowUs;
    if (code >= EventCode.Depart) this.care.handle(code, component, nowUs);
    else if (code === EventCode.BurntIn) this.putBack(component, nowUs);
    else if (code === EventCode.Release) this.release(component, nowUs);
    else if (code === EventCode.Fault) this.fail(component, nowUs);
    else if (code === EventCode.Strike) this.strike(component, nowUs);
    else if (code === EventCode.Detect) this.detect(component, nowUs);
    else if (code === EventCode.Crash) this.crashes!.handle(component, nowUs);
    else if (code === EventCode.CopyWritten || code === EventCode.DataBack) this.data!.handle(code, component, nowUs);
    else if (code === EventCode.Rejoin) this.rejoin(component as JobId, nowUs);
    else this.repaired(component, nowUs);
  }

  private rejoin(job: JobId, nowUs: TimeUs): void {
    this.board.transitions.rejoin(job, nowUs);
    this.board.planner.door.rejoin(job, nowUs);
  }

  /** Whether there is anything that decides. */
  get mayDecide(): boolean {
    return this.shared.mayDecide;
  }

  /** Before a decision. */
  deciding(): void {
    this.data?.settle();
  }

  /** After a decision. */
  decided(nowUs: TimeUs): void {
    this.gangs.growBack();
    this.corruption.spoilNewcomers(nowUs);
    this.stallOnFaults(nowUs);
    this.settle(nowUs);
    this.data?.settle();
  }

  /** Gangs that were started on a node whose fault nobody knows yet do nothing. */
  private stallOnFaults(nowUs: TimeUs): void {
    for (const component of this.hidden) {
      const { from, to, index } = this.components[component]!;
      this.gangs.stall(from, to, index, nowUs);
    }
  }

  /** After each event: nodes that gangs have left may go out of service, and the storage may have become idler. */
  settle(nowUs: TimeUs): void {
    this.care.settle(nowUs);
    this.gangs.plans.balance(nowUs);
    this.shared.settle(nowUs);
  }

  /** Instant 0: each component waits for its first fault, unless it stands in a repair that began before. */
  private begin(component: number): void {
    const { kind, name } = this.components[component]!;
    // Luck of its own: how a component stands at first moves none of its later faults.
    const standing = kind.lifetimes.standing?.(this.model.luck(`${name} at first`));
    if (standing === undefined) this.expectFault(component, 0, false);
    else if (standing.isDown) {
      this.shared.breaks(this.components[component]!, 0);
      this.takeDown(component, 0, standing.leftUs);
    } else this.expectFault(component, 0, false, standing.leftUs);
  }

  /** Its time has come; what brings it down may strike others too. */
  private fail(component: number, nowUs: TimeUs): void {
    this.breakDown(component, nowUs);
    for (const other of this.causes.struckWith(component)) this.strike(other, nowUs);
  }

  /** Brought down by what befell another, unless it does not work anyway. */
  private strike(component: number, nowUs: TimeUs): void {
    if (this.works[component] === 0) return;
    this.board.queue.cancel(this.nextFault[component]!);
    this.breakDown(component, nowUs);
  }

  private breakDown(component: number, nowUs: TimeUs): void {
    const { queue, recorder } = this.board;
    const broken = this.components[component]!;
    recorder.recordComponent(NodeFactKind.Fault, nowUs, component, broken.index);
    this.works[component] = 0;
    if (broken.kind.destroysData === true) this.data?.destroy(component, nowUs);
    this.shared.breaks(broken, nowUs);
    if (broken.kind.corrupts === true) this.corruption.begin(component, nowUs);
    else if (broken.kind.slow === undefined) this.stopUnseen(component, nowUs);
    else this.becomeSlow(component, nowUs);
    for (const { component: other, afterUs } of this.causes.followUps(component)) {
      if (afterUs !== NEVER) queue.schedule(nowUs + afterUs, Phase.Fail, EventCode.Strike, other);
    }
    // What is slow, or wrong, answers.
    const isMute = broken.kind.slow === undefined && broken.kind.corrupts !== true;
    const noticedInUs = isMute ? this.gangs.noticedInUs(broken.from, broken.to) : NEVER;
    const foundInUs = Math.min(this.faultLuck.detectionUs(broken), noticedInUs);
    if (foundInUs !== NEVER) queue.schedule(nowUs + foundInUs, Phase.Detect, EventCode.Detect, component);
  }

  private stopUnseen(component: number, nowUs: TimeUs): void {
    const { from, to, index } = this.components[component]!;
    const later = this.hidden.findIndex((other) => other > component);
    this.hidden.splice(later === -1 ? this.hidden.length : later, 0, component);
    this.gangs.strike(from, to, index, nowUs);
  }

  private becomeSlow(component: number, nowUs: TimeUs): void {
    this.slow.add(component);
    this.setPaces(component, nowUs);
  }

  private becomeFast(component: number, nowUs: TimeUs): void {
    this.slow.remove(component);
    this.setPaces(component, nowUs);
  }

  private setPaces(component: number, nowUs: TimeUs): void {
    const { from, to, index } = this.components[component]!;
    const { state, transitions } = this.board;
    for (const job of this.gangs.gangsOn(from, to)) {
      if (state.stalled[job] === 0 && !state.isSaving(job)) {
        transitions.changePace(job, this.slow.paceOf(job), index, nowUs);
      }
    }
  }

  private detect(component: number, nowUs: TimeUs): void {
    const { from, to, index, kind } = this.components[component]!;
    this.board.recorder.recordComponent(NodeFactKind.Detect, nowUs, component, index);
    if (kind.destroysData === true) this.data?.detect(component, nowUs);
    if (kind.slow?.isIgnored === true) {
      this.takeDown(component, nowUs);
      this.care.found(component);
      return;
    }
    const found = kind.corrupts === true ? this.corruption.find(component, nowUs) : [];
    // What was slow, or wrong, stops when it is found.
    if (kind.slow !== undefined || kind.corrupts === true) this.stopUnseen(component, nowUs);
    this.hidden.splice(this.hidden.indexOf(component), 1);
    this.quarantines?.found(component, this.gangs.nodesOfGangsOn(from, to), nowUs);
    const comingBack = [...this.gangs.stop(from, to, nowUs), ...this.corruption.comeOff(found, nowUs)];
    if (kind.slow !== undefined) this.becomeFast(component, nowUs);
    this.takeDown(component, nowUs);
    this.gangs.bringBack(comingBack);
    // The next fault may be found at this very instant.
    if (comingBack.length > 0) this.stallOnFaults(nowUs);
    this.care.found(component);
  }

  /** Nodes go out of service; the repair begins, with `leftUs` to go if it is given, or waits for a technician. */
  private takeDown(component: number, nowUs: TimeUs, leftUs?: TimeUs): void {
    const { from, to, kind } = this.components[component]!;
    const resetUs = leftUs === undefined ? this.faultLuck.resetUs(this.components[component]!) : undefined;
    this.needsTechnician[component] = kind.needsTechnician && resetUs === undefined ? 1 : 0;
    if (kind.slow?.isIgnored === true) {
      // Nobody does anything: nodes stay in service, and it passes by itself.
      this.needsTechnician[component] = 0;
      this.slow.add(component);
      this.repair(component, nowUs, leftUs, resetUs);
      return;
    }
    const isTaken = this.needsTechnician[component] === 0 || this.shop.take(component);
    const status = isTaken ? NodeStatus.Down : NodeStatus.RepairQueue;
    for (let node = from; node < to; node++) this.board.service.add(node, status);
    if (isTaken) this.repair(component, nowUs, leftUs, resetUs);
  }

  private repair(component: number, nowUs: TimeUs, leftUs?: TimeUs, resetUs?: TimeUs): void {
    const { kind, index } = this.components[component]!;
    this.board.recorder.recordComponent(NodeFactKind.Repair, nowUs, component, index);
    // Drawn for a reset too: which faults are transient moves no later one.
    const drawnUs = leftUs ?? kind.lifetimes.repairUs(this.luck[component]!, nowUs);
    const repairUs = resetUs ?? drawnUs;
    if (repairUs === NEVER) return;
    this.board.queue.schedule(nowUs + repairUs, Phase.Repair, EventCode.Repair, component);
  }

  private repaired(component: number, nowUs: TimeUs): void {
    const { kind, index } = this.components[component]!;
    const { queue, recorder } = this.board;
    // What a reset mends is not tried out.
    const burnInUs = this.needsTechnician[component] === 1 ? (kind.burnInUs ?? 0) : 0;
    recorder.recordComponent(NodeFactKind.Mended, nowUs, component, index);
    if (kind.destroysData === true) this.data?.mend(component, nowUs);
    this.shared.mends(this.components[component]!, nowUs);
    if (kind.slow?.isIgnored === true) {
      this.becomeFast(component, nowUs);
      this.expectFault(component, nowUs, true);
      return;
    }
    // It works, but nobody relies on that yet: what breaks again now stops no gang.
    if (burnInUs > 0) queue.schedule(nowUs + burnInUs, Phase.Repair, EventCode.BurntIn, component);
    else this.putBack(component, nowUs);
    if (this.needsTechnician[component] === 1) this.takeNext(nowUs);
    this.expectFault(component, nowUs, true);
  }

  /** One reason fewer for its nodes to be out of service. */
  private putBack(component: number, nowUs: TimeUs): void {
    const { from, to } = this.components[component]!;
    // Before the other reason goes, so that the node is not in service for an instant.
    this.quarantines?.mended(component, nowUs);
    for (let node = from; node < to; node++) this.board.service.remove(node, NodeStatus.Down);
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

  private release(node: number, nowUs: TimeUs): void {
    for (const component of this.quarantines!.replacedOn(node)) this.replace(component, nowUs);
    this.quarantines!.release(node, nowUs);
  }

  /** Another takes its place, as good as new; one that stands in repair just now is mended first. */
  private replace(component: number, nowUs: TimeUs): void {
    const fresh = replacementOf(this.components[component]!, this.model);
    this.components[component] = fresh;
    this.luck[component] = this.model.luck(fresh.name);
    if (this.works[component] === 0) return;
    this.board.queue.cancel(this.nextFault[component]!);
    this.care.found(component);
    this.expectFault(component, nowUs, false);
  }

  private expectFault(component: number, nowUs: TimeUs, isMended: boolean, leftUs?: TimeUs): void {
    const { queue } = this.board;
    const drawnUs = leftUs ?? this.components[component]!.kind.lifetimes.nextFaultUs(this.luck[component]!, nowUs);
    const inUs = isMended ? (this.faultLuck.reappearsUs(this.components[component]!) ?? drawnUs) : drawnUs;
    this.works[component] = 1;
    this.nextFault[component] = NO_EVENT;
    this.care.expects(component, inUs === NEVER ? NEVER : nowUs + inUs, nowUs);
    if (inUs === NEVER) return;
    queue.schedule(nowUs + inUs, Phase.Fail, EventCode.Fault, component);
    this.nextFault[component] = queue.lastHandle;
  }
}
