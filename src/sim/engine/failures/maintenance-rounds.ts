import type { EventHandle } from '../../kernel/event-queue.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import { rangesOf } from '../../model/components.ts';
import type { Maintenance } from '../../model/maintenance.ts';
import { NodeStatus } from '../../model/node-status.ts';
import { StopCause } from '../../model/planned-stop.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';
import type { PlannedStops } from './planned-stops.ts';

/** Neighbouring nodes that are worked on together. */
interface Stand {
  readonly round: Round;
  readonly from: number;
  readonly to: number;
  /** Due, and its nodes not yet empty. */
  isDue: boolean;
}

/** One plan, and how far its present round is. */
interface Round {
  readonly plan: Maintenance;
  readonly stands: Stand[];
  /** The next stand that is due; 0 between rounds. */
  next: number;
  /** Stands of the present batch that are not back yet. */
  open: number;
  patience: EventHandle | undefined;
}

/**
 * Planned work, batch after batch. Nodes that are due take no more work; a stand is worked on when all its nodes are
 * empty, and is back when that is done. A round that comes due while the last one goes on is left out.
 */
export class MaintenanceRounds {
  private readonly board: FailureBoard;
  private readonly stops: PlannedStops;
  private readonly gangs: GangRecovery;
  private readonly rounds: readonly Round[];
  /** Every stand of every round; events name them by their place. */
  private readonly stands: Stand[] = [];

  constructor(plans: readonly Maintenance[], board: FailureBoard, stops: PlannedStops, gangs: GangRecovery) {
    this.board = board;
    this.stops = stops;
    this.gangs = gangs;
    this.rounds = plans.map((plan) => this.roundOf(plan));
    this.rounds.forEach(({ plan }, index) => this.expect(index, plan.startUs));
  }

  handle(code: number, subject: number, nowUs: TimeUs): void {
    if (code === EventCode.MaintenanceDue) this.begin(subject, nowUs);
    else if (code === EventCode.MaintenancePatience) this.losePatience(this.rounds[subject]!);
    else this.finish(this.stands[subject]!, nowUs);
  }

  /** Some nodes have gone out of service: those of stands that are due may all be empty by now. */
  settle(nowUs: TimeUs): void {
    const { service, queue } = this.board;
    this.stands.forEach((stand, index) => {
      if (!stand.isDue) return;
      for (let node = stand.from; node < stand.to; node++) {
        if (service.statusOf(node) < NodeStatus.Maintenance) return;
      }
      stand.isDue = false;
      queue.schedule(nowUs + stand.round.plan.takesUs, Phase.Repair, EventCode.MaintenanceDone, index);
    });
  }

  private roundOf(plan: Maintenance): Round {
    const [first, end] = plan.nodes ?? [0, this.board.cluster.nodeCount];
    const round: Round = { plan, stands: [], next: 0, open: 0, patience: undefined };
    for (const [from, to] of rangesOf(plan, this.board.cluster)) {
      const stand = { round, from: Math.max(from, first), to: Math.min(to, end), isDue: false };
      if (stand.from < stand.to) round.stands.push(stand);
    }
    this.stands.push(...round.stands);
    return round;
  }

  private expect(index: number, atUs: TimeUs): void {
    this.board.queue.schedule(atUs, Phase.Fail, EventCode.MaintenanceDue, index);
  }

  private begin(index: number, nowUs: TimeUs): void {
    const round = this.rounds[index]!;
    if (round.plan.everyUs !== NEVER) this.expect(index, nowUs + round.plan.everyUs);
    if (round.open === 0) this.beginBatch(round, nowUs);
  }

  private beginBatch(round: Round, nowUs: TimeUs): void {
    const { plan, stands } = round;
    const { queue } = this.board;
    const batch = stands.slice(round.next, round.next + plan.batch);
    round.next += batch.length;
    round.open = batch.length;
    for (const stand of batch) this.close(stand, nowUs);
    if (plan.mode === 'drain' && plan.patienceUs !== NEVER && batch.length > 0) {
      queue.schedule(nowUs + plan.patienceUs, Phase.Fail, EventCode.MaintenancePatience, this.rounds.indexOf(round));
      round.patience = queue.lastHandle;
    }
    this.settle(nowUs);
  }

  private close(stand: Stand, nowUs: TimeUs): void {
    const { mode } = stand.round.plan;
    stand.isDue = true;
    for (let node = stand.from; node < stand.to; node++) this.board.service.add(node, NodeStatus.Maintenance);
    if (mode === 'drain') return;
    for (const job of this.gangs.gangsOn(stand.from, stand.to)) {
      if (mode === 'migrate' && this.stops.canLeave(job)) {
        this.stops.leave(job, StopCause.Maintenance, NEVER, nowUs);
      } else this.stops.preempt(job, StopCause.Maintenance);
    }
    this.board.service.settle();
  }

  private losePatience(round: Round): void {
    round.patience = undefined;
    for (const { isDue, from, to } of round.stands) {
      if (!isDue) continue;
      for (const job of this.gangs.gangsOn(from, to)) this.stops.preempt(job, StopCause.Maintenance);
    }
  }

  private finish({ round, from, to }: Stand, nowUs: TimeUs): void {
    for (let node = from; node < to; node++) this.board.service.remove(node, NodeStatus.Maintenance);
    round.open--;
    if (round.open > 0) return;
    if (round.patience !== undefined) this.board.queue.cancel(round.patience);
    round.patience = undefined;
    if (round.next < round.stands.length) this.beginBatch(round, nowUs);
    else round.next = 0;
  }
}
