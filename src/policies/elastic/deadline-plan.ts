import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobView } from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { nextLevel } from './elastic-round.ts';

/** Remaining times are whole microseconds: a job that is exactly on time may seem to lack a part of one. */
const SLACK_US = 1;

/** Free GPUs of one type from now on, as steps; the last lasts for ever. */
interface Steps {
  readonly fromUs: number[];
  readonly free: number[];
}

/** What is kept for a job: pieces of time with so many GPUs of one type, the last piece first. */
export interface DeadlineShare {
  readonly job: JobId;
  type: number;
  readonly fromUs: number[];
  readonly toUs: number[];
  readonly gpus: number[];
}

/** A share with nothing in it yet. */
export function emptyShare(job: JobId): DeadlineShare {
  return { job, type: 0, fromUs: [], toUs: [], gpus: [] };
}

/** GPUs that the share holds at an instant. */
export function shareAt({ fromUs, toUs, gpus }: DeadlineShare, atUs: TimeUs): number {
  for (let piece = 0; piece < fromUs.length; piece++) {
    if (fromUs[piece]! <= atUs && atUs < toUs[piece]!) return gpus[piece]!;
  }
  return 0;
}

/**
 * What must be kept free so that jobs end by their deadlines. A job's minimum satisfactory share is the lowest of its
 * levels (the fewest GPUs it can run with, then powers of two) with which it can still end in time, filled backward
 * from the deadline, so that what is free soon stays free. Jobs are planned one after the other: a later one gets what
 * those before it leave. A share once planned can always be kept by a job that got it so far: work done beyond it only
 * lets it begin later.
 * Source: Gu et al., ElasticFlow, ASPLOS 2023.
 */
export class DeadlinePlan {
  /** The next instant at which a planned share changes. */
  nextChangeUs: TimeUs = NEVER;
  private nowUs: TimeUs = 0;
  private readonly types: Steps[] = [];

  /** Starts anew: nothing is planned, and so many GPUs of each type are there. */
  begin(nowUs: TimeUs, gpus: readonly number[]): void {
    this.nowUs = nowUs;
    this.nextChangeUs = NEVER;
    this.types.length = 0;
    for (const free of gpus) this.types.push({ fromUs: [nowUs], free: [free] });
  }

  /** Plans a share on one GPU type or, with -1, on the first on which the job can end in time. False: on none. */
  plan(jobs: JobView, share: DeadlineShare, onType: number): boolean {
    for (let type = 0; type < this.types.length; type++) {
      if (onType >= 0 && type !== onType) continue;
      for (let level = jobs.gpusMin(share.job); level > 0; level = nextLevel(jobs, share.job, level)) {
        if (jobs.speed(share.job, type, level) === 0) continue;
        share.type = type;
        if (!this.fill(jobs, share, level)) continue;
        this.book(share);
        return true;
      }
    }
    return false;
  }

  /** Keeps a share planned before, without what the job no longer needs. False, and nothing is kept: it needs more. */
  keep(jobs: JobView, share: DeadlineShare): boolean {
    const { job, type, fromUs, toUs, gpus } = share;
    let leftUs = jobs.remainingUs(job);
    let pieces = 0;
    for (; pieces < fromUs.length && leftUs > 0; pieces++) {
      const speed = jobs.speed(job, type, gpus[pieces]!);
      const neededFromUs = Math.floor(toUs[pieces]! - leftUs / speed);
      fromUs[pieces] = Math.max(this.nowUs, fromUs[pieces]!, neededFromUs);
      if (fromUs[pieces]! >= toUs[pieces]!) break;
      leftUs -= (toUs[pieces]! - fromUs[pieces]!) * speed;
    }
    fromUs.length = toUs.length = gpus.length = pieces;
    if (leftUs > SLACK_US) return false;
    this.book(share);
    return true;
  }

  /** Fills backward from the deadline with at most `level` GPUs; true if that is enough for the job's remaining work. */
  private fill(jobs: JobView, { job, type, ...share }: DeadlineShare, level: number): boolean {
    const { fromUs, free } = this.types[type]!;
    share.fromUs.length = share.toUs.length = share.gpus.length = 0;
    let leftUs = jobs.remainingUs(job);
    let untilUs = jobs.deadlineUs(job);
    for (let step = fromUs.length - 1; step >= 0 && leftUs > 0; step--) {
      const sinceUs = fromUs[step]!;
      if (sinceUs >= untilUs) continue;
      const gpus = levelWithin(jobs, job, Math.min(level, free[step]!));
      const speed = gpus > 0 ? jobs.speed(job, type, gpus) : 0;
      if (speed > 0) {
        const beginUs = Math.max(sinceUs, Math.floor(untilUs - leftUs / speed));
        leftUs -= (untilUs - beginUs) * speed;
        share.fromUs.push(beginUs);
        share.toUs.push(untilUs);
        share.gpus.push(gpus);
      }
      untilUs = sinceUs;
    }
    return leftUs <= 0;
  }

  private book({ type, fromUs, toUs, gpus }: DeadlineShare): void {
    const steps = this.types[type]!;
    for (let piece = 0; piece < fromUs.length; piece++) {
      const first = cutAt(steps, fromUs[piece]!);
      const end = cutAt(steps, toUs[piece]!);
      for (let step = first; step < end; step++) steps.free[step]! -= gpus[piece]!;
      const changeUs = fromUs[piece]! > this.nowUs ? fromUs[piece]! : toUs[piece]!;
      this.nextChangeUs = Math.min(this.nextChangeUs, changeUs);
    }
  }
}

/** The highest level of a job that so many GPUs hold; 0 if there is none. */
function levelWithin(jobs: JobView, job: JobId, gpusMax: number): number {
  let held = 0;
  for (let level = jobs.gpusMin(job); level > 0 && level <= gpusMax; level = nextLevel(jobs, job, level)) held = level;
  return held;
}

/** The step that begins at an instant, which is not before the first; cuts one in two if need be. */
function cutAt({ fromUs, free }: Steps, atUs: TimeUs): number {
  let low = 0;
  let high = fromUs.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (fromUs[middle]! <= atUs) low = middle;
    else high = middle;
  }
  if (fromUs[low] === atUs) return low;
  fromUs.splice(low + 1, 0, atUs);
  free.splice(low + 1, 0, free[low]!);
  return low + 1;
}
