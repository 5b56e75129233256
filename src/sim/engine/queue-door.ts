import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';
import type { PlanningBoard } from './planning-board.ts';

/** Keeps jobs out of the queue that cannot run at present whatever is free. */
export interface QueueGuard {
  holdsBack(job: number): boolean;
  /** The job has left the queue, or does not join it. */
  holdBack(job: number, nowUs: TimeUs): void;
}

/** Who comes into the queue and who is kept out of it. */
export class QueueDoor {
  /** Set where data can be lost. */
  guard: QueueGuard | undefined;
  private readonly board: PlanningBoard;
  /** Jobs in the queue that are to leave it: they were stopped in a decision, which may look at them still. */
  private readonly returned: JobId[] = [];

  constructor(board: PlanningBoard) {
    this.board = board;
  }

  isHeldBack(job: JobId): boolean {
    return this.guard !== undefined && this.guard.holdsBack(job);
  }

  /** A job that has just begun to wait stands in the queue, unless it is held back. */
  join(job: JobId): void {
    const { line, patience } = this.board;
    if (!this.isHeldBack(job)) {
      line.add(job);
      return;
    }
    patience?.leaves(job);
    this.guard!.holdBack(job, this.board.gate.nowUs);
  }

  /** A job that waited before does so again. */
  rejoin(job: JobId, nowUs: TimeUs): void {
    this.board.patience?.joins(job, nowUs);
    this.join(job);
  }

  /** A job that a decision has stopped stands in the queue for the rest of it, held back or not. */
  comeBack(job: JobId, nowUs: TimeUs): void {
    this.board.patience?.joins(job, nowUs);
    this.board.line.add(job);
    if (this.isHeldBack(job)) this.returned.push(job);
  }

  /** Jobs that came back and are held back leave the queue. */
  takeReturned(): void {
    const { nowUs } = this.board.gate;
    for (const job of this.returned.splice(0)) if (this.leave(job)) this.guard!.holdBack(job, nowUs);
  }

  /** A job leaves the queue for what the world has done. False: it does not stand there. */
  leave(job: JobId): boolean {
    const { line, patience } = this.board;
    if (!line.has(job)) return false;
    line.remove(job);
    patience?.leaves(job);
    return true;
  }
}
