import type { RecoveryDefinition } from '../../sim/contract/recovery.ts';
import { intervalRules, intervalUs, type IntervalRule } from './checkpoint-interval.ts';
import { attemptsMax, restartParameters } from './restart.ts';

const HOUR_US = 3600e6;

/** Periodic checkpoints: a gang goes on from the last one that is safe. */
export const periodicCheckpoint: RecoveryDefinition = {
  name: 'periodic-checkpoint',
  summary: 'Writes a checkpoint every so often; a gang that a fault has stopped goes on from the last that is safe.',
  source: 'Young 1974; Daly, A higher order estimate of the optimum checkpoint interval, FGCS 2006',
  parameters: {
    ...restartParameters,
    rule: {
      type: 'string',
      enum: intervalRules,
      default: 'fixed',
      description:
        'How often: every `interval` (fixed), or by the stall and the mean time between faults of the nodes that the gang holds.',
    },
    interval: {
      type: 'duration',
      minimum: 1,
      default: HOUR_US,
      description: 'Running time between checkpoints, for the rule fixed.',
    },
    stall: {
      type: 'duration',
      minimum: 0,
      default: 60e6,
      description: 'How long a checkpoint keeps the gang from working: all of it if synchronous, else the snapshot.',
    },
    persist: {
      type: 'duration',
      minimum: 0,
      default: 0,
      description: 'How long after the stall a checkpoint is safe; the next one waits for that. 0: synchronous.',
    },
  },
  semantics: ({ rule, attempts, persist }) => ({
    checkpoints: `${rule === 'fixed' ? 'at a fixed interval' : `by ${String(rule)}'s rule`}, none at the end of the work; ${
      persist === 0 ? 'safe when the gang goes on' : 'written while the gang goes on'
    }`,
    fault: 'takes back what was done since the last safe checkpoint',
    givenUp: attempts === 0 ? 'never' : `after ${String(attempts)} faults`,
  }),
  create: ({ rule, interval, stall, persist, restart, attempts }) => {
    const stallUs = stall as number;
    const persistUs = persist as number;
    return {
      checkpoints: ({ meanTimeToFaultUs }) => ({
        everyUs:
          rule === 'fixed'
            ? (interval as number)
            : intervalUs(rule as Exclude<IntervalRule, 'fixed'>, stallUs, meanTimeToFaultUs),
        stallUs,
        persistUs,
      }),
      restartUs: () => restart as number,
      attemptsMax: attemptsMax(attempts),
    };
  },
};
