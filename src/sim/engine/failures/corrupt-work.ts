/** Work done at several paces is summed as doubles: what differs by less is the same, us at speed 1. */
const SAME_US = 1e-6;
const SAME_PART = 1e-12;

/**
 * Which jobs carry on work that a corrupt component has spoilt. For each of a job's corruptions it keeps how far the job
 * was by its last checkpoint that was safe before: the work that it owed there, us at speed 1. Whatever it does from
 * there on is worth nothing, wherever it does it, until it has gone back so far.
 */
export class CorruptWork {
  /** By job and component. */
  private readonly owedUs = new Map<number, Map<number, number>>();

  isSpoilt(job: number): boolean {
    return this.owedUs.size > 0 && this.owedUs.has(job);
  }

  isSpoiltBy(job: number, component: number): boolean {
    return this.owedUs.get(job)?.has(component) === true;
  }

  spoil(job: number, component: number, owedUs: number): void {
    const ofJob = this.owedUs.get(job);
    if (ofJob === undefined) this.owedUs.set(job, new Map([[component, owedUs]]));
    else ofJob.set(component, owedUs);
  }

  /** What the job owes where it has to go back to once the corruption is found. RangeError: it was not struck by it. */
  owedBefore(job: number, component: number): number {
    const owedUs = this.owedUs.get(job)?.get(component);
    if (owedUs === undefined) throw new RangeError(`job ${job} is not spoilt by component ${component}`);
    return owedUs;
  }

  /** The job has gone back and owes so much now: what came later than that no longer matters. */
  goneBack(job: number, owesUs: number): void {
    const ofJob = this.owedUs.get(job);
    if (ofJob === undefined) return;
    for (const [component, owedUs] of ofJob) {
      if (owedUs <= owesUs + SAME_US + SAME_PART * owesUs) ofJob.delete(component);
    }
    if (ofJob.size === 0) this.owedUs.delete(job);
  }

  /** Nothing of what the job does from now on comes of what it did. */
  forget(job: number): void {
    if (this.owedUs.size > 0) this.owedUs.delete(job);
  }

  /** Jobs that a component has spoilt, ascending. */
  spoiltBy(component: number): number[] {
    const jobs: number[] = [];
    for (const [job, ofJob] of this.owedUs) if (ofJob.has(component)) jobs.push(job);
    return jobs.sort((a, b) => a - b);
  }
}
