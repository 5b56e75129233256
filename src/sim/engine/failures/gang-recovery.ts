import type { Recovery, RecoveryPolicy, StoppedGang, StruckGang } from '../../contract/recovery.ts';
import { ANY_TYPE } from '../../contract/scheduling.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import type { JobId } from '../../model/brand.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { NodeStatus } from '../../model/node-status.ts';
import { speedOf } from '../../model/speed.ts';
import { PolicyError } from '../policy-error.ts';
import { JobState } from '../state.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';
import { GangPlans } from './gang-plans.ts';
import { GangSpots, gpusOf, type Spot } from './gang-spots.ts';
import type { SlowMembers } from './slow-members.ts';
import type { SharedParts } from './shared-parts.ts';
import { Spares, type StandIns } from './spares.ts';

/** A gang that has come off its GPUs and is to go on at once, on these spots. */
export interface ComingBack {
  readonly job: number;
  readonly spots: readonly Spot[];
  readonly takeOverUs: TimeUs;
}

/** What becomes of gangs when faults strike them and when those are found, as the recovery policy says. */
export class GangRecovery {
  private readonly policyOf: (job: number) => RecoveryPolicy;
  private readonly board: FailureBoard;
  readonly plans: GangPlans;
  private readonly spots: GangSpots;
  private readonly spares: Spares | undefined;
  private readonly slow: SlowMembers;
  private readonly parts: SharedParts;
  /** Jobs that were stopped when nothing could decide on their spares, and the nodes that they lost. */
  private missed: { readonly job: number; readonly lost: readonly Spot[] }[] = [];
  /** Per node: faults under it that nobody has found yet. */
  private readonly hidden: Int32Array;
  /** Jobs that lost nodes and wait for room. */
  private readonly queued = new Set<number>();
  /** Per stalled job: 1 if its machines hold what is not safe. */
  private readonly holdsWork: Uint8Array;
  /** Jobs that go on with fewer GPUs than before: how many they had, and have. In the order in which they were shrunk. */
  private readonly shrunk = new Map<number, { readonly from: number; readonly to: number }>();

  constructor(
    model: FailureModel,
    policyOf: (job: number) => RecoveryPolicy,
    board: FailureBoard,
    slow: SlowMembers,
    parts: SharedParts,
  ) {
    this.parts = parts;
    this.spots = new GangSpots(board.state, board.grants);
    this.policyOf = policyOf;
    this.board = board;
    this.slow = slow;
    if (model.spares !== undefined) {
      const spares = new Spares(model.spares, board.cluster, board.service, () => this.isShort());
      board.service.keepsBack = (node, isSpare) => spares.keepBack(node, isSpare);
      this.spares = spares;
    }
    this.plans = new GangPlans(model, policyOf, board, parts);
    this.hidden = new Int32Array(board.cluster.nodeCount);
    this.holdsWork = new Uint8Array(board.jobs.count);
  }

  /** What a gang that is about to run does to keep its work. */
  prepare(job: number): void {
    this.plans.begin(job, this.spots.nodesOf(job), this.slow.paceOf(job));
    if (this.handsOut(job)) this.board.state.corrupt!.forget(job);
  }

  /** Nodes from .. to-1 have a fault that nobody knows of: gangs there stop, or lose more than they had so far. */
  strike(from: number, to: number, cause: number, nowUs: TimeUs): void {
    for (let node = from; node < to; node++) this.hidden[node]!++;
    this.stall(from, to, cause, nowUs);
  }

  /** The same for gangs that were started there since. */
  stall(from: number, to: number, cause: number, nowUs: TimeUs): void {
    const { state, transitions } = this.board;
    for (const job of this.gangsOn(from, to)) {
      const isStruckAnew = state.stalled[job] === 1;
      if (isStruckAnew && this.holdsWork[job] === 0) continue;
      if (!isStruckAnew) this.stallGang(job, cause, nowUs);
      else if (this.keptStepUs(job) === NEVER && state.checkpoints!.holds(job)) {
        transitions.strikeAnew(job, cause, nowUs);
      }
    }
  }

  private stallGang(job: number, cause: number, nowUs: TimeUs): void {
    this.board.transitions.stall(job, cause, this.keptStepUs(job), nowUs);
  }

  /** What the machines of a struck gang hold from now on: all but the last step of so many us; NEVER: nothing. */
  private keptStepUs(job: number): TimeUs {
    const stepUs = this.policyOf(job).stepUs?.(this.struckGang(job)) ?? NEVER;
    this.holdsWork[job] = stepUs === NEVER ? 0 : 1;
    return stepUs;
  }

  /** A fault of nodes from .. to-1 is found: gangs come off them, to be brought back by `bringBack` or from the queue. */
  stop(from: number, to: number, nowUs: TimeUs): ComingBack[] {
    for (let node = from; node < to; node++) this.hidden[node]!--;
    this.spares?.begin();
    return this.gangsOn(from, to).flatMap((job) => this.stopGang(job, from, to, nowUs));
  }

  /** Whether what a job has done is out of its hands, so that nothing can spoil it any more. */
  handsOut(job: number): boolean {
    return this.policyOf(job).handsOut === true;
  }

  /** What the machines of a stopped gang hold is worth nothing. */
  holdsNothing(job: number): void {
    this.holdsWork[job] = 0;
  }

  /** A stopped gang comes off nodes that nothing has broken. */
  stopSound(job: number, nowUs: TimeUs): ComingBack[] {
    return this.stopGang(job, 0, 0, nowUs);
  }

  /** Its own software stops a running gang, by no fault of its machines: it comes off them at once. */
  crash(job: number, cause: number, nowUs: TimeUs): void {
    this.stallGang(job, cause, nowUs);
    this.spares?.begin();
    this.bringBack(this.stopSound(job, nowUs));
  }

  /** How soon gangs on nodes from .. to-1 find by themselves what has stopped them; NEVER: they do not. */
  noticedInUs(from: number, to: number): TimeUs {
    return this.gangsOn(from, to).reduce(
      (soonest, job) => Math.min(soonest, this.policyOf(job).noticesUs?.() ?? NEVER),
      NEVER,
    );
  }

  /** Nodes of each running gang that holds GPUs on nodes from .. to-1. */
  nodesOfGangsOn(from: number, to: number): number[] {
    return this.gangsOn(from, to).map((job) => this.spots.nodesOf(job));
  }

  /** Lets gangs go on whose lost nodes are out of service by now. */
  bringBack(gangs: readonly ComingBack[]): void {
    const { planner, state, shapes } = this.board;
    for (const { job, spots, takeOverUs } of gangs) {
      // It waits until it can read its data again.
      if (planner.door.isHeldBack(job as JobId)) continue;
      state.oweMore(job, takeOverUs);
      planner.startOn(job as JobId, spots, shapes.gangFor(job, gpusOf(spots), ANY_TYPE));
    }
    if (gangs.length > 0) planner.commit();
  }

  /** Running gangs that hold GPUs on nodes from .. to-1, in job order. */
  gangsOn(from: number, to: number): number[] {
    return this.spots.gangsOn(from, to);
  }

  /** Shrunk gangs grow back where there is room and nobody waits for it; at the cost of any change of size. */
  growBack(): void {
    if (this.shrunk.size === 0) return;
    const { planner, state } = this.board;
    for (const [job, { from, to }] of this.shrunk) {
      const isAsShrunk = state.job[job] === JobState.Running && state.heldGpus[job] === to;
      // Stopped or resized since, it is no business of recovery any more.
      if (!isAsShrunk) this.shrunk.delete(job);
      else if (state.stalled[job] === 0 && planner.queue.length === 0) {
        if (planner.grow(job as JobId, state.heldType[job]!, from - to)) this.shrunk.delete(job);
      }
    }
  }

  private stopGang(job: number, from: number, to: number, nowUs: TimeUs): ComingBack[] {
    const { state, planner, queue, jobs } = this.board;
    this.loseUnsaved(job, nowUs);
    const gpus = state.heldGpus[job]!;
    const spots = this.spots.spotsOf(job);
    const isLost = ({ node }: Spot): boolean => node >= from && node < to;
    const lost = spots.filter(isLost);
    const left = this.runnable(
      job,
      spots.filter((spot) => !isLost(spot)),
    );
    const isUndecided = this.parts.isAway('control-plane');
    const canStandIn = lost.length > 0 && !isUndecided && !planner.door.isHeldBack(job as JobId);
    const standIns = !canStandIn ? undefined : this.spares?.standInsFor(job, lost);
    const gang: StoppedGang = {
      gpus,
      nodes: spots.length,
      nodesLost: lost.length,
      gpusLeft: gpusOf(left),
      gpusMin: jobs.gpusMin[job]!,
      holdsWork: this.holdsWork[job] === 1,
      interruptions: state.interruptions[job]! + 1,
      hasSpares: standIns !== undefined,
      ...this.plans.storageOf(job),
    };
    const recovery = this.policyOf(job).recover(gang);
    requirePossible(recovery, gang, nowUs);
    planner.interrupt(job as JobId, recovery);
    switch (recovery.action) {
      case 'giveUp':
        return [];
      case 'requeue':
        if (this.spares !== undefined && lost.length > 0) {
          this.queued.add(job);
          if (isUndecided) this.missed.push({ job, lost });
          else this.spares.release(job, lost);
        }
        if (recovery.delayUs > 0) queue.schedule(nowUs + recovery.delayUs, Phase.Arrive, EventCode.Rejoin, job);
        return [];
      case 'shrink':
        this.shrunk.set(job, { from: this.shrunk.get(job)?.from ?? gpus, to: gang.gpusLeft });
        return [{ job, spots: left, takeOverUs: 0 }];
      case 'replace':
        return [{ job, spots: replaced(spots, standIns!), takeOverUs: this.spares!.takeOver(standIns!) }];
      default:
        return recovery.action satisfies never;
    }
  }

  /** The control plane is back: jobs that wait still get the spares that could not take over for them. */
  serveMissed(): void {
    const { state, service } = this.board;
    const missed = this.missed;
    this.missed = [];
    for (const { job, lost } of missed) {
      if (state.job[job] !== JobState.Waiting) continue;
      this.spares!.begin();
      this.spares!.release(
        job,
        lost.filter(({ node }) => service.statusOf(node) > NodeStatus.Reserved),
      );
    }
  }

  /** What machines of a stopped gang hold and cannot save now is lost. */
  private loseUnsaved(job: number, nowUs: TimeUs): void {
    const { state, transitions } = this.board;
    const isLost = this.parts.isAway('storage') && this.policyOf(job).savesWhenFound === true;
    if (!isLost || this.holdsWork[job] === 0) return;
    this.holdsWork[job] = 0;
    if (state.checkpoints!.holds(job)) transitions.strikeAnew(job, this.parts.storageCause, nowUs);
  }

  /** What it costs a running gang to come back from its checkpoint after it has left of its own will. */
  comeBackOf(job: number): Pick<Recovery, 'loadUs' | 'warmUpUs'> {
    const { state, jobs } = this.board;
    const gpus = state.heldGpus[job]!;
    const [nodes, interruptions, gpusMin] = [this.spots.nodesOf(job), state.interruptions[job]!, jobs.gpusMin[job]!];
    return this.policyOf(job).recover({
      gpus,
      nodes,
      nodesLost: 0,
      gpusLeft: gpus,
      gpusMin,
      interruptions,
      holdsWork: false,
      hasSpares: false,
      ...this.plans.storageOf(job),
    });
  }

  private isShort(): boolean {
    const { state } = this.board;
    for (const job of this.queued) if (state.job[job] !== JobState.Waiting) this.queued.delete(job);
    return this.queued.size > 0;
  }

  private struckGang(job: number): StruckGang {
    const spots = this.spots.spotsOf(job);
    const isLost = (place: number): boolean => this.hidden[spots[place]!.node]! > 0;
    return {
      gpus: this.board.state.heldGpus[job]!,
      nodes: spots.length,
      nodesLost: spots.filter((_, place) => isLost(place)).length,
      isLost,
    };
  }

  /** The most of the spots, from the first on, on which the job can run; none if it cannot. */
  private runnable(job: number, spots: readonly Spot[]): readonly Spot[] {
    const { state, jobs } = this.board;
    const fitting = [...spots];
    let gpus = gpusOf(fitting);
    while (fitting.length > 0 && !(speedOf(jobs, job, state.heldType[job]!, gpus) > 0)) gpus -= fitting.pop()!.gpus;
    return fitting;
  }
}

function replaced(spots: readonly Spot[], standIns: StandIns): Spot[] {
  return spots.map(({ node, gpus }) => ({ node: standIns.get(node) ?? node, gpus }));
}

/** A policy may ask for what cannot be: that stops the run, with the mend. */
function requirePossible({ action }: Recovery, { hasSpares, gpusLeft }: StoppedGang, nowUs: TimeUs): void {
  if (action === 'replace' && !hasSpares)
    throw new PolicyError('recovery', nowUs, 'replace lost nodes', 'there are not enough spares', 'look at hasSpares');
  if (action === 'shrink' && gpusLeft === 0)
    throw new PolicyError('recovery', nowUs, 'shrink a gang', 'it cannot run on what is left', 'look at gpusLeft');
}
