import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareWithBaseline, readBaseline, updatedBaseline, writeBaseline } from '../../bench/policies/baseline.ts';
import { growthCases, growthOf, isSteep, type NodeGrowth } from '../../bench/policies/growth.ts';
import { markdownOf } from '../../bench/policies/markdown.ts';
import { metrics } from '../../bench/policies/metrics.ts';
import { qualityOf, type PolicyQuality } from '../../bench/policies/quality.ts';
import { bestTradeOffs, rankingBy } from '../../bench/policies/ranking.ts';
import { benchReport } from '../../bench/policies/report-page.ts';
import { Until } from '../../bench/policies/until.ts';
import { workloads } from '../../bench/policies/workloads.ts';
import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';
import { Column, Occupancy } from '../../src/sim/record/occupancy.ts';
import { runOf, tableOfSketches } from '../engine/run-builder.ts';

const names = ['fast', 'fifo', 'slow'];

function quality(policy: string, waitMeanS: number | null, workload = 'philly'): PolicyQuality {
  const values = Object.fromEntries(metrics.map(({ key }) => [key, key === 'waitMeanS' ? waitMeanS : 1]));
  return { workload, policy, placement: 'best-fit', values, decisions: 1, fingerprint: '0', cpuS: 0 };
}

function grown(role: NodeGrowth['role'], policy: string, ratio: number, solves = false): NodeGrowth {
  const stretches = { stretches: 5, fewDecisions: 10, manyDecisions: 10 };
  return { role, policy, beside: 'fifo-skip', solves, fewUs: 2, manyUs: 2 * ratio, ratio, ...stretches };
}

const ran = [{ form: 'short', qualities: [quality('slow', 30), quality('fifo', 20.5), quality('fast', 10)] }] as const;
const agreed = updatedBaseline({}, ran, names);

describe('the baseline of the policy benchmark', () => {
  it('finds nothing when every figure is as it was', () => {
    expect(compareWithBaseline(agreed, ran, names)).toEqual({ changes: [], faults: [] });
  });

  it('finds a figure that differs in its last bit, and names it', () => {
    const next = 20.5 + 2 ** -48;
    const now = [
      { form: 'short' as const, qualities: [quality('slow', 30), quality('fifo', next), quality('fast', 10)] },
    ];
    expect(compareWithBaseline(agreed, now, names)).toEqual({
      changes: [{ form: 'short', workload: 'philly', policy: 'fifo', metric: 'waitMeanS', was: 20.5, is: next }],
      faults: [],
    });
  });

  it('finds a figure that is no longer there, and another placement', () => {
    const now = [
      {
        form: 'short' as const,
        qualities: [quality('slow', null), { ...quality('fifo', 20.5), placement: 'count' }, quality('fast', 10)],
      },
    ];
    const { changes } = compareWithBaseline(agreed, now, names);
    expect(changes.map(({ policy, metric, was, is }) => [policy, metric, was, is])).toEqual([
      ['slow', 'waitMeanS', 30, null],
      ['fifo', 'placement', 'best-fit', 'count'],
    ]);
  });

  it('says how to add a policy that it does not have, and to take out one that is gone', () => {
    const now = [
      { form: 'short' as const, qualities: [quality('fifo', 20.5), quality('new', 1), quality('fast', 10)] },
    ];
    const { changes, faults } = compareWithBaseline(agreed, now, ['fast', 'fifo', 'new']);
    expect(changes).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^short philly: .*no figures of new; .*npm run bench:policies -- --update$/),
      expect.stringMatching(/^short philly: slow of .* is not in the registry any more; .*--update takes it out$/),
    ]);
  });

  it('leaves alone workloads that did not run and policies that were not chosen', () => {
    const elsewhere = { form: 'short' as const, qualities: [quality('fifo', 7, 'overload')] };
    const both = updatedBaseline(agreed, [elsewhere], names, ['fifo']);
    expect(both.short?.['philly']).toEqual(agreed.short?.['philly']);
    expect(compareWithBaseline(both, [elsewhere], names, ['fifo'])).toEqual({ changes: [], faults: [] });
    const one = updatedBaseline(agreed, [{ form: 'short', qualities: [quality('fifo', 21)] }], names, ['fifo']);
    expect(one.short?.['philly']?.['slow']).toEqual(agreed.short?.['philly']?.['slow']);
    expect(one.short?.['philly']?.['fifo']).toMatchObject({ waitMeanS: 21 });
  });

  it('is written one line a value, sorted by name, the same whatever the order of the runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-baseline-'));
    try {
      const file = join(folder, 'baseline.json');
      const [form] = ran;
      const turned = updatedBaseline({}, [{ ...form, qualities: form.qualities.toReversed() }], names);
      writeBaseline(turned, file);
      const text = readFileSync(file, 'utf8');
      writeBaseline(agreed, file);
      expect(readFileSync(file, 'utf8')).toBe(text);
      expect(text.match(/^ {8}"waitMeanS": [\d.]+,$/gm)).toHaveLength(3);
      expect(readBaseline(file)).toEqual(agreed);
      expect(readBaseline(join(folder, 'none.json'))).toEqual({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that is committed has every figure of fifo on every workload, whole and short', () => {
    const baseline = readBaseline();
    for (const { name } of workloads) {
      for (const form of ['full', 'short'] as const) {
        const figures = Object.keys(baseline[form]?.[name]?.['fifo'] ?? {});
        expect(figures).toEqual(['placement', ...metrics.map(({ key }) => key)]);
      }
    }
  });

  it('that is committed tells waiting, fairness and deadlines missed where the workload has them', () => {
    const { fifo, edf } = readBaseline().full!['overload']!;
    expect(edf!['deadlinesMissed']).toBeLessThan(fifo!['deadlinesMissed'] as number);
    for (const key of ['jainJobs', 'jainTenants']) {
      expect(fifo![key]).toBeGreaterThan(0);
      expect(fifo![key]).toBeLessThanOrEqual(1);
    }
    expect(fifo!['finishTimeRatioMax']).toBeGreaterThan(1);
    // Philly's jobs have no deadlines: none can be missed or met.
    expect(readBaseline().full!['philly']!['fifo']!['deadlinesMissed']).toBeNull();
  });

  it('can be compared exactly: the same policy gives the same figures twice', async () => {
    const overload = workloads.find(({ data }) => data === null)!;
    const runs = [];
    for (let time = 0; time < 2; time++) {
      runs.push([{ form: 'short' as const, qualities: [await qualityOf(overload, 'short', 'easy-backfill')] }]);
    }
    const [first, second] = runs;
    expect(first![0]!.qualities[0]!.values['waitMeanS']).toBeGreaterThan(0);
    expect(compareWithBaseline(updatedBaseline({}, first!, names), second!, names)).toEqual({
      changes: [],
      faults: [],
    });
  });

  it('a policy that cannot run is named, with the workload, the reason and where its needs belong', async () => {
    await expect(qualityOf(workloads[2]!, 'short', 'nonesuch')).rejects.toThrow(
      /^nonesuch cannot run the short workload overload: .*nonesuch.*bench\/policies\/overrides\.ts$/,
    );
  });
});

describe('the ranking of policies', () => {
  const [waits] = metrics;
  const utilisation = metrics.find(({ better }) => better === 'more')!;

  it('puts the smallest first, equal values in one place, and leaves out who has none', () => {
    const ranked = rankingBy(waits!, [quality('c', 5), quality('b', 2), quality('a', 2), quality('d', null)]);
    expect(ranked.map(({ place, quality: { policy } }) => [place, policy])).toEqual([
      [1, 'a'],
      [1, 'b'],
      [3, 'c'],
    ]);
  });

  it('puts the largest first where more is better', () => {
    const withUse = (policy: string, use: number): PolicyQuality => {
      const plain = quality(policy, 1);
      return { ...plain, values: { ...plain.values, [utilisation.key]: use } };
    };
    const ranked = rankingBy(utilisation, [withUse('low', 0.3), withUse('high', 0.8)]);
    expect(ranked.map(({ quality: { policy } }) => policy)).toEqual(['high', 'low']);
  });

  it('keeps of the trade-offs those that nobody betters without losing', () => {
    const points = [
      { name: 'quick', x: 1, y: 9 },
      { name: 'fair', x: 5, y: 2 },
      { name: 'worse than fair', x: 6, y: 2 },
      { name: 'worse than both', x: 9, y: 10 },
      { name: 'between', x: 3, y: 4 },
    ];
    expect(bestTradeOffs(points).map(({ name }) => name)).toEqual(['quick', 'fair', 'between']);
  });
});

describe('what is written', () => {
  const findings = compareWithBaseline(agreed, [{ form: 'short', qualities: [quality('fifo', 21)] }], names, ['fifo']);
  const costs = [{ policy: 'fifo', usPerDecision: 2.5, toFifo: 1 }];
  const growth = [grown('scheduling', 'fast', 1.2), grown('placement', 'best-fit', 9.4)];
  const results = { forms: ran, costs, growth, findings, leftOut: ['openb is left out: x is missing'] };

  it('the Markdown table has what changed and a row for each policy', () => {
    const text = markdownOf(results);
    expect(text).toContain('| short philly | fifo | waitMeanS | 20.5 | 21 |');
    expect(text).toContain('> openb is left out: x is missing.');
    for (const name of names) expect(text).toMatch(new RegExp(`^\\| ${name} \\| `, 'm'));
    expect(text).toContain('| fast | scheduling | 2.0 | 2.4 | 1.20 |');
    expect(text).toContain('| best-fit | placement | 2.0 | 18.8 | 9.40 (!) |');
  });

  it('the report names every policy, ranks it and tells what is not as in the baseline', async () => {
    const page = await benchReport(results, 'v0');
    for (const name of names) expect(page).toContain(`<span class="policy">${name}</span>`);
    expect(page).toContain('waitMeanS');
    expect(page).toContain('openb is left out');
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});

describe('the cost of a decision with ten times the nodes', () => {
  it('is measured for every registered policy, scheduling and placement', () => {
    const measured = (role: NodeGrowth['role']): string[] =>
      growthCases()
        .filter((one) => one.role === role)
        .map(({ policy }) => policy);
    expect(measured('placement')).toEqual(placementPolicies.map(({ name }) => name));
    const scheduling = schedulingPolicies.map(({ name }) => name).filter((name) => !name.startsWith('compat-'));
    expect(measured('scheduling')).toEqual(scheduling);
    expect(growthCases().find(({ policy }) => policy === 'gavel')?.solves).toBe(true);
  });

  it('counts as steep above 1.5, but not where programs are solved', () => {
    expect(isSteep(grown('scheduling', 'a', 1.5))).toBe(false);
    expect(isSteep(grown('scheduling', 'a', 1.51))).toBe(true);
    expect(isSteep(grown('scheduling', 'a', 9, true))).toBe(false);
  });

  it('is that of the same decisions: ten times the nodes change nothing but the nodes', async () => {
    const growth = await growthOf({ role: 'placement', policy: 'best-fit', solves: true }, 1);
    expect(growth.manyDecisions).toBe(growth.fewDecisions);
    // How long a stretch is follows the speed of the machine: a busy one makes fewer decisions in its time.
    expect(growth.fewDecisions).toBeGreaterThan(50);
    expect(growth.ratio).toBeGreaterThan(0);
  });
});

describe('utilisation while jobs arrive', () => {
  it('counts GPU-time up to the last submission and no more', () => {
    const jobs = [
      { runUs: 10, gpus: 2 },
      { submitUs: 4, runUs: 100, gpus: 1 },
    ];
    const occupancy = new Occupancy(tableOfSketches(jobs, ['A']));
    const pools = [{ nodes: 1, gpusPerNode: 4 }];
    runOf({ pools, jobs, scheduling: 'fifo', placement: 'count' }, [new Until(4, occupancy)]);
    expect(occupancy.totals[Column.GpusBusy]).toBe(8);
    expect(occupancy.endUs).toBe(4);
  });
});
