import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import type { CheckpointPlan, GangRisk } from '../../sim/contract/recovery.ts';
import { sizeParameters, storageTimes } from './checkpoint-size.ts';
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
  ...sizeParameters,
} as const satisfies Readonly<Record<string, ParameterSchema>>;

export function checkpointSemantics({ rule, persist, bytesPerGpu, asynchronous }: ParameterValues): string {
  const often = rule === 'fixed' ? 'at a fixed interval' : `by ${String(rule)}'s rule`;
  const isSynchronous = bytesPerGpu === 0 ? persist === 0 : asynchronous === false;
  const safe = isSynchronous ? 'safe when the gang goes on' : 'written while the gang goes on';
  const cost = bytesPerGpu === 0 ? '' : '; as long as the storage takes, which all running gangs share';
  return `${often}, none at the end of the work; ${safe}${cost}`;
}

/** The plan of a gang by those parameters. */
export function checkpointPlan(parameters: ParameterValues): (gang: GangRisk) => CheckpointPlan {
  const { rule, interval } = parameters;
  const costOf = checkpointCost(parameters);
  return (gang) => {
    const cost = costOf(gang);
    const everyUs =
      rule === 'fixed'
        ? (interval as number)
        : intervalUs(rule as Exclude<IntervalRule, 'fixed'>, cost.stallUs, gang.meanTimeToFaultUs);
    return { everyUs, ...cost };
  };
}

/** What a checkpoint costs a gang: as given, or by its size and what the storage makes of it. */
function checkpointCost(parameters: ParameterValues): (gang: GangRisk) => Omit<CheckpointPlan, 'everyUs'> {
  const { stall, persist, bytesPerGpu, asynchronous, snapshot } = parameters;
  if (bytesPerGpu === 0) return () => ({ stallUs: stall as number, persistUs: persist as number });
  return ({ gpus, storage }) => {
    const bytes = gpus * (bytesPerGpu as number);
    const writeUs = storageTimes(storage).writeUs(bytes);
    if (asynchronous === false) return { stallUs: writeUs, persistUs: 0, bytes };
    return { stallUs: snapshot as number, persistUs: writeUs, bytes };
  };
}
