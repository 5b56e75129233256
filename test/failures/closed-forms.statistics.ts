import { describe, expect, it } from 'vitest';
import { buildDistribution } from '../../src/sim/kernel/distributions/registry.ts';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { residualLife } from '../../src/sim/kernel/distributions/residual-life.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { GpuTimeUses, gpuTimeUses } from '../../src/sim/record/gpu-time-use.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { drawnLifetimes, stationaryStart } from '../../src/sim/model/lifetimes.ts';
import { clusterOf, runOf, specOf, type RunSketch } from '../engine/run-builder.ts';
import { expectExact, type Measurement } from '../closed-form/replication.ts';
import { nodesThatFail, worldOf } from './worlds.ts';

const HOUR_US = 3600e6;
const HOUR_S = 3600;

/** Nodes in service over time, and how long each was out. */
class Service implements Fold {
  up: number;
  /** Node-us out of service, and times that began. */
  outUs = 0;
  outs = 0;
  private readonly since: number[] = [];
  /** Time with at least `need` nodes in service, and times that this ended. */
  aboveUs = 0;
  falls = 0;
  private lastUs = 0;
  private readonly need: number;

  constructor(nodes: number, need: number) {
    this.up = nodes;
    this.need = need;
  }

  step(): void {}

  stepNode({ kind, timeUs, subject, from, to }: NodeFact): void {
    const goesOut = from === NodeStatus.In;
    if (kind !== NodeFactKind.Shift || (!goesOut && to !== NodeStatus.In)) return;
    this.pass(timeUs);
    if (goesOut) {
      if (this.up === this.need) this.falls++;
      this.up--;
      this.outs++;
      this.since[subject] = timeUs;
    } else {
      this.up++;
      this.outUs += timeUs - this.since[subject]!;
    }
  }

  done(endUs: number): void {
    this.pass(endUs);
  }

  private pass(toUs: number): void {
    if (this.up >= this.need) this.aboveUs += toUs - this.lastUs;
    this.lastUs = toUs;
  }
}

function replications(count: number, measure: (seed: number) => Measurement): Measurement[] {
  return Array.from({ length: count }, (_, index) => measure(index + 1));
}

type Recovery = NonNullable<RunSketch['failures']>['recovery'];

/** A cluster without jobs, watched so long. */
function watched(
  nodes: number,
  need: number,
  mtbfHours: number,
  mttrHours: number,
  hours: number,
  technicians: number,
  start: 'fresh' | 'stationary' = 'fresh',
) {
  return (seed: number): Measurement => {
    const service = new Service(nodes, need);
    const repair = { kind: 'exponential', mean: mttrHours * HOUR_S } as const;
    const fresh = nodesThatFail(mtbfHours, repair);
    const life = residualLife({ kind: 'exponential', mean: mtbfHours * HOUR_S });
    const inUse = {
      ...fresh,
      lifetimes: { ...fresh.lifetimes, standing: stationaryStart(life, residualLife(repair)) },
    };
    const model = worldOf([start === 'fresh' ? fresh : inUse], seed, technicians);
    const uses = new GpuTimeUses(clusterOf([{ nodes, gpusPerNode: 1 }]));
    runOf(
      {
        pools: [{ nodes, gpusPerNode: 1 }],
        jobs: [],
        scheduling: 'fifo',
        placement: 'first-fit',
        horizonUs: hours * HOUR_US,
        failures: { model, recovery: ['restart', {}] },
      },
      [service, uses],
    );
    for (let node = 0; node < nodes; node++) {
      const here = gpuTimeUses.map((_, use) => uses.gpuUs[node * gpuTimeUses.length + use]!);
      expect(here.reduce((sum, us) => sum + us, 0)).toBe(hours * HOUR_US);
    }
    return {
      availability: uses.total('idle-free') / (nodes * hours * HOUR_US),
      'mean downtime, h': service.outUs / service.outs / HOUR_US,
      'mean up, h': service.aboveUs / service.falls / HOUR_US,
      'mean down, h': (hours * HOUR_US - service.aboveUs) / service.falls / HOUR_US,
      'k of n': service.aboveUs / (hours * HOUR_US),
      'fewer than k': 1 - service.aboveUs / (hours * HOUR_US),
      'crews busy': uses.total('down') / (hours * HOUR_US),
    };
  };
}

/** One node that breaks every 24.414062 h on average, as 2,048 nodes of 50,000 h do, and jobs for it one by one. */
function onOneNode(jobs: number, workHours: number, downHours: number, recovery: Recovery) {
  return (seed: number): Measurement => {
    const repair = { kind: 'deterministic', value: downHours * HOUR_S } as const;
    const { metrics } = runOf({
      pools: [{ nodes: 1, gpusPerNode: 1 }],
      jobs: Array.from({ length: jobs }, () => ({ runUs: workHours * HOUR_US, gpus: 1 })),
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model: worldOf([nodesThatFail(50_000 / 2048, repair)], seed), recovery },
    });
    const { endUs, interruptions } = metrics.outcomes;
    return {
      hours: endUs[jobs - 1]! / HOUR_US / jobs,
      faults: interruptions.reduce((sum, count) => sum + count, 0) / jobs,
    };
  };
}

/** Jobs of an hour without checkpoints on a node that breaks every 10 h and is back after a quarter of an hour. */
function segments(jobs: number) {
  return (seed: number): Measurement => {
    const repair = { kind: 'deterministic', value: HOUR_S / 4 } as const;
    const { metrics } = runOf({
      pools: [{ nodes: 1, gpusPerNode: 1 }],
      jobs: Array.from({ length: jobs }, () => ({ runUs: HOUR_US, gpus: 1 })),
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model: worldOf([nodesThatFail(10, repair)], seed), recovery: ['restart', {}] },
    });
    const { endUs } = metrics.outcomes;
    const hours = Array.from(endUs, (us, job) => (us - (endUs[job - 1] ?? 0)) / HOUR_US);
    const mean = hours.reduce((sum, h) => sum + h, 0) / jobs;
    return { 'mean, h': mean, 'variance, h²': hours.reduce((sum, h) => sum + (h - mean) ** 2, 0) / (jobs - 1) };
  };
}

/** A gang on all of 2,048 nodes for a day, again and again: the part that no fault stops. */
function survival(days: number) {
  return (seed: number): Measurement => {
    const model = worldOf([nodesThatFail(50_000, { kind: 'deterministic', value: 0 })], seed);
    const { metrics } = runOf({
      pools: [{ nodes: 2048, gpusPerNode: 1 }],
      jobs: Array.from({ length: days }, () => ({ runUs: 24 * HOUR_US, gpus: 2048 })),
      scheduling: 'fifo',
      placement: 'first-fit',
      failures: { model, recovery: ['restart', { attempts: 1 }] },
    });
    return { survives: metrics.outcomes.outcome.filter((outcome) => outcome === Outcome.Done).length / days };
  };
}

/** The instant of the first fault; the nodes are mended at once. */
class FirstFault implements Fold {
  hours = Infinity;

  step(): void {}

  stepNode({ kind, timeUs }: NodeFact): void {
    if (kind === NodeFactKind.Fault) this.hours = Math.min(this.hours, timeUs / HOUR_US);
  }

  done(): void {}
}

const weibull = { kind: 'weibull', shape: 0.7, scale: (50_000 * HOUR_S) / 1.2658235060572833 } as const;

/** Mean time to the first fault among 2,048 nodes of Weibull lives of 50,000 h on average, over so many clusters. */
function firstFaults(clusters: number, start: 'fresh' | 'stationary') {
  const none = { kind: 'deterministic', value: 0 } as const;
  const drawn = drawnLifetimes(buildDistribution(weibull), buildDistribution(none));
  const standing = stationaryStart(residualLife(weibull), residualLife(none));
  const lifetimes = start === 'fresh' ? drawn : { ...drawn, standing };
  return (seed: number): Measurement => {
    // One stream for all: millions of components, each asked once or twice.
    const stream = new RandomStreams(seed).stream('first faults');
    let hours = 0;
    for (let cluster = 0; cluster < clusters; cluster++) {
      const first = new FirstFault();
      runOf(
        {
          pools: [{ nodes: 2048, gpusPerNode: 1 }],
          jobs: [],
          scheduling: 'fifo',
          placement: 'first-fit',
          horizonUs: (start === 'fresh' ? 60 : 600) * HOUR_US,
          failures: { model: { ...worldOf([{ lifetimes }]), luck: () => stream }, recovery: ['restart', {}] },
        },
        [first],
      );
      hours += first.hours / clusters;
    }
    return { 'first fault, h': hours };
  };
}

/** Mean of the least of n lives' rests: the integral of S(t)^n, S(t) = 1 - (integral of P(X > u) from 0 to t) / E[X]. */
function leastRest(n: number): number {
  const step = 0.01;
  let gone = 0;
  let mean = 0;
  for (let t = 0; t < 1000; t += step) {
    const alive = Math.exp(-((((t + step / 2) * HOUR_S) / weibull.scale) ** weibull.shape));
    gone += (alive * step) / 50_000;
    mean += (1 - gone) ** n * step;
  }
  return mean;
}

/** A queue of one server, arrivals at 0.7 an hour, that fails at 0.01 and is repaired at 0.1 an hour: mean service 1 h. */
function breakdowns(customers: number) {
  return (seed: number): Measurement => {
    const streams = new RandomStreams(seed);
    const gap = buildDistribution({ kind: 'exponential', mean: HOUR_US / 0.7 });
    const service = buildDistribution({ kind: 'exponential', mean: HOUR_US });
    const gaps = streams.stream('arrivals');
    const services = streams.stream('services');
    let submitUs = 0;
    const jobs = Array.from({ length: customers }, () => ({
      submitUs: (submitUs += Math.round(gap.sample(gaps))),
      runUs: Math.round(service.sample(services)),
      gpus: 1,
    }));
    const repair = { kind: 'exponential', mean: 10 * HOUR_S } as const;
    // Millions of customers: nobody writes down each fact.
    const spec = specOf({
      pools: [{ nodes: 1, gpusPerNode: 1 }],
      jobs,
      scheduling: 'fifo',
      placement: 'first-fit',
      // Work is safe every us: a customer goes on where he was.
      failures: {
        model: worldOf([nodesThatFail(100, repair)], seed),
        recovery: ['periodic-checkpoint', { interval: 1, stall: 0 }],
      },
    });
    const metrics = metricsFor(spec);
    const server = new Service(1, 1);
    const simulation = new Simulation(spec, [...metrics.folds, server]);
    while (simulation.advance(1e6));
    const { endUs } = metrics.outcomes;
    const total = endUs.reduce((sum, us, job) => sum + us - spec.jobs.submitUs[job]!, 0);
    // All that are in the system, added up over time, are all their sojourns.
    const hours = simulation.nowUs / HOUR_US;
    return {
      'sojourn, h': total / customers / HOUR_US,
      'in the system': total / HOUR_US / hours,
      availability: 1 - server.outUs / simulation.nowUs,
    };
  };
}

describe('failures in closed form', () => {
  it('machine repair: 64 nodes, one crew and two', () => {
    expectExact('row 7, 1 crew', replications(30, watched(64, 64, 1000, 10, 120_000, 1)), {
      availability: 0.97553,
      'mean downtime, h': 25.084095,
      'k of n': 0.375661,
      'crews busy': 0.624339,
    });
    expectExact('row 7, 2 crews', replications(30, watched(64, 64, 1000, 10, 120_000, 2)), {
      availability: 0.989072,
      'mean downtime, h': 11.048679,
    });
  });

  it('so many nodes of a reserve that are enough: 32 of 36, 1,024 of 1,032', () => {
    expectExact('row 8, 32 of 36', replications(30, watched(36, 32, 1000, 24, 4_500_000, Infinity)), {
      'fewer than k': 0.0014545,
      'mean up, h': 3749.895731,
      'mean down, h': 5.462172,
    });
    expectExact('row 8, 1,024 of 1,032', replications(30, watched(1032, 1024, 5000, 24, 120_000, Infinity)), {
      'k of n': 0.936844,
      'mean up, h': 73.194159,
      'mean down, h': 4.934319,
    });
  });

  it('the first 100 hours of nodes that all begin as good as new, and of nodes in use', () => {
    expectExact('row 8b', replications(30, watched(1000, 1000, 1000, 24, 100, Infinity)), { availability: 0.981979 });
    expectExact('row 8b, stationary', replications(30, watched(1000, 1000, 1000, 24, 100, Infinity, 'stationary')), {
      availability: 1000 / 1024,
    });
  });

  it('an M/M/1 queue whose server breaks and goes on where it was', () => {
    expectExact('row 10', replications(30, breakdowns(120_000)), {
      'sojourn, h': 8.735178,
      'in the system': 6.114625,
      availability: 0.909091,
    });
  });

  it('a run with checkpoints, at the best interval and at another', () => {
    const cost = { stall: 300e6, restart: 600e6 };
    expectExact(
      'row 9, best interval',
      replications(400, onOneNode(1, 720, 0.25, ['periodic-checkpoint', { rule: 'optimal', ...cost }])),
      { hours: 796.353409, faults: 32.288 },
    );
    // Young's is so near to the best that no run tells them apart: 1 min 29 s of 796 h.
    expectExact(
      "row 9, Young's interval",
      replications(400, onOneNode(1, 720, 0.25, ['periodic-checkpoint', { rule: 'young', ...cost }])),
      { hours: 796.378036 },
    );
    expectExact(
      'row 9, every hour',
      replications(400, onOneNode(1, 720, 0.25, ['periodic-checkpoint', { interval: HOUR_US, ...cost }])),
      { hours: 811.250772 },
    );
  });

  it('a run without checkpoints', () => {
    expectExact('row 9, none', replications(60, onOneNode(100, 24, 0.25, ['restart', {}])), { hours: 41.252334 });
  });

  it('a segment of work: mean and variance', () => {
    expectExact('row 9b', replications(30, segments(30_000)), { 'mean, h': 1.078002, 'variance, h²': 0.072696 });
  });

  it('the first fault of 2,048 nodes with early failures, all new and in the middle of their lives', () => {
    expectExact('row 13d, fresh', replications(30, firstFaults(750, 'fresh')), { 'first fault, h': 0.930034 });
    // Any node is as likely to fault now as ever: not far from 50,000 / 2,048.
    const exact = leastRest(2048);
    expect(exact).toBeGreaterThan(50_000 / 2048);
    expect(exact).toBeLessThan((50_000 / 2048) * 1.01);
    expectExact('row 13d, stationary', replications(30, firstFaults(500, 'stationary')), { 'first fault, h': exact });
  });

  it('a gang that lives through a day', () => {
    expectExact('row 13c', replications(30, survival(600)), { survives: 0.374172 });
  });
});
