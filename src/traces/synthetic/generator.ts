import { secondsToUs, type TimeUs } from '../../sim/kernel/clock.ts';
import type { Distribution } from '../../sim/kernel/distributions/distribution.ts';
import { buildDistribution } from '../../sim/kernel/distributions/registry.ts';
import { WeightedChoice } from '../../sim/kernel/distributions/weighted-choice.ts';
import type { RandomStreams } from '../../sim/kernel/random.ts';
import { JobList, type JobDraft } from '../../sim/model/job-list.ts';
import { UNKNOWN_US } from '../../sim/model/job-table.ts';
import { RateProfile } from './rate-profile.ts';
import { syntheticProblems } from './spec-problems.ts';
import { JOB_GPUS_MAX, JOBS_MAX, type SyntheticSpec, type TenantSpec } from './spec.ts';

/**
 * Draws the jobs of a synthetic workload, in order of submission; times are rounded to whole us.
 *
 * Arrivals, batches, sizes, runs, factors, tenants, classes, deadlines and data sets each have a stream of their own under the
 * workload's name: to change one law moves no other's draws, and no other workload's. (Running times by size share the
 * stream of runs: job k keeps its luck when sizes change, as long as all its laws spend one uniform a draw.)
 *
 * RangeError with every mistake of the spec, one a line; or if a drawn time is beyond what the clock can hold; or if
 * the workload would pass JOBS_MAX jobs.
 */
export function generateJobs(spec: SyntheticSpec, streams: RandomStreams): JobList {
  const problems = syntheticProblems(spec);
  if (problems.length > 0) {
    throw new RangeError(problems.map(({ field, message }) => `${titleOf(spec)}: ${field} ${message}`).join('\n'));
  }
  requireJobsWithinLimit(spec);
  const jobs = new JobList(titleOf(spec));
  const draw = new JobDraw(spec, streams);
  const batch = spec.arrivals.batch === undefined ? undefined : buildDistribution(spec.arrivals.batch);
  const batches = streams.stream('batches', spec.name);
  const jobsMax = spec.jobs ?? Infinity;
  for (const submitUs of arrivalTimes(spec, streams)) {
    const size = batch === undefined ? 1 : Math.max(1, Math.round(batch.sample(batches)));
    for (let member = 0; member < size; member++) {
      if (jobs.count === JOBS_MAX) throw tooManyJobs(spec, `more than ${JOBS_MAX} jobs`);
      draw.addTo(jobs, submitUs);
      if (jobs.count === jobsMax) return jobs;
    }
  }
  return jobs;
}

function titleOf(spec: SyntheticSpec): string {
  return `synthetic workload ${JSON.stringify(spec.name)}`;
}

/** A Poisson process whose rate follows the week's profile and whose mean rate over a week is `ratePerHour`. */
function* arrivalTimes(spec: SyntheticSpec, streams: RandomStreams): Generator<TimeUs> {
  const profile = new RateProfile(spec.arrivals);
  const gap = buildDistribution({ kind: 'exponential', mean: 1 / spec.arrivals.ratePerHour });
  const arrivals = streams.stream('arrivals', spec.name);
  const startS = spec.startS ?? 0;
  const endS = startS + (spec.durationS ?? Infinity);
  let load = profile.loadAt(startS);
  for (;;) {
    load += gap.sample(arrivals);
    const timeS = profile.timeAt(load);
    if (timeS >= endS) return;
    yield usOf(timeS, spec, 'an arrival at');
  }
}

/** One job at a time: its size, run, request and owner. */
class JobDraw {
  readonly #spec: SyntheticSpec;
  readonly #sizes: Distribution;
  readonly #runs: Distribution;
  /** Largest gpusMin first. */
  readonly #runsByGpus: readonly { readonly gpusMin: number; readonly runs: Distribution }[];
  readonly #factors: Distribution | undefined;
  readonly #deadlines: Distribution | undefined;
  readonly #classes: readonly string[];
  readonly #classChoice: WeightedChoice;
  readonly #dataSets: readonly string[];
  readonly #dataChoice: WeightedChoice;
  readonly #tenants: readonly TenantSpec[];
  readonly #tenantChoice: WeightedChoice;
  readonly #streams;

  constructor(spec: SyntheticSpec, streams: RandomStreams) {
    this.#spec = spec;
    this.#sizes = buildDistribution({ kind: 'empirical', ...spec.gpus });
    this.#runs = buildDistribution(spec.runS);
    this.#runsByGpus = (spec.runSByGpus ?? [])
      .map(({ gpusMin, runS }) => ({ gpusMin, runs: buildDistribution(runS) }))
      .toSorted((a, b) => b.gpusMin - a.gpusMin);
    this.#factors = spec.requestedFactor === undefined ? undefined : buildDistribution(spec.requestedFactor);
    this.#deadlines = spec.deadlineFactor === undefined ? undefined : buildDistribution(spec.deadlineFactor);
    const classes = spec.jobClasses ?? [{ name: '', weight: 1 }];
    this.#classes = classes.map(({ name }) => name);
    this.#classChoice = new WeightedChoice(classes.map(({ weight }) => weight));
    const sets = spec.dataSets ?? [{ name: '', weight: 1 }];
    this.#dataSets = sets.map(({ name }) => name);
    this.#dataChoice = new WeightedChoice(sets.map(({ weight }) => weight));
    this.#tenants = spec.tenants ?? [{ name: '', weight: 1 }];
    this.#tenantChoice = new WeightedChoice(this.#tenants.map(({ weight }) => weight));
    this.#streams = {
      sizes: streams.stream('sizes', spec.name),
      runs: streams.stream('runs', spec.name),
      factors: streams.stream('factors', spec.name),
      tenants: streams.stream('tenants', spec.name),
      classes: streams.stream('classes', spec.name),
      deadlines: streams.stream('deadlines', spec.name),
      dataSets: streams.stream('data sets', spec.name),
    };
  }

  addTo(jobs: JobList, submitUs: TimeUs): void {
    const spec = this.#spec;
    const streams = this.#streams;
    const gpus = this.#sizes.sample(streams.sizes);
    const runS = this.#runsOf(gpus).sample(streams.runs);
    const tenant = this.#tenants[this.#tenantChoice.pick(streams.tenants.uniform())]!;
    const jobClass = this.#classes[this.#classChoice.pick(streams.classes.uniform())]!;
    const dataSet = this.#dataSets[this.#dataChoice.pick(streams.dataSets.uniform())]!;
    jobs.add({
      id: `${spec.name}-${jobs.count + 1}`,
      submitUs,
      runUs: usOf(runS, spec, 'a run of'),
      requestedUs: this.#requestedUs(runS),
      gpuMilli: Math.round(gpus * 1000),
      ...this.#rangeOf(gpus),
      ...this.#deadlineOf(submitUs, runS),
      jobClass,
      dataSet,
      cpuMilli: Math.round((spec.cpusPerGpu ?? 0) * gpus * 1000),
      memoryMiB: (spec.memoryMiBPerGpu ?? 0) * gpus,
      gpuTypes: spec.gpuTypes ?? [],
      tenant: tenant.name,
      priority: tenant.priority ?? spec.priority ?? 0,
    });
  }

  #runsOf(gpus: number): Distribution {
    for (const { gpusMin, runs } of this.#runsByGpus) {
      if (gpus >= gpusMin) return runs;
    }
    return this.#runs;
  }

  #rangeOf(gpus: number): Pick<JobDraft, 'gpusMin' | 'gpusMax'> {
    const { elastic } = this.#spec;
    if (elastic === undefined || gpus < 1) return {};
    return {
      gpusMin: Math.max(1, Math.ceil(gpus * elastic.gpusMinFactor)),
      gpusMax: Math.min(JOB_GPUS_MAX, Math.floor(gpus * elastic.gpusMaxFactor)),
    };
  }

  #deadlineOf(submitUs: TimeUs, runS: number): Pick<JobDraft, 'deadlineUs'> {
    if (this.#deadlines === undefined) return {};
    const factor = this.#deadlines.sample(this.#streams.deadlines);
    return { deadlineUs: submitUs + usOf(runS * factor, this.#spec, 'a deadline of a run times its factor,') };
  }

  #requestedUs(runS: number): TimeUs {
    if (this.#factors === undefined) return UNKNOWN_US;
    const factor = this.#factors.sample(this.#streams.factors);
    return usOf(runS * Math.max(1, factor), this.#spec, 'a requested time of');
  }
}

function usOf(seconds: number, spec: SyntheticSpec, what: string): TimeUs {
  try {
    return secondsToUs(seconds);
  } catch (error) {
    throw new RangeError(
      `${titleOf(spec)}: ${what} ${seconds} s is beyond the clock's 285 years; give a law with a lighter tail or a ` +
        'higher rate',
      { cause: error },
    );
  }
}

/** Refuses at once what would otherwise be refused after drawing JOBS_MAX jobs. */
function requireJobsWithinLimit(spec: SyntheticSpec): void {
  if (spec.jobs !== undefined || spec.durationS === undefined) return;
  const batchMean = spec.arrivals.batch === undefined ? 1 : Math.max(1, buildDistribution(spec.arrivals.batch).mean);
  const expected = (spec.arrivals.ratePerHour * spec.durationS * batchMean) / 3600;
  if (Number.isFinite(batchMean) && expected > JOBS_MAX) throw tooManyJobs(spec, `about ${Math.round(expected)} jobs`);
}

function tooManyJobs(spec: SyntheticSpec, would: string): RangeError {
  return new RangeError(
    `${titleOf(spec)} would have ${would}; lower arrivals.ratePerHour, arrivals.batch or durationS, or give jobs ` +
      `(at most ${JOBS_MAX})`,
  );
}
