import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import type { SchedulingPolicy } from '../../src/sim/contract/scheduling.ts';
import type { Aftermath, Watcher } from '../../src/sim/engine/watcher.ts';
import { speedOf } from '../../src/sim/model/speed.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { schedulingPolicies } from '../../src/policies/registry.ts';
import { checkIdentities } from '../engine/exact-identities.ts';
import { Onlooker } from '../engine/onlooker.ts';
import { policyThat, waitingJobs } from '../engine/policies-of-the-test.ts';
import { mixedJobs, mixedPools, placements, thatFit, titleOf } from '../engine/random-runs.ts';
import { runOf, schedulingOf, type FinishedRun, type RunSketch } from '../engine/run-builder.ts';
import { placeObviously } from '../policies/obvious-placement.ts';
import { scores } from '../policies/obvious-scores.ts';
import { runCount, seed } from '../engine/seed.ts';
import { dumpOf } from './dump.ts';
import { lawRuns } from './law-runs.ts';

/** Runs of each policy with its defaults, and with each other value that one of its parameters may take. */
const RUNS = { defaults: runCount(8), variant: runCount(4) } as const;

/** A policy and its parameters. */
interface Choice {
  readonly name: string;
  readonly given: ParameterValues;
  readonly runs: number;
}

/** Every registered policy with its defaults, and with every other value of each of its parameters that has few. */
const choices: readonly (readonly [title: string, choice: Choice])[] = schedulingPolicies.flatMap(
  ({ name, parameters }) => {
    const variants = Object.entries(parameters).flatMap(([key, schema]) => {
      const values: readonly (boolean | string)[] =
        schema.type === 'string' ? schema.enum : schema.type === 'boolean' ? [false, true] : [];
      return values.filter((value) => value !== schema.default).map((value) => [key, value] as const);
    });
    return [
      [name, { name, given: {}, runs: RUNS.defaults }] as const,
      ...variants.map(
        ([key, value]) => [`${name} ${key}=${value}`, { name, given: { [key]: value }, runs: RUNS.variant }] as const,
      ),
    ];
  },
);

/** The longest queue; of a loss system, in which nobody waits, how many were turned away. */
function queueMet({ metrics, log }: FinishedRun): number {
  return Math.max(metrics.occupancy.queueLengthMax, log.of(FactKind.Reject).length);
}

/** What a law has been held against. */
class Law {
  readonly #met = { policies: new Set<string>(), runs: 0, decisions: 0, queueMax: 0 };
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  met(policy: string, run: FinishedRun): void {
    this.looked(policy, run.simulation.decisions, queueMet(run));
  }

  /** A run in which so many decisions were looked at. */
  looked(policy: string, decisions: number, queueMax: number): void {
    this.#met.policies.add(policy);
    this.#met.runs++;
    this.#met.decisions += decisions;
    this.#met.queueMax = Math.max(this.#met.queueMax, queueMax);
  }

  get row() {
    const { policies, runs, decisions, queueMax } = this.#met;
    return { law: this.text, policies: policies.size, runs, decisions, 'longest queue': queueMax };
  }
}

const laws = {
  twice: new Law('decides the same twice, and keeps nothing of one run for the next'),
  view: new Law('sees the same however often the view is read; reading it changes nothing'),
  gangs: new Law('gangs whole, no GPU twice, sizes and types as allowed, times add up exactly'),
  served: new Law('every job is served in the end, none before it came, and does all its work'),
  estimates: new Law('estimates are all that is seen of running times'),
  conserving: new Law('work-conserving where claimed'),
};

/** The same policy, but something is done before and after each of its decisions. */
function around(
  inner: SchedulingPolicy,
  before: (context: Parameters<SchedulingPolicy['decide']>[0]) => void,
  after: (context: Parameters<SchedulingPolicy['decide']>[0]) => void,
): SchedulingPolicy {
  return {
    ...(inner.orderChanges === undefined ? {} : { orderChanges: inner.orderChanges }),
    ...(inner.actsOnRunning === undefined ? {} : { actsOnRunning: inner.actsOnRunning }),
    looksAhead: inner.looksAhead,
    order: (jobs, job, memory) => inner.order(jobs, job, memory),
    initial: (jobs, cluster) => inner.initial(jobs, cluster),
    decide(context) {
      before(context);
      const wakeUs = inner.decide(context);
      after(context);
      return wakeUs;
    },
  };
}

/** More decisions than any policy needs for a run of ours: one that asks for more would ask for ever. */
const DECISIONS_MOST = 20_000;

/** Stops a run that does not come to an end. */
function comingToAnEnd(inner: SchedulingPolicy): SchedulingPolicy {
  let decisions = 0;
  return around(
    inner,
    ({ view }) => {
      decisions++;
      if (decisions > DECISIONS_MOST) throw new Error(`decision ${decisions} at ${view.nowUs} us: no end is in sight`);
    },
    () => undefined,
  );
}

/** Reads everything twice before each decision. */
function readingEverything(inner: SchedulingPolicy): SchedulingPolicy {
  return around(
    inner,
    ({ view }) => expect(dumpOf(view), 'the view must be the same when it is read again').toBe(dumpOf(view)),
    () => undefined,
  );
}

/** Asks after each decision, when it has happened, whether a job that waits could be placed. */
class WorkFinder implements Watcher {
  /** Decisions after which somebody waited, and the most who did. */
  decisions = 0;
  queueMax = 0;

  reserved(): void {
    // Whom it reserves for is the policy's own business.
  }

  decided(aftermath: Aftermath): void {
    const waiting = waitingJobs(aftermath.queue);
    if (waiting.length > 0) this.decisions++;
    this.queueMax = Math.max(this.queueMax, waiting.length);
    const left = waiting.filter((job) => aftermath.refusal(job) === Refusal.None);
    if (left.length > 0)
      throw new Error(`jobs that wait at ${aftermath.nowUs} us although they fit: ${left.join(', ')}`);
  }
}

/** Every job has ended or been turned away, after it came, and what ended ran at least as long as its work takes. */
function checkServed({ spec, metrics, simulation }: FinishedRun): void {
  const { cluster, jobs } = spec;
  const { firstStartUs, endUs, outcome, ranUs, preemptions } = metrics.outcomes;
  expect(simulation.settled, 'jobs that ended or were turned away').toBe(jobs.count);
  for (let job = 0; job < jobs.count; job++) {
    expect(endUs[job]).toBeGreaterThanOrEqual(jobs.submitUs[job]!);
    if (outcome[job] !== Outcome.Done) continue;
    expect(firstStartUs[job]).toBeGreaterThanOrEqual(jobs.submitUs[job]!);
    const speeds = cluster.gpuTypes.map((_, type) => speedOf(jobs, job, type, jobs.gpusMax[job]!));
    const fastest = jobs.gpus[job] === 0 ? 1 : Math.max(...speeds);
    expect(ranUs[job]! * fastest, 'time at the fastest speed').toBeGreaterThanOrEqual(jobs.runUs[job]! - fastest);
    const isPlain = jobs.jobClass[job] === 0 && jobs.gpusMin[job] === jobs.gpusMax[job] && preemptions[job] === 0;
    const hasOverhead = spec.overheads.startUs + spec.overheads.teardownUs > 0;
    if (isPlain && !hasOverhead && spec.overheads.resume[0]!.overheadUs === 0) {
      expect(ranUs[job], 'run of a rigid, ordinary job that was never stopped').toBe(jobs.runUs[job]);
    }
  }
}

afterAll(() => {
  console.table(Object.values(laws).map(({ row }) => row));
});

/** What the runs of one policy came upon: the longest queue, and decisions looked at for work that was left. */
interface Met {
  readonly queueMax: number;
  readonly lookedAt: number;
}

/** Holds a policy against the laws on random runs; throws what fast-check makes of the first that is broken. */
function holdAgainstLaws(name: string, make: () => SchedulingPolicy, numRuns: number): Met {
  let queueMax = 0;
  let lookedAt = 0;
  fc.assert(
    fc.property(lawRuns, (run) => {
      const policy = make();
      const sketch: RunSketch = { ...run, scheduling: policy, schedulingName: name };
      const first = runOf({ ...sketch, scheduling: comingToAnEnd(policy) });
      checkIdentities(first);
      laws.gangs.met(name, first);
      checkServed(first);
      laws.served.met(name, first);

      // The same object again, event by event, by somebody who reads all there is to read.
      const again = runOf({ ...sketch, scheduling: readingEverything(policy) }, [], 1);
      expect(again.log.facts, 'what happens in the second run').toEqual(first.log.facts);
      expect([again.fingerprint, again.simulation.events]).toEqual([first.fingerprint, first.simulation.events]);
      laws.twice.met(name, again);
      laws.view.met(name, again);

      if (policy.workConserving === true) {
        const finder = new WorkFinder();
        expect(runOf(sketch, [], 1_000_000, finder).fingerprint).toBe(first.fingerprint);
        laws.conserving.looked(name, finder.decisions, finder.queueMax);
        lookedAt += finder.decisions;
      }
      queueMax = Math.max(queueMax, queueMet(first));
    }),
    // A run that is broken is told as it is: making it smaller would take thousands of runs.
    { numRuns, seed, endOnFailure: true },
  );
  return { queueMax, lookedAt };
}

describe.each(choices)('scheduling policy %s', (_, { name, given, runs }) => {
  it('obeys the laws', () => {
    const policy = schedulingOf([name, given]);
    const { queueMax, lookedAt } = holdAgainstLaws(name, () => policy, runs);
    expect(queueMax).toBeGreaterThanOrEqual(5);
    // A loss system leaves nobody waiting whom one could look at.
    if (policy.workConserving === true && given['whenBlocked'] !== 'reject') expect(lookedAt).toBeGreaterThan(30);
  });

  it('leaves nobody waiting who fits, or says why', () => {
    const definition = schedulingPolicies.find((one) => one.name === name)!;
    const presets = Object.entries(definition.parameters).map(([key, schema]) => [key, schema.default] as const);
    const rule = definition.semantics({ ...Object.fromEntries(presets), ...given })['idle'] ?? '';
    const claims = schedulingOf([name, given]).workConserving === true;
    expect(rule, 'the rule "idle" of its semantics').not.toBe('');
    expect(/^(after a decision nobody|any queue may use|nobody waits)[^;]*$/.test(rule), rule).toBe(claims);
  });
});

describe('the laws can be broken', () => {
  const [numRuns, name] = [RUNS.defaults, 'broken'];
  const startAll = policyThat(({ view: { queue }, plan }) => {
    for (const job of waitingJobs(queue)) plan.start(job);
  });

  /** What fast-check throws when the law with this message does not hold. */
  const because = (message: RegExp): unknown =>
    expect.objectContaining({
      cause: expect.objectContaining({ message: expect.stringMatching(message) as unknown }) as unknown,
    });

  it('by none: a policy that starts what fits passes', () => {
    expect(holdAgainstLaws('obvious', () => ({ ...startAll, workConserving: true }), numRuns).queueMax).toBeGreaterThan(
      4,
    );
  });

  it('by a policy that remembers the run before', () => {
    const forgetful = (): SchedulingPolicy => {
      let decisions = 0;
      return policyThat(({ view: { queue }, plan }) => {
        const waiting = waitingJobs(queue);
        for (const job of decisions++ < 9 ? waiting : waiting.toReversed()) plan.start(job);
      });
    };
    expect(() => holdAgainstLaws(name, forgetful, numRuns)).toThrow(because(/what happens in the second run/));
  });

  it('by a policy that asks again and again', () => {
    const restless = () =>
      policyThat(({ view: { queue, nowUs }, plan }) => {
        for (const job of waitingJobs(queue)) plan.start(job);
        return nowUs + 1;
      });
    expect(() => holdAgainstLaws(name, restless, numRuns)).toThrow(because(/no end is in sight/));
  });

  it('by a policy that claims to leave nobody waiting and does', () => {
    const fifo = schedulingOf('fifo');
    const claims = () => ({ ...fifo, workConserving: true });
    expect(() => holdAgainstLaws(name, claims, numRuns)).toThrow(because(/jobs that wait .* although they fit/));
  });

  it('by a policy that stops a job and leaves it waiting beside the room it had', () => {
    const careless = () => {
      const decide: Parameters<typeof policyThat>[0] = ({ view: { queue, active, jobs }, plan }) => {
        for (const job of waitingJobs(queue)) plan.start(job);
        if (queue.length > 2 && active.length > 0 && jobs.preemptions(active.at(0)) === 0) plan.lift(active.at(0));
      };
      return policyThat(decide, { workConserving: true });
    };
    expect(() => holdAgainstLaws(name, careless, numRuns)).toThrow(because(/jobs that wait .* although they fit/));
  });
});

describe('fifo-skip is work-conserving, by the facts alone', () => {
  it.each(placements.map((one) => [titleOf(one), one] as const))(
    'after each decision no waiting job could be placed, with %s',
    (title, placement) => {
      // On partly free nodes with CPU limits less may hold more (see the placement tests): there GPUs alone are asked for.
      const bare = !(title.endsWith('whole-nodes') || title in scores);
      let looks = 0;
      let queueMax = 0;
      fc.assert(
        fc.property(mixedPools, mixedJobs, (pools, mixed) => {
          const jobs = mixed.map((job) => (bare ? { ...job, cpuMilli: 0, memoryMiB: 0 } : job));
          const sketch = { pools, placement, scheduling: 'fifo-skip', jobs: thatFit(pools, jobs, placement) };
          const onlooker = new Onlooker(sketch, ({ waiting, nodes, gangOf }) => {
            for (const job of waiting) {
              expect(typeof placeObviously(placement, gangOf(job), nodes)).toBe('string');
              looks++;
            }
          });
          queueMax = Math.max(queueMax, queueMet(runOf(sketch, [onlooker])));
        }),
        { numRuns: runCount(12), seed },
      );
      expect(queueMax).toBeGreaterThanOrEqual(5);
      expect(looks).toBeGreaterThan(100);
    },
  );
});

describe('placements are pure', () => {
  it.each(placements.map((one) => [titleOf(one), one] as const))(
    'the same gangs get the same nodes, run for run, with %s',
    (_, placement) => {
      let queueMax = 0;
      fc.assert(
        fc.property(lawRuns, ({ pools, jobs: all, classes = [], ...run }) => {
          const jobs = thatFit(pools, all, placement, classes);
          const sketch = { ...run, pools, classes, jobs, scheduling: 'fifo', placement };
          const first = runOf(sketch);
          expect(runOf(sketch).log.facts).toEqual(first.log.facts);
          expect(first.log.of(FactKind.Start).length).toBe(jobs.length);
          queueMax = Math.max(queueMax, queueMet(first));
        }),
        { numRuns: runCount(4), seed },
      );
      expect(queueMax).toBeGreaterThanOrEqual(5);
    },
  );
});

describe('estimates', () => {
  it.each(choices.filter(([, { given }]) => Object.keys(given).length === 0))(
    'are all that %s sees of running times: with other true times the first decision is the same',
    (_, { name }) => {
      let waited = 0;
      fc.assert(
        fc.property(lawRuns, fc.integer({ min: 1, max: 9 }), (run, more) => {
          const atOnce = run.jobs.map((job) => ({ ...job, submitUs: 0, runUs: Math.max(1, job.runUs) }));
          const startsAt0 = (jobs: typeof atOnce): unknown[] => {
            const whole = runOf({ ...run, jobs, scheduling: name });
            laws.estimates.met(name, whole);
            waited = Math.max(waited, queueMet(whole));
            return whole.log.facts.filter((fact) => fact.timeUs === 0);
          };
          const longer = atOnce.map((job) => ({ ...job, runUs: job.runUs + more }));
          expect(startsAt0(longer)).toEqual(startsAt0(atOnce));
        }),
        { numRuns: runCount(2), seed },
      );
      expect(waited).toBeGreaterThanOrEqual(5);
    },
  );
});
