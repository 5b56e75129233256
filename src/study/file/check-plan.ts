import { suggestion } from '../../scenario/suggestions.ts';
import type { Fault } from '../../scenario/schema-problems.ts';
import { MetricError, parseMetric } from '../metrics/expression.ts';
import { capacityObjectives, objectiveOf } from '../plan/objective.ts';
import { contradictions, parseTarget, type Target } from '../plan/targets.ts';
import { valuesOf } from '../plan/variables.ts';
import type { StudyData } from './study-schema.ts';

/** Mistakes of a plan whose shape is right. `start` is the date of the scenario's instant 0. */
export function checkPlan({ plan, confidence }: StudyData, start: string | undefined): Fault[] {
  if (plan === undefined) return [];
  const faults: Fault[] = [];
  if (Object.keys(plan.variables).length === 0) {
    faults.push({ path: ['plan', 'variables'], reason: 'names nothing that may be chosen; add a variable' });
  }
  for (const [name, variable] of Object.entries(plan.variables)) {
    const values = valuesOf(variable);
    if (!('reason' in values)) continue;
    faults.push({ path: ['plan', 'variables', name], reason: `plan.variables.${name} ${values.reason}`, whole: true });
  }
  const targets: Target[] = [];
  const places: number[] = [];
  plan.targets.forEach((text, index) => {
    const reason = reasonAgainst(() => {
      targets.push(parseTarget(text, confidence, start));
      places.push(index);
    });
    if (reason !== undefined) faults.push({ path: ['plan', 'targets', index], reason });
  });
  for (const { index, reason } of contradictions(targets)) {
    faults.push({ path: ['plan', 'targets', places[index]!], reason });
  }
  faults.push(...checkObjective(plan));
  return faults;
}

function checkObjective({ objective, targets }: NonNullable<StudyData['plan']>): Fault[] {
  const path = ['plan', 'objective'];
  if (objectiveOf(objective).kind !== 'metric') {
    return targets.length > 0 ? [] : [{ path, reason: `is least with nothing at all; give targets that it must meet` }];
  }
  const reason = reasonAgainst(() => parseMetric(objective));
  if (reason === undefined) return [];
  return [{ path, reason: `is nothing to be made small: ${reason}; ${suggestion(objective, capacityObjectives)}` }];
}

function reasonAgainst(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    return error.message;
  }
}
