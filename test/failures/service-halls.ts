import { recoveryPolicies } from '../../src/policies/registry.ts';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import type { RunSpec } from '../../src/sim/engine/run-spec.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import type { FailureModel } from '../../src/sim/model/failure-model.ts';
import { FactLog } from '../engine/fact-log.ts';
import { registered, specOf, type JobSketch } from '../engine/run-builder.ts';

export interface ServiceHall {
  readonly nodes: number;
  readonly replicas: number;
  readonly needed: number;
  readonly model: FailureModel;
  readonly horizonUs: number;
  readonly healthCheckUs?: number;
  readonly startupUs?: number;
  readonly batch?: readonly JobSketch[];
  readonly scheduling?: string;
}

/** A service of one-node replicas on nodes of one GPU, in racks of two. */
export function serviceHall({
  nodes,
  replicas,
  needed,
  model,
  horizonUs,
  batch = [],
  scheduling = 'fifo',
  ...times
}: ServiceHall): RunSpec {
  const endless = { runUs: horizonUs + 1e6, gpus: 1, tenant: 'chat', priority: 10 };
  const spec = specOf({
    pools: [{ nodes, gpusPerNode: 1, nodesPerRack: 2 }],
    jobs: [...Array.from({ length: replicas }, () => endless), ...batch],
    scheduling,
    placement: 'first-fit',
    failures: { model, recovery: ['restart', {}] },
    horizonUs,
  });
  const { healthCheckUs = 1e15, startupUs = 0 } = times;
  const recovery = registered(recoveryPolicies, 'serving-failover', { healthCheck: healthCheckUs, warmUp: startupUs });
  const jobs = Array.from({ length: replicas }, (_, job) => job);
  return { ...spec, services: [{ name: 'chat', replicas: jobs, needed, recovery }] };
}

/** Without the log for runs of very many facts. */
export function runServices(spec: RunSpec, isLogged = true) {
  const metrics = metricsFor(spec);
  const log = new FactLog();
  const simulation = new Simulation(spec, [...metrics.folds, ...(isLogged ? [log] : [])]);
  while (simulation.advance(1_000_000));
  const { nowUs, events, decisions } = simulation;
  return { log, metrics, figures: metrics.figures({ endUs: nowUs, events, decisions }) };
}
