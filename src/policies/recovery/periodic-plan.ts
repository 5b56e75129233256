import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import type { CheckpointPlan, GangRisk } from '../../sim/contract/recovery.ts';
import { intervalRules, intervalUs, type IntervalRule } from './checkpoint-interval.ts';

const HOUR_US = 3600e6;

/** Parameters of the checkpoints that a gang writes every so often. */
export const periodicParameters = {
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
} as const satisfies Readonly<Record<string, ParameterSchema>>;

export function checkpointSemantics({ rule, persist }: ParameterValues): string {
  const often = rule === 'fixed' ? 'at a fixed interval' : `by ${String(rule)}'s rule`;
  const safe = persist === 0 ? 'safe when the gang goes on' : 'written while the gang goes on';
  return `${often}, none at the end of the work; ${safe}`;
}

/** The plan of a gang by those parameters. */
export function checkpointPlan({
  rule,
  interval,
  stall,
  persist,
}: ParameterValues): (gang: GangRisk) => CheckpointPlan {
  const stallUs = stall as number;
  const persistUs = persist as number;
  return ({ meanTimeToFaultUs }) => ({
    everyUs:
      rule === 'fixed'
        ? (interval as number)
        : intervalUs(rule as Exclude<IntervalRule, 'fixed'>, stallUs, meanTimeToFaultUs),
    stallUs,
    persistUs,
  });
}
