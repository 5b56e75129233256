import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { US_PER_SECOND } from '../../src/sim/kernel/clock.ts';
import { seed } from '../engine/seed.ts';
import { groundtruth, groundtruthFiles, groundtruthTable, hasShared, needsShared } from '../traces/shared-data.ts';
import { TraceFolder } from '../traces/trace-folder.ts';
import { runShipped } from './complete-run.ts';
import { gavelTwin, type TwinJob, type TwinPolicy } from './gavel-twin.ts';

const TYPES = ['v100', 'p100', 'k80'] as const;
const folder = new TraceFolder();
afterAll(() => folder.remove());

/** GPUs of each of TYPES. */
type Gpus = readonly [v100: number, p100: number, k80: number];

const known = new Map<string, readonly number[]>();

/** Completion time in s of every job in the order of the list, from the scenario of a policy on a cluster; run once. */
async function completions(trace: string, policy: string, gpus: Gpus): Promise<readonly number[]> {
  const key = `${trace} ${policy} ${gpus.join('-')}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const pools = TYPES.flatMap((type, index) =>
    gpus[index] === 0 ? [] : [`{ name: ${type}, nodes: ${gpus[index]}, gpusPerNode: 1, gpuType: ${type} }`],
  );
  const set = [`cluster.pools=[${pools.join(', ')}]`];
  const { metrics, prepared } = await runShipped(`compat/gavel_${policy}`, { trace, set });
  const { submitUs, ids } = prepared.spec.jobs;
  const times = ids.map((_, job) => (metrics.outcomes.endUs[job]! - submitUs[job]!) / US_PER_SECOND);
  known.set(key, times);
  return times;
}

function twinJobs(rows: readonly Readonly<Record<string, string>>[], gpus: Gpus): TwinJob[] {
  const types = TYPES.filter((_, index) => gpus[index]! > 0);
  return rows.map((row) => ({
    steps: Number(row['total_steps']),
    rates: types.map((type) => Number(row[`steps_per_s_${type}`])),
    gpus: Number(row['scale_factor']),
    arrivalS: Number(row['arrival_time']),
  }));
}

const twinOf = (jobs: readonly TwinJob[], policy: TwinPolicy, gpus: Gpus): number[] =>
  gavelTwin(
    jobs,
    gpus.filter((count) => count > 0),
    policy,
  );

/** Jobs whose times differ by more than one in a million. */
function offs(found: readonly number[], expected: readonly number[]): object[] {
  return found.flatMap((time, job) =>
    Math.abs(time / expected[job]! - 1) <= 1e-6 ? [] : [{ job, found: time, expected: expected[job] }],
  );
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the name of a column says: the cluster and the policy; 222 is 2-2-2, v36 is 36 V100s. */
function readColumn(column: string): { gpus: Gpus; policy: string } | undefined {
  const match = /^jct:(?:v(\d+)|(\d+)-(\d+)-(\d+)|(\d)(\d)(\d))-(\w+)$/.exec(column);
  if (match === null) return undefined;
  const [, v100, ...rest] = match;
  const figures = rest
    .slice(0, 6)
    .filter((digits) => digits !== undefined)
    .map(Number);
  const gpus: Gpus = v100 === undefined ? [figures[0]!, figures[1]!, figures[2]!] : [Number(v100), 0, 0];
  return { gpus, policy: rest[6]! };
}

/** On several types only the order of arrival leaves nothing to luck or to a solver; on one, isolation neither. */
function isDetermined({ gpus, policy }: { gpus: Gpus; policy: string }): boolean {
  const isOneType = gpus.filter((count) => count > 0).length === 1;
  return policy === 'fifo_perf' || (isOneType && (policy === 'fifo' || policy === 'isolated'));
}

const files = groundtruthFiles('gavel', /\.csv$/);
const columns = files.flatMap((file) =>
  groundtruthTable('gavel', file).columns.flatMap((column) => {
    const what = readColumn(column);
    return what === undefined || !isDetermined(what) ? [] : [{ file, column, ...what }];
  }),
);

describe.skipIf(!hasShared)(`what the Gavel simulator answers, job by job${needsShared}`, () => {
  it('is there for every list', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => columns.every((one) => one.file !== file))).toEqual([]);
    console.info(`${columns.length} columns of ${files.length} lists: ${columns.map((one) => one.column).join(', ')}`);
  });

  it.each(columns)('$file $column: every job ends when it does there, to one in a million', async (what) => {
    const { file, column, gpus, policy } = what;
    const { rows } = groundtruthTable('gavel', file);
    const expected = rows.map((row) => Number(row[column]));
    const found = await completions(groundtruth('gavel', file), policy, gpus);
    expect([found.length, offs(found, expected)]).toEqual([rows.length, []]);
    // The twin states the same rules.
    const twin = twinOf(twinJobs(rows, gpus), policy === 'isolated' ? 'isolated' : 'fifo', gpus);
    expect(offs(twin, expected)).toEqual([]);
  });

  // Other luck: the columns that cannot agree job by job agree in the mean.
  it.each([
    ['artifact15.csv', '222', [2, 2, 2], 'max_min_fairness_perf'],
    ['artifact15.csv', '222', [2, 2, 2], 'max_min_fairness'],
    ['artifact15.csv', '222', [2, 2, 2], 'isolated'],
    ['gen400-r0.5.csv', '12-12-12', [12, 12, 12], 'max_min_fairness_perf'],
    ['gen400-r0.5.csv', '12-12-12', [12, 12, 12], 'max_min_fairness'],
    ['gen400-r0.5.csv', '12-12-12', [12, 12, 12], 'isolated'],
  ] as const)('%s, %s on %j, %s: the mean completion time is within 2 %%', async (file, cluster, gpus, policy) => {
    const { rows } = groundtruthTable('gavel', file);
    const expected = meanOf(rows.map((row) => Number(row[`jct:${cluster}-${policy}`])));
    const found = meanOf(await completions(groundtruth('gavel', file), policy, gpus));
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.02);
  });

  it('max-min by shares of each type: nearly every job of the long list ends when it does there', async () => {
    const { rows } = groundtruthTable('gavel', 'gen400-r0.5.csv');
    const expected = rows.map((row) => Number(row['jct:12-12-12-max_min_fairness_perf']));
    const found = await completions(groundtruth('gavel', 'gen400-r0.5.csv'), 'max_min_fairness_perf', [12, 12, 12]);
    expect(offs(found, expected).length).toBeLessThan(20);
  });

  it('fairness that knows the types beats fairness that does not by a fifth or more of the mean completion time', async () => {
    const file = groundtruth('gavel', 'gen400-r0.5.csv');
    const mean = async (policy: string): Promise<number> => meanOf(await completions(file, policy, [12, 12, 12]));
    expect((await mean('max_min_fairness')) / (await mean('max_min_fairness_perf'))).toBeGreaterThan(1.2);
  });
});

describe.skipIf(!hasShared)(`one GPU type against a plain restatement of the rules${needsShared}`, () => {
  const policies = ['fifo', 'isolated'] as const;
  const clusters: readonly (readonly [file: string, gpus: Gpus])[] = [
    ['artifact15.csv', [2, 0, 0]],
    ['artifact15.csv', [6, 0, 0]],
    ['artifact15.csv', [12, 0, 0]],
    ['artifact15.csv', [0, 0, 3]],
    ['artifact15.csv', [0, 5, 0]],
    ['gen400-r0.5.csv', [12, 0, 0]],
    ['gen400-r0.5.csv', [0, 0, 30]],
  ];
  const cases = clusters.flatMap(([file, gpus]) => policies.map((policy) => ({ file, gpus, policy })));
  it.each(cases)('$file on $gpus (V100, P100, K80), $policy: every job', async ({ file, gpus, policy }) => {
    const { rows } = groundtruthTable('gavel', file);
    const found = await completions(groundtruth('gavel', file), policy, gpus);
    expect(offs(found, twinOf(twinJobs(rows, gpus), policy, gpus))).toEqual([]);
  });
});

describe('gangs on one GPU type against a plain restatement of the rules', () => {
  const job = fc.record({
    steps: fc.integer({ min: 1, max: 9000 }),
    rate: fc.integer({ min: 3000, max: 60_000 }).map((thousandths) => thousandths / 7000),
    gpus: fc.integer({ min: 1, max: 4 }),
    gapS: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2000 })),
  });
  it.each(['fifo', 'isolated'] as const)('%s: random lists, every job', async (policy) => {
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 4, max: 7 }),
        async (list, gpus) => {
          let arrivalS = 0;
          const jobs = list.map(({ steps, rate, gpus: own, gapS }, index): TwinJob => {
            arrivalS += index === 0 ? 0 : gapS;
            return { steps, rates: [rate], gpus: own, arrivalS };
          });
          const lines = jobs.map((one, index) => [
            index,
            `kind ${index}`,
            one.gpus,
            one.steps,
            one.arrivalS,
            one.rates[0],
          ]);
          const header = 'job_id,job_type,scale_factor,total_steps,arrival_time,steps_per_s_v100';
          const trace = folder.write('random.csv', [header, ...lines.map((line) => line.join(','))].join('\n'));
          known.clear();
          const found = await completions(trace, policy, [gpus, 0, 0]);
          expect(offs(found, gavelTwin(jobs, [gpus], policy))).toEqual([]);
          waited += found.filter((timeS, index) => timeS > 1.5 * (jobs[index]!.steps / jobs[index]!.rates[0]!)).length;
        },
      ),
      { seed, numRuns: 40 },
    );
    expect(waited).toBeGreaterThan(40);
  });
});
