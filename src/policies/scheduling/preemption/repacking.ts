import type { TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import type { ParameterSchema } from '../../../sim/contract/definition.ts';
import { Refusal } from '../../../sim/contract/refusal.ts';
import type { Plan, SchedulingView } from '../../../sim/contract/scheduling.ts';
import { NOTHING_IDLE } from '../idle-rule.ts';

/** What becomes of running jobs at a decision. */
export type Repack = 'in-place' | 'anew' | 'by-count';

export const repackParameter: ParameterSchema = {
  type: 'string',
  enum: ['in-place', 'anew', 'by-count'],
  default: 'in-place',
  description:
    'in-place: running jobs stay where they are, and as few as possible give way to a waiting job that goes before them. ' +
    'anew: at each decision everybody is taken off and placed again in order, which moves jobs. ' +
    'by-count: jobs are chosen in order by the number of GPUs alone; running ones that are not chosen are stopped, waiting ' +
    'ones that are chosen start if the placement has room for them.',
};

export const repackSentences: Readonly<Record<Repack, string>> = {
  'in-place':
    'a waiting job that does not fit takes the GPUs of running jobs that come after it in the order, the last first, if they make room; who proves not to be needed stays, and nobody moves for company',
  anew: 'at each decision everybody is taken off and placed again in order, skipping what does not fit; who gets other GPUs has moved, who gets none is preempted',
  'by-count':
    'at each decision jobs are chosen in order, skipping what does not fit, by the number of GPUs alone; running ones not chosen are preempted, waiting ones start in order if the placement has room, and keep their claim if it has not',
};

/** The rule 'idle' of such decisions. */
export function idleSentence(repack: Repack, roundUs: TimeUs): string {
  if (leavesNobody(repack, roundUs)) return NOTHING_IDLE;
  const reasons = [
    ...(roundUs > 0 ? ['GPUs that come free wait for the next round'] : []),
    ...(repack === 'by-count'
      ? ['jobs chosen by number keep their claim while the placement has no room for them']
      : []),
  ];
  return reasons.join('; ');
}

/** Whether such decisions leave nobody waiting whom the placement could hold. */
export function leavesNobody(repack: Repack, roundUs: TimeUs): boolean {
  return repack !== 'by-count' && roundUs === 0;
}

/** Takes everybody off and places all again in the given order, skipping what does not fit. Answers who runs now. */
export function packAnew({ active }: SchedulingView, plan: Plan, order: readonly JobId[]): JobId[] {
  for (let index = 0; index < active.length; index++) plan.lift(active.at(index));
  return order.filter((job) => plan.start(job) === Refusal.None);
}

/** Who runs after a decision by number, and whether somebody was chosen whom the placement could not hold. */
export interface ChoiceByCount {
  readonly runners: readonly JobId[];
  readonly isShort: boolean;
}

/** Chooses in the given order by the number of GPUs alone, skipping what does not fit. */
export function packByCount(view: SchedulingView, plan: Plan, order: readonly JobId[]): ChoiceByCount {
  const { jobs } = view;
  let left = 0;
  for (let type = 0; type < view.gpuTypes; type++) left += view.totalGpus(type);
  const runners: JobId[] = [];
  const chosen: JobId[] = [];
  for (const job of order) {
    const isRunning = jobs.isRunning(job);
    const gpus = isRunning ? jobs.heldGpus(job) : jobs.gpus(job);
    if (gpus <= left) {
      left -= gpus;
      (isRunning ? runners : chosen).push(job);
    } else if (isRunning) plan.preempt(job);
  }
  const started = chosen.filter((job) => plan.start(job) === Refusal.None);
  return { runners: [...runners, ...started], isShort: started.length < chosen.length };
}
