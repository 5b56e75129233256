import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import type { Estimates } from '../../src/scenario/estimates/definition.ts';
import { estimateSources } from '../../src/scenario/estimates/registry.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import type { ParameterValues } from '../../src/sim/contract/definition.ts';
import { NO_JOB } from '../../src/sim/contract/scheduling.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { RandomStreams } from '../../src/sim/kernel/random.ts';
import type { JobTable } from '../../src/sim/model/job-table.ts';
import { policyThat } from '../engine/policies-of-the-test.ts';
import { registered, tableOfSketches, type JobSketch } from '../engine/run-builder.ts';

const S = 1_000_000;

function estimatesOf(name: string, jobs: JobTable, parameters: ParameterValues = {}, streamSeed = 1): Estimates {
  return registered(estimateSources, name, parameters).estimates(jobs, new RandomStreams(streamSeed));
}

function manyJobs(count: number): JobTable {
  return tableOfSketches(
    Array.from({ length: count }, (): JobSketch => ({ runUs: 1000 * S, gpus: 1 })),
    ['A'],
  );
}

describe('noisy estimates', () => {
  const count = 20_000;
  const jobs = manyJobs(count);

  test.each([0.25, 0.5, 1])('with sigma %d have mean 1 and that spread', (sigma) => {
    const factors = Array.from(estimatesOf('noisy', jobs, { sigma }).estimateUs, (us) => us / (1000 * S));
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / count;
    const logs = factors.map(Math.log);
    const logMean = logs.reduce((sum, log) => sum + log, 0) / count;
    const logSd = Math.sqrt(logs.reduce((sum, log) => sum + (log - logMean) ** 2, 0) / (count - 1));
    // Standard errors: of the mean sqrt(e^(sigma²) - 1) / sqrt(n), of the deviation of the logarithm sigma / sqrt(2n).
    expect(Math.abs(mean - 1)).toBeLessThan(3.5 * Math.sqrt((Math.exp(sigma ** 2) - 1) / count));
    expect(Math.abs(logSd - sigma)).toBeLessThan((3.5 * sigma) / Math.sqrt(2 * count));
    expect(Math.abs(logMean + sigma ** 2 / 2)).toBeLessThan((3.5 * sigma) / Math.sqrt(count));
  });

  test('with sigma 0 are exact', () => {
    expect(estimatesOf('noisy', jobs, { sigma: 0 }).estimateUs).toEqual(jobs.runUs);
  });

  test('give a job the same luck whoever else is there, and other luck under another seed', () => {
    const few = estimatesOf('noisy', manyJobs(5)).estimateUs;
    expect([...estimatesOf('noisy', jobs).estimateUs.subarray(0, 5)]).toEqual([...few]);
    expect([...estimatesOf('noisy', manyJobs(5), {}, 2).estimateUs]).not.toEqual([...few]);
  });
});

/** What a policy is told of each job at the decision after its arrival, in s. */
async function toldS(estimates: string): Promise<Record<string, number>> {
  const text = `name: t
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 2}]}
workload:
  jobs:
    - {id: a1, gpus: 1, submit: 0s, run: 100s, tenant: a}
    - {id: b1, gpus: 1, submit: 0s, run: 10s, tenant: b}
    - {id: a2, gpus: 1, submit: 50s, run: 40s, tenant: a}
    - {id: a3, gpus: 1, submit: 95s, run: 7s, tenant: a}
    - {id: a4, gpus: 1, submit: 100s, run: 7s, tenant: a}
    - {id: b2, gpus: 2, submit: 100s, run: 7s, tenant: b}
    - {id: a5, gpus: 2, submit: 1000s, run: 7s, tenant: a}
policies: {estimates: ${estimates}, scheduling: fifo, placement: count}
`;
  const { spec } = await prepareRun(settleDocument(parseText('f.yaml', text)));
  let told: Record<string, number> = {};
  const watching = policyThat(({ view: { queue, jobs }, plan }) => {
    for (let job = queue.head(); job !== NO_JOB; job = queue.after(job)) {
      told[spec.jobs.ids[job]!] ??= jobs.estimateUs(job) / S;
      plan.start(job);
    }
    return NEVER;
  });
  const rounds = [1, 2].map(() => {
    told = {};
    const simulation = new Simulation({ ...spec, scheduling: watching }, []);
    while (simulation.advance(100));
    return told;
  });
  // One run must not learn from another.
  expect(rounds[1]).toEqual(rounds[0]);
  return told;
}

describe('user-mean estimates', () => {
  test("are the first guess, then the mean of what the tenant's jobs that have ended have run", async () => {
    // a1 ends at 100, a2 runs from 50 to 90, b1 ends at 10. At 100 the end comes before the arrivals.
    expect(await toldS('{name: user-mean, firstGuess: 5m}')).toEqual({
      a1: 300,
      b1: 300,
      a2: 300,
      a3: 40,
      a4: (40 + 100) / 2,
      b2: 10,
      // Of a, by 1000 s: 100, 40, 7 and 7.
      a5: 38.5,
    });
  });

  test('by tenant and GPUs know nothing of jobs of another size', async () => {
    const told = await toldS('{name: user-mean, firstGuess: 5m, by: tenant-and-gpus}');
    expect(told).toMatchObject({ a3: 40, a4: 70, b2: 300, a5: 300 });
  });
});
