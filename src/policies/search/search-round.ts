import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';

/** What an order of the jobs costs: smaller is better. Each term grows with completion times alone. */
export interface Objective {
  /** Weight of lateness beside completion, >= 0. */
  readonly lateness: number;
  /** Weight of the last completion of all, >= 0. */
  readonly makespan: number;
}

/**
 * A scheduling problem on paper: so many gangs, and places (GPU types, or nodes) with free GPUs now and more at known
 * instants. Times are us from the round's start. Nothing is allocated after the constructor, so a policy keeps one
 * round and fills it anew at each decision.
 */
export class SearchRound {
  readonly jobsMax: number;
  readonly placesMax: number;
  readonly stepsMax: number;
  jobs = 0;
  places = 0;
  readonly gpus: Int32Array;
  readonly weight: Float64Array;
  readonly deadlineUs: Float64Array;
  /** Running time of job j in place p at [j * placesMax + p]; NEVER where it may not run. */
  readonly lastingUs: Float64Array;
  /** Free GPUs of place p as a step function: from stepUs[p * stepsMax + i] on there are stepFree[...]. */
  readonly steps: Int32Array;
  readonly stepUs: Float64Array;
  readonly stepFree: Int32Array;

  /** Room for so many jobs, places, and instants at which GPUs become free, >= 2; the others >= 1. */
  constructor(jobsMax: number, placesMax: number, stepsMax: number) {
    this.jobsMax = jobsMax;
    this.placesMax = placesMax;
    this.stepsMax = stepsMax;
    this.gpus = new Int32Array(jobsMax);
    this.weight = new Float64Array(jobsMax);
    this.deadlineUs = new Float64Array(jobsMax);
    this.lastingUs = new Float64Array(jobsMax * placesMax);
    this.steps = new Int32Array(placesMax);
    this.stepUs = new Float64Array(placesMax * stepsMax);
    this.stepFree = new Int32Array(placesMax * stepsMax);
  }

  clear(): void {
    this.jobs = 0;
    this.places = 0;
  }

  /** Adds a place with so many GPUs free now; its number is the answer. RangeError beyond placesMax. */
  addPlace(freeGpus: number): number {
    const place = this.places;
    if (place === this.placesMax) throw new RangeError(`a round of ${this.placesMax} places has no room for one more`);
    this.places++;
    this.steps[place] = 1;
    this.stepUs[place * this.stepsMax] = 0;
    this.stepFree[place * this.stepsMax] = freeGpus;
    return place;
  }

  /**
   * So many GPUs more from an instant on, no earlier than the last one told for this place. When the steps are used up
   * the last of them waits for the later instant: the round then promises less than will be free, never more.
   */
  release(place: number, atUs: TimeUs, gpus: number): void {
    const first = place * this.stepsMax;
    const last = first + this.steps[place]! - 1;
    if (atUs <= this.stepUs[last]!) {
      this.stepFree[last]! += gpus;
      return;
    }
    const isFull = this.steps[place] === this.stepsMax;
    const step = isFull ? last : last + 1;
    if (!isFull) this.steps[place]!++;
    this.stepFree[step] = this.stepFree[last]! + gpus;
    this.stepUs[step] = atUs;
  }

  /** GPUs of a place that are free in the end. */
  freeInTheEnd(place: number): number {
    return this.stepFree[place * this.stepsMax + this.steps[place]! - 1]!;
  }

  /**
   * Adds a gang of `gpus` whole GPUs, >= 1, all of one place, that may run nowhere yet; its number is the answer. Its
   * completion counts `weight` times, >= 0; it should have ended by the deadline, in us from the round's start
   * (negative: overdue, NEVER: it has none). RangeError beyond jobsMax.
   */
  addJob(gpus: number, weight: number, deadlineUs: TimeUs): number {
    const job = this.jobs;
    if (job === this.jobsMax) throw new RangeError(`a round of ${this.jobsMax} jobs has no room for one more`);
    this.jobs++;
    this.gpus[job] = gpus;
    this.weight[job] = weight;
    this.deadlineUs[job] = deadlineUs;
    this.lastingUs.fill(NEVER, job * this.placesMax, (job + 1) * this.placesMax);
    return job;
  }

  /** Lets a job run in a place, where it takes so long, > 0. */
  allow(job: number, place: number, lastingUs: TimeUs): void {
    this.lastingUs[job * this.placesMax + place] = lastingUs;
  }
}
