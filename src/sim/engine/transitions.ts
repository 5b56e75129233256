import type { TimeUs } from '../kernel/clock.ts';
import type { EventQueue } from '../kernel/event-queue.ts';
import { Phase } from '../kernel/phase.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import { JobState, type RunState } from './state.ts';

/** Event codes of the engine. */
export const EventCode = { Finish: 0, Arrive: 1, Wake: 2 } as const;

/**
 * A job's life: expected → waiting → running → done, with running → waiting on preemption and waiting → rejected.
 * Progress is arithmetic: work left is worked out when a job starts, stops or ends, never ticked.
 */
export class Transitions {
  /** Jobs that have ended or been turned away. */
  settled = 0;
  private readonly state: RunState;
  private readonly events: EventQueue;
  private readonly recorder: Recorder;
  private readonly resumeOverheadUs: TimeUs;

  constructor(state: RunState, events: EventQueue, recorder: Recorder, resumeOverheadUs: TimeUs) {
    this.state = state;
    this.events = events;
    this.recorder = recorder;
    this.resumeOverheadUs = resumeOverheadUs;
  }

  arrive(job: number, shape: number, nowUs: TimeUs): void {
    this.state.job[job] = JobState.Waiting;
    this.recorder.record(FactKind.Arrive, nowUs, job, shape);
  }

  start(job: number, nowUs: TimeUs): void {
    const { state } = this;
    state.job[job] = JobState.Running;
    state.startUs[job] = nowUs;
    state.enterRunning(job);
    const endUs = nowUs + state.overheadUs[job]! + state.workLeftUs[job]!;
    this.events.schedule(endUs, Phase.Finish, EventCode.Finish, job);
    state.finish[job] = this.events.lastHandle;
    this.recorder.record(FactKind.Start, nowUs, job, 0);
  }

  /** Stops a job; work done so far is kept, and the next start begins with the overhead of resuming. */
  preempt(job: number, nowUs: TimeUs): void {
    const { state } = this;
    state.job[job] = JobState.Waiting;
    state.leaveRunning(job);
    this.events.cancel(state.finish[job]!);
    const worked = Math.max(0, nowUs - state.startUs[job]! - state.overheadUs[job]!);
    state.workLeftUs[job] = state.workLeftUs[job]! - worked;
    state.estimateLeftUs[job] =
      Math.max(0, state.estimateLeftUs[job]! - state.overheadUs[job]! - worked) + this.resumeOverheadUs;
    state.overheadUs[job] = this.resumeOverheadUs;
    this.recorder.record(FactKind.Preempt, nowUs, job, 0);
  }

  finish(job: number, nowUs: TimeUs): void {
    const { state } = this;
    state.job[job] = JobState.Done;
    state.leaveRunning(job);
    state.workLeftUs[job] = 0;
    this.settled++;
    this.recorder.record(FactKind.Finish, nowUs, job, 0);
  }

  reject(job: number, nowUs: TimeUs): void {
    this.state.job[job] = JobState.Rejected;
    this.settled++;
    this.recorder.record(FactKind.Reject, nowUs, job, 0);
  }
}
