import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';
import { runShipped } from './complete-run.ts';

const columns = [
  'tiresias_count_fifo',
  'tiresias_count_fjf',
  'tiresias_count_sjf',
  'tiresias_count_shortest',
  'tiresias_count_shortest-gpu',
  'tiresias_count_dlas',
  'tiresias_count_dlas-gpu',
  'tiresias_yarn_fifo',
  'tiresias_yarn_fjf',
  'tiresias_yarn_sjf',
  'tiresias_yarn_shortest',
  'tiresias_yarn_shortest-gpu',
  'lucid_bestfit_fifo',
  'lucid_bestfit_sjf',
  'lucid_bestfit_srtf',
  'lucid_bestfit_tiresias',
];
const alibaba = [
  'alibaba_sort0_fifo',
  'alibaba_sort0_sjf',
  'alibaba_sort1_fifo',
  'alibaba_sort1_sjf',
  'alibaba_sort3_fifo',
  'alibaba_sort3_sjf',
];
const lists = [
  { name: 'tiresias60', nodes: 2, jobs: 60, more: [...alibaba, 'alibaba_sort2_fifo', 'alibaba_sort2_sjf'] },
  { name: 'synth480', nodes: 8, jobs: 480, more: alibaba },
  { name: 'efpollux195', nodes: 8, jobs: 195, more: [] },
];

/** What the other simulator printed of every job: its end second, or how often it was preempted; undefined: nothing. */
function printed(list: string, column: string): Map<string, number> | undefined {
  const [header, ...rows] = readFileSync(join(SHARED, 'groundtruth/tables', `${list}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const at = header!.indexOf(column);
  return at < 0 ? undefined : new Map(rows.map((row) => [row[0]!, Number(row[at])]));
}

describe.skipIf(!hasShared)(`what other simulators answer, job by job${needsShared}`, () => {
  describe.each(lists)('$name on $nodes nodes', ({ name, nodes, jobs, more }) => {
    it.each([...columns, ...more])('%s: every job ends in the same second, preempted as often', async (column) => {
      const trace = join(SHARED, 'groundtruth/inputs', `${name}.csv`);
      const ends = printed(name, `${column}:end`);
      const preemptions = printed(name, `${column}:preempt`);
      const { metrics, prepared } = await runShipped(`compat/${column}`, { trace, nodes });
      const { ids } = prepared.spec.jobs;
      expect(ends?.size).toBe(jobs);
      expect(new Map(ids.map((id, job) => [id, metrics.outcomes.endUs[job]! / 1e6]))).toEqual(ends);
      if (preemptions === undefined) return;
      expect(new Map(ids.map((id, job) => [id, metrics.outcomes.preemptions[job]!]))).toEqual(preemptions);
    });

    it('has every column of these simulators under a scenario', () => {
      const header = readFileSync(join(SHARED, 'groundtruth/tables', `${name}.csv`), 'utf8').split(/\r?\n/)[0]!;
      const ends = header.split(',').filter((column) => /^(tiresias|lucid|alibaba)_.*:end$/.test(column));
      expect(ends.map((column) => column.replace(':end', '')).sort()).toEqual([...columns, ...more].sort());
    });
  });
});
