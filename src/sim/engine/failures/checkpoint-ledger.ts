import type { CheckpointPlan } from '../../contract/recovery.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import type { Spent } from '../../record/fact.ts';
import { divide, NO_CHECKPOINTS, runLengthUs, type CyclePlace, type Division } from './checkpoint-cycle.ts';

/** What becomes of work that is not safe when a stretch ends. */
export const Ending = {
  /** It is saved: the gang stops, or moves, of its own will. */
  Saved: 0,
  /** It is as safe as before: the gang goes on at another pace. */
  Paced: 1,
  /** A fault takes it back. */
  Fault: 2,
} as const;
export type Ending = (typeof Ending)[keyof typeof Ending];

/**
 * Which work of each gang is safe. A run is cut into stretches of one speed; the cycle of checkpoints goes on from one
 * stretch to the next, and what was done since the last safe one is carried along, as time run and as work (us at speed 1).
 */
export class CheckpointLedger {
  readonly plans: CheckpointPlan[];
  /** Of the running time of the present stretch, the part that counts: below 1 where members are slow. */
  readonly pace: Float64Array;
  private readonly ranUs: Float64Array;
  private readonly stalledUs: Float64Array;
  /** Not safe yet at the beginning of the stretch. */
  private readonly unsafeUs: Float64Array;
  private readonly unsafeWorkUs: Float64Array;
  /** The part of that which the checkpoint begun last makes safe, in so many us; 0: none is under way. */
  private readonly pendingUs: Float64Array;
  private readonly pendingWorkUs: Float64Array;
  private readonly persistLeftUs: Float64Array;
  /** Of a stalled gang: what is not safe, and is lost only if a further fault strikes the machines that hold it. */
  private readonly heldUs: Float64Array;
  private readonly heldWorkUs: Float64Array;
  /** Work that the stretch to be closed had to do, us at full pace. */
  private stretchWorkUs: TimeUs = 0;
  private readonly place: CyclePlace = { ranUs: 0, stalledUs: 0 };
  private readonly division: Division = {
    workUs: 0,
    stallUs: 0,
    begun: 0,
    safe: 0,
    ranUs: 0,
    stalledUs: 0,
    persistLeftUs: 0,
  };

  constructor(jobs: number) {
    this.plans = Array.from({ length: jobs }, () => NO_CHECKPOINTS);
    this.pace = new Float64Array(jobs).fill(1);
    this.ranUs = new Float64Array(jobs);
    this.stalledUs = new Float64Array(jobs);
    this.unsafeUs = new Float64Array(jobs);
    this.unsafeWorkUs = new Float64Array(jobs);
    this.pendingUs = new Float64Array(jobs);
    this.pendingWorkUs = new Float64Array(jobs);
    this.persistLeftUs = new Float64Array(jobs);
    this.heldUs = new Float64Array(jobs);
    this.heldWorkUs = new Float64Array(jobs);
  }

  /** A gang begins on its GPUs, with all it has done so far safe. */
  begin(job: number, plan: CheckpointPlan, pace: number): void {
    this.plans[job] = inTurn(plan);
    this.pace[job] = pace;
    this.ranUs[job] = 0;
    this.stalledUs[job] = 0;
    this.forget(job);
  }

  /**
   * From the stretch that begins now on it writes checkpoints by another plan. What is written of one under way stays
   * written, and the rest takes as long as that part of a whole one now does.
   */
  replan(job: number, plan: CheckpointPlan): void {
    const before = this.plans[job]!;
    const after = inTurn(plan);
    this.plans[job] = after;
    if (this.stalledUs[job]! > 0) {
      this.ranUs[job] = after.everyUs;
      this.stalledUs[job] = Math.round((this.stalledUs[job]! * after.stallUs) / before.stallUs);
    }
    if (this.persistLeftUs[job]! > 0) {
      // Never 0, which would say that none is under way.
      const leftUs = Math.round((this.persistLeftUs[job]! * after.persistUs) / before.persistUs);
      this.persistLeftUs[job] = Math.max(1, leftUs);
    }
  }

  /**
   * From the stretch that begins now on it writes none, for there is nothing to write to. One under way is void: it is
   * due again, and is written as soon as there is a plan again.
   */
  suspend(job: number): void {
    if (this.persistLeftUs[job]! > 0) this.ranUs[job] = this.ranUs[job]! + this.plans[job]!.everyUs;
    this.stalledUs[job] = 0;
    this.persistLeftUs[job] = 0;
    this.plans[job] = NO_CHECKPOINTS;
  }

  /** Whether it writes checkpoints by this plan already. */
  hasPlan(job: number, plan: CheckpointPlan): boolean {
    const { everyUs, stallUs, persistUs } = this.plans[job]!;
    return everyUs === inTurn(plan).everyUs && stallUs === plan.stallUs && persistUs === plan.persistUs;
  }

  /** Length of a stretch that does the work, whole us of running at full pace, to its end. */
  runLengthUs(job: number, workUs: TimeUs): TimeUs {
    return workUs === 0 ? 0 : runLengthUs(this.atPaceUs(job, workUs), this.plans[job]!, this.placeOf(job));
  }

  /** How long work of so many us at full pace takes. */
  private atPaceUs(job: number, workUs: TimeUs): TimeUs {
    return Math.ceil(workUs / this.pace[job]!);
  }

  /**
   * Closes a stretch that ran for `elapsedUs` and had `workUs` of running to do at `speed` and full pace. Writes how it
   * divides into useful, lost, degraded and stalled; the work (us at speed 1) that is done for good is the answer, below 0 where more was lost.
   * A fault takes back no more than the last, unfinished step of `stepUs` since the last safe checkpoint. After the
   * stretch the gang may have stood still for `stoodUs`, to write a last one.
   */
  close(
    job: number,
    elapsedUs: TimeUs,
    workUs: TimeUs,
    speed: number,
    ending: Ending,
    spent: Spent,
    stepUs: TimeUs = NEVER,
    stoodUs: TimeUs = 0,
  ): number {
    const { division } = this;
    divide(elapsedUs, this.atPaceUs(job, workUs), this.plans[job]!, this.placeOf(job), division, stoodUs);
    this.matures(job, elapsedUs + stoodUs);
    this.stretchWorkUs = workUs;
    const doneUs = this.countedUs(job, division.workUs);
    spent.stallUs = division.stallUs;
    spent.degradedUs = division.workUs - doneUs;
    if (ending === Ending.Fault) return this.loseUnsafe(job, speed, stepUs, spent);
    spent.usefulUs = doneUs;
    if (ending === Ending.Paced) this.carry(job, speed);
    else this.forget(job);
    return doneUs * speed;
  }

  /** What of so much running in the stretch counts: whole us, and all of the work where it was done to its end. */
  private countedUs(job: number, ranUs: TimeUs): TimeUs {
    const pace = this.pace[job]!;
    if (pace === 1) return ranUs;
    const workUs = this.stretchWorkUs;
    return ranUs === this.atPaceUs(job, workUs) ? workUs : Math.min(workUs, Math.floor(ranUs * pace));
  }

  /** The checkpoint that was under way when the stretch began. */
  private matures(job: number, elapsedUs: TimeUs): void {
    const leftUs = this.persistLeftUs[job]!;
    if (leftUs === 0) return;
    if (elapsedUs < leftUs && this.division.begun === 0) {
      this.persistLeftUs[job] = leftUs - elapsedUs;
      return;
    }
    this.unsafeUs[job] = this.unsafeUs[job]! - this.pendingUs[job]!;
    this.unsafeWorkUs[job] = this.unsafeWorkUs[job]! - this.pendingWorkUs[job]!;
    this.persistLeftUs[job] = 0;
  }

  /** Of what was done before the present stretch, what is not safe: us of running that counted, and work, us at speed 1. */
  unsafeUsOf(job: number): TimeUs {
    return this.unsafeUs[job]!;
  }

  unsafeWorkOf(job: number): number {
    return this.unsafeWorkUs[job]!;
  }

  /** Whether there is work that only machines of a stalled gang hold. */
  holds(job: number): boolean {
    return this.heldUs[job]! > 0;
  }

  /** That is lost now; as work, us at speed 1. */
  loseHeld(job: number, spent: Spent): number {
    const work = this.heldWorkUs[job]!;
    spent.lostUs = this.heldUs[job]!;
    spent.usefulUs = -spent.lostUs;
    this.forget(job);
    return work;
  }

  private loseUnsafe(job: number, speed: number, stepUs: TimeUs, spent: Spent): number {
    const workUs = this.countedUs(job, this.division.workUs);
    const hereUs = this.unsafeHereUs(job);
    const carriesOver = this.division.safe === 0;
    const beforeUs = carriesOver ? this.unsafeUs[job]! : 0;
    const beforeWorkUs = carriesOver ? this.unsafeWorkUs[job]! : 0;
    const lostUs = stepUs === NEVER ? hereUs + beforeUs : (hereUs + beforeUs) % stepUs;
    // What was done last is lost first; of what was done at several paces before, each us counts alike.
    const lostBeforeUs = Math.max(0, lostUs - hereUs);
    const lostBefore = lostBeforeUs === beforeUs ? beforeWorkUs : (beforeWorkUs * lostBeforeUs) / beforeUs;
    const lostWorkUs = Math.min(lostUs, hereUs) * speed + lostBefore;
    spent.lostUs = lostUs;
    spent.usefulUs = workUs - lostUs;
    this.forget(job);
    this.heldUs[job] = hereUs + beforeUs - lostUs;
    this.heldWorkUs[job] = hereUs * speed + beforeWorkUs - lostWorkUs;
    return workUs * speed - lostWorkUs;
  }

  /** Of what the stretch did, the part since its last safe checkpoint. */
  private unsafeHereUs(job: number): TimeUs {
    const { safe, begun, ranUs, workUs } = this.division;
    return this.countedUs(job, safe === 0 ? workUs : (begun - safe) * this.plans[job]!.everyUs + ranUs);
  }

  private carry(job: number, speed: number): void {
    const { division } = this;
    const hereUs = this.unsafeHereUs(job);
    const isFresh = division.safe > 0;
    const unsafeUs = hereUs + (isFresh ? 0 : this.unsafeUs[job]!);
    const unsafeWorkUs = hereUs * speed + (isFresh ? 0 : this.unsafeWorkUs[job]!);
    if (division.persistLeftUs > 0) {
      // Of what is not safe, the checkpoint under way holds all but what was done since it was begun.
      const sinceUs = this.countedUs(job, division.ranUs);
      this.pendingUs[job] = unsafeUs - sinceUs;
      this.pendingWorkUs[job] = unsafeWorkUs - sinceUs * speed;
      this.persistLeftUs[job] = division.persistLeftUs;
    }
    this.unsafeUs[job] = unsafeUs;
    this.unsafeWorkUs[job] = unsafeWorkUs;
    // One that was finished while the gang stood still, to leave, is behind it.
    const isBehind = division.safe > division.begun;
    this.ranUs[job] = isBehind ? 0 : division.ranUs;
    this.stalledUs[job] = isBehind ? 0 : division.stalledUs;
  }

  private forget(job: number): void {
    this.unsafeUs[job] = 0;
    this.unsafeWorkUs[job] = 0;
    this.persistLeftUs[job] = 0;
    this.heldUs[job] = 0;
    this.heldWorkUs[job] = 0;
  }

  private placeOf(job: number): CyclePlace {
    this.place.ranUs = this.ranUs[job]!;
    this.place.stalledUs = this.stalledUs[job]!;
    return this.place;
  }
}

/** A checkpoint waits until the last one is safe. */
function inTurn(plan: CheckpointPlan): CheckpointPlan {
  return { ...plan, everyUs: Math.max(plan.everyUs, plan.persistUs) };
}
