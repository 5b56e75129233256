import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/report/answer.ts';
import { listingOf } from '../../src/report/scenario-listing.ts';
import { renderReport } from '../../src/report/render.ts';
import { emptySummary, richSummary, withFigures } from './summary-fixture.ts';

const SIZE_MAX = 1.5e6;

describe('the report', () => {
  it('is the same for the same summary', async () => {
    expect(await renderReport(richSummary())).toBe(await renderReport(richSummary()));
  });

  it('stays small when the summary is as large as it gets', async () => {
    const rich = richSummary();
    const { figures } = rich;
    const long = 'name '.repeat(2000);
    const many = <T>(count: number, entries: readonly T[]): T[] =>
      Array.from({ length: count }, (_, at) => entries[at % entries.length] as T);
    const large = withFigures(
      {
        ...rich,
        warnings: many(5000, [long]),
        imports: many(300, rich.imports).map((source) => ({ ...source, warnings: many(50, [long]) })),
        scenario: { ...rich.scenario, description: long, resolved: many(1e5, [{ id: long, gpus: 8 }]) },
      },
      {
        byTenant: many(51, figures.byTenant).map((tenant) => ({ ...tenant, tenant: long })),
        pools: many(3000, figures.pools).map((pool) => ({ ...pool, pool: long })),
      },
    );
    expect(Buffer.byteLength(await renderReport(large))).toBeLessThan(SIZE_MAX);
  });

  it('names no address that a browser could load', async () => {
    const page = await renderReport(richSummary());
    // Programs and data hold any text; that they load nothing is what the policy and the browser test are for.
    const markup = page.replace(/(<script[^>]*>)[^]*?<\/script>/g, '$1');
    expect(markup.match(/<(img|iframe|object|embed|audio|video|source)\b/gi)).toBeNull();
    expect(markup.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:," />']);
    expect(markup.match(/<script[^>]*>/g)).toEqual([
      '<script type="application/json" id="chart-specs">',
      ...Array<string>(4).fill('<script>'),
    ]);
    expect(markup).toContain(`default-src &#39;none&#39;; script-src &#39;sha256-`);
    expect(markup).not.toContain('unsafe-');
    expect(page.match(/^\/\/# sourceMappingURL.*$/m)).toBeNull();
  });

  it('shows no undefined, NaN or [object Object]', async () => {
    for (const summary of [richSummary(), emptySummary()]) {
      const page = await renderReport(summary);
      const body = page.slice(page.indexOf('<body>'), page.indexOf('<script'));
      expect(body).not.toMatch(/undefined|NaN|\[object|Infinity/);
    }
  });
});

describe('what a file recorded', () => {
  it('is shown by the unit at the end of its name', async () => {
    const rich = richSummary();
    const imports = rich.imports.map((source) => ({
      ...source,
      recorded: { startUnixS: 1_767_571_200, waitMeanS: 15_348.2, jobs: 12_013, utilisation: 0.686 },
    }));
    const page = await renderReport({ ...rich, imports });
    const shownFor = (name: string): string | undefined =>
      new RegExp(`<code>${name}</code>\\s*</th>\\s*<td[^>]*>([^<]*)<`).exec(page)?.[1];
    expect(['startUnixS', 'waitMeanS', 'jobs', 'utilisation'].map(shownFor)).toEqual([
      '5 Jan 2026, 00:00:00 UTC',
      '4.3\u00a0h',
      '12,013',
      '0.686',
    ]);
  });
});

describe('the answer', () => {
  const plain = (summary: Parameters<typeof answerOf>[0]): string =>
    answerOf(summary)
      .source.replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ');

  it('is one sentence in plain words', () => {
    expect(plain(richSummary())).toMatch(
      /^64 nodes with 512 GPUs ran 11,947 jobs in 30\.4 days at 81\.2 % utilisation; the median job did not wait, one in twenty longer than [\d.]+ hours; 71\.2 % of the waiting \(in GPU-hours\) was for want of capacity\.$/,
    );
  });

  it('says what was left over', () => {
    const jobs = { submitted: 100, finished: 90, running: 1, waiting: 4, rejected: 5, preemptions: 0 };
    expect(plain(withFigures(richSummary(), { jobs }))).toMatch(
      /finished 90 jobs of 100 .*\. At the end: 1 job still running, 4 jobs still waiting, 5 jobs turned away\.$/,
    );
  });
});

describe('the listing of a scenario', () => {
  it('is indented and cut where a list is long, saying so', () => {
    const listing = listingOf({
      workload: { jobs: Array.from({ length: 1000 }, (_, id) => id) },
      pools: [{ nodes: 4 }],
    });
    expect(listing).toContain('workload:\n  jobs:\n    - 0\n');
    expect(listing).toContain('… and 970 more');
    expect(listing).toContain('pools:\n  - nodes: 4\n');
  });
});
