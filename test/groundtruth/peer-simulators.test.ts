import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';
import { runShipped } from './complete-run.ts';

const columns = [
  'tiresias_count_fifo',
  'tiresias_count_fjf',
  'tiresias_yarn_fifo',
  'tiresias_yarn_fjf',
  'lucid_bestfit_fifo',
];
const lists = [
  { name: 'tiresias60', nodes: 2, jobs: 60 },
  { name: 'synth480', nodes: 8, jobs: 480 },
  { name: 'efpollux195', nodes: 8, jobs: 195 },
];

/** End second of every job as the other simulator printed it. */
function printedEnds(list: string, column: string): Map<string, number> {
  const [header, ...rows] = readFileSync(join(SHARED, 'groundtruth/tables', `${list}.csv`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = header!.indexOf(`${column}:end`);
  return new Map(rows.map((row) => [row[0]!, Number(row[at])]));
}

describe.skipIf(!hasShared)(`what other simulators answer, job by job${needsShared}`, () => {
  describe.each(lists)('$name on $nodes nodes', ({ name, nodes, jobs }) => {
    it.each(columns)('%s: every job ends in the same second', async (column) => {
      const trace = join(SHARED, 'groundtruth/inputs', `${name}.csv`);
      const { metrics, prepared } = await runShipped(`compat/${column}`, { trace, nodes });
      const printed = printedEnds(name, column);
      const ours = new Map(prepared.spec.jobs.ids.map((id, job) => [id, metrics.outcomes.endUs[job]! / 1e6]));
      expect(printed.size).toBe(jobs);
      expect(ours).toEqual(printed);
    });
  });
});
