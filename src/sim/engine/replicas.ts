import type { RecoveryPolicy } from '../contract/recovery.ts';
import type { TimeUs } from '../kernel/clock.ts';
import type { EventQueue } from '../kernel/event-queue.ts';
import { Phase } from '../kernel/phase.ts';
import type { Service } from '../model/services.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import type { RunSpec } from './run-spec.ts';
import { JobState, type RunState } from './state.ts';
import { EventCode } from './transitions.ts';

/** Says when replicas of services begin to serve: once their overhead is paid, each time they have been started. */
export class Replicas {
  private readonly isReplica: Uint8Array;
  private readonly state: RunState;
  private readonly queue: EventQueue;
  private readonly recorder: Recorder;

  constructor(services: readonly Service[], state: RunState, queue: EventQueue, recorder: Recorder) {
    this.isReplica = new Uint8Array(state.job.length);
    for (const { replicas } of services) for (const job of replicas) this.isReplica[job] = 1;
    this.state = state;
    this.queue = queue;
    this.recorder = recorder;
  }

  /** A job has its GPUs and is about to run. */
  expect(job: number): void {
    if (this.isReplica[job] === 1) this.queue.schedule(this.dueUs(job), Phase.Finish, EventCode.Ready, job);
  }

  /** The instant has come, unless the replica was stopped meanwhile: then it waits for another. */
  handle(job: number, nowUs: TimeUs): void {
    const { state } = this;
    if (state.job[job] !== JobState.Running || state.stalled[job] === 1 || this.dueUs(job) !== nowUs) return;
    this.recorder.record(FactKind.Ready, nowUs, job, 0, state.heldGpus[job]!);
  }

  private dueUs(job: number): TimeUs {
    return this.state.sinceUs[job]! + this.state.overheadUs[job]!;
  }
}

/** The recovery policy of each job: that of its service, or the run's. RangeError where nothing can break. */
export function recoveryOf({ failures, services = [] }: RunSpec): (job: number) => RecoveryPolicy {
  if (failures === undefined) throw new RangeError('nothing can break: there is no recovery');
  const ofReplica = new Map(services.flatMap(({ replicas, recovery }) => replicas.map((job) => [job, recovery])));
  return ofReplica.size === 0 ? () => failures.recovery : (job) => ofReplica.get(job) ?? failures.recovery;
}
