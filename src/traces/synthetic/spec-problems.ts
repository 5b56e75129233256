import { buildDistribution, type DistributionSpec } from '../../sim/kernel/distributions/registry.ts';
import { JOB_GPUS_MAX, JOBS_MAX, type SyntheticSpec } from './spec.ts';

/** A mistake in a SyntheticSpec: the field it is in, what is wrong and the mend. */
export interface SpecProblem {
  /** Path inside the spec, such as `arrivals.hourOfDay[3]`. */
  readonly field: string;
  readonly message: string;
}

/** Everything that is wrong with a spec, in the order of its fields; empty if `generateJobs` can use it. */
export function syntheticProblems(spec: SyntheticSpec): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const report = (field: string, is: number | string, mend: string) =>
    problems.push({ field, message: `is ${is}; give ${mend}` });
  const number = (field: string, value: number | undefined, good: (value: number) => boolean, mend: string) => {
    if (value !== undefined && !(Number.isFinite(value) && good(value))) report(field, value, mend);
  };
  const law = (field: string, distribution: DistributionSpec | undefined) => {
    if (distribution === undefined) return;
    try {
      buildDistribution(distribution);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push({ field, message: error.message });
    }
  };
  const weights = (field: string, values: readonly number[] | undefined, count: number) => {
    if (values === undefined) return;
    if (values.length !== count) report(`${field}.length`, values.length, `${count} weights`);
    values.forEach((weight, index) => number(`${field}[${index}]`, weight, isNonNegative, 'a finite number >= 0'));
    if (!values.some((weight) => weight > 0)) report(field, 'without a weight > 0', 'at least one weight > 0');
  };

  if (spec.name === '') report('name', 'empty', 'a name: it is the prefix of the job ids');
  if (spec.jobs === undefined && spec.durationS === undefined) {
    report('jobs', 'missing, and so is durationS', 'one of them, or the workload would never end');
  }
  number('jobs', spec.jobs, (jobs) => Number.isInteger(jobs) && jobs >= 1 && jobs <= JOBS_MAX, `1 .. ${JOBS_MAX}`);
  number('durationS', spec.durationS, (durationS) => durationS > 0, 'a number of seconds > 0');
  number('startS', spec.startS, isNonNegative, 'a number of seconds >= 0');

  const { arrivals } = spec;
  number('arrivals.ratePerHour', arrivals.ratePerHour, isRate, 'a number from 1e-9 to 1e9');
  weights('arrivals.hourOfDay', arrivals.hourOfDay, 24);
  weights('arrivals.dayOfWeek', arrivals.dayOfWeek, 7);
  const isWeekday = (day: number) => Number.isInteger(day) && day >= 0 && day <= 6;
  number('arrivals.startWeekday', arrivals.startWeekday, isWeekday, '0 (Monday) .. 6 (Sunday)');
  number('arrivals.startHour', arrivals.startHour, (hour) => hour >= 0 && hour < 24, 'an hour >= 0 and < 24');
  law('arrivals.batch', arrivals.batch);

  if (spec.gpus.values.length === 0) report('gpus.values', 'empty', 'at least one size');
  spec.gpus.values.forEach((gpus, index) => {
    number(`gpus.values[${index}]`, gpus, isSize, `0, or a number of GPUs from 0.001 to ${JOB_GPUS_MAX}`);
  });
  weights('gpus.weights', spec.gpus.weights, spec.gpus.values.length);
  law('runS', spec.runS);
  spec.runSByGpus?.forEach((entry, index) => {
    number(`runSByGpus[${index}].gpusMin`, entry.gpusMin, isNonNegative, 'a number of GPUs >= 0');
    law(`runSByGpus[${index}].runS`, entry.runS);
  });
  law('requestedFactor', spec.requestedFactor);
  law('deadlineFactor', spec.deadlineFactor);
  number('elastic.gpusMinFactor', spec.elastic?.gpusMinFactor, (factor) => factor >= 0 && factor <= 1, '0 .. 1');
  number('elastic.gpusMaxFactor', spec.elastic?.gpusMaxFactor, (factor) => factor >= 1 && factor <= 1000, '1 .. 1000');
  if (spec.jobClasses !== undefined) {
    if (spec.jobClasses.length === 0) report('jobClasses', 'empty', 'at least one class, or leave it out');
    const classWeights = spec.jobClasses.map(({ weight }) => weight);
    weights('jobClasses.weight', classWeights, classWeights.length);
  }
  if (spec.dataSets !== undefined) {
    if (spec.dataSets.length === 0) report('dataSets', 'empty', 'at least one data set, or leave it out');
    const setWeights = spec.dataSets.map(({ weight }) => weight);
    weights('dataSets.weight', setWeights, setWeights.length);
  }
  number('cpusPerGpu', spec.cpusPerGpu, isNonNegative, 'a number of cores >= 0');
  number('memoryMiBPerGpu', spec.memoryMiBPerGpu, isNonNegative, 'a number of MiB >= 0');
  if (spec.tenants !== undefined) {
    if (spec.tenants.length === 0) report('tenants', 'empty', 'at least one tenant, or leave it out');
    const tenantWeights = spec.tenants.map((tenant) => tenant.weight);
    weights('tenants.weight', tenantWeights, tenantWeights.length);
    spec.tenants.forEach((tenant, index) => {
      number(`tenants[${index}].priority`, tenant.priority, isPriority, 'a whole number of 32 bits');
    });
  }
  number('priority', spec.priority, isPriority, 'a whole number of 32 bits');
  return problems;
}

function isNonNegative(value: number): boolean {
  return value >= 0;
}

function isRate(ratePerHour: number): boolean {
  return ratePerHour >= 1e-9 && ratePerHour <= 1e9;
}

function isSize(gpus: number): boolean {
  return gpus === 0 || (gpus >= 0.001 && gpus <= JOB_GPUS_MAX);
}

function isPriority(priority: number): boolean {
  return (priority | 0) === priority;
}
