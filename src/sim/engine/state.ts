import { NEVER } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { nothingSpent } from '../record/fact.ts';
import { CheckpointLedger, Ending } from './failures/checkpoint-ledger.ts';
import { CorruptWork } from './failures/corrupt-work.ts';
import { RestartDebt } from './failures/restart-debt.ts';
import type { Overheads } from './run-spec.ts';

const NOT_SAVING = -1;

/** Longer than any run: what stands still has no end yet. */
const STANDS_STILL_US = 2 ** 52;

/** Where a job is in its life. */
export const JobState = { Expected: 0, Waiting: 1, Running: 2, Done: 3, Rejected: 4, Failed: 5 } as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/**
 * The state of a run, as columns. Only the gate and the transitions write to it. A job's run is cut into stretches, at
 * whose beginnings (`sinceUs`) the columns of what is owed hold; within a stretch it has the same GPUs and speed.
 */
export class RunState {
  /** Per job. */
  readonly job: Uint8Array;
  /** Start of the current or last run of the job, us. */
  readonly startUs: Float64Array;
  /** Start of the current stretch. */
  readonly sinceUs: Float64Array;
  /** Work still owed, us at speed 1; overheads not counted. */
  readonly workLeftUs: Float64Array;
  /** The same as policies are told it. */
  readonly estimatedWorkUs: Float64Array;
  /** Overhead still owed before work goes on, us. */
  readonly overheadUs: Float64Array;
  /** What policies are told while it waits: estimated time from a start now at speed 1, overheads included, us. */
  readonly estimateLeftUs: Float64Array;
  /** Work per time of the current stretch; GPUs and GPU type held, 0 and -1 by a job that does not run. */
  readonly speed: Float64Array;
  readonly heldGpus: Int32Array;
  readonly heldType: Int8Array;
  /** Time with GPUs held, and the same times those GPUs, up to the beginning of the stretch. */
  readonly attainedUs: Float64Array;
  readonly attainedGpuUs: Float64Array;
  readonly preemptions: Int32Array;
  /** Handle of the pending end of a running job. */
  readonly finish: Float64Array;
  /** Per node: what is free by the gate's own book-keeping. */
  readonly freeGpus: Int32Array;
  readonly freeCpuMilli: Float64Array;
  readonly freeMemoryMiB: Float64Array;
  /** Jobs running now: ids[0 .. runningCount-1], in no particular order. */
  readonly running: Int32Array;
  runningCount = 0;
  /** Jobs that ended since the last decision: ended[0 .. endedCount-1]. */
  ended = new Int32Array(64);
  endedCount = 0;
  readonly overheads: Overheads;
  /** How the stretch that `settle` closed last divides, where something can fail; used again and again. */
  readonly spent = nothingSpent();
  /** Times a fault has stopped the job. */
  readonly interruptions: Int32Array;
  /** 1 while a fault that is not known yet keeps a running job from doing anything. */
  readonly stalled: Uint8Array;
  /** How jobs keep their work; only where something can fail. */
  readonly checkpoints: CheckpointLedger | undefined;
  /** Which jobs carry on what a silent corruption has spoilt; only where something can fail. */
  readonly corrupt: CorruptWork | undefined;
  /** What faults have added to the overhead that is owed. */
  private readonly restartDebt: RestartDebt | undefined;
  /** Since when a running job writes a last checkpoint and does no work; NOT_SAVING: it does not. */
  private readonly savingSinceUs: Float64Array;
  /** 1 while a running job cannot load what it needs, for the storage is away. */
  private readonly waitsToLoad: Uint8Array;
  /** Work that the faults of a stalled job's run took back, which nobody knows of yet, us at speed 1. */
  private readonly secretlyLostUs: Float64Array;
  private readonly runningPlace: Int32Array;

  /** With `fails`, gangs may be stopped by faults and keep their work by checkpoints. */
  constructor(cluster: Cluster, jobs: JobTable, estimateUs: Float64Array, overheads: Overheads, fails: boolean) {
    const { startUs, teardownUs } = overheads;
    this.overheads = overheads;
    this.job = new Uint8Array(jobs.count);
    this.startUs = new Float64Array(jobs.count);
    this.sinceUs = new Float64Array(jobs.count);
    this.workLeftUs = Float64Array.from(jobs.runUs);
    this.estimatedWorkUs = Float64Array.from(estimateUs);
    this.overheadUs = new Float64Array(jobs.count).fill(startUs);
    this.estimateLeftUs = estimateUs.map((us) => us + startUs + teardownUs);
    this.speed = new Float64Array(jobs.count);
    this.heldGpus = new Int32Array(jobs.count);
    this.heldType = new Int8Array(jobs.count).fill(-1);
    this.attainedUs = new Float64Array(jobs.count);
    this.attainedGpuUs = new Float64Array(jobs.count);
    this.preemptions = new Int32Array(jobs.count);
    this.interruptions = new Int32Array(fails ? jobs.count : 0);
    this.stalled = new Uint8Array(fails ? jobs.count : 0);
    this.savingSinceUs = new Float64Array(fails ? jobs.count : 0).fill(NOT_SAVING);
    this.secretlyLostUs = new Float64Array(fails ? jobs.count : 0);
    this.waitsToLoad = new Uint8Array(fails ? jobs.count : 0);
    this.checkpoints = fails ? new CheckpointLedger(jobs.count) : undefined;
    this.corrupt = fails ? new CorruptWork() : undefined;
    this.restartDebt = fails ? new RestartDebt(jobs.count) : undefined;
    this.finish = new Float64Array(jobs.count);
    this.freeGpus = Int32Array.from(cluster.nodeGpus);
    this.freeCpuMilli = Float64Array.from(cluster.nodeCpuMilli);
    this.freeMemoryMiB = Float64Array.from(cluster.nodeMemoryMiB);
    this.running = new Int32Array(jobs.count);
    this.runningPlace = new Int32Array(jobs.count);
  }

  enterRunning(job: number): void {
    this.runningPlace[job] = this.runningCount;
    this.running[this.runningCount++] = job;
  }

  leaveRunning(job: number): void {
    const last = this.running[--this.runningCount]!;
    const place = this.runningPlace[job]!;
    this.running[place] = last;
    this.runningPlace[last] = place;
  }

  noteEnd(job: number): void {
    if (this.endedCount === this.ended.length) {
      const wider = new Int32Array(2 * this.ended.length);
      wider.set(this.ended);
      this.ended = wider;
    }
    this.ended[this.endedCount++] = job;
  }

  /** Gives a job that has not run yet another estimate. */
  estimate(job: number, workUs: number): void {
    this.estimatedWorkUs[job] = workUs;
    this.estimateLeftUs[job] = this.overheadUs[job]! + workUs + this.overheads.teardownUs;
  }

  /** Estimated time from a start now to the end, at a speed > 0. */
  estimatedSpanUs(job: number, speed: number): number {
    return Math.ceil(this.overheadUs[job]! + this.estimatedWorkUs[job]! / speed + this.overheads.teardownUs);
  }

  /** Estimated time still to run at speed 1 as of now, what is owed of overheads included. */
  remainingUs(job: number, nowUs: number): number {
    if (this.job[job] !== JobState.Running) return this.estimateLeftUs[job]!;
    const elapsed = nowUs - this.sinceUs[job]!;
    const owed = this.overheadUs[job]!;
    const { teardownUs } = this.overheads;
    if (elapsed <= owed) return owed - elapsed + this.estimatedWorkUs[job]! + teardownUs;
    return Math.max(0, this.estimatedWorkUs[job]! + teardownUs - (elapsed - owed) * this.speed[job]!);
  }

  /** Length of a run of the job from now on that nothing stops, overheads and teardown included; whole us. */
  spanUs(job: number): number {
    // Work left after a stretch at another speed need not be whole; the clock is.
    const workUs = Math.round(this.workLeftUs[job]! / this.speed[job]!);
    const { checkpoints } = this;
    if (checkpoints === undefined) return this.overheadUs[job]! + workUs + this.overheads.teardownUs;
    if (this.waitsToLoad[job] === 1) return STANDS_STILL_US;
    return this.overheadUs[job]! + checkpoints.runLengthUs(job, workUs) + this.overheads.teardownUs;
  }

  /** Whether a running job that can fail only holds its GPUs by now, after its work. */
  isWorkDone(job: number, nowUs: number): boolean {
    return nowUs - this.sinceUs[job]! >= this.spanUs(job) - this.overheads.teardownUs;
  }

  /** At the beginning of a stretch: whether the storage is away that the job may have to load from first. */
  setStorage(job: number, isAway: boolean): void {
    this.waitsToLoad[job] = isAway && this.restartDebt!.owesRead(job) ? 1 : 0;
  }

  isWaitingToLoad(job: number): boolean {
    return this.waitsToLoad[job] === 1;
  }

  /** Whether it may have to read the storage before it works. */
  owesRead(job: number): boolean {
    return this.restartDebt!.owesRead(job);
  }

  /** The job works no more; what it has done stays at risk until the stretch is closed. */
  beginSaving(job: number, nowUs: number): void {
    this.savingSinceUs[job] = nowUs;
  }

  isSaving(job: number): boolean {
    return this.savingSinceUs[job] !== NOT_SAVING;
  }

  /**
   * Closes the current stretch of a running job: what it has paid and done by now is no longer owed. Where a fault ends
   * it, of what is not safe all but the last, unfinished step of `stepUs` is still held by the gang's machines.
   */
  settle(job: number, nowUs: number, ending: Ending = Ending.Saved, stepUs: number = NEVER): void {
    const elapsed = nowUs - this.sinceUs[job]!;
    if (this.checkpoints === undefined) this.settleRun(job, elapsed);
    else this.settleCheckpointed(job, elapsed, ending, stepUs, this.checkpoints);
    this.leave(job, elapsed, nowUs);
  }

  /** Closes a stretch of a stalled job at whose end what its machines still held is lost too. */
  settleStruckAnew(job: number, nowUs: number): void {
    this.settle(job, nowUs);
    const { spent } = this;
    const work = this.checkpoints!.loseHeld(job, spent);
    this.workLeftUs[job] = this.workLeftUs[job]! + work;
    this.secretlyLostUs[job] = this.secretlyLostUs[job]! + work;
    this.countAsCorrupt(job);
    this.corrupt!.goneBack(job, this.workLeftUs[job]);
  }

  /**
   * A component has begun to spoil what a job does, whose stretch was closed just now: what it does from its last safe
   * checkpoint on is worth nothing; with `handsOut` from now on.
   */
  spoil(job: number, component: number, handsOut: boolean): void {
    const { checkpoints, corrupt, spent } = this;
    const isFirst = !corrupt!.isSpoilt(job);
    const unsafeWork = handsOut ? 0 : checkpoints!.unsafeWorkOf(job);
    corrupt!.spoil(job, component, this.workLeftUs[job]! + unsafeWork);
    if (!isFirst || handsOut) return;
    spent.corruptUs = checkpoints!.unsafeUsOf(job);
    spent.usefulUs -= spent.corruptUs;
  }

  /** A job that does not work now goes back to where it was before a component spoilt it. */
  goBack(job: number, component: number): void {
    const owedUs = this.corrupt!.owedBefore(job, component);
    this.secretlyLostUs[job] = this.secretlyLostUs[job]! + owedUs - this.workLeftUs[job]!;
    this.workLeftUs[job] = owedUs;
    this.corrupt!.goneBack(job, owedUs);
    if (this.job[job] === JobState.Running) return;
    this.estimateLeftUs[job] = this.estimateLeftUs[job]! + this.secretlyLostUs[job];
    this.admitLoss(job);
  }

  /** What a spoilt job does is worth nothing, and what a fault takes back of it was not either. */
  private countAsCorrupt(job: number): void {
    const { spent } = this;
    if (!this.corrupt!.isSpoilt(job)) return;
    spent.corruptUs = spent.usefulUs + spent.lostUs;
    spent.usefulUs = 0;
    spent.lostUs = 0;
  }

  /** The same where the job has ended and nothing is owed any more. */
  settleEnd(job: number, nowUs: number): void {
    const elapsed = nowUs - this.sinceUs[job]!;
    if (this.checkpoints !== undefined) this.settleCheckpointed(job, elapsed, Ending.Saved, NEVER, this.checkpoints);
    this.workLeftUs[job] = 0;
    this.leave(job, elapsed, nowUs);
  }

  /** A job that begins somewhere owes more overhead than it knew before. */
  oweMore(job: number, overheadUs: number): void {
    this.overheadUs[job] = this.overheadUs[job]! + overheadUs;
  }

  private leave(job: number, elapsed: number, nowUs: number): void {
    this.attainedUs[job] = this.attainedUs[job]! + elapsed;
    this.attainedGpuUs[job] = this.attainedGpuUs[job]! + elapsed * this.heldGpus[job]!;
    this.sinceUs[job] = nowUs;
  }

  private settleRun(job: number, elapsed: number): void {
    const paidUs = Math.min(this.overheadUs[job]!, elapsed);
    const speed = this.speed[job]!;
    const leftUs = this.workLeftUs[job]!;
    const workUs = Math.round(leftUs / speed);
    const ranUs = Math.min(elapsed - paidUs, workUs);
    const worked = ranUs === workUs ? leftUs : Math.min(leftUs, ranUs * speed);
    this.overheadUs[job] = this.overheadUs[job]! - paidUs;
    this.workLeftUs[job] = leftUs - worked;
    this.estimatedWorkUs[job] = Math.max(0, this.estimatedWorkUs[job]! - worked);
  }

  private settleCheckpointed(
    job: number,
    elapsed: number,
    ending: Ending,
    stepUs: number,
    checkpoints: CheckpointLedger,
  ): void {
    const { spent } = this;
    spent.undetectedUs = 0;
    spent.degradedUs = 0;
    spent.overheadUs = 0;
    spent.loadUs = 0;
    spent.warmUpUs = 0;
    spent.usefulUs = 0;
    spent.lostUs = 0;
    spent.corruptUs = 0;
    spent.stallUs = 0;
    spent.teardownUs = 0;
    if (this.stalled[job] === 1) {
      spent.undetectedUs = elapsed;
      return;
    }
    if (this.waitsToLoad[job] === 1) {
      spent.loadUs = elapsed;
      return;
    }
    const savedUs = this.isSaving(job) ? this.sinceUs[job]! + elapsed - this.savingSinceUs[job]! : 0;
    this.savingSinceUs[job] = NOT_SAVING;
    const activeUs = elapsed - savedUs;
    const speed = this.speed[job]!;
    const leftUs = this.workLeftUs[job]!;
    const workUs = Math.round(leftUs / speed);
    const paidUs = Math.min(this.overheadUs[job]!, activeUs);
    this.restartDebt!.pay(job, paidUs, spent);
    const ranUs = Math.min(activeUs - paidUs, checkpoints.runLengthUs(job, workUs));
    spent.teardownUs = activeUs - paidUs - ranUs;
    const done = checkpoints.close(job, ranUs, workUs, speed, ending, spent, stepUs, savedUs);
    spent.stallUs += savedUs;
    const ran = spent.usefulUs + spent.lostUs;
    const worked = spent.usefulUs === workUs ? leftUs : Math.min(leftUs, done);
    this.overheadUs[job] = this.overheadUs[job]! - paidUs;
    this.workLeftUs[job] = leftUs - worked;
    // What a fault took back is not known before the fault is.
    this.estimatedWorkUs[job] = Math.max(0, this.estimatedWorkUs[job]! - ran * speed);
    this.countAsCorrupt(job);
    if (ending !== Ending.Fault) return;
    this.secretlyLostUs[job] = this.secretlyLostUs[job]! + ran * speed - worked;
    this.corrupt!.goneBack(job, this.workLeftUs[job]);
  }

  /** A stalled job comes off its GPUs: what the faults took back is known from now on. */
  admitLoss(job: number): void {
    this.stalled[job] = 0;
    this.estimatedWorkUs[job] = this.estimatedWorkUs[job]! + this.secretlyLostUs[job]!;
    this.secretlyLostUs[job] = 0;
  }

  /** A job that begins anew owes what bringing it back costs, and nothing of what it had not paid before. */
  oweRestart(job: number, loadUs: number, warmUpUs: number, isStored = true): void {
    this.restartDebt?.owe(job, loadUs, warmUpUs, isStored);
    this.overheadUs[job] = loadUs + warmUpUs;
    this.estimateLeftUs[job] = loadUs + warmUpUs + this.estimatedWorkUs[job]! + this.overheads.teardownUs;
  }

  /** A job that was interrupted owes the overhead of resuming. */
  oweResume(job: number, gpus: number): void {
    const { resume, unpaid, teardownUs } = this.overheads;
    let overheadUs = unpaid === 'accumulate' ? this.overheadUs[job]! : 0;
    if (unpaid !== 'accumulate') this.restartDebt?.owe(job, 0, 0, false);
    for (const step of resume) {
      if (gpus > step.gpusMax) continue;
      overheadUs += step.overheadUs;
      break;
    }
    this.overheadUs[job] = overheadUs;
    this.estimateLeftUs[job] = overheadUs + this.estimatedWorkUs[job]! + teardownUs;
  }
}
