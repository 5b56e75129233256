import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJobs } from '../engine/random-runs.ts';
import { runOf, scheduleOf, type JobSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

type Key = (job: JobSketch) => number;
const estimateOf: Key = ({ estimateUs, runUs }) => estimateUs ?? runUs;
const orders: readonly (readonly [name: string, key: Key])[] = [
  ['sjf', estimateOf],
  ['lrf', (job) => -estimateOf(job)],
  ['edf', ({ deadlineUs }) => deadlineUs ?? Infinity],
  ['qssf', (job) => estimateOf(job) * job.gpus],
];

/** Looks at all jobs at every instant at which one comes or ends: [start, end] in the order of the list. */
function scheduleByLooking(jobs: readonly JobSketch[], gpus: number, key: Key, skips: boolean): [number, number][] {
  const arrival = (job: number): number => jobs[job]!.submitUs ?? 0;
  const ranked = jobs
    .map((_, job) => job)
    .sort((a, b) => arrival(a) - arrival(b) || a - b)
    .sort((a, b) => (key(jobs[a]!) < key(jobs[b]!) ? -1 : Number(key(jobs[a]!) > key(jobs[b]!))));
  const schedule = jobs.map((): [number, number] => [-1, -1]);
  const instants = new Set(jobs.map((_, job) => arrival(job)));
  for (let left = jobs.length; left > 0;) {
    const nowUs = Math.min(...instants);
    instants.delete(nowUs);
    const held = jobs.reduce((sum, job, index) => {
      const [start, end] = schedule[index]!;
      return sum + (start >= 0 && end > nowUs ? job.gpus : 0);
    }, 0);
    let free = gpus - held;
    for (const job of ranked) {
      const { gpus: needed, runUs } = jobs[job]!;
      if (arrival(job) > nowUs || schedule[job]![0] >= 0) continue;
      if (needed > free) {
        if (skips) continue;
        break;
      }
      free -= needed;
      schedule[job] = [nowUs, nowUs + runUs];
      instants.add(nowUs + runUs);
      left--;
    }
  }
  return schedule;
}

describe('policies that start jobs in an order', () => {
  // Worked out by hand: 2 GPUs; the first job holds both until 10 s, and the others come meanwhile.
  const jobs: JobSketch[] = [
    { runUs: 10, gpus: 2 },
    { submitUs: 1, runUs: 6, gpus: 1, deadlineUs: 40 },
    { submitUs: 2, runUs: 2, gpus: 2, deadlineUs: 30 },
    { submitUs: 3, runUs: 3, gpus: 1 },
    { submitUs: 4, runUs: 9, gpus: 1, deadlineUs: 20 },
  ];
  const starts = (scheduling: string, blocked: string): number[] =>
    scheduleOf(
      runOf({
        pools: [{ nodes: 1, gpusPerNode: 2 }],
        jobs,
        scheduling: [scheduling, { blocked }],
        placement: 'count',
      }),
    ).map(([startUs]) => startUs);

  it.each([
    // Gang of 2 s at 10, then 3 s and 6 s side by side at 12, then 9 s at 15.
    ['sjf', 'head-of-line', [0, 12, 10, 12, 15]],
    // 3 GPU-s, then the gang's 4 blocks until 13; then 6 and 9 together.
    ['qssf', 'head-of-line', [0, 15, 13, 10, 15]],
    // 3 GPU-s and 6 beside it, 9 s when the first of them ends; the gang after all of them.
    ['qssf', 'skip', [0, 10, 22, 10, 13]],
    // 9 s and 6 s at 10, 3 s at 16, and the gang when both are free.
    ['lrf', 'head-of-line', [0, 10, 19, 16, 10]],
    // 20, then 30 needs both GPUs and waits until 19; 40 and the job without a deadline at 21.
    ['edf', 'head-of-line', [0, 21, 19, 21, 10]],
    ['edf', 'skip', [0, 10, 19, 16, 10]],
  ])('%s (%s) gives the schedule worked out by hand', (scheduling, blocked, expected) => {
    expect(starts(scheduling, blocked)).toEqual(expected);
  });

  it.each(orders.flatMap(([name, key]) => ['head-of-line', 'skip'].map((blocked) => [name, blocked, key] as const)))(
    '%s (%s) starts what looking at all jobs at every instant starts',
    (name, blocked, key) => {
      let queueMax = 0;
      let changed = 0;
      const withDeadlines = fc
        .tuple(plainJobs, fc.infiniteStream(fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined })))
        .map(([sketches, deadlines]) =>
          sketches.map((sketch): JobSketch => {
            const slackUs = deadlines.next().value as number | undefined;
            return slackUs === undefined ? sketch : { ...sketch, deadlineUs: (sketch.submitUs ?? 0) + slackUs };
          }),
        );
      fc.assert(
        fc.property(withDeadlines, (sketches) => {
          const pools = [{ nodes: 1, gpusPerNode: 8 }];
          const run = runOf({ pools, jobs: sketches, scheduling: [name, { blocked }], placement: 'count' });
          expect(scheduleOf(run)).toEqual(scheduleByLooking(sketches, 8, key, blocked === 'skip'));
          queueMax = Math.max(queueMax, run.metrics.occupancy.queueLengthMax);
          const inArrivalOrder = scheduleByLooking(sketches, 8, () => 0, blocked === 'skip');
          if (String(inArrivalOrder) !== String(scheduleOf(run))) changed++;
        }),
        { numRuns: 60, seed },
      );
      expect(queueMax).toBeGreaterThanOrEqual(5);
      expect(changed).toBeGreaterThan(30);
    },
  );
});
