import { ANY_PLACE, drawPlace } from './place-gene.ts';
import { drawBelow, type Luck } from './luck.ts';
import type { SearchProgress } from './search-progress.ts';
import type { SearchRound } from './search-round.ts';

export interface GeneticSettings {
  /** Individuals of a generation, >= 2. */
  readonly population: number;
  /** Individuals that a parent is the best of, >= 1. */
  readonly tournament: number;
  /** Probability that a child has two parents, 0 to 1. */
  readonly crossover: number;
  /** Best individuals that pass on unchanged, 0 .. population-1. */
  readonly elite: number;
}

/**
 * Genetic search over orders of jobs and a place for each. An individual is a permutation of the jobs, decoded by list
 * scheduling, and a gene per job that names its place or leaves it to the decoder. Children: one-point crossover (the
 * head of one parent, the missing jobs in the other's order, each with the place gene of the parent it came from), then
 * every gene mutates with probability 1/jobs: a job swaps with another, a place is drawn anew. Genes that name a place
 * which cannot take the job are repaired: the decoder chooses. The first individual is the order as given.
 * Source: population, generations and mutation rate as in Pollux (OSDI 2021); order crossover: Davis, IJCAI 1985.
 */
export class GeneticSearch {
  private readonly settings: GeneticSettings;
  private readonly jobsMax: number;
  private orders: Int32Array;
  private places: Int8Array;
  private costs: Float64Array;
  private nextOrders: Int32Array;
  private nextPlaces: Int8Array;
  private nextCosts: Float64Array;
  private readonly taken: Uint8Array;
  private readonly ranking: Int32Array;

  constructor(jobsMax: number, settings: GeneticSettings) {
    const genes = settings.population * jobsMax;
    this.settings = settings;
    this.jobsMax = jobsMax;
    this.orders = new Int32Array(genes);
    this.places = new Int8Array(genes);
    this.costs = new Float64Array(settings.population);
    this.nextOrders = new Int32Array(genes);
    this.nextPlaces = new Int8Array(genes);
    this.nextCosts = new Float64Array(settings.population);
    this.taken = new Uint8Array(jobsMax);
    this.ranking = new Int32Array(settings.population);
  }

  /** Searches until the progress's budget is spent; the jobs' given order is 0, 1, 2, ... */
  run(round: SearchRound, progress: SearchProgress, luck: Luck): void {
    const { population } = this.settings;
    for (let one = 0; one < population && !progress.isSpent; one++) {
      this.found(round, one, luck);
      this.costs[one] = progress.evaluate(this.orders, this.places, one * this.jobsMax);
    }
    while (!progress.isSpent) this.breed(round, progress, luck);
  }

  /** An individual of the first generation: the given order with every place free, or a random one. */
  private found(round: SearchRound, one: number, luck: Luck): void {
    const base = one * this.jobsMax;
    const { orders, places } = this;
    for (let at = 0; at < round.jobs; at++) {
      const from = one === 0 ? at : drawBelow(luck, at + 1);
      orders[base + at] = orders[base + from]!;
      orders[base + from] = at;
      places[base + at] = ANY_PLACE;
      if (one > 0 && round.places > 1) drawPlace(round, places, base, at, luck);
    }
  }

  private breed(round: SearchRound, progress: SearchProgress, luck: Luck): void {
    const { population, elite, crossover } = this.settings;
    this.rank();
    for (let child = 0; child < elite; child++) this.copy(round, this.ranking[child]!, child);
    for (let child = elite; child < population && !progress.isSpent; child++) {
      const mother = this.select(luck);
      const father = this.select(luck);
      if (luck.uniform() < crossover) this.cross(round, mother, father, child, luck);
      else this.copy(round, mother, child);
      this.mutate(round, child, luck);
      this.nextCosts[child] = progress.evaluate(this.nextOrders, this.nextPlaces, child * this.jobsMax);
    }
    [this.orders, this.nextOrders] = [this.nextOrders, this.orders];
    [this.places, this.nextPlaces] = [this.nextPlaces, this.places];
    [this.costs, this.nextCosts] = [this.nextCosts, this.costs];
  }

  /** Brings the best `elite` individuals to the front of the ranking, lowest number first on ties. */
  private rank(): void {
    const { ranking, costs } = this;
    const { population, elite } = this.settings;
    for (let one = 0; one < population; one++) ranking[one] = one;
    for (let rank = 0; rank < elite; rank++) {
      let best = rank;
      for (let other = rank + 1; other < population; other++) {
        if (costs[ranking[other]!]! < costs[ranking[best]!]!) best = other;
      }
      const chosen = ranking[best]!;
      ranking[best] = ranking[rank]!;
      ranking[rank] = chosen;
    }
  }

  private select(luck: Luck): number {
    let best = drawBelow(luck, this.settings.population);
    for (let round = 1; round < this.settings.tournament; round++) {
      const other = drawBelow(luck, this.settings.population);
      if (this.costs[other]! < this.costs[best]!) best = other;
    }
    return best;
  }

  private copy(round: SearchRound, parent: number, child: number): void {
    const source = parent * this.jobsMax;
    const target = child * this.jobsMax;
    for (let at = 0; at < round.jobs; at++) {
      this.nextOrders[target + at] = this.orders[source + at]!;
      this.nextPlaces[target + at] = this.places[source + at]!;
    }
    this.nextCosts[child] = this.costs[parent]!;
  }

  private cross(round: SearchRound, mother: number, father: number, child: number, luck: Luck): void {
    const { orders, places, nextOrders, nextPlaces, taken } = this;
    const one = mother * this.jobsMax;
    const other = father * this.jobsMax;
    const target = child * this.jobsMax;
    const point = drawBelow(luck, round.jobs);
    taken.fill(0, 0, round.jobs);
    for (let at = 0; at < point; at++) {
      const job = orders[one + at]!;
      nextOrders[target + at] = job;
      nextPlaces[target + job] = places[one + job]!;
      taken[job] = 1;
    }
    let filled = point;
    for (let at = 0; at < round.jobs; at++) {
      const job = orders[other + at]!;
      if (taken[job] === 1) continue;
      nextOrders[target + filled] = job;
      nextPlaces[target + job] = places[other + job]!;
      filled++;
    }
  }

  private mutate(round: SearchRound, child: number, luck: Luck): void {
    const base = child * this.jobsMax;
    const { nextOrders, nextPlaces } = this;
    const rate = 1 / round.jobs;
    for (let at = 0; at < round.jobs; at++) {
      if (luck.uniform() < rate) {
        const other = drawBelow(luck, round.jobs);
        const job = nextOrders[base + at]!;
        nextOrders[base + at] = nextOrders[base + other]!;
        nextOrders[base + other] = job;
      }
      if (round.places > 1 && luck.uniform() < rate) drawPlace(round, nextPlaces, base, at, luck);
    }
  }
}
