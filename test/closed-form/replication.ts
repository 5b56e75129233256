import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';

/** What one replication measures, by the name of the figure. */
export type Measurement = Readonly<Record<string, number>>;

/** Replications by seed 1 .. so many of a scenario in scenarios/closed-form, each through the whole way of a real run. */
export async function replicate(
  scenario: string,
  replications: number,
  measure: (sojourns: Sojourns) => Measurement,
): Promise<Measurement[]> {
  const file = fileURLToPath(new URL(`../../scenarios/closed-form/${scenario}.yaml`, import.meta.url));
  const measurements: Measurement[] = [];
  for (let seed = 1; seed <= replications; seed++) {
    const { spec } = await prepareRun(await settleScenario(file, { seed }));
    const sojourns = new Sojourns(spec.jobs);
    const simulation = new Simulation(spec, [sojourns]);
    while (simulation.advance(1e9));
    measurements.push(measure(sojourns));
  }
  return measurements;
}

/**
 * The rule of the reference page: |mean − exact| <= 3.5 standard errors, and a standard error of at most 1 % of the
 * exact value, so that the test can fail. Prints the figures, which docs/validation.md quotes.
 */
export function expectExact(title: string, measurements: readonly Measurement[], exact: Measurement): void {
  for (const [figure, value] of Object.entries(exact)) {
    const sample = measurements.map((measurement) => measurement[figure]!);
    const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
    const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (sample.length - 1);
    const error = Math.sqrt(variance / sample.length);
    const off = (mean - value) / error;
    console.log(
      `${title} | ${figure} | ${value} | ${mean.toPrecision(7)} | ${((100 * error) / value).toFixed(2)} % | ${off.toFixed(2)}`,
    );
    expect(sample.length).toBeGreaterThanOrEqual(30);
    expect(error / value, `${title}, ${figure}: standard error in parts of the exact value`).toBeLessThanOrEqual(0.01);
    expect(Math.abs(off), `${title}, ${figure}: ${mean} against ${value}, in standard errors`).toBeLessThanOrEqual(3.5);
  }
}

/** The first part of the jobs, while the system fills up from empty, is not measured. */
const WARM_UP = 0.05;

/** Waits and sojourns of jobs after the warm-up, and the time that the system spends with so many jobs in it. */
export class Sojourns implements Fold {
  readonly waitsS: number[][] = [];
  readonly sojournsS: number[] = [];
  readonly arrivals: number[] = [];
  readonly rejections: number[] = [];
  readonly tenants: readonly string[];
  /** Seconds with n jobs in the system, between the end of the warm-up and the last arrival. */
  readonly timeWithS: number[] = [];
  /** GPU-seconds in use in the same time. */
  busyGpuS = 0;
  private readonly submitUs: Float64Array;
  private readonly gpus: Int32Array;
  private readonly tenant: Int32Array;
  private readonly firstJob: number;
  private readonly fromUs: number;
  private readonly untilUs: number;
  private lastUs = 0;
  private inSystem = 0;
  private busyGpus = 0;

  constructor(jobs: {
    readonly count: number;
    readonly submitUs: Float64Array;
    readonly gpus: Int32Array;
    readonly tenant: Int32Array;
    readonly tenants: readonly string[];
  }) {
    this.submitUs = jobs.submitUs;
    this.gpus = jobs.gpus;
    this.tenant = jobs.tenant;
    this.tenants = jobs.tenants;
    this.firstJob = Math.floor(jobs.count * WARM_UP);
    this.fromUs = jobs.submitUs[this.firstJob]!;
    this.untilUs = jobs.submitUs[jobs.count - 1]!;
    for (const _ of jobs.tenants) {
      this.waitsS.push([]);
      this.arrivals.push(0);
      this.rejections.push(0);
    }
  }

  step({ kind, subject, timeUs }: Fact): void {
    if (kind === FactKind.Refusal) return;
    this.pass(timeUs);
    const isMeasured = subject >= this.firstJob;
    const tenant = this.tenant[subject]!;
    switch (kind) {
      case FactKind.Arrive:
        this.inSystem++;
        if (isMeasured) this.arrivals[tenant]!++;
        break;
      case FactKind.Start:
        this.busyGpus += this.gpus[subject]!;
        if (isMeasured) this.waitsS[tenant]!.push((timeUs - this.submitUs[subject]!) / 1e6);
        break;
      case FactKind.Finish:
        this.inSystem--;
        this.busyGpus -= this.gpus[subject]!;
        if (isMeasured) this.sojournsS.push((timeUs - this.submitUs[subject]!) / 1e6);
        break;
      case FactKind.Reject:
        this.inSystem--;
        if (isMeasured) this.rejections[tenant]!++;
        break;
      case FactKind.Preempt:
      case FactKind.CutOff:
      case FactKind.Leave:
      case FactKind.GoOn:
      case FactKind.Reshape:
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
      case FactKind.Interrupt:
      case FactKind.GiveUp:
      case FactKind.Rejoin:
      case FactKind.Ready:
        throw new Error('no job of these models is preempted, moved or cut off');
      default:
        kind satisfies never;
    }
  }

  done(): void {}

  /** Mean and variance of the jobs in the system over time, and the part of the time with more than `n` of them. */
  inSystemOverTime(n = Infinity): { readonly mean: number; readonly variance: number; readonly above: number } {
    const total = this.timeWithS.reduce((sum, s) => sum + s, 0);
    const mean = this.timeWithS.reduce((sum, s, jobs) => sum + s * jobs, 0) / total;
    const square = this.timeWithS.reduce((sum, s, jobs) => sum + s * jobs * jobs, 0) / total;
    const above = this.timeWithS.reduce((sum, s, jobs) => sum + (jobs > n ? s : 0), 0) / total;
    return { mean, variance: square - mean * mean, above };
  }

  /** GPUs in use on average. */
  busyOnAverage(): number {
    return this.busyGpuS / this.timeWithS.reduce((sum, s) => sum + s, 0);
  }

  private pass(toUs: number): void {
    const s = (Math.min(toUs, this.untilUs) - Math.max(this.lastUs, this.fromUs)) / 1e6;
    if (s > 0) {
      while (this.timeWithS.length <= this.inSystem) this.timeWithS.push(0);
      this.timeWithS[this.inSystem]! += s;
      this.busyGpuS += s * this.busyGpus;
    }
    this.lastUs = toUs;
  }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The part of the values above a bound. */
export function partAbove(values: readonly number[], bound: number): number {
  return values.reduce((count, value) => count + (value > bound ? 1 : 0), 0) / values.length;
}

export function quantileOf(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
}
