import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import type { Path } from '../../problems.ts';
import { durationSpec } from '../../resolve/distribution-spec.ts';
import { secondsOf } from '../../resolve/seconds.ts';
import type { FailuresEntry, Scenario } from '../../schema/scenario-schema.ts';
import type { Fault } from '../../schema-problems.ts';
import { suggestion } from '../../suggestions.ts';
import { checkScope } from './scopes.ts';

type Cluster = Scenario['cluster'];

/** Maintenance, reclaims, predictions and the repair shop: what their numbers mean together. */
export function checkNodeCare(failures: FailuresEntry, cluster: Cluster): Fault[] {
  return [
    ...checkTechnicians(failures),
    ...failures.maintenance.flatMap((entry, index) => checkMaintenance(entry, cluster, index)),
    ...failures.reclaim.flatMap((entry, index) => {
      const path = ['failures', 'reclaim', index];
      return [...checkPool(entry.pool, cluster, path), ...checkReclaimTimes(entry, path)];
    }),
    ...failures.components.flatMap((entry, index) => checkPrediction(entry, index)),
  ];
}

function checkTechnicians({ technicians, repair }: FailuresEntry): Fault[] {
  if (technicians === undefined || repair?.technicians === undefined) return [];
  const reason = `but failures.technicians says ${technicians}; say it once`;
  return [{ path: ['failures', 'repair', 'technicians'], reason }];
}

function checkMaintenance(entry: FailuresEntry['maintenance'][number], cluster: Cluster, index: number): Fault[] {
  const path = ['failures', 'maintenance', index];
  const faults = [...checkScope(cluster, entry.scope, [...path, 'scope']), ...checkPool(entry.pool, cluster, path)];
  if (entry.every !== undefined && secondsOf(entry.every) <= secondsOf(entry.takes)) {
    const reason = `must be longer than takes, which is ${entry.takes}: no round is over by then`;
    faults.push({ path: [...path, 'every'], reason });
  }
  if (entry.patience !== undefined && entry.mode !== 'drain') {
    const reason = `but mode ${entry.mode} waits for nobody; leave it out, or use mode drain`;
    faults.push({ path: [...path, 'patience'], reason });
  }
  return faults;
}

function checkReclaimTimes(entry: FailuresEntry['reclaim'][number], path: Path): Fault[] {
  const faults: Fault[] = [];
  for (const key of ['timeToReclaim', 'timeToReturn'] as const) {
    try {
      const { mean } = buildDistribution(durationSpec(entry[key]));
      if (key === 'timeToReclaim' && !(mean > 0)) {
        faults.push({ path: [...path, key], reason: 'must have a mean above 0s' });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      faults.push({ path: [...path, key], reason: error.message });
    }
  }
  return faults;
}

function checkPrediction({ prediction }: FailuresEntry['components'][number], index: number): Fault[] {
  if (prediction?.precision === undefined || prediction.falsePerDay === undefined) return [];
  const reason = 'but precision says the same in another way; give one of the two';
  return [{ path: ['failures', 'components', index, 'prediction', 'falsePerDay'], reason }];
}

function checkPool(pool: string | undefined, { pools }: Cluster, path: Path): Fault[] {
  if (pool === undefined) return [];
  if (pools === undefined) {
    return [{ path: [...path, 'pool'], reason: 'but nodes from a list have no pools; leave it out' }];
  }
  const names = pools.map(({ name }) => name);
  return names.includes(pool) ? [] : [{ path: [...path, 'pool'], reason: suggestion(pool, names) }];
}
