import type { FailuresEntry } from '../../schema/scenario-schema.ts';

/** A distribution of times as a scenario writes it. */
type TimeEntry = FailuresEntry['components'][number]['timeToFault'];

/** What a scenario would write under `failures.components`. */
export type PublishedComponent = {
  readonly name: string;
  readonly timeToFault: TimeEntry;
  readonly timeToRepair: TimeEntry;
  /** Left out: 0 s. */
  readonly detection?: string;
  /** Left out: true. */
  readonly technician?: boolean;
};

/** A class of components of a published cluster. */
export interface CatalogueComponent {
  /** Faults that were counted; left out where a rate alone is published. */
  readonly faults?: number;
  readonly component: PublishedComponent;
}

/** How the components of a published cluster failed, ready for `failures.catalogue`. */
export interface FailureCatalogueEntry {
  /** What a scenario calls it. */
  readonly name: string;
  /** One line: whose cluster, what of it. */
  readonly summary: string;
  readonly source: string;
  /** GPUs of the node that the rates are for; 0 where the nodes had none. */
  readonly gpusPerNode: number;
  /** Sentences: what was measured, what was fitted from what, what is assumed. */
  readonly basis: readonly string[];
  readonly components: readonly CatalogueComponent[];
}

/** Exponential with the mean that a count over an exposure gives, in whole hours. */
export function exponentialOf(exposureNodeHours: number, faults: number): TimeEntry {
  return { kind: 'exponential', mean: `${Math.round(exposureNodeHours / faults)}h` };
}

/** Lognormal with this mean and median, h: ln(mean / median) is half of sigma squared. Sigma to three decimals. */
export function lognormalOf(meanH: number, medianH: number): TimeEntry {
  const sigma = Math.sqrt(2 * Math.log(meanH / medianH));
  return { kind: 'lognormal', median: `${medianH}h`, sigma: Math.round(sigma * 1000) / 1000 };
}
