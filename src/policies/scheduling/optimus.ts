import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema } from '../../sim/contract/definition.ts';
import type { SchedulingContext, SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { applySizes, startWithoutGpus } from '../elastic/apply-sizes.ts';
import { ElasticRound, oneMore } from '../elastic/elastic-round.ts';
import { Growth, type GrowthRule } from '../elastic/growth.ts';
import { admitAtLeast, isRoundStart, lookParameter, nextRoundUs, roundParameter } from '../elastic/rounds.ts';
import { queueOrder, priorityParameter } from './queue-order.ts';
import { startAnything } from './idle-start.ts';

const parameters = {
  priorities: priorityParameter,
  round: roundParameter(600_000_000),
  look: lookParameter,
} as const satisfies Record<string, ParameterSchema>;

/** What one GPU more saves: the estimated time to the end with so many less that with one more. */
const timeSaved: GrowthRule = {
  next: oneMore,
  gain: (jobs, job, type, size, next) =>
    (jobs.remainingUs(job) * (1 / jobs.speed(job, type, size) - 1 / jobs.speed(job, type, next))) / (next - size),
};

interface Memory {
  readonly round: ElasticRound;
  readonly growth: Growth;
  readonly order: number[];
}

/** Marginal gain: every job its fewest GPUs, then each further GPU to the job whose end it brings forward most. */
export const optimus: SchedulingDefinition = {
  name: 'optimus',
  summary: 'Resizes elastic jobs by rounds: each GPU goes where it shortens the time to the end most.',
  source: 'Peng et al., Optimus, EuroSys 2018',
  sizesJobs: true,
  parameters,
  semantics: (given) => ({
    rounds: `decides every ${Number(given['round']) / 1e6} s and at no other instant`,
    order:
      'running jobs keep at least the fewest GPUs they can run with; waiting ones get as many in queue order, passing over what does not fit',
    growth:
      'then one GPU after the other to the job with the largest remaining · (1/speed(n) - 1/speed(n + 1)), the earlier job on ties',
    types: 'a running job stays on its GPU type; a new one takes the type it is fastest on, of those with room',
    resize:
      'a changed size pays the resume overhead; where the placement has no room in this shape a job stays as it was',
    idle: 'GPUs that come free stay idle until the next round',
    estimates: 'remaining time as the scenario estimates it',
  }),
  create: (given) => {
    const roundUs = Number(given['round']);
    const look = Number(given['look']);
    return {
      order: queueOrder(given),
      looksAhead: false,
      actsOnRunning: true,
      initial: (): Memory => ({ round: new ElasticRound(), growth: new Growth(timeSaved), order: [] }),
      decide: (context) => decide(context as SchedulingContext<Memory>, roundUs, look),
    };
  },
};

function decide({ view, plan, memory }: SchedulingContext<Memory>, roundUs: TimeUs, look: number): TimeUs {
  const { jobs, nowUs, queue, active } = view;
  if (queue.length === 0 && active.length === 0) return NEVER;
  if (!isRoundStart(nowUs, roundUs)) return nextRoundUs(nowUs, roundUs);
  const { round, growth, order } = memory;
  startWithoutGpus(view, plan, look);
  round.begin(view);
  for (let entry = 0; entry < round.entries; entry++) round.resize(entry, jobs.gpusMin(round.job[entry]!));
  admitAtLeast(round, view, look);
  growth.run(round, jobs);
  if (!applySizes(round, view, plan, order) && active.length === 0) startAnything(view, plan);
  return nextRoundUs(nowUs, roundUs);
}
