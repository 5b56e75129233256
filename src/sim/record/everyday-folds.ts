import type { JobOutcomes } from './job-outcomes.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';
import type { NodeTime } from './node-time.ts';
import type { Occupancy } from './occupancy.ts';
import type { WaitCauseTimes } from './wait-cause-times.ts';

/**
 * The folds that every run carries, as one. Each is called by name, so that the compiler knows what is called; in a
 * list of folds it would have to find out at every fact.
 */
export class EverydayFolds implements Fold {
  private readonly outcomes: JobOutcomes;
  private readonly nodeTime: NodeTime;
  private readonly occupancy: Occupancy;
  private readonly causes: WaitCauseTimes;

  constructor(outcomes: JobOutcomes, nodeTime: NodeTime, occupancy: Occupancy, causes: WaitCauseTimes) {
    this.outcomes = outcomes;
    this.nodeTime = nodeTime;
    this.occupancy = occupancy;
    this.causes = causes;
  }

  step(fact: Fact): void {
    this.causes.step(fact);
    // The only fact about no job; there are more of these than of any other.
    if (fact.kind === FactKind.Refusal) return;
    this.outcomes.step(fact);
    this.nodeTime.step(fact);
    this.occupancy.step(fact);
  }

  done(endUs: number): void {
    this.causes.done(endUs);
    this.outcomes.done(endUs);
    this.nodeTime.done();
    this.occupancy.done(endUs);
  }
}
