import type { CheckpointPlan, Recovery } from '../contract/recovery.ts';
import { NEVER, type TimeUs } from '../kernel/clock.ts';
import type { EventQueue } from '../kernel/event-queue.ts';
import { Phase } from '../kernel/phase.ts';
import { preemption, type PlannedStop } from '../model/planned-stop.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import { Ending } from './failures/checkpoint-ledger.ts';
import { NO_READ } from './data-reads.ts';
import { JobState, type RunState } from './state.ts';

/** Event codes of the engine. */
export const EventCode = {
  Finish: 0,
  Arrive: 1,
  Wake: 2,
  Fault: 3,
  Detect: 4,
  Repair: 5,
  Rejoin: 6,
  Strike: 7,
  /** The software of a running job kills it. */
  Crash: 8,
  /** A copy of a data set has been written anew; a data set is back from its backup. */
  CopyWritten: 10,
  DataBack: 11,
  /** A quarantine is over. */
  Release: 12,
  /** A replica of a service begins to serve. */
  Ready: 14,
  BurntIn: 15,
  // From here on it is node care, from MaintenanceDue on maintenance.
  Depart: 16,
  Announce: 17,
  Foretell: 18,
  Lapse: 19,
  MaintenanceDue: 20,
  MaintenancePatience: 21,
  MaintenanceDone: 22,
} as const;

/** Later than anything that happens; a gang that writes its last checkpoint is preempted before. */
const SAVING_END_US = 2 ** 52;

/** Detail of a fact that no component has brought about. */
const NO_CAUSE = 0;

/** What a gang runs on in a stretch. */
export interface Footing {
  gpus: number;
  gpuType: number;
  /** Work per time, > 0. */
  speed: number;
  /** What it reads when it begins there, as the facts tell it; 0: nothing. */
  read: number;
  /** How long that takes. */
  readUs: TimeUs;
}

/**
 * A job's life: expected → waiting → running → done, with running → waiting on preemption and waiting → rejected.
 * Progress is arithmetic: work left is worked out when a job starts, stops, moves or ends, never ticked.
 */
export class Transitions {
  /** Jobs that have ended or been turned away. */
  settled = 0;
  /** Called when a gang has its GPUs and is about to run on them; set where gangs keep their work by checkpoints. */
  beforeRun: ((job: number) => void) | undefined;
  /** Called when a gang has come off its GPUs; set where gangs share more than those. */
  afterRun: ((job: number) => void) | undefined;
  /** Called when a gang that could not load goes on with that; set where somebody waits for the end of the load. */
  afterWait: ((job: number) => void) | undefined;
  /** What a job that was stopped, or moved, owes instead of the overhead of resuming; set where there are services. */
  restartOf: ((job: number) => PlannedStop['restart']) | undefined;
  private readonly state: RunState;
  private readonly events: EventQueue;
  private readonly recorder: Recorder;

  constructor(state: RunState, events: EventQueue, recorder: Recorder) {
    this.state = state;
    this.events = events;
    this.recorder = recorder;
  }

  arrive(job: number, shape: number, nowUs: TimeUs): void {
    this.state.job[job] = JobState.Waiting;
    this.recorder.record(FactKind.Arrive, nowUs, job, shape, 0);
  }

  start(job: number, footing: Footing, nowUs: TimeUs): void {
    const { state } = this;
    state.job[job] = JobState.Running;
    state.startUs[job] = nowUs;
    state.enterRunning(job);
    state.oweMore(job, footing.readUs);
    this.run(job, footing, nowUs);
    this.recorder.record(FactKind.Start, nowUs, job, footing.read, footing.gpus);
  }

  /** Stops a job; work done so far is kept, and the next start begins with the overhead of resuming. */
  preempt(job: number, nowUs: TimeUs, stop: PlannedStop = preemption): void {
    const { state } = this;
    const gpus = state.heldGpus[job]!;
    const restart = stop.restart ?? this.restartOf?.(job);
    state.job[job] = JobState.Waiting;
    state.preemptions[job]!++;
    state.leaveRunning(job);
    this.stop(job, nowUs);
    this.oweComeBack(job, gpus, restart);
    this.recorder.record(FactKind.Preempt, nowUs, job, stop.cause, gpus);
  }

  /** A running gang stops working to write a last checkpoint; it holds its GPUs until it is preempted. */
  save(job: number, nowUs: TimeUs): void {
    const { state, events } = this;
    // Its end is put off for good and not taken back, so that whoever moves the end of a running job finds it.
    events.reschedule(state.finish[job]!, SAVING_END_US, Phase.Finish);
    state.finish[job] = events.lastHandle;
    state.beginSaving(job, nowUs);
  }

  /** A running job leaves its GPUs, to go on at once on others (`goOn`). */
  leave(job: number, nowUs: TimeUs): void {
    const gpus = this.state.heldGpus[job]!;
    this.stop(job, nowUs);
    this.recorder.record(FactKind.Leave, nowUs, job, 0, gpus);
  }

  /** The other half of `leave`; where a placement counts totals, another place alone costs nothing. */
  goOn(job: number, footing: Footing, paysResume: boolean, nowUs: TimeUs): void {
    if (paysResume) {
      this.oweComeBack(job, footing.gpus, this.restartOf?.(job));
      this.state.oweMore(job, footing.readUs);
    }
    this.run(job, footing, nowUs);
    this.recorder.record(FactKind.GoOn, nowUs, job, paysResume ? footing.read : NO_READ, footing.gpus);
  }

  finish(job: number, nowUs: TimeUs): void {
    const { state } = this;
    const gpus = state.heldGpus[job]!;
    state.job[job] = JobState.Done;
    state.leaveRunning(job);
    state.settleEnd(job, nowUs);
    state.heldGpus[job] = 0;
    state.heldType[job] = -1;
    this.afterRun?.(job);
    state.noteEnd(job);
    this.settled++;
    const isWrong = state.corrupt?.isSpoilt(job) === true;
    state.corrupt?.forget(job);
    this.recorder.record(FactKind.Finish, nowUs, job, isWrong ? 1 : 0, gpus);
  }

  /** A fault stops a running gang. Nobody knows yet: it keeps its GPUs, and all but the last step of `stepUs`. */
  stall(job: number, cause: number, stepUs: TimeUs, nowUs: TimeUs): void {
    const { state } = this;
    this.events.cancel(state.finish[job]!);
    state.settle(job, nowUs, Ending.Fault, stepUs);
    this.recorder.record(FactKind.Stall, nowUs, job, cause, state.heldGpus[job]!);
    state.stalled[job] = 1;
  }

  /** Members of a running gang have become slow, by a fault of a class, or are no longer: it goes on at another pace. */
  changePace(job: number, pace: number, cause: number, nowUs: TimeUs): void {
    const checkpoints = this.state.checkpoints!;
    if (checkpoints.pace[job] === pace || !this.cut(job, cause, nowUs)) return;
    checkpoints.pace[job] = pace;
    this.goesOn(job, nowUs);
  }

  /** A running gang writes its checkpoints by another plan from now on. */
  changePlan(job: number, plan: CheckpointPlan, nowUs: TimeUs): void {
    const checkpoints = this.state.checkpoints!;
    if (this.state.stalled[job] === 1 || checkpoints.hasPlan(job, plan) || !this.cut(job, NO_CAUSE, nowUs)) return;
    checkpoints.replan(job, plan);
    this.goesOn(job, nowUs);
  }

  /** The storage is away: what a running gang writes to it is void, even the last before it leaves, and a load stands still. */
  loseStorage(job: number, cause: number, nowUs: TimeUs): void {
    const { state } = this;
    const checkpoints = state.checkpoints!;
    const isSaving = state.isSaving(job);
    if (state.stalled[job] === 1 || (!isSaving && state.isWorkDone(job, nowUs))) return;
    if (!isSaving && !state.owesRead(job) && checkpoints.plans[job]!.everyUs === NEVER) return;
    this.pace(job, cause, nowUs);
    checkpoints.suspend(job);
    state.setStorage(job, true);
    this.goesOn(job, nowUs);
  }

  /** It is back: a running gang writes its checkpoints by this plan again, and goes on loading. */
  regainStorage(job: number, plan: CheckpointPlan, cause: number, nowUs: TimeUs): void {
    const { state } = this;
    const checkpoints = state.checkpoints!;
    const isWaiting = state.isWaitingToLoad(job);
    if (state.stalled[job] === 1 || (!isWaiting && checkpoints.hasPlan(job, plan)) || !this.cut(job, cause, nowUs))
      return;
    checkpoints.replan(job, plan);
    state.setStorage(job, false);
    this.goesOn(job, nowUs);
    if (isWaiting) this.afterWait?.(job);
  }

  /** A component under a gang that works computes wrongly from now on, by a fault of a class, and nobody knows. */
  corrupt(job: number, component: number, cause: number, handsOut: boolean, nowUs: TimeUs): void {
    const { state } = this;
    state.settle(job, nowUs, Ending.Paced);
    state.spoil(job, component, handsOut);
    this.recorder.record(FactKind.Corrupt, nowUs, job, cause, state.heldGpus[job]!);
    this.goesOn(job, nowUs);
  }

  /** What has spoilt a running gang is found: it stops, to come off its GPUs, and goes back to where it was before. */
  stopCorrupt(job: number, component: number, cause: number, nowUs: TimeUs): void {
    const { state } = this;
    this.events.cancel(state.finish[job]!);
    state.settle(job, nowUs);
    state.goBack(job, component);
    this.recorder.record(FactKind.Stall, nowUs, job, cause, state.heldGpus[job]!);
    state.stalled[job] = 1;
  }

  /** Ends a stretch within which a gang works on; false: it does not, for it has done its work or writes it down to leave. */
  private cut(job: number, cause: number, nowUs: TimeUs): boolean {
    const { state } = this;
    if (state.isSaving(job) || state.isWorkDone(job, nowUs)) return false;
    this.pace(job, cause, nowUs);
    return true;
  }

  private pace(job: number, cause: number, nowUs: TimeUs): void {
    const { state } = this;
    state.settle(job, nowUs, Ending.Paced);
    this.recorder.record(FactKind.Pace, nowUs, job, cause, state.heldGpus[job]!);
  }

  /** A new stretch on the same GPUs: the end may have moved. */
  private goesOn(job: number, nowUs: TimeUs): void {
    const { state, events } = this;
    events.reschedule(state.finish[job]!, nowUs + state.spanUs(job), Phase.Finish);
    state.finish[job] = events.lastHandle;
  }

  /** A further fault takes what a stalled gang's machines still held. */
  strikeAnew(job: number, cause: number, nowUs: TimeUs): void {
    const { state } = this;
    state.settleStruckAnew(job, nowUs);
    this.recorder.record(FactKind.Stall, nowUs, job, cause, state.heldGpus[job]!);
  }

  /** A stalled gang comes off its GPUs: it waits to be started again, or is given up. */
  interrupt(job: number, { action, loadUs, warmUpUs, delayUs, fromMemory }: Recovery, nowUs: TimeUs): void {
    const { state } = this;
    const isGivenUp = action === 'giveUp';
    const gpus = state.heldGpus[job]!;
    state.leaveRunning(job);
    state.settle(job, nowUs);
    state.admitLoss(job);
    state.interruptions[job]!++;
    state.heldGpus[job] = 0;
    state.heldType[job] = -1;
    this.afterRun?.(job);
    state.job[job] = isGivenUp ? JobState.Failed : JobState.Waiting;
    if (isGivenUp) this.settled++;
    else state.oweRestart(job, loadUs, warmUpUs, fromMemory !== true);
    if (isGivenUp) this.recorder.record(FactKind.GiveUp, nowUs, job, 0, gpus);
    else this.recorder.record(FactKind.Interrupt, nowUs, job, action === 'requeue' && delayUs > 0 ? 1 : 0, gpus);
  }

  /** An interrupted job that was kept out of the queue is about to join it. */
  rejoin(job: number, nowUs: TimeUs): void {
    this.recorder.record(FactKind.Rejoin, nowUs, job, 0, 0);
  }

  reject(job: number, nowUs: TimeUs): void {
    this.state.job[job] = JobState.Rejected;
    this.settled++;
    this.recorder.record(FactKind.Reject, nowUs, job, 0, 0);
  }

  private oweComeBack(job: number, gpus: number, restart: PlannedStop['restart']): void {
    if (restart === undefined) this.state.oweResume(job, gpus);
    else this.state.oweRestart(job, restart.loadUs, restart.warmUpUs);
  }

  /** Begins a stretch. */
  private run(job: number, { gpus, gpuType, speed }: Footing, nowUs: TimeUs): void {
    const { state, events } = this;
    state.sinceUs[job] = nowUs;
    state.heldGpus[job] = gpus;
    state.heldType[job] = gpuType;
    state.speed[job] = speed;
    this.beforeRun?.(job);
    events.schedule(nowUs + state.spanUs(job), Phase.Finish, EventCode.Finish, job);
    state.finish[job] = events.lastHandle;
  }

  /** Ends a stretch before its time. */
  private stop(job: number, nowUs: TimeUs): void {
    const { state } = this;
    this.events.cancel(state.finish[job]!);
    state.settle(job, nowUs);
    if (state.stalled[job] === 1) state.admitLoss(job);
    state.heldGpus[job] = 0;
    state.heldType[job] = -1;
    this.afterRun?.(job);
  }
}
