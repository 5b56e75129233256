import { NEVER, type TimeUs } from '../../../sim/kernel/clock.ts';
import type { ParameterSchema } from '../../../sim/contract/definition.ts';

/** The parameter by which a policy decides only at multiples of a round. */
export const roundParameter: ParameterSchema = {
  type: 'duration',
  minimum: 0,
  default: 0,
  description:
    'Decisions are made only at multiples of this since the start of the run; 0s: whenever something happens.',
};

/** The next instant at which a round begins, strictly after now; NEVER without rounds. */
export function nextRoundUs(nowUs: TimeUs, roundUs: TimeUs): TimeUs {
  return roundUs === 0 ? NEVER : (Math.floor(nowUs / roundUs) + 1) * roundUs;
}

/** Whether decisions are made now. */
export function isRound(nowUs: TimeUs, roundUs: TimeUs): boolean {
  return roundUs === 0 || nowUs % roundUs === 0;
}

export function roundSentence(roundUs: TimeUs): string {
  return roundUs === 0
    ? 'decides whenever a job arrives or ends'
    : `decides every ${roundUs / 1_000_000} s, counted from the start of the run`;
}
