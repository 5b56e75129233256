import type { GrantSink, PlacementPolicy } from '../../src/sim/contract/placement.ts';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import {
  NO_JOB,
  type QueueView,
  type SchedulingContext,
  type SchedulingPolicy,
} from '../../src/sim/contract/scheduling.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { JobId } from '../../src/sim/model/brand.ts';

type Decide = (context: SchedulingContext<unknown>) => number | void;

/** A scheduling policy in arrival order that does what the test says; it wants to be asked again when it answers so. */
export function policyThat(decide: Decide, more: Partial<SchedulingPolicy> = {}): SchedulingPolicy {
  return {
    order: () => 0,
    looksAhead: false,
    initial: () => undefined,
    decide: (context) => decide(context) ?? NEVER,
    ...more,
  };
}

/** A placement that writes what the test says and claims to have placed the gang. */
export function placementThat(write: (grants: GrantSink) => void): PlacementPolicy {
  return {
    granularity: 'nodes',
    fits: () => Refusal.None,
    place: (_gang, _free, grants) => {
      write(grants);
      return Refusal.None;
    },
  };
}

/** Waiting jobs in the order of the queue. */
export function waitingJobs(queue: QueueView): JobId[] {
  const jobs: JobId[] = [];
  for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) jobs.push(job);
  return jobs;
}
