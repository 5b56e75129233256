import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { NEVER } from '../../sim/kernel/clock.ts';
import { regain, regainParameters, regainSemantics } from './regain.ts';

/** Restart from scratch: nothing is kept. */
export const restart: RecoveryDefinition = {
  name: 'restart',
  summary: 'Starts a gang that a fault has stopped from the beginning: no checkpoint is ever written.',
  source: 'The baseline; closed form (M + D)(exp(T / M) - 1) for exponential faults',
  parameters: regainParameters,
  semantics: (parameters) => ({
    checkpoints: 'none: a fault takes back all work since the last start',
    ...regainSemantics(parameters),
  }),
  create: (parameters) => ({
    checkpoints: () => ({ everyUs: NEVER, stallUs: 0, persistUs: 0 }),
    recover: regain(parameters),
  }),
};
