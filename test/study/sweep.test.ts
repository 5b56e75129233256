import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { studyOf } from '../../src/study/file/load-study.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { writeResults } from '../../src/study/results/write-results.ts';
import { Runner } from '../../src/study/runs/runner.ts';
import { sweep } from '../../src/study/sweep.ts';
import { twoServers } from './two-servers.ts';

const scenario = twoServers('mm2', 3000);

const text = `name: small
scenario: mm2.yaml
metrics: [mean(wait), utilisation, jobsInSystem]
replications: { atLeast: 3 }
axes:
  rate: { path: 'workload.synthetic[0].arrivals.ratePerHour', values: [60, 100] }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-sweep-'));
  writeFileSync(join(folder, 'mm2.yaml'), scenario);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function swept(into: string, more = '') {
  const study = studyOf(parseText(join(folder, 'study.yaml'), text + more));
  const journal = Journal.open(join(folder, `${into}.jsonl`));
  const runner = new Runner(study, inProcess(), journal, new AbortController().signal);
  const points = await sweep(study, runner);
  journal.close();
  const result = await writeResults(join(folder, into), study, points);
  return { runner, points, result, bytes: readFileSync(join(folder, into, 'study.json'), 'utf8') };
}

describe('a sweep', () => {
  it('gives each point its runs, points sharing their luck, and never makes a run twice', async () => {
    const first = await swept('one');
    expect(first.runner).toMatchObject({ made: 6, found: 0 });
    const [quiet, busy] = first.result.points;
    expect(quiet!.metrics['utilisation']!.mean).toBeCloseTo(0.5, 1);
    expect(busy!.metrics['mean(wait)']!.mean!).toBeGreaterThan(quiet!.metrics['mean(wait)']!.mean!);
    expect(quiet!.metrics['mean(wait)']!.low!).toBeLessThan(quiet!.metrics['mean(wait)']!.mean!);
    const again = await swept('one');
    expect(again.runner).toMatchObject({ made: 0, found: 6 });
    expect(again.bytes).toBe(first.bytes);
    const more = await swept('one', 'confidence: 0.9\n');
    expect(more.runner).toMatchObject({ made: 0, found: 6 });
  });

  it('says how its runs were made, what each point is, and who is best and whether that is certain', async () => {
    const { result } = await swept('one');
    expect(result.made).toMatchObject({
      scenario: 'mm2.yaml',
      seed: 1,
      design: 'product',
      replications: { atLeast: 3, atMost: 3, metric: 'mean(wait)', batchMeans: false },
      warmUp: { method: 'none', lengthS: null },
      axes: [{ name: 'rate', path: 'workload.synthetic[0].arrivals.ratePerHour', isLog: false }],
    });
    expect(result.made.codeVersion).toMatch(/^[0-9a-f]{16}$/);
    for (const { capacity } of result.points) expect(capacity).toEqual({ nodes: 2, gpus: 2, costPerHour: null });
    const [wait, utilisation] = result.rankings;
    expect(wait).toMatchObject({ metric: 'mean(wait)', isCertain: true, order: [{ index: 0 }, { index: 1 }] });
    expect(wait!.order[1]!.behind!.verdict).toBe('worse');
    expect(utilisation!.order.map(({ index }) => index)).toEqual([1, 0]);
  });

  it('goes on where a kill stopped it, with a line torn in the middle', async () => {
    const whole = await swept('one');
    const lines = readFileSync(join(folder, 'one.jsonl'), 'utf8').split('\n');
    writeFileSync(join(folder, 'two.jsonl'), `${lines.slice(0, 4).join('\n')}\n${lines[4]!.slice(0, 50)}`);
    const resumed = await swept('two');
    expect(resumed.runner).toMatchObject({ made: 3, found: 3 });
    expect(resumed.bytes).toBe(whole.bytes);
  });

  it('runs a point again until its interval is narrow enough, or it has had runs enough', async () => {
    const narrow = '{ atLeast: 3, atMost: 12, metric: utilisation, relativeHalfWidth: 0.02 }';
    const study = studyOf(parseText(join(folder, 'study.yaml'), text.replace('{ atLeast: 3 }', narrow)));
    const journal = Journal.open(join(folder, 'narrow.jsonl'));
    const points = await sweep(study, new Runner(study, inProcess(), journal, new AbortController().signal));
    journal.close();
    for (const { result } of points) {
      const { mean, low, high } = result.metrics['utilisation']!;
      const half = (high! - low!) / 2 / mean!;
      expect(result.replications === 12 || half <= 0.02).toBe(true);
    }
    expect(points.some(({ result }) => result.replications > 3)).toBe(true);
  });

  it('says of a queue that cannot keep up that it grows, and by how much', async () => {
    const study = studyOf(parseText(join(folder, 'study.yaml'), text.replace('[60, 100]', '[150]')));
    const journal = Journal.open(join(folder, 'over.jsonl'));
    const [point] = await sweep(study, new Runner(study, inProcess(), journal, new AbortController().signal));
    journal.close();
    expect(point!.result.unstable!.jobsPerHour).toBeGreaterThan(20);
    expect(point!.result.unstable!.jobsPerHour).toBeLessThan(40);
    expect(point!.result.warnings[0]).toMatch(/^unstable: the backlog grows \d+ jobs \(\d+ GPUs\) an hour/);
  });
});

describe('the journal of a sweep', () => {
  const at = (): string => join(folder, 'j.jsonl');

  it('refuses what is none, is newer, or is damaged, and loses nothing of it', () => {
    const broken = [
      ['hello\n', 'is no journal of a study'],
      ['{"format":"plimsoll.journal","version":2}\n', 'was written by a newer plimsoll (journal version 2'],
      ['{"format":"plimsoll.journal","version":1}\nrubbish\n', ':2: is damaged'],
    ] as const;
    for (const [bytes, message] of broken) {
      writeFileSync(at(), bytes);
      expect(() => Journal.open(at())).toThrow(message);
      expect(readFileSync(at(), 'utf8')).toBe(bytes);
    }
  });

  it('cuts off a torn line and nothing else', () => {
    Journal.open(at()).close();
    const whole = readFileSync(at(), 'utf8');
    appendFileSync(at(), '{"key":"a');
    Journal.open(at()).close();
    expect(readFileSync(at(), 'utf8')).toBe(whole);
  });
});
