import type { CheckpointPlan } from '../../contract/recovery.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import type { JobId } from '../../model/brand.ts';
import type { StopCause } from '../../model/planned-stop.ts';
import { JobState } from '../state.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';

/**
 * Stops gangs that nothing has broken. One that is to leave writes a last checkpoint first, which is safe after its stall
 * and the time to make it persistent; meanwhile it holds its GPUs and does no work.
 */
export class PlannedStops {
  private readonly board: FailureBoard;
  private readonly gangs: GangRecovery;
  /** Gangs that write their last checkpoint: when it is safe, and why they go. */
  private readonly leaving = new Map<number, { readonly atUs: TimeUs; readonly cause: StopCause }>();

  constructor(board: FailureBoard, gangs: GangRecovery) {
    this.board = board;
    this.gangs = gangs;
  }

  /** At once, and as cheap as any preemption: the work is kept, resuming costs what the scenario says. */
  preempt(job: number, cause: StopCause): void {
    this.board.planner.preempt(job as JobId, { cause });
  }

  /**
   * After a last checkpoint, if that is safe by then; the next start pays the load and the warm-up of a restart. A gang
   * that writes no checkpoints, or will have ended by then, or stands still over a fault that nobody knows, stays.
   */
  leave(job: number, cause: StopCause, byUs: TimeUs, nowUs: TimeUs): void {
    const { state, transitions, queue } = this.board;
    const safeUs = nowUs + graceUs(state.checkpoints!.plans[job]!);
    const endUs = state.sinceUs[job]! + state.spanUs(job);
    if (safeUs > byUs || endUs <= safeUs || state.stalled[job] === 1 || state.isSaving(job)) return;
    transitions.save(job, nowUs);
    this.leaving.set(job, { atUs: safeUs, cause });
    queue.schedule(safeUs, Phase.Finish, EventCode.Depart, job);
  }

  /** Whether a gang writes checkpoints at all, so that it can leave with its work. */
  canLeave(job: number): boolean {
    return graceUs(this.board.state.checkpoints!.plans[job]!) !== NEVER;
  }

  /** A last checkpoint is safe, unless something else has stopped the gang. */
  depart(job: number, nowUs: TimeUs): void {
    const { state } = this.board;
    const leave = this.leaving.get(job);
    if (leave?.atUs !== nowUs) return;
    this.leaving.delete(job);
    if (state.job[job] !== JobState.Running || !state.isSaving(job)) return;
    this.board.planner.preempt(job as JobId, { cause: leave.cause, restart: this.gangs.comeBackOf(job) });
  }
}

/** How long a checkpoint out of turn takes until it is safe; NEVER: none is ever written. */
function graceUs({ everyUs, stallUs, persistUs }: CheckpointPlan): TimeUs {
  return everyUs === NEVER && stallUs === 0 ? NEVER : stallUs + persistUs;
}
