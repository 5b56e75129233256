import { pathText, type Path } from '../problems.ts';
import type { Fault } from '../schema-problems.ts';
import type { JobClassEntry, Scenario } from '../schema/scenario-schema.ts';
import { suggestion } from '../suggestions.ts';

type Workload = Scenario['workload'];

/** What is wrong with the job classes and with those that jobs name, as far as it shows without the GPU types. */
export function checkJobClasses(workload: Workload): Fault[] {
  const known = workload.jobClasses.map(({ name }) => name);
  const faults = workload.jobClasses.flatMap((entry, index) => checkCurve(entry, ['workload', 'jobClasses', index]));
  for (const { name, path } of classesNamed(workload)) {
    if (known.includes(name)) continue;
    const mend = known.length === 0 ? 'declare it under workload.jobClasses' : suggestion(name, known);
    faults.push({ path, reason: `no entry of workload.jobClasses has that name; ${mend}` });
  }
  return faults;
}

/** Speeds against the GPU types that the cluster has, and against those that jobs are confined to. */
export function checkClassSpeeds(workload: Workload, gpuTypes: readonly string[]): Fault[] {
  const faults = workload.jobClasses.flatMap((entry, index) =>
    checkSpeeds(entry, ['workload', 'jobClasses', index, 'speed'], gpuTypes),
  );
  if (faults.length > 0) return faults;
  const speedsOf = new Map(workload.jobClasses.map(({ name, speed }) => [name, speed]));
  for (const { name, path, allowed } of classesNamed(workload)) {
    const speed = speedsOf.get(name);
    if (speed === undefined || allowed === undefined || allowed.length === 0) continue;
    if (allowed.some((type) => speed[type] !== 0)) continue;
    const reason = `the class has speed 0 on ${allowed.join(', ')}, and gpuTypes allows no other; allow a type that it runs on`;
    faults.push({ path, reason });
  }
  return faults;
}

function checkCurve({ speedUp }: JobClassEntry, path: Path): Fault[] {
  if (speedUp === undefined) return [];
  const { gpus, speed } = speedUp;
  const faults: Fault[] = [];
  if (gpus.length !== speed.length) {
    const at = [...path, 'speedUp', 'speed'];
    const reason = `${pathText(at)} has ${speed.length} entries, and gpus beside it ${gpus.length}; give one speed a number of GPUs`;
    faults.push({ path: at, reason, whole: true });
  }
  gpus.forEach((count, index) => {
    if (index === 0 || count > gpus[index - 1]!) return;
    faults.push({ path: [...path, 'speedUp', 'gpus', index], reason: 'not more than the one before; sort them' });
  });
  return faults;
}

function checkSpeeds({ speed }: JobClassEntry, path: Path, gpuTypes: readonly string[]): Fault[] {
  if (speed === undefined) return [];
  const unknown = Object.keys(speed).filter((type) => !gpuTypes.includes(type));
  const faults: Fault[] = unknown.map((type) => {
    const reason = `${pathText([...path, type])} is for a GPU type that the cluster does not have; ${suggestion(type, gpuTypes)}`;
    return { path: [...path, type], reason, whole: true };
  });
  const missing = gpuTypes.filter((type) => !Object.hasOwn(speed, type));
  if (missing.length > 0) {
    const reason = `${pathText(path)} lacks the cluster's ${missing.join(', ')}; add the speed there, 0 where such jobs cannot run`;
    faults.push({ path, reason, whole: true });
  } else if (gpuTypes.every((type) => speed[type] === 0)) {
    const reason = `${pathText(path)} is 0 on every GPU type of the cluster (${gpuTypes.join(', ')}); give at least one a speed`;
    faults.push({ path, reason, whole: true });
  }
  return faults;
}

interface NamedClass {
  readonly name: string;
  /** Where it is named. */
  readonly path: Path;
  readonly allowed: readonly string[] | undefined;
}

function classesNamed({ synthetic, jobs }: Workload): NamedClass[] {
  const bySynthetic = synthetic.flatMap(({ jobClasses = [], gpuTypes: allowed }, index) =>
    jobClasses.map(({ name }, at) => {
      return { name, allowed, path: ['workload', 'synthetic', index, 'jobClasses', at, 'name'] };
    }),
  );
  const byJobs = jobs.flatMap(({ jobClass: name, gpuTypes: allowed }, index) =>
    name === undefined ? [] : [{ name, allowed, path: ['workload', 'jobs', index, 'jobClass'] }],
  );
  return [...bySynthetic, ...byJobs];
}

/** GPU types of the pools; undefined where they stand in a file that has not been read. */
export function poolGpuTypes({ cluster: { pools } }: Scenario): string[] | undefined {
  if (pools === undefined) return undefined;
  return [...new Set(pools.filter(({ gpusPerNode }) => gpusPerNode > 0).map(({ gpuType }) => gpuType))];
}
