/** What a policy needs beside its defaults to be compared with the others. */
export interface BenchOverride {
  /** Settings of the scenario, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Why only the short workloads are run with it. */
  readonly shortOnly?: string;
  /** Why it is not compared at all. */
  readonly leftOut?: string;
}

const smallPrograms = [
  'policies.scheduling.jobsMax=10',
  'policies.scheduling.nodesMax=1',
  // Programs are solved by the thousand over months of simulated time.
  'policies.scheduling.round=1h',
];

/** By name of the scheduling policy. A policy that is not here runs with its defaults on every workload. */
export const overrides: Readonly<Record<string, BenchOverride>> = {
  'compat-tiresias-late-demotion': { leftOut: 'it repeats what another simulator does and is no policy to choose' },
  gavel: { shortOnly: 'a linear program each round' },
  'lp-allocation': { shortOnly: 'a linear program at each decision' },
  pollux: { shortOnly: 'a genetic search each round' },
  shockwave: { set: smallPrograms, shortOnly: 'an integer program each round' },
  sia: { set: smallPrograms, shortOnly: 'an integer program each round' },
  themis: {
    set: ['policies.scheduling.jobsMax=10', 'policies.scheduling.nodesMax=1', 'policies.scheduling.lease=2h'],
    shortOnly: 'an integer program each auction',
  },
};
