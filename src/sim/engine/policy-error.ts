import { usToSeconds, type TimeUs } from '../kernel/clock.ts';

/** A policy asked for what cannot be: who, when, what, why and the mend. The run stops; nothing is repaired in silence. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';

  constructor(policy: string, timeUs: TimeUs, action: string, why: string, mend: string) {
    super(`policy "${policy}" at ${usToSeconds(timeUs)} s: cannot ${action}: ${why}; ${mend}`);
  }
}
