import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/sim/record/summary.ts';
import { renderReport } from '../../src/report/render.ts';
import { chartsOf, EVIL, hasChromium, useBrowser, type Opened } from './browser.ts';
import { emptySummary, richSummary, withFigures, withTenant } from './summary-fixture.ts';

describe.skipIf(!hasChromium)(
  'the report in Chromium (skipped where /usr/bin/chromium is missing)',
  { timeout: 60_000 },
  () => {
    const browser = useBrowser();
    /** One page for all tests that only look at it. */
    let opened: Opened;

    beforeAll(async () => {
      opened = await open(richSummary());
    }, 60_000);

    const open = async (summary: Summary, size?: { readonly width: number }): Promise<Opened> =>
      browser.open(await renderReport(summary), size);

    it('draws every chart, asks nothing of a network and complains of nothing', async () => {
      const { page, complaints, requests } = opened;
      const charts = await chartsOf(page);
      expect(charts.map(({ id }) => id)).toEqual([
        'gpus-used',
        'gpus-asked',
        'queue-length',
        'wait-distribution-histogram',
        'wait-distribution-cumulative',
        'completion-distribution-histogram',
        'completion-distribution-cumulative',
        'wait-by-size',
        'wait-by-cause-gpus',
        'wait-by-cause-jobs',
        'gpu-hours-by-use',
        'ettr-by-size',
        'fault-costs',
        'faults-by-component',
        'faults-over-time',
        'service-outages',
        'spare-level',
        'pool-utilisation',
      ]);
      expect(charts.filter(({ state, marks }) => state !== 'drawn' || marks === 0)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });

    it('tells the figures of a step under the pointer', async () => {
      const { page, complaints } = opened;
      await page.locator('[data-chart=gpus-used] svg').hover({ position: { x: 400, y: 100 } });
      const tooltip = page.locator('#vg-tooltip-element.visible');
      await tooltip.waitFor();
      expect(await tooltip.innerText()).toMatch(
        /When\s+\d+ Jan 2026, \d\d:\d\d to \d\d:\d\d\s+GPUs busy\s+[\d.]+\s+GPUs idle\s+[\d.]+/,
      );
      expect(complaints).toEqual([]);
    });

    it('shows a script in a name as text and does not run it', async () => {
      const named = withTenant(richSummary({ warnings: [EVIL] }), EVIL);
      const hostile: Summary = {
        ...named,
        scenario: { ...named.scenario, name: EVIL, description: EVIL, file: EVIL, resolved: { [EVIL]: EVIL } },
        policies: [{ role: EVIL, name: EVIL, parameters: { [EVIL]: EVIL }, semantics: { [EVIL]: EVIL } }],
        imports: named.imports.map((source) => ({
          ...source,
          file: EVIL,
          format: EVIL,
          dropped: [{ reason: EVIL, count: 1, firstLine: 1 }],
          warnings: [EVIL],
          recorded: { [EVIL]: 1 },
        })),
        figures: {
          ...named.figures,
          pools: named.figures.pools.map((pool) => ({ ...pool, pool: EVIL, gpuType: EVIL })),
        },
      };
      const { page, complaints, requests } = await open(hostile);
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(5);
      expect(await page.locator('h1').innerText()).toBe(EVIL);
      expect(await page.locator('.choice tbody th').first().innerText()).toContain('<script>window.broken');
      expect(await page.locator('[data-chart=pool-utilisation] svg').textContent()).toContain('<script>window.br');
      await page.locator('[data-chart=pool-utilisation] svg .mark-rect path').first().hover();
      const tooltip = page.locator('#vg-tooltip-element.visible');
      await tooltip.waitFor();
      expect(await tooltip.innerText()).toContain('<script>window.br');
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await page.close();
    });

    it.each([400, 768, 1440, 2200])(
      'never scrolls sideways at a width of %i pixels, in light and dark',
      async (width) => {
        const { page } = await open(withTenant(richSummary(), 'tenant'.repeat(1700)), { width });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        }
        await page.close();
      },
    );

    it('re-colours page and charts when the reader turns to dark', async () => {
      const { page } = opened;
      const colours = (): Promise<unknown> =>
        page.evaluate(`['body', '[data-chart=gpus-used] .mark-area path', '[data-chart=gpus-used] .mark-text text'].map((selector) => {
        const style = getComputedStyle(document.querySelector(selector));
        return selector === 'body' ? style.backgroundColor : style.fill;
      })`);
      const light = (await colours()) as string[];
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = (await colours()) as string[];
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
      const [, ...printed] = (await colours()) as string[];
      light.forEach((colour, index) => expect(dark[index]).not.toBe(colour));
      expect(printed).toEqual(light.slice(1));
      await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
    });

    it('shows another measure by tenant when it is chosen', async () => {
      const { page } = opened;
      const visible = page.locator('.choice').first().locator('.panel:visible');
      expect(await visible.locator('.note').innerText()).toMatch(/^Wait:/);
      await page.getByText('Bounded slowdown', { exact: true }).locator('visible=true').nth(1).click();
      expect(await visible.count()).toBe(1);
      expect(await visible.locator('.note').innerText()).toMatch(/^Bounded slowdown:/);
    });

    it('says so when there were no jobs', async () => {
      const { page, complaints } = await open(emptySummary());
      expect(await page.locator('.answer').innerText()).toBe(
        'No job was submitted, so 64 nodes with 512 GPUs had nothing to do.',
      );
      expect(await page.locator('[data-chart]').count()).toBe(0);
      expect(await page.locator('#headline').innerText()).toContain('gave no job');
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('draws a run in which nobody waited and nothing has a date', async () => {
      const rich = richSummary({ startDate: null });
      const zero = { count: 9, mean: 0, median: 0, p90: 0, p95: 0, p99: 0, max: 0 };
      const calm = withFigures(rich, {
        all: { ...rich.figures.all, waitS: zero },
        bySize: rich.figures.bySize.map((size) => ({ ...size, waitS: zero })),
        waitByCause: rich.figures.waitByCause.map(({ cause }) => ({ cause, jobS: 0, gpuS: 0 })),
        waitHistogram: { edges: [0, 1, 10], counts: [9, 0] },
        queueLengthMean: 0,
        queueLengthMax: 0,
        failures: null,
        series: { ...rich.figures.series, gpusQueued: rich.figures.series.gpusQueued.map(() => 0) },
      });
      const { page, complaints } = await open(calm);
      expect(await page.locator('.answer').innerText()).toContain('no job waited');
      expect(await page.locator('[data-state=drawn]').count()).toBe(4);
      expect(complaints).toEqual([]);
      await page.close();
    });
  },
);
