import type { Summary } from '../../sim/record/summary.ts';
import { paceAcrossLeaves, type UplinkModel } from '../../sim/model/uplinks.ts';
import type { Scenario } from '../schema/scenario-schema.ts';

/** The network above the leaf switches; undefined where it slows nobody. */
export function resolveNetwork({ cluster: { network } }: Scenario): UplinkModel | undefined {
  if (network === undefined) return undefined;
  const { oversubscription, exchange } = network;
  return oversubscription === 1 || exchange === 0 ? undefined : { oversubscription, exchange };
}

/** What the run's outputs say of it. */
export function statedNetwork({ cluster: { network } }: Scenario): Summary['policies'] {
  if (network === undefined) return [];
  const { oversubscription, exchange } = network;
  const speed = paceAcrossLeaves({ oversubscription, exchange }).toPrecision(4);
  return [
    {
      role: 'network',
      name: `leaves oversubscribed ${oversubscription}:1`,
      parameters: { oversubscription, exchange },
      semantics: {
        gangs: `under one leaf at full speed, under several at ${speed} of it, as if all nodes of a leaf used its uplinks at once`,
      },
    },
  ];
}
