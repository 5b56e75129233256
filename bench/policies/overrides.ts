/** What a policy needs beside its defaults to be compared with the others. */
export interface BenchOverride {
  /** Settings of the scenario, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Why only the short workloads are run with it. */
  readonly shortOnly?: string;
}

/** By name of the scheduling policy. A policy that is not here runs with its defaults on every workload. */
export const overrides: Readonly<Record<string, BenchOverride>> = {};
