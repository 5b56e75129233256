import type { BaselineFindings, BenchRuns } from './baseline.ts';
import type { PolicyCost } from './cost.ts';
import type { NodeGrowth } from './growth.ts';

export type FormResults = BenchRuns;

/** All that one run of the benchmark found. */
export interface BenchResults {
  /** The largest first. */
  readonly forms: readonly FormResults[];
  readonly costs: readonly PolicyCost[];
  readonly growth: readonly NodeGrowth[];
  readonly findings: BaselineFindings;
  /** Why workloads are left out: sentences without a full stop. */
  readonly leftOut: readonly string[];
}
