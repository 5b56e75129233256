import type { TimeUs } from '../../kernel/clock.ts';
import type { Component } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { EventCode } from '../transitions.ts';
import { Announcements } from './announcements.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';
import { MaintenanceRounds } from './maintenance-rounds.ts';
import { PlannedStops } from './planned-stops.ts';

/** What is done to nodes that have not broken: planned work, and moving away before a fault or a reclaim. */
export class NodeCare {
  private readonly stops: PlannedStops;
  private readonly rounds: MaintenanceRounds;
  private readonly announcements: Announcements;
  private readonly board: FailureBoard;

  constructor(model: FailureModel, components: readonly Component[], board: FailureBoard, gangs: GangRecovery) {
    this.board = board;
    this.stops = new PlannedStops(board, gangs);
    this.rounds = new MaintenanceRounds(model.maintenance ?? [], board, this.stops, gangs);
    this.announcements = new Announcements(model, components, board, this.stops, gangs);
  }

  /** Codes from Depart on. */
  handle(code: number, subject: number, nowUs: TimeUs): void {
    if (code === EventCode.Depart) this.stops.depart(subject, nowUs);
    else if (code >= EventCode.MaintenanceDue) this.rounds.handle(code, subject, nowUs);
    else this.announcements.handle(code, subject, nowUs);
  }

  /** After each event: nodes that gangs have left go out of service. */
  settle(nowUs: TimeUs): void {
    if (this.board.service.settle()) this.rounds.settle(nowUs);
  }

  expects(component: number, faultUs: TimeUs, nowUs: TimeUs): void {
    this.announcements.expects(component, faultUs, nowUs);
  }

  found(component: number): void {
    this.announcements.found(component);
  }
}
