import { servingFailover } from '../../policies/recovery/serving-failover.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import type { RecoveryPolicy } from '../../sim/contract/recovery.ts';
import type { ServiceRun } from '../../sim/engine/run-spec.ts';
import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { JobList } from '../../sim/model/job-list.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { Summary } from '../../sim/record/summary.ts';
import type { Scenario, ServiceEntry } from '../schema/scenario-schema.ts';
import { microsecondsOf } from './seconds.ts';

/** The replicas of all services, as jobs that no run sees the end of. */
export function serviceJobs({ services, horizon }: Scenario): JobList {
  const list = new JobList('services');
  for (const entry of services) {
    for (const id of replicaIds(entry)) {
      list.add({
        id,
        submitUs: 0,
        runUs: microsecondsOf(horizon!) + US_PER_SECOND,
        gpuMilli: 1000 * entry.gpusPerReplica,
        priority: entry.priority,
        tenant: entry.name,
        ...(entry.gpuTypes === undefined ? {} : { gpuTypes: entry.gpuTypes }),
      });
    }
  }
  return list;
}

/** The services of a run, with how their replicas are brought back. */
export function resolveServices({ services }: Scenario, jobs: JobTable): ServiceRun[] {
  if (services.length === 0) return [];
  const jobOf = new Map(jobs.ids.map((id, job) => [id, job]));
  return services.map((entry) => ({
    name: entry.name,
    replicas: replicaIds(entry)
      .map((id) => jobOf.get(id)!)
      .toSorted((a, b) => a - b),
    needed: entry.needed ?? entry.replicas,
    recovery: recoveryOf(entry),
  }));
}

/** How replicas are brought back, for the summary. */
export function statedServices({ services }: Scenario): Summary['policies'] {
  return services.map((entry) => ({
    role: `recovery of ${entry.name}`,
    name: servingFailover.name,
    parameters: { healthCheck: entry.healthCheck, startup: entry.startup },
    semantics: servingFailover.semantics(valuesOf(entry)),
  }));
}

function recoveryOf(entry: ServiceEntry): RecoveryPolicy {
  return servingFailover.create(valuesOf(entry));
}

function valuesOf({ healthCheck, startup }: ServiceEntry): ParameterValues {
  const times = { healthCheck: microsecondsOf(healthCheck), warmUp: microsecondsOf(startup) };
  const presets = Object.entries(servingFailover.parameters).map(([key, schema]) => [key, schema.default] as const);
  return { ...Object.fromEntries(presets), ...times };
}

function replicaIds({ name, replicas }: ServiceEntry): string[] {
  return Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`);
}
