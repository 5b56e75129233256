import { buildDistribution } from '../../../sim/kernel/distributions/registry.ts';
import { nodesInShare } from '../../../sim/model/quarantine.ts';
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
    ...checkQuarantine(failures, cluster),
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

/** A quarantine that can keep nobody, or that ends in two ways. */
function checkQuarantine({ quarantine }: FailuresEntry, { pools }: Cluster): Fault[] {
  if (quarantine === undefined) return [];
  const { weights, atMost, replace, for: kept } = quarantine;
  const path = ['failures', 'quarantine'];
  const faults: Fault[] = [];
  if (replace !== undefined && kept !== undefined) {
    const reason = 'but replace says how long it takes until another node stands there; give one of the two';
    faults.push({ path: [...path, 'for'], reason });
  }
  if (Object.values(weights).every((weight) => weight === 0)) {
    faults.push({ path: [...path, 'weights'], reason: 'all are 0, so that nothing counts against a node' });
  }
  // Nodes from a list are counted when it is read.
  const nodes = pools?.reduce((sum, pool) => sum + pool.nodes, 0);
  if (nodes !== undefined && nodesInShare(atMost, nodes) === 0) {
    const reason = `that is less than one of ${nodes} nodes: nobody is ever kept; give ${roundUp(1 / nodes)} or more`;
    faults.push({ path: [...path, 'atMost'], reason });
  }
  return faults;
}

/** To three digits, not below the value. */
function roundUp(share: number): number {
  const digit = 10 ** (Math.floor(Math.log10(share)) - 2);
  return Number((Math.ceil(share / digit) * digit).toPrecision(3));
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
