import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { durationSpec } from '../../resolve/distribution-spec.ts';
import type { CatalogueComponent } from './entry.ts';

const DAY_S = 24 * 3600;

/** Faults of a component per 1,000 days of a node, by the mean of its time to fault. */
export function faultsPer1000NodeDays({ component }: CatalogueComponent): number {
  const meanS = buildDistribution(durationSpec(component.timeToFault)).mean;
  return (1000 * DAY_S) / meanS;
}
