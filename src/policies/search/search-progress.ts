import type { ListSchedule } from './list-schedule.ts';
import type { SearchRound } from './search-round.ts';

/**
 * What a search has spent and found: the best order so far and, as (evaluations, cost) pairs, when it got better. The
 * budget is in evaluations (decodings), never in seconds, so that the same round and luck give the same answer on
 * every machine. A search with a larger budget passes through all that one with a smaller budget found.
 */
export class SearchProgress {
  readonly order: Int32Array;
  readonly places: Int8Array;
  cost = Infinity;
  evaluations = 0;
  evaluationsMax = 0;
  /** The anytime curve: after curveEvaluations[i] evaluations the best cost was curveCosts[i]; it only falls. */
  readonly curveEvaluations: number[] = [];
  readonly curveCosts: number[] = [];
  private readonly schedule: ListSchedule;
  private jobs = 0;

  constructor(jobsMax: number, schedule: ListSchedule) {
    this.schedule = schedule;
    this.order = new Int32Array(jobsMax);
    this.places = new Int8Array(jobsMax);
  }

  begin({ jobs }: SearchRound, evaluationsMax: number): void {
    this.jobs = jobs;
    this.cost = Infinity;
    this.evaluations = 0;
    this.evaluationsMax = evaluationsMax;
    this.curveEvaluations.length = 0;
    this.curveCosts.length = 0;
  }

  get isSpent(): boolean {
    return this.evaluations >= this.evaluationsMax;
  }

  /** Decodes the order and places at `from`, keeps them if they are the best so far, and answers their cost. */
  evaluate(orders: Int32Array, places: Int8Array, from: number): number {
    const cost = this.schedule.decode(orders, places, from);
    this.evaluations++;
    if (cost < this.cost) {
      this.cost = cost;
      for (let at = 0; at < this.jobs; at++) {
        this.order[at] = orders[from + at]!;
        this.places[at] = places[from + at]!;
      }
      this.curveEvaluations.push(this.evaluations);
      this.curveCosts.push(cost);
    }
    return cost;
  }
}
