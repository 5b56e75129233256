import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import type { JobList } from '../../src/sim/model/job-list.ts';
import { tableOf } from '../../src/sim/model/job-list.ts';
import { ANY_GPU_TYPE, UNKNOWN_US } from '../../src/sim/model/job-table.ts';
import { generateJobs } from '../../src/traces/synthetic/generator.ts';
import type { SyntheticSpec } from '../../src/traces/synthetic/spec.ts';

const HOUR_US = 3_600_000_000;

const base: SyntheticSpec = {
  name: 'train',
  jobs: 20_000,
  arrivals: { ratePerHour: 60 },
  gpus: { values: [1, 2, 8], weights: [5, 3, 2] },
  runS: { kind: 'exponential', mean: 600 },
};

function generate(changes: Partial<SyntheticSpec> = {}, seed = 1): JobList {
  return generateJobs({ ...base, ...changes }, new RandomStreams(seed));
}

function column(values: Float64Array | Int32Array, jobs: JobList): number[] {
  return [...values.subarray(0, jobs.count)];
}

function submits(jobs: JobList): number[] {
  return column(jobs.submitUs, jobs);
}

function runs(jobs: JobList): number[] {
  return column(jobs.runUs, jobs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's statistic of observed counts against expected shares (of any sum). */
function chiSquare(observed: readonly number[], shares: readonly number[]): number {
  const total = observed.reduce((sum, count) => sum + count, 0);
  const sum = shares.reduce((all, share) => all + share, 0);
  return observed.reduce((statistic, count, index) => {
    const expected = (total * shares[index]!) / sum;
    return statistic + (count - expected) ** 2 / expected;
  }, 0);
}

/** Beyond it a chi-square statistic lies once in 10,000 times or less (mean + 4 standard deviations, and a margin). */
function chiSquareBound(degrees: number): number {
  return degrees + 4 * Math.sqrt(2 * degrees) + 8;
}

function countBy(values: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const value of values) counts[value]!++;
  return counts;
}

describe('arrivals', () => {
  it('keep the mean rate, with exponential gaps', () => {
    const times = submits(generate());
    const gaps = times.map((time, index) => (time - (times[index - 1] ?? 0)) / 60e6);
    // Gaps of mean 1 minute and standard deviation 1 minute.
    expect(Math.abs(mean(gaps) - 1)).toBeLessThan(4 / Math.sqrt(gaps.length));
    const spread = mean(gaps.map((gap) => (gap - 1) ** 2));
    expect(Math.abs(spread - 1)).toBeLessThan(4 * Math.sqrt(8 / gaps.length));
    const sorted = gaps.toSorted((a, b) => a - b);
    const distance = sorted.reduce((worst, gap, index) => {
      const p = 1 - Math.exp(-gap);
      return Math.max(worst, (index + 1) / sorted.length - p, p - index / sorted.length);
    }, 0);
    expect(distance * Math.sqrt(sorted.length)).toBeLessThan(1.95);
  });

  it('come in order, in whole microseconds, under ids that count from 1', () => {
    const jobs = generate({ arrivals: { ratePerHour: 60, hourOfDay: [...new Array<number>(23).fill(0), 1] } });
    const times = submits(jobs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect([...times, ...runs(jobs)].every((us) => Number.isSafeInteger(us) && us >= 0)).toBe(true);
    expect([jobs.ids[0], jobs.ids[19_999]]).toEqual(['train-1', 'train-20000']);
  });

  it('begin at startS and end with durationS, whichever of jobs and durationS comes first', () => {
    const { jobs: _, ...open } = base;
    const between = generateJobs({ ...open, startS: 7200, durationS: 36_000 }, new RandomStreams(1));
    const times = submits(between);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(2 * HOUR_US);
    expect(Math.max(...times)).toBeLessThan(12 * HOUR_US);
    expect(Math.max(...times)).toBeGreaterThan(11 * HOUR_US);
    // 600 are expected, give or take 24.5.
    expect(Math.abs(between.count - 600)).toBeLessThan(100);
    expect(generate({ durationS: 36_000 }).count).toBeLessThan(800);
    expect(generate({ jobs: 10, durationS: 36_000 }).count).toBe(10);
  });

  it('of a short window may be none at all', () => {
    expect(generate({ durationS: 0.001 }).count).toBe(0);
  });
});

describe('the profile of the week', () => {
  const hourOfDay = Array.from({ length: 24 }, (_, hour) => (hour < 7 ? 1 : hour < 19 ? 6 : 3));
  const dayOfWeek = [5, 5, 5, 5, 4, 1, 0];
  const weeks = 60;
  const spec: SyntheticSpec = {
    name: 'week',
    durationS: weeks * 7 * 86_400,
    arrivals: { ratePerHour: 20, hourOfDay, dayOfWeek },
    gpus: { values: [1] },
    runS: { kind: 'deterministic', value: 1 },
  };
  const jobs = generateJobs(spec, new RandomStreams(7));
  const hours = submits(jobs).map((us) => Math.floor(us / HOUR_US));

  it('leaves the mean rate what it was', () => {
    const expected = 20 * 168 * weeks;
    expect(Math.abs(jobs.count - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('fills the hours of the day by their weights', () => {
    const counts = countBy(
      hours.map((hour) => hour % 24),
      24,
    );
    expect(chiSquare(counts, hourOfDay)).toBeLessThan(chiSquareBound(23));
  });

  it('fills the days of the week by their weights, and a day of weight 0 not at all', () => {
    const counts = countBy(
      hours.map((hour) => Math.floor(hour / 24) % 7),
      7,
    );
    expect(counts[6]).toBe(0);
    expect(chiSquare(counts.slice(0, 6), dayOfWeek.slice(0, 6))).toBeLessThan(chiSquareBound(5));
  });

  it('is flat within an hour', () => {
    const minutes = countBy(
      submits(jobs).map((us) => Math.floor((us % HOUR_US) / 60e6)),
      60,
    );
    expect(chiSquare(minutes, new Array<number>(60).fill(1))).toBeLessThan(chiSquareBound(59));
  });

  it('starts on the weekday and hour that instant 0 has', () => {
    // Instant 0 is Saturday 12:30, so that Sunday, without arrivals, lies at 11.5 .. 35.5 h.
    const arrivals = { ...spec.arrivals, startWeekday: 5, startHour: 12.5 };
    const shifted = submits(generateJobs({ ...spec, arrivals }, new RandomStreams(7)));
    const counts = countBy(
      shifted.map((us) => Math.floor((us / HOUR_US + 12.5) / 24 + 5) % 7),
      7,
    );
    expect(counts[6]).toBe(0);
    expect(chiSquare(counts.slice(0, 6), dayOfWeek.slice(0, 6))).toBeLessThan(chiSquareBound(5));
    expect(shifted.some((us) => us < 11.5 * HOUR_US)).toBe(true);
  });

  it('has weights that are relative: eight times all of them changes nothing', () => {
    const arrivals = { ...spec.arrivals, hourOfDay: hourOfDay.map((weight) => weight * 8) };
    expect(submits(generateJobs({ ...spec, arrivals }, new RandomStreams(7)))).toEqual(submits(jobs));
  });

  it('passes closed hours at once, however high the rate', () => {
    const arrivals = { ratePerHour: 1e9, dayOfWeek: [1, 0, 0, 0, 0, 0, 0], startWeekday: 1 };
    const monday = generateJobs({ ...spec, jobs: 10, arrivals }, new RandomStreams(7));
    expect(submits(monday).map((us) => Math.floor(us / (24 * HOUR_US)))).toEqual(new Array(10).fill(6));
  });

  it('survives weights that lie far apart', () => {
    const far = Array.from({ length: 24 }, (_, hour) => (hour % 3 === 0 ? 1e6 : hour % 3 === 1 ? 1e-12 : 0));
    const times = submits(
      generateJobs({ ...spec, arrivals: { ratePerHour: 10, hourOfDay: far } }, new RandomStreams(7)),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((us) => Math.floor(us / HOUR_US) % 3 === 0)).toBe(true);
  });
});

describe('batches', () => {
  it('come at one instant and have the mean of their law', () => {
    const jobs = generate({ arrivals: { ratePerHour: 60, batch: { kind: 'geometric', mean: 4 } }, jobs: 80_000 });
    const sizes = new Map<number, number>();
    for (const us of submits(jobs)) sizes.set(us, (sizes.get(us) ?? 0) + 1);
    const counts = [...sizes.values()];
    // Variance of the geometric: 12.
    expect(Math.abs(mean(counts) - 4)).toBeLessThan(4 * Math.sqrt(12 / counts.length));
    expect(Math.sqrt(12 / counts.length)).toBeLessThan(0.04);
    const single = countBy(
      counts.map((count) => Math.min(count, 2) - 1),
      2,
    )[0]!;
    expect(Math.abs(single / counts.length - 0.25)).toBeLessThan(0.02);
  });

  it('have at least one job and stop at the number of jobs', () => {
    expect(generate({ arrivals: { ratePerHour: 1, batch: { kind: 'deterministic', value: 0 } }, jobs: 5 }).count).toBe(
      5,
    );
    expect(
      generate({ arrivals: { ratePerHour: 1, batch: { kind: 'deterministic', value: 1e9 } }, jobs: 7 }).count,
    ).toBe(7);
  });
});

describe('sizes, runs, requests and owners', () => {
  it('sizes have the mix that was asked for', () => {
    const jobs = generate();
    const classes = column(jobs.gpuMilli, jobs).map((milli) => [1000, 2000, 8000].indexOf(milli));
    expect(chiSquare(countBy(classes, 3), [5, 3, 2])).toBeLessThan(chiSquareBound(2));
  });

  it('runs have the mean of their law', () => {
    const times = runs(generate()).map((us) => us / 1e6);
    expect(Math.abs(mean(times) - 600)).toBeLessThan((4 * 600) / Math.sqrt(times.length));
  });

  it('larger jobs run by the law of the largest gpusMin that they reach', () => {
    const jobs = generate({
      runSByGpus: [
        { gpusMin: 8, runS: { kind: 'deterministic', value: 80 } },
        { gpusMin: 2, runS: { kind: 'deterministic', value: 20 } },
      ],
    });
    const bySize = new Map([1, 2, 8].map((gpus) => [gpus, new Set<number>()]));
    column(jobs.gpuMilli, jobs).forEach((milli, job) => bySize.get(milli / 1000)?.add(jobs.runUs[job]!));
    expect(bySize.get(1)!.size).toBeGreaterThan(1000);
    expect([...bySize.get(2)!]).toEqual([20e6]);
    expect([...bySize.get(8)!]).toEqual([80e6]);
  });

  it('requested times are the run times a factor, never less than the run, unknown without a factor', () => {
    const none = generate();
    expect(column(none.requestedUs, none).every((us) => us === UNKNOWN_US)).toBe(true);
    const jobs = generate({ requestedFactor: { kind: 'uniform', min: 0, max: 4 } });
    const ratios = column(jobs.requestedUs, jobs).map((us, job) => us / jobs.runUs[job]!);
    expect(Math.min(...ratios)).toBe(1);
    // E max(1, U(0, 4)) = 1/4 + (16 - 1) / 8; its standard deviation is below 1.
    expect(Math.abs(mean(ratios) - 2.125)).toBeLessThan(4 / Math.sqrt(ratios.length));
  });

  it('tenants have their shares and priorities', () => {
    const jobs = generate({
      priority: 3,
      tenants: [
        { name: 'vision', weight: 6, priority: 9 },
        { name: 'speech', weight: 3 },
        { name: 'closed', weight: 0 },
        { name: 'search', weight: 1, priority: -2 },
      ],
    });
    const names = column(jobs.tenant, jobs).map((tenant) => jobs.tenants[tenant]!);
    const known = ['vision', 'speech', 'search'];
    expect(
      chiSquare(
        countBy(
          names.map((name) => known.indexOf(name)),
          3,
        ),
        [6, 3, 1],
      ),
    ).toBeLessThan(chiSquareBound(2));
    const priorities = new Map(names.map((name, job) => [name, jobs.priority[job]]));
    expect([...priorities].toSorted()).toEqual([
      ['search', -2],
      ['speech', 3],
      ['vision', 9],
    ]);
  });

  it('a share of a GPU stays a share, with its share of cores and memory', () => {
    const shared = {
      gpus: { values: [0.25] },
      cpusPerGpu: 8,
      memoryMiBPerGpu: 4096,
      gpuTypes: ['T4', 'V100'],
      jobs: 3,
    };
    const table = tableOf([generate(shared)], ['A100', 'T4']);
    expect([table.gpuMilli[0], table.gpus[0], table.cpuMilli[0], table.memoryMiB[0]]).toEqual([250, 1, 2000, 1024]);
    expect(table.typeMask[0]).toBe(0b10);
    expect(tableOf([generate({ jobs: 3 })], ['A100', 'T4']).typeMask[0]).toBe(ANY_GPU_TYPE);
  });
});

describe('luck is kept apart', () => {
  const columns = (jobs: JobList) => ({
    submits: submits(jobs),
    sizes: column(jobs.gpuMilli, jobs),
    runs: runs(jobs),
    tenants: column(jobs.tenant, jobs).map((tenant) => jobs.tenants[tenant]),
  });
  const plain = columns(generate());

  it('the same seed gives the same jobs, another seed others', () => {
    expect(columns(generate())).toEqual(plain);
    const other = columns(generate({}, 2));
    expect(other.submits).not.toEqual(plain.submits);
    expect(other.sizes).not.toEqual(plain.sizes);
    expect(other.runs).not.toEqual(plain.runs);
  });

  it('other running times leave arrivals and sizes as they were', () => {
    const changed = columns(generate({ runS: { kind: 'gamma', shape: 0.5, scale: 100 } }));
    expect(changed.runs).not.toEqual(plain.runs);
    expect({ ...changed, runs: plain.runs }).toEqual(plain);
  });

  it('other sizes, tenants, factors and batches move nothing but themselves', () => {
    const sizes = columns(generate({ gpus: { values: [1, 4] } }));
    expect(sizes.sizes).not.toEqual(plain.sizes);
    expect({ ...sizes, sizes: plain.sizes }).toEqual(plain);
    const tenants = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 1 },
    ];
    const owned = columns(generate({ tenants, requestedFactor: { kind: 'exponential', mean: 2 } }));
    expect(new Set(owned.tenants)).toEqual(new Set(['a', 'b']));
    expect({ ...owned, tenants: plain.tenants }).toEqual(plain);
    const batched = columns(generate({ arrivals: { ratePerHour: 60, batch: { kind: 'deterministic', value: 2 } } }));
    expect(batched.submits.filter((_, job) => job % 2 === 0)).toEqual(plain.submits.slice(0, 10_000));
    expect({ ...batched, submits: plain.submits }).toEqual(plain);
  });

  it('a longer mean run makes every job longer by the same share', () => {
    const doubled = runs(generate({ runS: { kind: 'exponential', mean: 1200 } }));
    expect(doubled.every((us, job) => Math.abs(us - 2 * plain.runs[job]!) <= 1)).toBe(true);
  });

  it('two workloads do not disturb each other and do not run in step', () => {
    const streams = new RandomStreams(1);
    const other = generateJobs({ ...base, name: 'serve' }, streams);
    expect(columns(generateJobs(base, streams))).toEqual(plain);
    const theirs = runs(other);
    const product = mean(plain.runs.map((us, job) => (us / 600e6 - 1) * (theirs[job]! / 600e6 - 1)));
    expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(theirs.length));
  });

  it('gives the frozen first jobs', () => {
    const jobs = generate({ jobs: 3 });
    expect([submits(jobs), column(jobs.gpuMilli, jobs), runs(jobs)]).toEqual([
      [18636946, 97212764, 122997876],
      [8000, 1000, 1000],
      [1301004691, 229928064, 477032582],
    ]);
  });
});

describe('a bad spec is refused with every mistake at once', () => {
  const cases: readonly (readonly [Partial<SyntheticSpec>, string])[] = [
    [{ name: '' }, 'name is empty'],
    [{ jobs: 0 }, 'jobs is 0; give 1 .. 10000000'],
    [{ jobs: 1.5 }, 'jobs is 1.5'],
    [{ durationS: 0 }, 'durationS is 0'],
    [{ startS: -1 }, 'startS is -1'],
    [{ arrivals: { ratePerHour: 0 } }, 'arrivals.ratePerHour is 0; give a number from 1e-9 to 1e9'],
    [{ arrivals: { ratePerHour: NaN } }, 'arrivals.ratePerHour is NaN'],
    [{ arrivals: { ratePerHour: 1, hourOfDay: [1, 2] } }, 'arrivals.hourOfDay.length is 2; give 24 weights'],
    [{ arrivals: { ratePerHour: 1, dayOfWeek: [1, 1, 1, -1, 1, 1, 1] } }, 'arrivals.dayOfWeek[3] is -1'],
    [{ arrivals: { ratePerHour: 1, dayOfWeek: [0, 0, 0, 0, 0, 0, 0] } }, 'arrivals.dayOfWeek is without a weight > 0'],
    [{ arrivals: { ratePerHour: 1, startWeekday: 7 } }, 'arrivals.startWeekday is 7; give 0 (Monday) .. 6 (Sunday)'],
    [{ arrivals: { ratePerHour: 1, startHour: 24 } }, 'arrivals.startHour is 24'],
    [{ arrivals: { ratePerHour: 1, batch: { kind: 'geometric', mean: 0 } } }, 'arrivals.batch distribution geometric'],
    [{ gpus: { values: [] } }, 'gpus.values is empty'],
    [{ gpus: { values: [1, -1] } }, 'gpus.values[1] is -1'],
    [{ gpus: { values: [0.0001] } }, 'gpus.values[0] is 0.0001'],
    [{ gpus: { values: [1, 2], weights: [1] } }, 'gpus.weights.length is 1; give 2 weights'],
    [{ runS: { kind: 'exponential', mean: -3 } }, 'runS distribution exponential: mean is -3'],
    [{ runSByGpus: [{ gpusMin: -1, runS: base.runS }] }, 'runSByGpus[0].gpusMin is -1'],
    [
      { runSByGpus: [{ gpusMin: 1, runS: { kind: 'uniform', min: 2, max: 1 } }] },
      'runSByGpus[0].runS distribution uniform',
    ],
    [{ requestedFactor: { kind: 'deterministic', value: NaN } }, 'requestedFactor distribution deterministic'],
    [{ cpusPerGpu: -1 }, 'cpusPerGpu is -1'],
    [{ memoryMiBPerGpu: Infinity }, 'memoryMiBPerGpu is Infinity'],
    [{ tenants: [] }, 'tenants is empty'],
    [{ tenants: [{ name: 'a', weight: -1 }] }, 'tenants.weight[0] is -1'],
    [{ tenants: [{ name: 'a', weight: 1, priority: 0.5 }] }, 'tenants[0].priority is 0.5'],
    [{ priority: 2 ** 40 }, 'priority is 1099511627776'],
  ];

  it.each(cases)('%j', (changes, message) => {
    expect(() => generate(changes)).toThrow(RangeError);
    expect(() => generate(changes)).toThrow(message);
  });

  it('says where in which workload, one line a mistake', () => {
    const { jobs: _, ...endless } = base;
    const spec: SyntheticSpec = { ...endless, gpus: { values: [] }, priority: 0.5 };
    expect(() => generateJobs(spec, new RandomStreams(1))).toThrow(
      [
        'synthetic workload "train": jobs is missing, and so is durationS; give one of them, or the workload would never end',
        'synthetic workload "train": gpus.values is empty; give at least one size',
        'synthetic workload "train": priority is 0.5; give a whole number of 32 bits',
      ].join('\n'),
    );
  });

  it('times beyond the clock are refused by name', () => {
    const forever = { kind: 'pareto', shape: 0.01, scale: 1e6 } as const;
    expect(() => generate({ runS: forever })).toThrow(
      /workload "train": a run of .* s is beyond the clock's 285 years/,
    );
    expect(() => generate({ arrivals: { ratePerHour: 1e-9 } })).toThrow(/an arrival at .* is beyond the clock/);
  });

  it('a workload of too many jobs is refused before it is drawn', () => {
    const { jobs: _, ...open } = base;
    const many = { ...open, durationS: 1e9, arrivals: { ratePerHour: 1e9 } };
    expect(() => generateJobs(many, new RandomStreams(1))).toThrow(
      /would have about \d+ jobs; lower arrivals.ratePerHour/,
    );
  });
});

describe('deadlines, sizes and classes', () => {
  it('leaves jobs rigid, ordinary and without a deadline unless they are asked for', () => {
    const jobs = tableOf([generate({ jobs: 50 })], ['A']);
    expect([...jobs.gpusMin]).toEqual([...jobs.gpus]);
    expect([...jobs.gpusMax]).toEqual([...jobs.gpus]);
    expect([...new Set(jobs.jobClass), ...new Set(jobs.deadlineUs)]).toEqual([0, Infinity]);
  });

  it('sets deadlines at the submission and so many times the run', () => {
    const jobs = generate({ jobs: 5000, deadlineFactor: { kind: 'uniform', min: 0.5, max: 1.5 } });
    const factors = runs(jobs).map((runUs, job) => (jobs.deadlineUs[job]! - jobs.submitUs[job]!) / runUs);
    const longRuns = factors.filter((_, job) => runs(jobs)[job]! > 1e6);
    expect(Math.min(...longRuns)).toBeGreaterThan(0.499);
    expect(Math.max(...longRuns)).toBeLessThan(1.501);
    // Standard deviation of the uniform law: 1 / sqrt(12).
    expect(Math.abs(mean(longRuns) - 1)).toBeLessThan((4 / Math.sqrt(12)) * Math.sqrt(1 / longRuns.length));
  });

  it('lets whole-GPU jobs run with fewer and more GPUs, rounded inwards', () => {
    const jobs = generate({
      jobs: 200,
      gpus: { values: [0, 0.5, 1, 3, 8] },
      elastic: { gpusMinFactor: 0.4, gpusMaxFactor: 1.5 },
    });
    const ranges = new Set(
      column(jobs.gpuMilli, jobs).map((milli, job) => [milli, jobs.gpusMin[job], jobs.gpusMax[job]].join(' ')),
    );
    expect([...ranges].sort()).toEqual(['0 0 0', '1000 1 1', '3000 2 4', '500 1 1', '8000 4 12']);
  });

  it('draws classes by weight and moves no other draw by it', () => {
    const classes = [
      { name: 'a', weight: 3 },
      { name: 'b', weight: 1 },
    ];
    const jobs = generate({ jobClasses: classes, deadlineFactor: { kind: 'exponential', mean: 3 } });
    const counts = countBy(column(jobs.jobClass, jobs), 3);
    const [asA, asB] = ['a', 'b'].map((name) => counts[jobs.classes.indexOf(name)]!);
    expect(asA! + asB!).toBe(jobs.count);
    expect(chiSquare([asA!, asB!], [3, 1])).toBeLessThan(chiSquareBound(1));
    const plain = generate();
    expect(submits(jobs)).toEqual(submits(plain));
    expect(runs(jobs)).toEqual(runs(plain));
    expect(column(jobs.gpuMilli, jobs)).toEqual(column(plain.gpuMilli, plain));
  });
});
