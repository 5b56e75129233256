import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { JobId } from '../../../sim/model/brand.ts';
import type { ParameterSchema, ParameterValues, Semantics } from '../../../sim/contract/definition.ts';
import type { JobView, SchedulingContext, SchedulingPolicy } from '../../../sim/contract/scheduling.ts';
import { Displacement, type Displacing } from './displacement.ts';
import { Lineup, type Ties } from './lineup.ts';
import {
  idleSentence,
  leavesNobody,
  packAnew,
  packByCount,
  repackParameter,
  repackSentences,
  type Repack,
} from './repacking.ts';
import { isRound, nextRoundUs, roundParameter, roundSentence } from './rounds.ts';

export type KeyOf = (jobs: JobView, job: JobId) => number;

/** Parameters of the policies that always run what has least left. */
export const remainingFirstParameters: Readonly<Record<string, ParameterSchema>> = {
  repack: repackParameter,
  ties: {
    type: 'string',
    enum: ['submit', 'as-before', 'running-first', 'waiting-first'],
    default: 'submit',
    description:
      'How jobs with the same left stand to each other (not with in-place, where nobody gives way to an equal): by submission, ' +
      'as they stood at the last decision, or running or waiting ones first.',
  },
  round: roundParameter,
};

export function remainingFirstSemantics(order: string, parameters: ParameterValues): Semantics {
  const repack = parameters['repack'] as Repack;
  return {
    order,
    preemption: repackSentences[repack],
    ties:
      repack === 'in-place' ? 'submit, then file order' : `${String(parameters['ties'])}, then submit, then file order`,
    rounds: roundSentence(Number(parameters['round'])),
    idle: idleSentence(repack, Number(parameters['round'])),
    estimates: 'what is left is estimated as the scenario states; overheads still to be paid count',
  };
}

interface Memory {
  readonly lineup: Lineup;
  readonly displacement: Displacement;
}

/** Runs the jobs with the smallest keys; a running one gives way to keys that are smaller by more than `keyGap`. */
export function remainingFirst(keyOf: KeyOf, parameters: ParameterValues, keyGap = 0): SchedulingPolicy<Memory> {
  const repack = parameters['repack'] as Repack;
  const ties = parameters['ties'] as Ties;
  const roundUs = Number(parameters['round']);
  return {
    order: (jobs, job) => keyOf(jobs, job),
    orderChanges: true,
    actsOnRunning: false,
    looksAhead: false,
    workConserving: leavesNobody(repack, roundUs),
    initial: (jobs) => ({ lineup: new Lineup(jobs.count), displacement: new Displacement() }),
    decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
      const { nowUs, jobs } = view;
      if (!isRound(nowUs, roundUs)) return nextRoundUs(nowUs, roundUs);
      if (repack === 'in-place') {
        memory.displacement.run(view, plan, displacing(keyOf, jobs, keyGap));
        return NEVER;
      }
      memory.lineup.dismiss(view);
      memory.lineup.admit(view);
      memory.lineup.arrange(
        (job) => keyOf(jobs, job),
        ties,
        (job) => jobs.isRunning(job),
      );
      if (repack === 'by-count') {
        // Whoever was chosen and found no room is tried again as what is left of the others goes by.
        return packByCount(view, plan, memory.lineup.jobs).isShort ? nextRoundUs(nowUs, roundUs) : NEVER;
      }
      packAnew(view, plan, memory.lineup.jobs);
      return NEVER;
    },
  };
}

function displacing(keyOf: KeyOf, jobs: JobView, keyGap: number): Displacing {
  return {
    keyOf: (job) => keyOf(jobs, job),
    tieOf: () => 0,
    keyGap,
    keyMax: Infinity,
    mayGiveWay: () => true,
    mayDisplace: () => true,
    headOfLine: false,
  };
}
