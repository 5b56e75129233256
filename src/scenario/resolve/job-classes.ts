import type { Cluster } from '../../sim/model/cluster.ts';
import type { JobClass } from '../../sim/model/job-class.ts';
import type { JobList } from '../../sim/model/job-list.ts';
import { checkClassSpeeds } from '../checks/job-classes.ts';
import { placeOf } from '../origins.ts';
import { plainText, ScenarioError, valueText, type Problem } from '../problems.ts';
import { faultText } from '../schema-problems.ts';
import type { JobClassEntry } from '../schema/scenario-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { suggestion } from '../suggestions.ts';

const TOLD_MAX = 20;

/** The job classes of a settled scenario, with their speeds in the order of the cluster's GPU types. */
export function resolveJobClasses(entries: readonly JobClassEntry[], gpuTypes: readonly string[]): JobClass[] {
  return entries.map(({ name, speed, speedUp, stepsPerSecond }) => {
    const speedByType = Float64Array.from(gpuTypes, (type) => speed?.[type] ?? 1);
    return {
      name,
      speedByType,
      curve: { gpus: Float64Array.from(speedUp?.gpus ?? []), speedUp: Float64Array.from(speedUp?.speed ?? []) },
      ...(stepsPerSecond === undefined ? {} : { stepsPerS: speedByType.map((one) => one * stepsPerSecond) }),
    };
  });
}

/**
 * Classes that traces name and do not bring along, GPU types that those brought along say nothing of, and, where the GPU types were not known before, the speeds of
 * the declared ones.
 */
export function requireKnownClasses(settled: SettledScenario, lists: readonly JobList[], cluster: Cluster): void {
  const { file, origins, data } = settled;
  const known = data.workload.jobClasses.map(({ name }) => name);
  const problems = lists.flatMap((jobs) =>
    jobs.classes.slice(1).flatMap((name, index) => {
      if (known.includes(name) || jobs.ownClasses.some((own) => own.name === name)) return [];
      const place = `${plainText(jobs.source)}:${jobs.line[jobs.jobClass.indexOf(index + 1)]!}`;
      const mend = `declare it under workload.jobClasses, or mend it; ${suggestion(name, known)}`;
      return [{ place, message: `job_class is ${valueText(name)}; the scenario has no such job class; ${mend}` }];
    }),
  );
  problems.push(...lists.flatMap((jobs) => missingSpeeds(jobs, cluster.gpuTypes)));
  if (data.cluster.pools === undefined) {
    const gpuTypes = cluster.gpuTypes.filter((type) => type !== '');
    for (const fault of checkClassSpeeds(data.workload, gpuTypes)) {
      problems.push({ place: placeOf(file, origins, fault.path), message: faultText(fault, data) });
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, TOLD_MAX));
}

/** GPU types of the cluster that a list with classes of its own says nothing of: told once a list, by its first class. */
function missingSpeeds(jobs: JobList, gpuTypes: readonly string[]): Problem[] {
  const own = jobs.ownClasses[0];
  if (own === undefined) return [];
  const missing = gpuTypes.filter((type) => type !== '' && !own.stepsPerSOfType.has(type)).map(valueText);
  if (missing.length === 0) return [];
  const known = [...own.stepsPerSOfType.keys()].map(valueText).join(', ');
  const message = `states no speed on the cluster's ${missing.join(', ')}; give it one, 0 where its jobs cannot run, or name the pools' gpuType as it does: ${known}`;
  return [{ place: plainText(jobs.source), message }];
}
