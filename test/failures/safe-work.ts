import type { CheckpointPlan } from '../../src/sim/contract/recovery.ts';
import { restartUsOf, type Spent } from '../../src/sim/record/fact.ts';

/**
 * The work of one gang that its checkpoints have made safe, from the day it began on its GPUs: one checkpoint after the
 * other, on the clock. The slow, obvious twin of the arithmetic in engine/failures/checkpoint-ledger.ts.
 */
export class SafeWork {
  /** Work done on these GPUs, whole us of running at full pace. */
  doneUs = 0;
  /** By how much rounding may have moved a checkpoint's work: a slow member's pace cuts it into parts of a us. */
  slackUs = 0;
  private readonly plan: CheckpointPlan;
  private checkpoints: { readonly workUs: number; readonly safeAtUs: number }[] = [];
  /** Ran since the last checkpoint was begun, and stalled by now for the one that is due. */
  private ranUs = 0;
  private stalledUs = 0;

  constructor({ everyUs, stallUs, persistUs }: CheckpointPlan) {
    // A checkpoint waits until the last one is safe.
    this.plan = { everyUs: Math.max(everyUs, persistUs), stallUs, persistUs };
  }

  /**
   * Lives through a stretch that began at an instant and was not stalled; the time that is left for a last checkpoint.
   * None is written where the storage is away.
   */
  pass(sinceUs: number, spent: Readonly<Spent>, isStorageAway: boolean): number {
    const { stallUs, persistUs } = this.plan;
    const everyUs = isStorageAway ? Infinity : this.plan.everyUs;
    const workUs = spent.usefulUs + spent.lostUs + spent.corruptUs;
    const runUs = workUs + spent.degradedUs;
    const pace = runUs === 0 ? 1 : workUs / runUs;
    if (pace < 1) this.slackUs += 2;
    const beforeUs = this.doneUs;
    let nowUs = sinceUs + restartUsOf(spent);
    let ranUs = 0;
    let stallLeftUs = spent.stallUs;
    for (;;) {
      // One that came due while there was no storage is written at once.
      const partUs = Math.max(0, Math.min(runUs - ranUs, everyUs - this.ranUs));
      ranUs += partUs;
      this.ranUs += partUs;
      nowUs += partUs;
      if (this.ranUs < everyUs) break;
      const pauseUs = Math.min(stallUs - this.stalledUs, stallLeftUs);
      this.stalledUs += pauseUs;
      stallLeftUs -= pauseUs;
      nowUs += pauseUs;
      if (this.stalledUs < stallUs) break;
      this.checkpoints.push({ workUs: beforeUs + ranUs * pace, safeAtUs: nowUs + persistUs });
      this.ranUs = 0;
      this.stalledUs = 0;
    }
    if (ranUs < runUs) throw new Error('a gang works on while a checkpoint is due');
    this.doneUs = beforeUs + workUs;
    return stallLeftUs;
  }

  /** The storage goes: what is not written to its end by now is void, and due as soon as it is back. */
  loseStorage(nowUs: number): void {
    const whole = this.checkpoints.filter(({ safeAtUs }) => safeAtUs <= nowUs);
    if (whole.length < this.checkpoints.length) this.ranUs += this.plan.everyUs;
    this.checkpoints = whole;
    this.stalledUs = 0;
  }

  /** Work since the checkpoint that was the last to be safe by now: the most that a fault may take back. */
  atRiskUs(nowUs: number): number {
    const safe = this.checkpoints.filter(({ safeAtUs }) => safeAtUs <= nowUs);
    return this.doneUs - Math.max(0, ...safe.map(({ workUs }) => workUs));
  }
}
