import type { ParameterSchema } from '../../sim/contract/definition.ts';
import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { NEVER } from '../../sim/kernel/clock.ts';

/** What every recovery policy has: the cost of bringing a gang back, and when it is given up. */
export const restartParameters = {
  restart: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description:
      'Time without progress at the beginning of each run after a fault: scheduling aside, load and warm-up.',
  },
  attempts: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: 'A job that faults have stopped so many times is given up; 0: never.',
  },
} as const satisfies Readonly<Record<string, ParameterSchema>>;

/** Attempts after which a job is given up; Infinity where the parameter says never. */
export function attemptsMax(attempts: unknown): number {
  return attempts === 0 ? Infinity : (attempts as number);
}

/** Restart from scratch: nothing is kept. */
export const restart: RecoveryDefinition = {
  name: 'restart',
  summary: 'Starts a gang that a fault has stopped from the beginning: no checkpoint is ever written.',
  source: 'The baseline; closed form (M + D)(exp(T / M) - 1) for exponential faults',
  parameters: restartParameters,
  semantics: ({ attempts }) => ({
    checkpoints: 'none: a fault takes back all work since the last start',
    givenUp: attempts === 0 ? 'never' : `after ${String(attempts)} faults`,
  }),
  create: ({ restart: restartUs, attempts }) => ({
    checkpoints: () => ({ everyUs: NEVER, stallUs: 0, persistUs: 0 }),
    restartUs: () => restartUs as number,
    attemptsMax: attemptsMax(attempts),
  }),
};
