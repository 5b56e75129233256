import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { ParameterSchema } from '../../sim/contract/definition.ts';
import { NO_JOB, type SchedulingView } from '../../sim/contract/scheduling.ts';
import type { ElasticRound } from './elastic-round.ts';

/** How often a policy that works by rounds decides, and how far down the queue it looks. */
export const roundParameter = (defaultUs: TimeUs) =>
  ({
    type: 'duration',
    minimum: 1_000_000,
    default: defaultUs,
    description: 'Length of a round: decisions are made at its multiples and at no other instant.',
  }) as const satisfies ParameterSchema;

export const lookParameter = {
  type: 'integer',
  minimum: 1,
  maximum: 1_000_000,
  default: 1000,
  description: 'Waiting jobs, from the head of the queue, that a decision looks at.',
} as const satisfies ParameterSchema;

/** Whether a round begins now. */
export function isRoundStart(nowUs: TimeUs, roundUs: TimeUs): boolean {
  return nowUs % roundUs === 0;
}

/** The beginning of the round after this instant. */
export function nextRoundUs(nowUs: TimeUs, roundUs: TimeUs): TimeUs {
  return nowUs - (nowUs % roundUs) + roundUs;
}

/** Gives waiting jobs, in queue order, the fewest GPUs they can run with, as long as some are free. */
export function admitAtLeast(round: ElasticRound, { jobs, queue }: SchedulingView, looksMax: number): void {
  let job = queue.head();
  for (let looks = 0; looks < looksMax && job !== NO_JOB && round.hasFree; looks++, job = queue.after(job)) {
    if (jobs.gpus(job) === 0) continue;
    const type = round.fastestType(jobs, job, jobs.gpusMin(job));
    if (type < 0) continue;
    const entry = round.add(job);
    round.type[entry] = type;
    round.resize(entry, jobs.gpusMin(job));
  }
}
