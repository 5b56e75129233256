import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_JOB, type SchedulingPolicy, type SchedulingView } from '../../src/sim/contract/scheduling.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { schedulingPolicies } from '../../src/policies/registry.ts';
import { waitingJobs } from '../engine/policies-of-the-test.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { mixedJobs, mixedPools, placements, thatFit, titleOf, type PlacementChoice } from '../engine/random-runs.ts';
import { runOf, schedulingOf, type FinishedRun, type RunSketch } from '../engine/run-builder.ts';
import { Onlooker } from '../engine/onlooker.ts';
import { placeObviously } from '../policies/obvious-placement.ts';
import { scores } from '../policies/obvious-scores.ts';
import { seed } from '../engine/seed.ts';

/** Every registered scheduling policy with its defaults, and with each other value that one of its parameters may take. */
const choices = schedulingPolicies.flatMap(({ name, parameters }) => {
  const others = Object.entries(parameters).flatMap(([key, schema]): ParameterValues[] => {
    const values: readonly (boolean | string)[] =
      schema.type === 'string' ? schema.enum : schema.type === 'boolean' ? [false, true] : [];
    return values.filter((value) => value !== schema.default).map((value) => ({ [key]: value }));
  });
  return [{}, ...others].map((given) => [[name, ...Object.values(given)].join(' '), [name, given] as const] as const);
});

const runs = fc
  .record({ pools: mixedPools, jobs: mixedJobs, placement: fc.constantFrom(...placements) })
  .map((run) => ({ ...run, jobs: thatFit(run.pools, run.jobs, run.placement) }));

/** Checks the law on random runs of the policy, among them queues of at least five. */
function holds(
  scheduling: RunSketch['scheduling'],
  law: (sketch: RunSketch & { readonly placement: PlacementChoice }) => number,
  numRuns = 40,
): number {
  let queueMax = 0;
  fc.assert(
    fc.property(runs, (run) => {
      queueMax = Math.max(queueMax, law({ ...run, scheduling }));
    }),
    { numRuns, seed },
  );
  return queueMax;
}

/** The longest queue; of a loss system, in which nobody waits, how many were turned away. */
function queueMet({ metrics, log }: FinishedRun): number {
  return Math.max(metrics.occupancy.queueLengthMax, log.of(FactKind.Reject).length);
}

/** All that a policy can read, as plain data; reading it is all it does. */
function dumpOf(view: SchedulingView): string {
  const { jobs, queue, running } = view;
  const runningJobs: unknown[] = [];
  for (let job = running.first(); job !== NO_JOB; job = running.after(job)) {
    runningJobs.push([job, running.startUs(job), running.estimatedEndUs(job), running.gpuType(job)]);
  }
  const waiting = waitingJobs(queue);
  return JSON.stringify({
    nowUs: view.nowUs,
    queueLength: queue.length,
    runningLength: running.length,
    free: Array.from({ length: view.gpuTypes }, (_, type) => view.freeGpus(type)),
    waiting: waiting.map((job) => [
      job,
      jobs.gpus(job),
      jobs.estimateUs(job),
      jobs.submitUs(job),
      jobs.tenant(job),
      jobs.priority(job),
      jobs.typeMask(job),
    ]),
    candidates: waiting.map((job) => [queue.nextCandidate(job, 2, 5), queue.nextCandidate(job, Infinity, NEVER)]),
    runningJobs,
  });
}

/** The same policy, but everything it can see is read twice before it decides, and must be the same both times. */
function readingEverything(inner: SchedulingPolicy): SchedulingPolicy {
  return {
    ...inner,
    decide(context) {
      const { view } = context;
      const before = dumpOf(view);
      expect(dumpOf(view)).toBe(before);
      return inner.decide(context);
    },
  };
}

describe.each(choices)('scheduling policy %s', (_, scheduling) => {
  it('decides the same twice: the same run has the same fingerprint, in one piece or event by event', () => {
    const queueMax = holds(scheduling, (sketch) => {
      const first = runOf(sketch);
      expect(runOf(sketch).fingerprint).toBe(first.fingerprint);
      const inPieces = runOf(sketch, [], 1);
      expect([inPieces.fingerprint, inPieces.simulation.events]).toEqual([first.fingerprint, first.simulation.events]);
      expect(inPieces.log.facts).toEqual(first.log.facts);
      return queueMet(first);
    });
    expect(queueMax).toBeGreaterThanOrEqual(5);
  });

  it('sees the same however often the view is read, and reading it changes nothing', () => {
    const queueMax = holds(scheduling, (sketch) => {
      const plain = runOf(sketch);
      const read = runOf({ ...sketch, scheduling: readingEverything(schedulingOf(scheduling)) });
      expect(read.fingerprint).toBe(plain.fingerprint);
      return queueMet(plain);
    });
    expect(queueMax).toBeGreaterThanOrEqual(5);
  });

  it('keeps nothing of one run for the next: the same policy object runs twice the same', () => {
    const queueMax = holds(scheduling, (sketch) => {
      const policy = schedulingOf(scheduling);
      const first = runOf({ ...sketch, scheduling: policy });
      expect(runOf({ ...sketch, scheduling: policy }).fingerprint).toBe(first.fingerprint);
      return queueMet(first);
    });
    expect(queueMax).toBeGreaterThanOrEqual(5);
  });

  it('serves every job in the end, once, and none before it came', () => {
    const queueMax = holds(scheduling, (sketch) => {
      const run = runOf(sketch);
      const { spec, metrics, simulation } = run;
      const { firstStartUs, endUs, ranUs, preemptions } = metrics.outcomes;
      expect(simulation.settled).toBe(spec.jobs.count);
      for (let job = 0; job < spec.jobs.count; job++) {
        expect(endUs[job]).toBeGreaterThanOrEqual(spec.jobs.submitUs[job]!);
        if (firstStartUs[job]! < 0) continue;
        expect(firstStartUs[job]).toBeGreaterThanOrEqual(spec.jobs.submitUs[job]!);
        expect(ranUs[job]).toBe(spec.jobs.runUs[job]);
        // Whoever was stopped on the way took longer from his first start to his end.
        const spanUs = endUs[job]! - firstStartUs[job]!;
        if (preemptions[job] === 0) expect(spanUs).toBe(spec.jobs.runUs[job]);
        else expect(spanUs).toBeGreaterThanOrEqual(spec.jobs.runUs[job]!);
      }
      return queueMet(run);
    });
    expect(queueMax).toBeGreaterThanOrEqual(5);
  });
});

describe('fifo-skip is work-conserving', () => {
  it.each(placements.map((one) => [titleOf(one), one] as const))(
    'after each decision no waiting job could be placed, with %s',
    (title, placement) => {
      // On partly free nodes with CPU limits less may hold more (see the placement tests): there GPUs alone are asked for.
      const bare = !(title.endsWith('whole-nodes') || title in scores);
      let looks = 0;
      const queueMax = holds('fifo-skip', (random) => {
        const jobs = random.jobs.map((job) => (bare ? { ...job, cpuMilli: 0, memoryMiB: 0 } : job));
        const sketch = { ...random, placement, jobs: thatFit(random.pools, jobs, placement) };
        const onlooker = new Onlooker(sketch, ({ waiting, nodes, gangOf }) => {
          for (const job of waiting) {
            expect(typeof placeObviously(placement, gangOf(job), nodes)).toBe('string');
            looks++;
          }
        });
        return runOf(sketch, [onlooker]).metrics.occupancy.queueLengthMax;
      });
      expect(queueMax).toBeGreaterThanOrEqual(5);
      expect(looks).toBeGreaterThan(500);
    },
  );
});

describe('placements are pure', () => {
  it.each(placements.map((one) => [titleOf(one), one] as const))(
    'the same gangs get the same nodes, run for run, with %s',
    (_, placement) => {
      const queueMax = holds(
        'fifo',
        (random) => {
          const sketch = { ...random, placement, jobs: thatFit(random.pools, random.jobs, placement) };
          const first = runOf(sketch);
          expect(runOf(sketch).log.facts).toEqual(first.log.facts);
          expect(first.log.of(FactKind.Start).length).toBe(sketch.jobs.length);
          return queueMet(first);
        },
        15,
      );
      expect(queueMax).toBeGreaterThanOrEqual(5);
    },
  );
});

describe('estimates', () => {
  it('are all that a policy sees of running times: with other true times the first decision is the same', () => {
    for (const [, scheduling] of choices) {
      fc.assert(
        fc.property(runs, fc.integer({ min: 1, max: 9 }), (run, more) => {
          const atOnce = run.jobs.map((job) => ({ ...job, submitUs: 0, runUs: Math.max(1, job.runUs) }));
          const startsAt0 = (jobs: typeof atOnce): unknown[] =>
            runOf({ ...run, jobs, scheduling }).log.facts.filter((fact) => fact.timeUs === 0);
          expect(startsAt0(atOnce.map((job) => ({ ...job, runUs: job.runUs + more })))).toEqual(startsAt0(atOnce));
        }),
        { numRuns: 20, seed },
      );
    }
  });
});
