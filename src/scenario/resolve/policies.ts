import { placementPolicies, recoveryPolicies, schedulingPolicies } from '../../policies/registry.ts';
import type { ParameterValues, PolicyDefinition } from '../../sim/contract/definition.ts';
import type { PlacementPolicy } from '../../sim/contract/placement.ts';
import type { RecoveryPolicy } from '../../sim/contract/recovery.ts';
import type { SchedulingPolicy } from '../../sim/contract/scheduling.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { loadHighs } from '../../solver/highs-solver.ts';
import type { EstimateSource } from '../estimates/definition.ts';
import { estimateSources } from '../estimates/registry.ts';
import { parameterValues } from '../schema/parameter-schema.ts';
import type { PolicyChoice, Scenario } from '../schema/scenario-schema.ts';

export interface ResolvedPolicies {
  readonly scheduling: SchedulingPolicy;
  readonly placement: PlacementPolicy;
  readonly estimates: EstimateSource;
  /** Only where something breaks. */
  readonly recovery: RecoveryPolicy | undefined;
  /** Whether the scheduling policy looks at the scenario's queues. */
  readonly usesQueues: boolean | 'by-type';
  /** Whether it may start elastic jobs with fewer GPUs than they ask for. */
  readonly sizesJobs: boolean;
  /** What each does, for the summary. */
  readonly stated: Summary['policies'];
}

/** Makes the policies that a settled scenario names. */
export async function resolvePolicies({ policies, preemption, failures }: Scenario): Promise<ResolvedPolicies> {
  const scheduling = await make(schedulingPolicies, policies.scheduling);
  const placement = await make(placementPolicies, policies.placement);
  const estimates = await make(estimateSources, policies.estimates);
  const definition = schedulingPolicies.find(({ name }) => name === policies.scheduling.name);
  const recovery = failures === undefined ? undefined : await make(recoveryPolicies, failures.recovery);
  return {
    scheduling: scheduling.policy,
    placement: placement.policy,
    estimates: estimates.policy,
    recovery: recovery?.policy,
    usesQueues: definition?.usesQueues ?? false,
    sizesJobs: definition?.sizesJobs === true,
    stated: [
      { role: 'scheduling', ...scheduling.stated },
      { role: 'placement', ...placement.stated },
      { role: 'estimates', ...estimates.stated },
      ...(recovery === undefined ? [] : [{ role: 'recovery', ...recovery.stated }]),
      {
        role: 'preemption',
        name: 'keep-work',
        parameters: { resumeOverhead: preemption.resumeOverhead },
        semantics: {
          work: 'a preempted job keeps the work that it has done',
          overhead: `each resume adds ${preemption.resumeOverhead} of work`,
        },
      },
    ],
  };
}

async function make<Policy>(definitions: readonly PolicyDefinition<Policy>[], { name, ...parameters }: PolicyChoice) {
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined) throw new RangeError(`there is no policy ${name}; the schema should have refused it`);
  const written = parameters as ParameterValues;
  const values = parameterValues(definition, written);
  return {
    policy: definition.create(values, definition.solver === true ? await loadHighs() : undefined),
    stated: { name, parameters: written, semantics: definition.semantics(values) },
  };
}
