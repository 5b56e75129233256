import { NEVER } from '../../src/sim/kernel/clock.ts';
import { Refusal } from '../../src/sim/contract/refusal.ts';
import { NO_JOB, type SchedulingDefinition } from '../../src/sim/contract/scheduling.ts';

/** Smallest first: waiting jobs stand in the order of their GPUs, and each that fits is started. */
export const smallestFirst: SchedulingDefinition = {
  name: 'smallest-first',
  summary: 'Starts the jobs with the fewest GPUs first (big gangs may starve).',
  source: 'example in docs/writing-a-policy.md',
  parameters: {
    gpusMax: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000_000,
      description: 'Jobs that ask for more GPUs are turned away when their turn comes.',
    },
  },
  semantics: ({ gpusMax }) => ({
    order: 'fewest GPUs, then submit, then file order',
    blocked: 'head of line: nobody passes a job that does not fit',
    idle: 'GPUs stay idle behind a job that does not fit, though others would',
    limit: `jobs of more than ${String(gpusMax)} GPUs are turned away when their turn comes`,
    estimates: 'not used',
  }),
  create: ({ gpusMax }) => ({
    order: (jobs, job) => jobs.gpus(job),
    looksAhead: false,
    initial: () => undefined,
    decide({ view: { queue, jobs }, plan }) {
      for (let job = queue.head(); job !== NO_JOB; job = queue.head()) {
        if (jobs.gpus(job) > Number(gpusMax)) plan.reject(job);
        else if (plan.start(job) !== Refusal.None) break;
      }
      return NEVER;
    },
  }),
};
