import { beforeAll, describe, expect, it } from 'vitest';
import { renderPlan } from '../../src/report/plan/plan-page.ts';
import { chartsOf, EVIL, hasChromium, useBrowser, type Opened } from './browser.ts';
import { planResult } from './plan-fixture.ts';

/** Text of a page as a reader has it: without markup and programs. */
const plain = (page: string): string =>
  page
    .slice(page.indexOf('<body>'), page.indexOf('<script'))
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/\s+/g, ' ');

const infeasible = (() => {
  const { judged } = planResult();
  const missed = judged.filter(({ verdict }) => verdict !== 'met');
  const sentence = 'Nothing meets the targets: at best (nodes 11) p95(wait) 100 min, 66.67 % beyond the bound.';
  const nothing = {
    plan: null,
    amount: null,
    binding: null,
    neighbours: [],
    headroom: null,
    growth: [],
    sensitivity: [],
  };
  return planResult({ ...nothing, judged: missed, nearest: missed[1]!, sentence });
})();

describe('the page of a plan', () => {
  it('is the same for the same plan and shows no undefined, NaN or [object Object]', async () => {
    for (const result of [planResult(), infeasible]) {
      const page = await renderPlan(result);
      expect(await renderPlan(result)).toBe(page);
      expect(plain(page)).not.toMatch(/undefined|NaN|\[object|Infinity/);
    }
  });

  it('has the answer on top, then what binds, what it costs, and how much more it bears', async () => {
    const text = plain(await renderPlan(planResult()));
    expect(text).toMatch(
      /hall Nodes for a hall\. .* 96 H100 in 12 nodes: p95\(wait\) 50\.0 ± 5\.0 min; nodes 11 just fails\./,
    );
    expect(text).toContain('Cost an hour 240 2,102,400 a year');
    expect(text).toContain('Headroom 8 % more load; with 9 % this breaks first: p95(wait) <= 1h @ 95%');
    expect(text).toContain('p95(wait) <= 1h @ 95% (binding) met 50.0 ± 5.0 min 1.0 h 16.7 % inside 95 %');
    expect(text).toContain('Runs of a setting 5 runs');
    expect(text).toContain('run too short: 3 failures seen in all runs');
  });

  it('says when to order, and from when on the largest choice is not enough', async () => {
    const text = plain(await renderPlan(planResult()));
    expect(text).toMatch(/Next: 1 more node to be ordered by 2026-12-31 \. An order is in use after 60\.0 days/);
    expect(text).toContain('From quarter 2 on, the largest choice is not enough');
  });

  it('says why some choices had more runs than others', async () => {
    const { made } = planResult();
    const replications = { ...made.replications, atMost: 40 };
    const text = plain(await renderPlan(planResult({ made: { ...made, replications } })));
    expect(text).toContain('5 to 40: twice as many at each look while a target is undecided.');
  });

  it('says where nothing meets the targets what comes nearest, and by how much it misses', async () => {
    const text = plain(await renderPlan(infeasible));
    expect(text).toContain('Nothing meets them all. This is the choice that comes nearest: nodes 11.');
    expect(text).toContain('66.7 % beyond');
    expect(text).not.toContain('One step less');
  });
});

describe.skipIf(!hasChromium)(
  'the page of a plan in Chromium (skipped where /usr/bin/chromium is missing)',
  { timeout: 60_000 },
  () => {
    const browser = useBrowser();
    let opened: Opened;

    beforeAll(async () => {
      opened = await browser.open(await renderPlan(planResult()));
    }, 60_000);

    it('draws every chart, asks nothing of a network and complains of nothing', async () => {
      const { page, complaints, requests } = opened;
      const charts = await chartsOf(page);
      expect(charts.map(({ id }) => id)).toEqual(['risk-0', 'risk-1', 'growth', 'tornado']);
      expect(charts.filter(({ state, marks }) => state !== 'drawn' || marks === 0)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });

    it('draws first what stands in the way of less, and tells a choice under the pointer', async () => {
      const { page } = opened;
      expect(await page.locator('#risk h3').first().innerText()).toMatch(
        /^p95\(wait\) over cost an hour \(what stands/,
      );
      await page.locator('[data-chart=risk-0] svg .mark-symbol path').first().hover();
      const tooltip = page.locator('#vg-tooltip-element.visible');
      await tooltip.waitFor();
      expect(await tooltip.innerText()).toMatch(
        /Choice\s+nodes 14\s+Mean\s+12\.5\s±\s1\.3\smin\s+Verdict\s+meets\s+Runs\s+8/,
      );
    });

    it('shows a script in a name or a value as text and does not run it', async () => {
      const values = { nodes: EVIL };
      const judged = planResult().judged.map((one) => ({ ...one, values, warnings: [EVIL] }));
      const sensitivity = planResult().sensitivity.map((one) => ({ ...one, path: EVIL, assumed: EVIL }));
      const hostile = planResult({
        name: EVIL,
        description: EVIL,
        sentence: EVIL,
        judged,
        plan: judged[1]!,
        sensitivity,
      });
      const { page, complaints, requests } = await browser.open(await renderPlan(hostile));
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('.answer').innerText()).toBe(EVIL);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await page.close();
    });

    it.each([
      ['a plan', planResult()],
      ['no plan', infeasible],
    ])('never scrolls sideways at 400 pixels with %s, in light and dark', async (_, result) => {
      const { page, complaints } = await browser.open(await renderPlan(result), { width: 400 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
      }
      expect((await chartsOf(page)).filter(({ state, marks }) => state !== 'drawn' || marks === 0)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    });
  },
);
