import { quantileSorted, range } from 'd3-array';
import seedrandom from 'seedrandom';
import type { Histogram } from '../../src/stats/order-statistics.ts';
import type { Distribution, JobFigures, Summary } from '../../src/sim/record/summary.ts';

const DAY_S = 86_400;
const GPUS = 512;

/** A month of a busy cluster, rich enough to fill every part of the report; the same at every call. */
export function richSummary(changes: Partial<Summary> = {}): Summary {
  const random = seedrandom.alea('report fixture');
  const waits = skewed(random, 4000, 900, 0.55);
  const completions = skewed(random, 4000, 9000, 0);
  const all = jobFigures(waits, completions, 11_947, 302_441.7);
  return {
    schema: 'plimsoll.summary/2',
    plimsollVersion: '0.1.0',
    scenario: {
      name: 'quickstart',
      description: '64 nodes of 8 H100 under a synthetic month of training, tuning and inference jobs.',
      file: 'scenarios/quickstart.yaml',
      hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      resolved: {
        name: 'quickstart',
        seed: 42,
        cluster: { pools: [{ name: 'h100', nodes: 64, gpusPerNode: 8, gpuType: 'H100-80GB', memory: '2TiB' }] },
        policies: { scheduling: { name: 'easy-backfill', estimates: 'requested' }, placement: { name: 'best-fit' } },
      },
    },
    seed: 42,
    fingerprint: '3fa9c1d27be04856',
    startDate: '2026-01-05T00:00:00Z',
    policies: [
      {
        role: 'scheduling',
        name: 'easy-backfill',
        parameters: { priorities: false, depth: 0, estimates: 'requested' },
        semantics: {
          order: 'submit, then file order',
          blocked:
            'the head gets a reservation at the earliest estimated end at which it fits; later jobs may pass it if they do not delay it',
          estimates: 'the time the user asked for, else the true run',
        },
      },
      {
        role: 'placement',
        name: 'best-fit',
        parameters: {},
        semantics: { fits: 'fewest nodes, fullest first', ties: 'lowest node id' },
      },
    ],
    imports: [
      {
        file: '../data/month.swf.gz',
        format: 'swf',
        read: 12_013,
        kept: 11_947,
        dropped: [
          { reason: 'asks for no processor', count: 41, firstLine: 318 },
          { reason: 'asks for more processors than the cluster has', count: 25, firstLine: 1207 },
        ],
        warnings: ['7 jobs have no requested time; their true running time stands in for it.'],
        recorded: { waitMeanS: 15_348.2, utilisation: 0.686, jobs: 12_013 },
      },
    ],
    warnings: ['Demand is above capacity in 3 of 31 days: the queue of those days depends on what came before.'],
    figures: {
      makespanS: 30.4 * DAY_S,
      endS: 30.4 * DAY_S,
      events: 23_894,
      decisions: 21_202,
      utilisation: 0.8123,
      throughputPerHour: 16.375,
      queueLengthMean: 14.62,
      queueLengthMax: 312,
      jobs: { submitted: 11_947, finished: 11_947, running: 0, waiting: 0, rejected: 0, preemptions: 0 },
      all,
      byTenant: ['research', 'search-ranking', 'speech', 'Ünïversity · 大学', 'a.b["c"]', ''].map((tenant, index) => ({
        tenant,
        ...jobFigures(
          skewed(random, 300, 300 * (index + 1), 0.4),
          skewed(random, 300, 7000, 0),
          3100 - 500 * index,
          9e4 / (index + 1),
        ),
      })),
      bySize: [
        [1, 1],
        [2, 2],
        [3, 4],
        [5, 8],
        [9, 16],
        [17, 32],
        [33, 64],
        [65, 128],
      ].map(([gpusMin = 0, gpusMax = 0], index) => ({
        gpusMin,
        gpusMax,
        ...jobFigures(
          skewed(random, 200, 120 * 2.2 ** index, 0.7 - index * 0.08),
          skewed(random, 200, 8000, 0),
          6000 >> index,
          30_000,
        ),
      })),
      waitByCause: [
        { cause: 'no-capacity', jobS: 3.1e7, gpuS: 4.9e8 },
        { cause: 'fragmented', jobS: 4.1e6, gpuS: 1.4e8 },
        { cause: 'behind-head', jobS: 2.6e6, gpuS: 5.8e7 },
      ],
      fragmentation: 1.4e8 / (4.9e8 + 1.4e8 + 5.8e7),
      dataLocality: null,
      deadlines: { jobs: 812, met: 700, missed: 109, open: 3 },
      failures: {
        gpuHours: {
          useful: 211_480,
          lost: 5210.5,
          checkpoint: 1804,
          restart: 9120,
          detection: 2210,
          degraded: 640,
          'idle-free': 57_000,
          'idle-fragmented': 2000,
          'idle-reserved': 1700,
          maintenance: 500,
          'repair-queue': 310,
          down: 7300,
        },
        ettr: 0.9202,
        nodeAvailability: 0.974,
        gpuAvailability: 0.972,
        jobAvailability: 0.951,
        faults: 148,
        reclaims: 0,
        falseAlarms: 3,
        jobCrashes: 0,
        quarantine: { times: 9, lemons: 7, others: 2, replaced: 6, nodeHours: 1210, lemonNodes: 8 },
        corruption: { gangs: 2, lostGpuHours: 310, corruptedResults: 1, corruptedResultGpuHours: 420 },
        sharedParts: [
          { part: 'storage', losses: 3, awayS: 21_600, longestS: 10_800, interruptions: 2, lostGpuHours: 310 },
          { part: 'control-plane', losses: 1, awayS: 1800, longestS: 1800, interruptions: 0, lostGpuHours: 0 },
        ],
        interruptions: 121,
        hitJobs: 88,
        hitJobsUsefulPart: 0.174,
        givenUp: 1,
        meanTimeBetweenFaultsH: 4.9,
        meanTimeBetweenInterruptionsH: 5.9,
        meanTimeToRepairH: 7.2,
        interruptionsPer1000NodeDays: 6.4,
        ...brokenFigures(random),
      },
      dataLoss: null,
      services: [
        {
          service: 'chat',
          replicas: 8,
          needed: 6,
          availability: 0.9996,
          interruptions: 3,
          meanUpH: 240.5,
          meanDownH: 0.096,
          servingMean: 7.91,
          servingMin: 4,
          failovers: 17,
          outages: [
            { fromS: 300_000, forS: 270 },
            { fromS: 812_000, forS: 420 },
            { fromS: 2_000_000, forS: 347 },
          ],
          expected: { availability: 0.99991, meanUpH: 812.25, meanDownH: 0.073 },
        },
      ],
      blastRadius: [
        {
          level: 'rack',
          domains: 16,
          nodes: 4,
          gpus: 32,
          mean: { gangs: 2.4, gpus: 96.5, tenants: 1.8, services: 0.1, cost: 210.5 },
          worst: { domain: 7, atS: 812_000, gangs: 5, gpus: 512, tenants: 4, services: 1, cost: 1280 },
        },
        {
          level: 'site',
          domains: 2,
          nodes: 40,
          gpus: 320,
          mean: { gangs: 21, gpus: 310, tenants: 9.5, services: 1.2, cost: 900.25 },
          worst: { domain: 0, atS: 912_345, gangs: 60, gpus: 640, tenants: 14, services: 2, cost: 2100 },
        },
      ],
      fairness: {
        jainJobs: 0.312,
        jainTenants: 0.874,
        finishTimeRatio: distributionOf(skewed(random, 300, 0.8, 0), 11_947),
      },
      pools: [pool('h100', 'H100-80GB', 40, 0.874), pool('a100-old', 'A100-40GB', 24, 0.71)],
      waitHistogram: histogramOf(waits),
      completionHistogram: histogramOf(completions),
      series: seriesOf(random, 30.4 * DAY_S, 730),
    },
    ...changes,
  };
}

/** A run of nothing: no job was submitted, and every figure of a job is missing. */
export function emptySummary(): Summary {
  const rich = richSummary();
  const none: Distribution = { count: 0, mean: null, median: null, p90: null, p95: null, p99: null, max: null };
  const noJobs = { jobs: 0, finished: 0, gpuHours: 0, waitS: none, completionS: none, boundedSlowdown: none };
  const noSeries = {
    bucketS: 1,
    startS: [],
    gpusBusy: [],
    gpusIdle: [],
    gpusQueued: [],
    jobsQueued: [],
    jobsQueuedMax: [],
  };
  return {
    ...rich,
    figures: {
      ...rich.figures,
      makespanS: 0,
      endS: 0,
      events: 0,
      decisions: 0,
      utilisation: 0,
      throughputPerHour: 0,
      queueLengthMean: 0,
      queueLengthMax: 0,
      jobs: { submitted: 0, finished: 0, running: 0, waiting: 0, rejected: 0, preemptions: 0 },
      all: noJobs,
      byTenant: [],
      bySize: [],
      waitByCause: rich.figures.waitByCause.map(({ cause }) => ({ cause, jobS: 0, gpuS: 0 })),
      fragmentation: 0,
      deadlines: { jobs: 0, met: 0, missed: 0, open: 0 },
      fairness: { jainJobs: null, jainTenants: null, finishTimeRatio: none },
      pools: rich.figures.pools.map((entry) => ({
        ...entry,
        busyGpuHours: 0,
        idleGpuHours: 0,
        utilisation: 0,
      })),
      waitHistogram: { edges: [0, 1], counts: [0] },
      completionHistogram: { edges: [0, 1], counts: [0] },
      series: { ...noSeries, jobsRunning: [] },
    },
  };
}

/** The summary with other figures. */
export function withFigures(summary: Summary, figures: Partial<Summary['figures']>): Summary {
  return { ...summary, figures: { ...summary.figures, ...figures } };
}

/** One tenant more, with the figures of the first. */
export function withTenant(summary: Summary, tenant: string): Summary {
  const like = summary.figures.byTenant[0];
  if (like === undefined) throw new Error('the summary has no tenant to copy');
  return withFigures(summary, { byTenant: [{ ...like, tenant }, ...summary.figures.byTenant] });
}

type FailureFigures = NonNullable<Summary['figures']['failures']>;

/** What broke, by what broke, by the size of what it hit, over time and one by one. */
function brokenFigures(
  random: () => number,
): Pick<
  FailureFigures,
  | 'byClass'
  | 'bySize'
  | 'restarts'
  | 'plannedStops'
  | 'crashLoops'
  | 'phases'
  | 'spareLevel'
  | 'faultsOverTime'
  | 'incidents'
> {
  const times = { mtbfH: 9000, mttrH: 7.2, detectionH: 0.2, repairQueueH: 1.5, repairH: 5.5 };
  return {
    byClass: [
      { ...times, component: 'GPU', components: 512, faults: 96, interruptions: 91, ...classCosts(3400.5) },
      { ...times, component: 'top-of-rack switch', components: 8, faults: 12, interruptions: 30, ...classCosts(1810) },
      { ...times, component: 'power supply', components: 64, faults: 40, interruptions: 0, ...classCosts(0) },
    ],
    bySize: [1, 2, 8, 64, 256].map((gpusMax, index) => ({
      gpusMin: gpusMax === 1 ? 1 : gpusMax / 2 + 1,
      gpusMax,
      jobs: 4000 >> (2 * index),
      hit: 3 + 2 * index,
      interruptions: 3 + 16 * index,
      meanTimeToInterruptionH: 9000 / gpusMax,
      ettr: 0.995 - 0.03 * index,
      ettrWithWaits: 0.98 - 0.05 * index,
      expectedEttr: index === 0 ? null : 0.994 - 0.028 * index,
      availability: 0.99 - 0.01 * index,
      heldGpuHours: 46_000,
      usefulGpuHours: 42_000,
    })),
    restarts: {
      firstStartGpuHours: 2100,
      preemptedGpuHours: 900,
      movedGpuHours: 0,
      teardownGpuHours: 120,
      secondOrder: { preemptions: 17, restartGpuHours: 210, waitGpuHours: 1900 },
    },
    phases: {
      detection: { hours: 1, gpuHours: 8 },
      scheduling: { hours: 2, gpuHours: 16 },
      takeOver: { hours: 0, gpuHours: 0 },
      load: { hours: 0.5, gpuHours: 4 },
      warmUp: { hours: 0.25, gpuHours: 2 },
    },
    spareLevel: { fromS: [0, 3600], nodes: [2, 1] },
    plannedStops: { maintenance: 12, prediction: 5, reclaim: 0, restartGpuHours: 60, waitGpuHours: 90 },
    crashLoops: {
      jobs: 2,
      requeues: 31,
      gpuHours: 388.5,
      preemptions: 4,
      worst: [
        { job: 'nightly-eval', requeues: 24, gpuHours: 300 },
        { job: 'sweep-17', requeues: 7, gpuHours: 88.5 },
      ],
    },
    faultsOverTime: {
      bucketS: DAY_S,
      counts: range(31).map(() => [6, 1, 2].map((most) => Math.floor(most * random()))),
    },
    incidents: {
      count: 118,
      worst: [
        incident('top-of-rack switch', 'rack 7', 3 * DAY_S, { nodes: 4, gangs: 3, gpus: 192, waitGpuHours: 800 }),
        incident('GPU', 'node 12', 9.3 * DAY_S, { lostGpuHours: 420 }),
        incident('GPU', 'node 61', 30.3 * DAY_S, { repairS: null, mendedS: null, again: 0, lastAgainS: null }),
      ],
    },
  };
}

function classCosts(lostGpuHours: number) {
  const rest = lostGpuHours / 3;
  return {
    lostGpuHours,
    detectionGpuHours: rest,
    waitGpuHours: 2 * rest,
    restartGpuHours: rest,
    loadGpuHours: rest / 2,
    warmUpGpuHours: rest / 3,
  };
}

type IncidentFigures = FailureFigures['incidents']['worst'][number];

function incident(
  component: string,
  place: string,
  faultS: number,
  changes: Partial<IncidentFigures>,
): IncidentFigures {
  return {
    component,
    place,
    firstNode: 12,
    nodes: 1,
    faultS,
    foundS: faultS + 600,
    repairS: faultS + 7800,
    mendedS: faultS + DAY_S / 2,
    gangs: 1,
    gpus: 64,
    largestJob: 'pretrain-70b',
    largestGpus: 64,
    again: changes.gangs ?? 1,
    firstAgainS: faultS + 900,
    lastAgainS: faultS + 4200,
    givenUp: 0,
    lostGpuHours: 64,
    detectionGpuHours: 10.7,
    waitGpuHours: 32,
    restartGpuHours: 11,
    outGpuHours: 95,
    ...changes,
  };
}

/** Sorted, log-normal, with a share of zeros. */
function skewed(random: () => number, count: number, medianS: number, zeroShare: number): number[] {
  return range(count)
    .map(() => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return random() < zeroShare ? 0 : medianS * Math.exp(1.8 * normal);
    })
    .sort((a, b) => a - b);
}

function jobFigures(
  waits: readonly number[],
  completions: readonly number[],
  jobs: number,
  gpuHours: number,
): JobFigures {
  return {
    jobs,
    finished: jobs,
    gpuHours,
    waitS: distributionOf(waits, jobs),
    completionS: distributionOf(completions, jobs),
    boundedSlowdown: distributionOf(
      waits.map((wait) => 1 + wait / 700),
      jobs,
    ),
  };
}

function distributionOf(sorted: readonly number[], count: number): Distribution {
  const at = (share: number): number | null => quantileSorted([...sorted], share) ?? null;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { count, mean, median: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function histogramOf(sorted: readonly number[]): Histogram {
  const edges = [0, ...range(33).map((step) => 10 ** (step / 4))];
  const counts = edges
    .slice(1)
    .map((edge, bin) => sorted.filter((value) => value < edge && value >= (edges[bin] ?? 0)).length);
  return { edges, counts };
}

function pool(name: string, gpuType: string, nodes: number, busy: number) {
  const gpuHours = nodes * 8 * 30.4 * 24;
  return {
    pool: name,
    gpuType,
    nodes,
    gpus: nodes * 8,
    busyGpuHours: gpuHours * busy,
    idleGpuHours: gpuHours * (1 - busy),
    utilisation: busy,
  };
}

function seriesOf(random: () => number, endS: number, buckets: number): Summary['figures']['series'] {
  const bucketS = Math.ceil(endS / buckets);
  const startS = range(buckets).map((bucket) => bucket * bucketS);
  const pressure = startS.map(
    (at) => 0.8 + 0.3 * Math.sin((2 * Math.PI * at) / DAY_S) + 0.25 * Math.sin(at / 4e5) + 0.1 * random(),
  );
  const gpusBusy = pressure.map((value) => GPUS * Math.min(1, Math.max(0.1, value)));
  const gpusQueued = pressure.map((value) => 900 * Math.max(0, value - 0.9));
  const jobsQueued = gpusQueued.map((gpus) => gpus / 9);
  return {
    bucketS,
    startS,
    gpusBusy,
    gpusIdle: gpusBusy.map((busy) => GPUS - busy),
    gpusQueued,
    jobsQueued,
    jobsQueuedMax: jobsQueued.map((jobs) => Math.ceil(jobs * (1 + random()))),
    jobsRunning: gpusBusy.map((busy) => busy / 3.1),
  };
}
