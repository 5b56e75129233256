import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import type { EventHandle } from '../../kernel/event-queue.ts';
import { Phase } from '../../kernel/phase.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { FailureModel, JobCrashClass } from '../../model/failure-model.ts';
import { JobState } from '../state.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';

/** No handle is below 0. */
const NO_EVENT: EventHandle = -1;

/** A mistake in the software of one job. */
interface Mistake {
  readonly job: number;
  readonly kind: JobCrashClass;
  /** What the facts call it: the classes of components come first. */
  readonly cause: number;
  readonly luck: RandomStream;
  /** Crashes until it is mended. */
  left: number;
  pending: EventHandle;
}

/**
 * Jobs that their own software kills, so long after each start. The process is gone, so everybody knows at once; no node
 * goes out of service and nothing is repaired, but the gang comes back as after any fault.
 */
export class JobCrashes {
  private readonly mistakes: readonly Mistake[];
  /** The mistakes of each job that has some, by place in the list. */
  private readonly ofJob = new Map<number, number[]>();
  private readonly board: FailureBoard;
  private readonly gangs: GangRecovery;

  constructor({ jobCrashes = [], classes, luck }: FailureModel, board: FailureBoard, gangs: GangRecovery) {
    this.board = board;
    this.gangs = gangs;
    this.mistakes = jobCrashes.flatMap((kind, index) =>
      kind.jobs.map((job): Mistake => {
        const cause = classes.length + index;
        const stream = luck(`${kind.name} ${board.jobs.ids[job]!} crashes`);
        return { job, kind, cause, luck: stream, left: kind.times, pending: NO_EVENT };
      }),
    );
    this.mistakes.forEach(({ job }, place) => {
      const before = this.ofJob.get(job);
      if (before === undefined) this.ofJob.set(job, [place]);
      else before.push(place);
    });
  }

  /** A job begins to run, or goes on elsewhere: its processes are new. */
  begins(job: number, nowUs: TimeUs): void {
    for (const place of this.ofJob.get(job) ?? []) this.expect(place, nowUs);
  }

  /** The instant has come for a mistake, unless the job does not work any more, or not yet again. */
  handle(place: number, nowUs: TimeUs): void {
    const mistake = this.mistakes[place]!;
    const { state } = this.board;
    const { job, cause } = mistake;
    mistake.pending = NO_EVENT;
    const isAlive = state.job[job] === JobState.Running && state.stalled[job] === 0;
    if (!isAlive || state.isWorkDone(job, nowUs)) return;
    mistake.left--;
    this.gangs.crash(job, cause, nowUs);
  }

  private expect(place: number, nowUs: TimeUs): void {
    const mistake = this.mistakes[place]!;
    const { queue } = this.board;
    if (mistake.pending !== NO_EVENT) queue.cancel(mistake.pending);
    mistake.pending = NO_EVENT;
    if (mistake.left === 0) return;
    // Never at once: a job that dies as it starts would be started for ever at one instant.
    const inUs = Math.max(1, mistake.kind.timeToCrashUs(mistake.luck));
    if (inUs === NEVER) return;
    queue.schedule(nowUs + inUs, Phase.Fail, EventCode.Crash, place);
    mistake.pending = queue.lastHandle;
  }
}
