import type { JobView, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';

/** A job that has no GPU type yet. */
export const NO_TYPE = -1;

/**
 * What each job is to hold when the decision is done: its GPU type and size. Entries are filled anew at each decision:
 * running jobs first, as if all their GPUs were free, then waiting ones.
 */
export class ElasticRound {
  readonly job: JobId[] = [];
  readonly type: number[] = [];
  /** GPUs that the job is to have; 0: it waits. */
  readonly size: number[] = [];
  /** GPUs that it holds now. */
  readonly held: number[] = [];
  /** GPUs by type that nobody is to have yet. */
  readonly free: number[] = [];

  get entries(): number {
    return this.job.length;
  }

  /** Takes in the free GPUs and the running jobs, in the order of their submission, which are to have none yet. */
  begin(view: SchedulingView): void {
    const { jobs, active } = view;
    this.job.length = this.type.length = this.size.length = this.held.length = this.free.length = 0;
    for (let type = 0; type < view.gpuTypes; type++) this.free.push(view.freeGpus(type));
    for (let index = 0; index < active.length; index++) {
      if (jobs.gpus(active.at(index)) > 0) this.job.push(active.at(index));
    }
    this.job.sort((a, b) => a - b);
    for (const job of this.job) {
      const type = jobs.heldType(job);
      this.free[type]! += jobs.heldGpus(job);
      this.type.push(type);
      this.size.push(0);
      this.held.push(jobs.heldGpus(job));
    }
  }

  /** Adds a waiting job of size 0; its entry is the answer. */
  add(job: JobId): number {
    this.job.push(job);
    this.type.push(NO_TYPE);
    this.size.push(0);
    this.held.push(0);
    return this.job.length - 1;
  }

  /** Gives an entry another size, of its type; the free GPUs follow. */
  resize(entry: number, size: number): void {
    this.free[this.type[entry]!]! -= size - this.size[entry]!;
    this.size[entry] = size;
  }

  get hasFree(): boolean {
    for (const gpus of this.free) if (gpus > 0) return true;
    return false;
  }

  /** The type on which a gang of so many would run fastest, of those with room for it; the first on ties, or NO_TYPE. */
  fastestType(jobs: JobView, job: JobId, gpus: number): number {
    let best = NO_TYPE;
    let bestSpeed = 0;
    for (let type = 0; type < this.free.length; type++) {
      const speed = this.free[type]! >= gpus ? jobs.speed(job, type, gpus) : 0;
      if (speed <= bestSpeed) continue;
      best = type;
      bestSpeed = speed;
    }
    return best;
  }
}

/** The next power of two above `size` (from 0: the fewest the job can run with), or 0 if it cannot run with so many. */
export function nextLevel(jobs: JobView, job: JobId, size: number): number {
  if (size === 0) return jobs.gpusMin(job);
  let level = 1;
  while (level <= size) level *= 2;
  return level <= jobs.gpusMax(job) ? level : 0;
}

/** One GPU more than `size` (from 0: the fewest the job can run with), or 0 if it cannot run with so many. */
export function oneMore(jobs: JobView, job: JobId, size: number): number {
  if (size === 0) return jobs.gpusMin(job);
  return size < jobs.gpusMax(job) ? size + 1 : 0;
}
