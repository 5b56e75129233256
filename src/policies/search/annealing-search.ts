import { exp } from '../../sim/kernel/portable-math.ts';
import { ANY_PLACE, drawPlace } from './place-gene.ts';
import { drawBelow, type Luck } from './luck.ts';
import type { SearchProgress } from './search-progress.ts';
import type { SearchRound } from './search-round.ts';

export interface AnnealingSettings {
  /** Random moves whose spread gives the first temperature, >= 2. */
  readonly sampleMoves: number;
  /** Factor from one temperature to the next, in (0, 1). */
  readonly cooling: number;
  /** Temperatures in a row without a new best after which the search goes back to the best, >= 1. */
  readonly patience: number;
}

/** Below this part of the first temperature hardly any worse move is accepted: the next restart heats up again. */
const COLD = 1e-3;

/**
 * Simulated annealing over orders of jobs and a place for each. A move puts a job elsewhere in the order, swaps two, or
 * draws a place anew. Worse by d is accepted with probability exp(-d/T); T starts at the standard deviation of d over
 * random moves from the given order and is multiplied by `cooling` after as many moves as there are jobs. After
 * `patience` temperatures without a new best the search goes on from the best; once cold, at the first temperature.
 * Source: Kirkpatrick et al., Science 1983; first temperature: White, ICCD 1984.
 */
export class AnnealingSearch {
  private readonly settings: AnnealingSettings;
  private readonly order: Int32Array;
  private readonly places: Int8Array;
  private readonly triedOrder: Int32Array;
  private readonly triedPlaces: Int8Array;
  private cost = 0;

  constructor(jobsMax: number, settings: AnnealingSettings) {
    this.settings = settings;
    this.order = new Int32Array(jobsMax);
    this.places = new Int8Array(jobsMax);
    this.triedOrder = new Int32Array(jobsMax);
    this.triedPlaces = new Int8Array(jobsMax);
  }

  /** Searches until the progress's budget is spent; the jobs' given order is 0, 1, 2, ... */
  run(round: SearchRound, progress: SearchProgress, luck: Luck): void {
    const { cooling, patience } = this.settings;
    for (let at = 0; at < round.jobs; at++) {
      this.order[at] = at;
      this.places[at] = ANY_PLACE;
    }
    this.cost = progress.evaluate(this.order, this.places, 0);
    const hottest = this.spread(round, progress, luck);
    let temperature = hottest;
    let stale = 0;
    while (!progress.isSpent) {
      const bestBefore = progress.cost;
      for (let move = 0; move < round.jobs && !progress.isSpent; move++) this.step(round, progress, luck, temperature);
      temperature *= cooling;
      stale = progress.cost < bestBefore ? 0 : stale + 1;
      if (stale < patience) continue;
      stale = 0;
      this.returnTo(progress, round.jobs);
      if (temperature < COLD * hottest) temperature = hottest;
    }
  }

  /** Standard deviation of the change of cost over random moves, each from the given order. */
  private spread(round: SearchRound, progress: SearchProgress, luck: Luck): number {
    let count = 0;
    let mean = 0;
    let squares = 0;
    while (count < this.settings.sampleMoves && !progress.isSpent) {
      const change = this.tryMove(round, progress, luck) - this.cost;
      count++;
      const beyond = change - mean;
      mean += beyond / count;
      squares += beyond * (change - mean);
    }
    return Math.sqrt(squares / Math.max(1, count - 1));
  }

  private step(round: SearchRound, progress: SearchProgress, luck: Luck, temperature: number): void {
    const cost = this.tryMove(round, progress, luck);
    const worse = cost - this.cost;
    if (worse > 0 && !(temperature > 0 && luck.uniform() < exp(-worse / temperature))) return;
    this.cost = cost;
    for (let at = 0; at < round.jobs; at++) {
      this.order[at] = this.triedOrder[at]!;
      this.places[at] = this.triedPlaces[at]!;
    }
  }

  /** Makes a random move on a copy and answers what it costs. */
  private tryMove(round: SearchRound, progress: SearchProgress, luck: Luck): number {
    const { triedOrder, triedPlaces } = this;
    const { jobs } = round;
    for (let at = 0; at < jobs; at++) {
      triedOrder[at] = this.order[at]!;
      triedPlaces[at] = this.places[at]!;
    }
    const kind = drawBelow(luck, round.places > 1 ? 3 : 2);
    const from = drawBelow(luck, jobs);
    const to = (from + 1 + drawBelow(luck, Math.max(1, jobs - 1))) % jobs;
    if (kind === 0) relocate(triedOrder, from, to);
    else if (kind === 1) swap(triedOrder, from, to);
    else drawPlace(round, triedPlaces, 0, from, luck);
    return progress.evaluate(triedOrder, triedPlaces, 0);
  }

  private returnTo(progress: SearchProgress, jobs: number): void {
    this.cost = progress.cost;
    for (let at = 0; at < jobs; at++) {
      this.order[at] = progress.order[at]!;
      this.places[at] = progress.places[at]!;
    }
  }
}

function swap(order: Int32Array, one: number, other: number): void {
  const job = order[one]!;
  order[one] = order[other]!;
  order[other] = job;
}

/** Takes the job at `from` out and puts it in at `to`; those between move up or down. */
function relocate(order: Int32Array, from: number, to: number): void {
  const job = order[from]!;
  const direction = from < to ? 1 : -1;
  for (let at = from; at !== to; at += direction) order[at] = order[at + direction]!;
  order[to] = job;
}
