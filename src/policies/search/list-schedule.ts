import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import { ANY_PLACE } from './place-gene.ts';
import type { Objective, SearchRound } from './search-round.ts';

/**
 * Decodes an order of a round's jobs into a schedule: job after job takes the earliest hole that holds its gang, so
 * later ones may slip into holes before it but never delay it. Schedules of this kind ("active") hold an optimum of
 * every objective that grows with completion times. One decoding costs O(jobs · (steps + jobs)).
 * Source: Kolisch, Serial and parallel resource-constrained project scheduling methods revisited, EJOR 1996.
 */
export class ListSchedule {
  /** Start of each job in us from the round's start; NEVER if nothing of the round ever holds it. */
  readonly startUs: Float64Array;
  /** Where each job runs. */
  readonly place: Int32Array;
  /** No order of the round costs less. */
  leastCost = 0;
  /** Whether some job of the round can start at once. */
  mayStartNow = false;
  private readonly round: SearchRound;
  private readonly objective: Objective;
  private readonly stride: number;
  private readonly steps: Int32Array;
  private readonly stepUs: Float64Array;
  private readonly stepFree: Int32Array;
  /** Step at which the hole found last begins. */
  private holeStep = 0;
  /** Of job j in place p at [j * placesMax + p]: the step at which it starts when alone. What others take only delays it. */
  private readonly firstStep: Int32Array;
  private chosenStep = 0;

  constructor(round: SearchRound, objective: Objective) {
    this.round = round;
    this.objective = objective;
    // Each job cuts at most one step in two: it begins where a step begins.
    this.stride = round.stepsMax + round.jobsMax + 1;
    this.startUs = new Float64Array(round.jobsMax);
    this.place = new Int32Array(round.jobsMax);
    this.firstStep = new Int32Array(round.jobsMax * round.placesMax);
    this.steps = new Int32Array(round.placesMax);
    this.stepUs = new Float64Array(round.placesMax * this.stride);
    this.stepFree = new Int32Array(round.placesMax * this.stride);
  }

  /**
   * Schedules the jobs `orders[from .. from + jobs - 1]`, job j in place `places[from + j]` or, with ANY_PLACE, where it
   * completes first; the answer is the objective: the sum of weight · (completion + lateness · time beyond the
   * deadline), plus makespan · last completion. A job that nothing ever holds adds nothing.
   */
  decode(orders: Int32Array, places: Int8Array, from: number): number {
    const { round, objective } = this;
    this.reset();
    let cost = 0;
    let lastUs = 0;
    for (let at = from; at < from + round.jobs; at++) {
      const job = orders[at]!;
      const endUs = this.schedule(job, places[from + job]!);
      if (endUs === NEVER) continue;
      cost += this.costOf(job, endUs);
      lastUs = Math.max(lastUs, endUs);
    }
    return cost + objective.makespan * lastUs;
  }

  /**
   * Takes in a round that was filled anew, before the first `decode`: each job as if it had the round to itself. That
   * says what no order can cost less than, and where no job can start before.
   */
  prepare(): void {
    const { round } = this;
    this.reset();
    this.mayStartNow = false;
    let cost = 0;
    let lastUs = 0;
    for (let job = 0; job < round.jobs; job++) {
      const entry = job * round.placesMax;
      let endUs: TimeUs = NEVER;
      for (let place = 0; place < round.places; place++) {
        this.firstStep[entry + place] = 0;
        const lastingUs = round.lastingUs[entry + place]!;
        if (lastingUs === NEVER) continue;
        const startUs = this.hole(place, round.gpus[job]!, lastingUs, 0);
        this.firstStep[entry + place] = startUs === NEVER ? round.steps[place]! : this.holeStep;
        if (startUs === 0) this.mayStartNow = true;
        endUs = Math.min(endUs, startUs + lastingUs);
      }
      if (endUs === NEVER) continue;
      cost += this.costOf(job, endUs);
      lastUs = Math.max(lastUs, endUs);
    }
    this.leastCost = cost + this.objective.makespan * lastUs;
  }

  /** Whether a gang can start at once and run for so long beside all that is decoded; if so it is added. */
  addNow(gpus: number, place: number, lastingUs: TimeUs): boolean {
    if (this.hole(place, gpus, lastingUs, 0) !== 0) return false;
    this.take(place, 0, gpus, lastingUs);
    return true;
  }

  private reset(): void {
    const { round, stride } = this;
    for (let place = 0; place < round.places; place++) {
      const count = round.steps[place]!;
      const source = place * round.stepsMax;
      const target = place * stride;
      this.steps[place] = count;
      for (let step = 0; step < count; step++) {
        this.stepUs[target + step] = round.stepUs[source + step]!;
        this.stepFree[target + step] = round.stepFree[source + step]!;
      }
    }
  }

  /** Gives a job its place and start; the answer is its end. */
  private schedule(job: number, gene: number): TimeUs {
    const endUs = this.choose(job, gene);
    this.startUs[job] = NEVER;
    if (endUs === NEVER) return NEVER;
    const place = this.place[job]!;
    this.startUs[job] = this.stepUs[place * this.stride + this.chosenStep]!;
    this.take(place, this.chosenStep, this.round.gpus[job]!, endUs);
    return endUs;
  }

  /** Chooses the place where a job completes first, or looks at the one that is told; the answer is its end there. */
  private choose(job: number, gene: number): TimeUs {
    const { round } = this;
    const lasting = job * round.placesMax;
    const gpus = round.gpus[job]!;
    let endUs: TimeUs = NEVER;
    const first = gene === ANY_PLACE ? 0 : gene;
    const last = gene === ANY_PLACE ? round.places - 1 : gene;
    this.place[job] = -1;
    for (let place = first; place <= last; place++) {
      const lastingUs = round.lastingUs[lasting + place]!;
      if (lastingUs === NEVER) continue;
      const completedUs = this.hole(place, gpus, lastingUs, this.firstStep[lasting + place]!) + lastingUs;
      if (completedUs >= endUs) continue;
      endUs = completedUs;
      this.place[job] = place;
      this.chosenStep = this.holeStep;
    }
    return endUs;
  }

  private costOf(job: number, endUs: TimeUs): number {
    const { round, objective } = this;
    return round.weight[job]! * (endUs + objective.lateness * Math.max(0, endUs - round.deadlineUs[job]!));
  }

  /** The earliest instant, from a step on, after which so many GPUs stay free for so long; `holeStep` is the step that begins there. */
  private hole(place: number, gpus: number, lastingUs: TimeUs, first: number): TimeUs {
    const { stepUs, stepFree } = this;
    const base = place * this.stride;
    const count = this.steps[place]!;
    let start = first;
    for (let step = first; step < count; step++) {
      if (stepFree[base + step]! < gpus) {
        start = step + 1;
        continue;
      }
      const nextUs = step + 1 < count ? stepUs[base + step + 1]! : NEVER;
      if (nextUs - stepUs[base + start]! >= lastingUs) {
        this.holeStep = start;
        return stepUs[base + start]!;
      }
    }
    return NEVER;
  }

  /** Takes GPUs from the beginning of a step until an instant. */
  private take(place: number, start: number, gpus: number, untilUs: TimeUs): void {
    const { stepUs, stepFree } = this;
    const base = place * this.stride;
    const end = base + this.steps[place]!;
    let at = base + start;
    for (; at < end && stepUs[at]! < untilUs; at++) stepFree[at]! -= gpus;
    if (at < end && stepUs[at] === untilUs) return;
    // The job ends within the last step it took from: the rest of that step is a step of its own.
    for (let moved = end; moved > at; moved--) {
      stepUs[moved] = stepUs[moved - 1]!;
      stepFree[moved] = stepFree[moved - 1]!;
    }
    stepUs[at] = untilUs;
    stepFree[at] = stepFree[at - 1]! + gpus;
    this.steps[place]!++;
  }
}
