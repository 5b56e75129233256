import type { JobView } from '../../sim/contract/scheduling.ts';
import { drawBelow, type Luck } from '../search/luck.ts';
import { NO_TYPE, type ElasticRound } from './elastic-round.ts';

export interface ReplicaSettings {
  /** Allocations of a generation, >= 2. */
  readonly population: number;
  /** Allocations that may be looked at in a search. */
  readonly evaluations: number;
}

/** What an entry is worth with so many GPUs of a type; 0 for none. */
export type EntryWorth = (entry: number, type: number, size: number) => number;

/**
 * Genetic search over jobs and GPU types: how many replicas (GPUs) of which type each job is to have. Children take the
 * jobs before a random one from one parent and the others from another (both the better of two drawn), each gene mutates
 * with probability 1/jobs, and repair takes from jobs, beginning at a random one, what is beyond the GPUs there are or
 * what a job cannot run with. The best passes on; so does the allocation of now into the first generation.
 * Source: Qiao et al., Pollux, OSDI 2021 (one-point crossover on jobs, mutation, repair).
 */
export class ReplicaSearch {
  private readonly settings: ReplicaSettings;
  private sizes = new Int32Array(0);
  private types = new Int8Array(0);
  private nextSizes = new Int32Array(0);
  private nextTypes = new Int8Array(0);
  private costs: Float64Array;
  private nextCosts: Float64Array;
  private readonly left: number[] = [];
  private evaluations = 0;

  constructor(settings: ReplicaSettings) {
    this.settings = settings;
    this.costs = new Float64Array(settings.population);
    this.nextCosts = new Float64Array(settings.population);
  }

  /**
   * Gives each entry of the round the size and type of the best allocation found; its entries have size 0 before. The
   * answer is what that allocation is worth in all.
   */
  run(round: ElasticRound, jobs: JobView, worth: EntryWorth, luck: Luck): number {
    const { population } = this.settings;
    this.evaluations = 0;
    this.reserve(round.entries * population);
    for (let one = 0; one < population; one++) {
      this.found(round, jobs, one, luck);
      this.repair(round, jobs, this.sizes, this.types, one, one === 0 ? 0 : drawBelow(luck, round.entries));
      this.costs[one] = this.evaluate(round, this.sizes, this.types, one, worth);
    }
    let best = this.best();
    while (this.evaluations < this.settings.evaluations) {
      this.breed(round, jobs, worth, luck, best);
      best = this.best();
    }
    const base = best * round.entries;
    for (let entry = 0; entry < round.entries; entry++) {
      if (this.sizes[base + entry] === 0) continue;
      round.type[entry] = this.types[base + entry]!;
      round.resize(entry, this.sizes[base + entry]!);
    }
    return -this.costs[best]!;
  }

  private reserve(genes: number): void {
    if (this.sizes.length >= genes) return;
    this.sizes = new Int32Array(genes * 2);
    this.types = new Int8Array(genes * 2);
    this.nextSizes = new Int32Array(genes * 2);
    this.nextTypes = new Int8Array(genes * 2);
  }

  /** The allocation of now with waiting jobs at their fewest, or one in which every gene mutated with probability 1/2. */
  private found(round: ElasticRound, jobs: JobView, one: number, luck: Luck): void {
    const base = one * round.entries;
    for (let entry = 0; entry < round.entries; entry++) {
      const job = round.job[entry]!;
      const held = round.held[entry]!;
      this.sizes[base + entry] = held > 0 ? held : jobs.gpusMin(job);
      this.types[base + entry] =
        round.type[entry] === NO_TYPE ? this.anyType(round, jobs, entry, luck, one === 0) : round.type[entry]!;
      if (one > 0 && luck.uniform() < 0.5) this.mutate(round, jobs, this.sizes, this.types, base, entry, luck);
    }
  }

  private breed(round: ElasticRound, jobs: JobView, worth: EntryWorth, luck: Luck, best: number): void {
    const { population, evaluations } = this.settings;
    const { entries } = round;
    for (let entry = 0; entry < entries; entry++) {
      this.nextSizes[entry] = this.sizes[best * entries + entry]!;
      this.nextTypes[entry] = this.types[best * entries + entry]!;
    }
    this.nextCosts.fill(Infinity);
    this.nextCosts[0] = this.costs[best]!;
    for (let child = 1; child < population && this.evaluations < evaluations; child++) {
      const mother = this.select(luck) * entries;
      const father = this.select(luck) * entries;
      const point = drawBelow(luck, entries + 1);
      const base = child * entries;
      for (let entry = 0; entry < entries; entry++) {
        const parent = entry < point ? mother : father;
        this.nextSizes[base + entry] = this.sizes[parent + entry]!;
        this.nextTypes[base + entry] = this.types[parent + entry]!;
        if (luck.uniform() * entries < 1) this.mutate(round, jobs, this.nextSizes, this.nextTypes, base, entry, luck);
      }
      this.repair(round, jobs, this.nextSizes, this.nextTypes, child, drawBelow(luck, entries));
      this.nextCosts[child] = this.evaluate(round, this.nextSizes, this.nextTypes, child, worth);
    }
    [this.sizes, this.nextSizes] = [this.nextSizes, this.sizes];
    [this.types, this.nextTypes] = [this.nextTypes, this.types];
    [this.costs, this.nextCosts] = [this.nextCosts, this.costs];
  }

  private select(luck: Luck): number {
    const one = drawBelow(luck, this.settings.population);
    const other = drawBelow(luck, this.settings.population);
    return this.costs[other]! < this.costs[one]! ? other : one;
  }

  private best(): number {
    let best = 0;
    for (let one = 1; one < this.settings.population; one++) if (this.costs[one]! < this.costs[best]!) best = one;
    return best;
  }

  /** Draws a size from none to the most the job can run with, and a type. */
  private mutate(
    round: ElasticRound,
    jobs: JobView,
    sizes: Int32Array,
    types: Int8Array,
    base: number,
    entry: number,
    luck: Luck,
  ): void {
    const job = round.job[entry]!;
    const fewest = jobs.gpusMin(job);
    const drawn = fewest - 1 + drawBelow(luck, jobs.gpusMax(job) - fewest + 2);
    sizes[base + entry] = drawn < fewest ? 0 : drawn;
    types[base + entry] = this.anyType(round, jobs, entry, luck, false);
  }

  /** A type on which the job can run: the first, or from a random one on. */
  private anyType(round: ElasticRound, jobs: JobView, entry: number, luck: Luck, first: boolean): number {
    const types = round.free.length;
    const from = first || types === 1 ? 0 : drawBelow(luck, types);
    const job = round.job[entry]!;
    for (let step = 0; step < types; step++) {
      const type = (from + step) % types;
      if (jobs.speed(job, type, jobs.gpusMin(job)) > 0) return type;
    }
    return 0;
  }

  private repair(
    round: ElasticRound,
    jobs: JobView,
    sizes: Int32Array,
    types: Int8Array,
    one: number,
    start: number,
  ): void {
    const { left } = this;
    left.length = 0;
    for (const gpus of round.free) left.push(gpus);
    const base = one * round.entries;
    for (let step = 0; step < round.entries; step++) {
      const entry = (start + step) % round.entries;
      const type = types[base + entry]!;
      const size = Math.min(sizes[base + entry]!, left[type]!);
      const runs = size > 0 && jobs.speed(round.job[entry]!, type, size) > 0;
      sizes[base + entry] = runs ? size : 0;
      if (runs) left[type]! -= size;
    }
  }

  /** What the allocation is not worth: smaller is better. */
  private evaluate(
    { entries }: ElasticRound,
    sizes: Int32Array,
    types: Int8Array,
    one: number,
    worth: EntryWorth,
  ): number {
    this.evaluations++;
    let sum = 0;
    const base = one * entries;
    for (let entry = 0; entry < entries; entry++) {
      const size = sizes[base + entry]!;
      if (size > 0) sum += worth(entry, types[base + entry]!, size);
    }
    return -sum;
  }
}
