import type { SyntheticSpec } from '../../traces/synthetic/spec.ts';
import type { Scenario, SyntheticEntry } from '../schema/scenario-schema.ts';
import { weightedSets } from './data-set-names.ts';
import { durationSpec, numberSpec } from './distribution-spec.ts';
import { mebibytesOf, secondsOf } from './seconds.ts';

/** A synthetic workload as its generator takes it. Day and week profiles begin at the scenario's start (UTC). */
export function syntheticSpec(entry: SyntheticEntry, { start, data }: Pick<Scenario, 'start' | 'data'>): SyntheticSpec {
  const { jobs, duration, arrivals, runByGpus, requestedFactor, memoryPerGpu, cpusPerGpu, gpuTypes, tenants } = entry;
  const { deadlineFactor, elastic, jobClasses, dataSets } = entry;
  const date = start === undefined ? undefined : new Date(start);
  const { batch, ...profile } = arrivals;
  return {
    name: entry.name,
    startS: secondsOf(entry.begin),
    arrivals: {
      ...profile,
      ...(batch === undefined ? {} : { batch: numberSpec(batch) }),
      ...(date === undefined ? {} : { startWeekday: (date.getUTCDay() + 6) % 7, startHour: hourOf(date) }),
    },
    gpus: entry.gpus,
    runS: durationSpec(entry.run),
    priority: entry.priority,
    ...(jobs === undefined ? {} : { jobs }),
    ...(duration === undefined ? {} : { durationS: secondsOf(duration) }),
    ...(runByGpus === undefined
      ? {}
      : { runSByGpus: runByGpus.map(({ gpusMin, run }) => ({ gpusMin, runS: durationSpec(run) })) }),
    ...(requestedFactor === undefined ? {} : { requestedFactor: numberSpec(requestedFactor) }),
    ...(deadlineFactor === undefined ? {} : { deadlineFactor: numberSpec(deadlineFactor) }),
    ...(elastic === undefined ? {} : { elastic }),
    ...(jobClasses === undefined ? {} : { jobClasses }),
    ...(dataSets === undefined ? {} : { dataSets: weightedSets(dataSets, data?.sets ?? []) }),
    ...(memoryPerGpu === undefined ? {} : { memoryMiBPerGpu: mebibytesOf(memoryPerGpu) }),
    ...(cpusPerGpu === undefined ? {} : { cpusPerGpu }),
    ...(gpuTypes === undefined ? {} : { gpuTypes }),
    ...(tenants === undefined ? {} : { tenants }),
  };
}

function hourOf(date: Date): number {
  return date.getUTCHours() + date.getUTCMinutes() / 60 + date.getUTCSeconds() / 3600;
}
