import { describe, expect, it } from 'vitest';
import type { GrantSink } from '../../src/sim/contract/placement.ts';
import type { SchedulingPolicy } from '../../src/sim/contract/scheduling.ts';
import { PolicyError } from '../../src/sim/engine/policy-error.ts';
import type { JobId, NodeId } from '../../src/sim/model/brand.ts';
import { placementThat, policyThat, waitingJobs } from './policies-of-the-test.ts';
import { runOf, type JobSketch, type PoolSketch, type RunSketch } from './run-builder.ts';

const pools: readonly PoolSketch[] = [
  { nodes: 2, gpusPerNode: 4, gpuType: 'A', cpuMilliPerNode: 8000, memoryMiBPerNode: 100 },
  { nodes: 2, gpusPerNode: 4, gpuType: 'B' },
];
// All submitted at 5 us but the last, which comes at 9 us.
const jobs: readonly JobSketch[] = [
  { gpus: 2, runUs: 100, submitUs: 5 },
  { gpus: 6, runUs: 100, submitUs: 5, gpuTypes: ['A'] },
  { gpus: 1, runUs: 100, submitUs: 9 },
];

/** The message of the PolicyError that the run must end in. */
function messageOf(sketch: Partial<RunSketch>): string {
  try {
    runOf({ pools, jobs, scheduling: 'fifo', placement: 'first-fit', schedulingName: 'hostile', ...sketch });
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return (error as PolicyError).message;
  }
  throw new Error('the run went through');
}

const at5 = 'policy "hostile" at 0.000005 s: cannot';
const whole = 'start jobs of the queue, each once';

/** A policy that starts what waits at 5 us and does its mischief at 9 us. */
function thenAt9(mischief: Parameters<typeof policyThat>[0], more: Partial<SchedulingPolicy> = {}): SchedulingPolicy {
  return policyThat((context) => {
    const { view, plan } = context;
    if (view.nowUs === 9) return mischief(context);
    for (const job of waitingJobs(view.queue)) plan.start(job);
    return undefined;
  }, more);
}

const at9 = 'policy "hostile" at 0.000009 s: cannot';
const never = 7 as JobId;

describe('a scheduling policy is stopped, and told why and what to do,', () => {
  it.each<[string, SchedulingPolicy, string]>([
    [
      'when it starts a job twice in one plan',
      policyThat(({ view, plan }) => {
        const [first] = waitingJobs(view.queue);
        plan.start(first!);
        plan.start(first!);
      }),
      `${at5} start job j0: it is started in this plan already; ${whole}`,
    ],
    [
      'when it starts a running job',
      thenAt9(({ plan }) => void plan.start(0 as JobId)),
      `${at9} start job j0: it is running since 0.000005 s; ${whole}`,
    ],
    [
      'when it starts a job not submitted yet',
      policyThat(({ plan }) => void plan.start(2 as JobId)),
      `${at5} start job j2: it is not submitted yet; ${whole}`,
    ],
    [
      'when it starts what is no job',
      policyThat(({ plan }) => void plan.start(never)),
      `${at5} start job #7: it is not a job of this run; ${whole}`,
    ],
    [
      'when it starts job -1',
      policyThat(({ plan }) => void plan.start(-1 as JobId)),
      `${at5} start job #-1: it is not a job of this run; ${whole}`,
    ],
    [
      'when it starts a job that it has turned away',
      policyThat(({ plan }) => {
        plan.reject(0 as JobId);
        plan.start(0 as JobId);
      }),
      `${at5} start job j0: it is turned away; ${whole}`,
    ],
    [
      'when it preempts a waiting job',
      policyThat(({ plan }) => plan.preempt(0 as JobId)),
      `${at5} preempt job j0: it is waiting; preempt running jobs only`,
    ],
    [
      'when it preempts what is no job',
      policyThat(({ plan }) => plan.preempt(never)),
      `${at5} preempt job #7: it is not a job of this run; preempt running jobs only`,
    ],
    [
      'when it preempts a job twice',
      thenAt9(({ plan }) => {
        plan.preempt(0 as JobId);
        plan.preempt(0 as JobId);
      }),
      `${at9} preempt job j0: it is waiting; preempt running jobs only`,
    ],
    [
      'when it turns a running job away',
      thenAt9(({ plan }) => plan.reject(0 as JobId)),
      `${at9} turn away job j0: it is running since 0.000005 s; only waiting jobs can be turned away`,
    ],
    [
      'when it turns a job away twice',
      policyThat(({ plan }) => {
        plan.reject(0 as JobId);
        plan.reject(0 as JobId);
      }),
      `${at5} turn away job j0: it is turned away; only waiting jobs can be turned away`,
    ],
    [
      'when it turns away a job it has just started',
      policyThat(({ plan }) => {
        plan.start(0 as JobId);
        plan.reject(0 as JobId);
      }),
      `${at5} turn away job j0: it is started in this plan already; only waiting jobs can be turned away`,
    ],
    [
      'when it wants to be asked in the past',
      policyThat(() => 3),
      `${at5} be asked again at 3 us: that is not later than now; name a later time`,
    ],
    [
      'when it wants to be asked now',
      policyThat(({ view }) => view.nowUs),
      `${at5} be asked again at 5 us: that is not later than now; name a later time`,
    ],
    [
      'when it wants to be asked at no time',
      policyThat(() => NaN),
      `${at5} be asked again at NaN us: that is not later than now; name a later time`,
    ],
    [
      'when it reserves without having said that it looks ahead',
      policyThat(({ plan }) => void plan.reservation.reserve(0 as JobId)),
      `${at5} reserve: it declares looksAhead: false; declare looksAhead: true`,
    ],
  ])('%s', (_, scheduling, message) => {
    expect(messageOf({ scheduling })).toBe(message);
  });

  it('when it starts what is no job in a queue of its own order', () => {
    const order = (_: unknown, job: JobId): number => Number(job !== 1);
    const scheduling = policyThat(({ plan }) => void plan.start(never), { order });
    expect(messageOf({ scheduling })).toBe(`${at5} start job #7: it is not a job of this run; ${whole}`);
  });
});

describe('a placement is stopped, and told why and what to do,', () => {
  const mend = 'grant only what the free view shows';
  const on =
    (node: number, gpus: number, nodes = 1) =>
    (grants: GrantSink) =>
      grants.add(node as NodeId, gpus, nodes);
  const both =
    (...writes: ((grants: GrantSink) => void)[]) =>
    (grants: GrantSink): void => {
      for (const write of writes) write(grants);
    };
  const gang = [{ gpus: 6, runUs: 1, submitUs: 5, gpuTypes: ['A'] }];
  it.each<[string, JobSketch[], (grants: GrantSink) => void, string]>([
    [
      'when it grants a node twice, beyond its GPUs',
      gang,
      both(on(0, 3), on(0, 3)),
      `${at5} start job j0 on node 0: 3 GPUs wanted, 1 free; ${mend}`,
    ],
    [
      'when it grants more GPUs than a node has',
      gang,
      on(0, 6),
      `${at5} start job j0 on node 0: 6 GPUs wanted, 4 free; ${mend}`,
    ],
    [
      'when it grants two GPU types',
      gang,
      both(on(1, 3), on(2, 3)),
      `${at5} start job j0 on node 2: a gang stays within one GPU type; ${mend}`,
    ],
    [
      'when it grants two GPU types as one run of neighbours',
      gang,
      on(0, 2, 3),
      `${at5} start job j0 on node 2: a gang stays within one GPU type; ${mend}`,
    ],
    [
      'when it grants a type that is not allowed',
      gang,
      on(2, 3, 2),
      `${at5} start job j0 on node 2: GPU type B is not allowed for it; ${mend}`,
    ],
    [
      'when it grants fewer GPUs than asked for',
      gang,
      on(0, 4),
      `${at5} start job j0: it was granted 4 of 6 GPUs; place gangs whole`,
    ],
    [
      'when it grants more GPUs than asked for',
      gang,
      on(0, 4, 2),
      `${at5} start job j0: it was granted 8 of 6 GPUs; place gangs whole`,
    ],
    [
      'when it grants nothing',
      gang,
      () => undefined,
      `${at5} start job j0: it was granted 0 of 6 GPUs; place gangs whole`,
    ],
    [
      'when it grants a node that does not exist',
      gang,
      on(9, 6),
      `${at5} start job j0 on node 9: there is no such node; ${mend}`,
    ],
    ['when it grants node -1', gang, on(-1, 6), `${at5} start job j0 on node -1: there is no such node; ${mend}`],
    [
      'when a run of neighbours goes beyond the last node',
      [{ gpus: 6, runUs: 1, submitUs: 5 }],
      on(3, 3, 2),
      `${at5} start job j0 on node 3: there is no such node; ${mend}`,
    ],
    [
      'when a run has no node',
      gang,
      both(on(0, 3, 0), on(1, 6)),
      `${at5} start job j0 on node 0: there is no such node; ${mend}`,
    ],
    [
      'when it grants less than nothing',
      gang,
      both(on(0, 4), on(1, 4), on(1, -2)),
      `${at5} start job j0 on node 1: there is no such node; ${mend}`,
    ],
    [
      'when a node lacks the CPU cores',
      [{ gpus: 2, runUs: 1, submitUs: 5, cpuMilli: 9500 }],
      on(0, 2),
      `${at5} start job j0 on node 0: 1.5 CPU cores are missing; ${mend}`,
    ],
    [
      'when a node lacks the memory',
      [{ gpus: 2, runUs: 1, submitUs: 5, memoryMiB: 111 }],
      on(1, 2),
      `${at5} start job j0 on node 1: 11 MiB of memory are missing; ${mend}`,
    ],
  ])('%s', (_, wanted, write, message) => {
    expect(messageOf({ jobs: wanted, placement: placementThat(write) })).toBe(message);
    // Backfilling keeps a second index of what is free ahead: it must not fall over before the gate has spoken.
    expect(messageOf({ jobs: wanted, placement: placementThat(write), scheduling: 'easy-backfill' })).toBe(message);
    // With a job without GPUs in the run the index keeps full nodes as well.
    const withBare = [...wanted, { gpus: 0, runUs: 1, submitUs: 9 }];
    expect(messageOf({ jobs: withBare, placement: placementThat(write) })).toBe(message);
  });
});
