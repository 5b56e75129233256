import { expect, describe, it } from 'vitest';
import { renderComparison } from '../../src/report/comparison/comparison-page.ts';
import type { Comparison } from '../../src/study/comparison/comparison.ts';
import { chartsOf, EVIL, hasChromium, useBrowser } from './browser.ts';

/** Two scenarios against a third: one certainly better, one not certain. */
function comparison(label = 'base'): Comparison {
  const shared = {
    file: 'a.yaml',
    scenarioHash: 'h',
    replications: 10,
    unstable: null,
    isDeterministic: false,
  } as const;
  const of = (name: string, mean: number, low: number, verdict: 'better' | 'unsure') => ({
    ...shared,
    label: name,
    changes: [{ path: 'policies.scheduling.name', from: 'fifo', to: name }],
    metrics: { 'mean(wait)': { count: 10, mean: 7200 + mean, low: 7000 + mean, high: 7400 + mean } },
    differences: { 'mean(wait)': { verdict, mean, low, high: mean + (mean - low), pairs: 10 } },
    pareto: 'front' as const,
    dominatedBy: null,
    warnings: [],
  });
  const base = { ...of(label, 0, 0, 'unsure'), changes: [], differences: {}, warnings: ['run too short'] };
  const worse = { verdict: 'worse', mean: 3600, low: 3000, high: 4200, pairs: 10 } as const;
  return {
    schema: 'plimsoll.compare/1',
    plimsollVersion: '0.1.0',
    confidence: 0.95,
    seed: 1,
    metrics: [{ text: 'mean(wait)', unit: 's', better: 'less' }],
    scenarios: [base, of('sjf', -3600, -4200, 'better'), of('lrf', 60, -600, 'unsure')],
    rankings: [
      {
        metric: 'mean(wait)',
        isCertain: true,
        order: [
          { index: 1, behind: null },
          { index: 0, behind: worse },
          { index: 2, behind: worse },
        ],
      },
    ],
  };
}

describe('the page of a comparison', () => {
  it('says who is best, what was changed and how certain each difference is', async () => {
    const page = await renderComparison(comparison());
    const text = page
      .slice(page.indexOf('<body>'), page.indexOf('<script'))
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    expect(text).toMatch(
      /2 scenarios against base .* Best mean\(wait\): sjf : certainly better than each of the 2 others\./,
    );
    expect(text).toMatch(/sjf certainly better -60 ± 10 min lrf not certain \+60 ± 660 s/);
    expect(text).toContain('policies.scheduling.name &quot;fifo&quot; &quot;sjf&quot;');
    expect(text).toContain('base: run too short');
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe.skipIf(!hasChromium)(
  'the page of a comparison in Chromium (skipped where /usr/bin/chromium is missing)',
  { timeout: 60_000 },
  () => {
    const browser = useBrowser();

    it('draws its charts at 400 pixels, shows a script as text, and asks and complains of nothing', async () => {
      const { page, complaints, requests } = await browser.open(await renderComparison(comparison(EVIL)), {
        width: 400,
      });
      const charts = await chartsOf(page);
      expect(charts.map(({ id, state }) => [id, state])).toEqual([['difference-0', 'drawn']]);
      expect(charts[0]!.marks).toBeGreaterThan(2);
      expect(await page.evaluate('window.broken')).toBeUndefined();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
      }
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });
  },
);
