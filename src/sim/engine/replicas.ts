import type { RecoveryPolicy } from '../contract/recovery.ts';
import type { TimeUs } from '../kernel/clock.ts';
import type { EventQueue } from '../kernel/event-queue.ts';
import { Phase } from '../kernel/phase.ts';
import type { PlannedStop } from '../model/planned-stop.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import type { RunSpec, ServiceRun } from './run-spec.ts';
import { JobState, type RunState } from './state.ts';
import { EventCode } from './transitions.ts';

/** Says when replicas of services begin to serve: once their overhead is paid, each time they have been started. */
export class Replicas {
  /** That of its service for each job that is a replica. */
  private readonly recovery: ReadonlyMap<number, RecoveryPolicy>;
  private readonly state: RunState;
  private readonly queue: EventQueue;
  private readonly recorder: Recorder;

  constructor(services: readonly ServiceRun[], state: RunState, queue: EventQueue, recorder: Recorder) {
    this.recovery = recoveryOfReplicas(services);
    this.state = state;
    this.queue = queue;
    this.recorder = recorder;
  }

  /** A job has its GPUs and is about to run. */
  expect(job: number): void {
    if (this.recovery.has(job)) this.queue.schedule(this.dueUs(job), Phase.Finish, EventCode.Ready, job);
  }

  /** The instant has come, unless the replica was stopped meanwhile: then it waits for another. */
  handle(job: number, nowUs: TimeUs): void {
    const { state } = this;
    const isHeldUp = state.stalled[job] === 1 || state.isWaitingToLoad(job);
    if (state.job[job] !== JobState.Running || isHeldUp || this.dueUs(job) !== nowUs) return;
    this.recorder.record(FactKind.Ready, nowUs, job, 0, state.heldGpus[job]!);
  }

  /** A replica that was stopped, by whatever, starts anew; undefined for a job, which resumes. */
  restartOf(job: number): PlannedStop['restart'] {
    const gpus = this.state.heldGpus[job]!;
    const isWhole = { gpus, gpusLeft: gpus, gpusMin: gpus, nodes: 1, nodesLost: 0, interruptions: 0 };
    return this.recovery.get(job)?.recover({ ...isWhole, holdsWork: true, hasSpares: false });
  }

  private dueUs(job: number): TimeUs {
    return this.state.sinceUs[job]! + this.state.overheadUs[job]!;
  }
}

/** The recovery policy of each job: that of its service, or the run's. RangeError where nothing can break. */
export function recoveryOf({ failures, services = [] }: RunSpec): (job: number) => RecoveryPolicy {
  if (failures === undefined) throw new RangeError('nothing can break: there is no recovery');
  const ofReplica = recoveryOfReplicas(services);
  return ofReplica.size === 0 ? () => failures.recovery : (job) => ofReplica.get(job) ?? failures.recovery;
}

function recoveryOfReplicas(services: readonly ServiceRun[]): ReadonlyMap<number, RecoveryPolicy> {
  return new Map(services.flatMap(({ replicas, recovery }) => replicas.map((job) => [job, recovery])));
}
