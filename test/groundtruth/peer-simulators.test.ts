import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { US_PER_SECOND } from '../../src/sim/kernel/clock.ts';
import { groundtruth, groundtruthFiles, groundtruthTable, hasShared, needsShared } from '../traces/shared-data.ts';
import { runShipped, shippedScenario } from './complete-run.ts';

/** What is known of the lists that the documentation speaks of; another list ran on as many nodes as most. */
const lists = new Map([
  ['tiresias60.csv', { nodes: 2, jobs: 60, columns: 24 }],
  ['synth480.csv', { nodes: 8, jobs: 480, columns: 22 }],
  ['efpollux195.csv', { nodes: 8, jobs: 195, columns: 16 }],
]);
const NODES = 8;

/** A column of end seconds: `tiresias_count_fifo:end`, with the preemptions of every job where they are printed. */
const END = /^((?:tiresias|lucid|alibaba)_.*):end$/;

const tables = groundtruthFiles('tables', /\.csv$/).map((file) => {
  const { columns } = groundtruthTable('tables', file);
  return { file, columns: columns.flatMap((column) => END.exec(column)?.[1] ?? []) };
});

/** What the other simulator printed of every job; undefined if it did not print it. */
function printed(file: string, column: string): Map<string, number> | undefined {
  const { columns, rows } = groundtruthTable('tables', file);
  if (!columns.includes(column)) return undefined;
  return new Map(rows.map((row) => [row['job_id']!, Number(row[column])]));
}

describe.skipIf(!hasShared)(`what other simulators answer, job by job${needsShared}`, () => {
  it('is there for the lists that the documentation speaks of', () => {
    const found = tables.map(({ file, columns }) => [file, columns.length] as const);
    expect(found).toEqual(expect.arrayContaining([...lists].map(([file, { columns }]) => [file, columns])));
    const count = found.reduce((sum, [, columns]) => sum + columns, 0);
    console.info(`${count} columns of ${found.length} lists`);
  });

  describe.each(tables)('$file', ({ file, columns }) => {
    it('has every column of these simulators under a scenario', () => {
      expect(columns.filter((column) => !existsSync(shippedScenario(`compat/${column}`)))).toEqual([]);
      expect(columns.length).toBeGreaterThan(0);
    });

    it.each(columns)('%s: every job ends in the same second, preempted as often', async (column) => {
      const ends = printed(file, `${column}:end`);
      const preemptions = printed(file, `${column}:preempt`);
      const nodes = lists.get(file)?.nodes ?? NODES;
      const { metrics, prepared } = await runShipped(`compat/${column}`, { trace: groundtruth('tables', file), nodes });
      const { ids } = prepared.spec.jobs;
      expect(ids.length).toBe(lists.get(file)?.jobs ?? ends?.size);
      expect(new Map(ids.map((id, job) => [id, metrics.outcomes.endUs[job]! / US_PER_SECOND]))).toEqual(ends);
      if (preemptions === undefined) return;
      expect(new Map(ids.map((id, job) => [id, metrics.outcomes.preemptions[job]!]))).toEqual(preemptions);
    });
  });
});
