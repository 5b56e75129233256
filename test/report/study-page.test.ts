import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { axesOf } from '../../src/report/study/axes.ts';
import { frontOf, pairsOf } from '../../src/report/study/fronts.ts';
import { layoutOf } from '../../src/report/study/panels.ts';
import { renderStudy } from '../../src/report/study/study-page.ts';
import { dominatedBy } from '../../src/study/comparison/pareto-front.ts';
import type { StudyResult } from '../../src/study/results/write-results.ts';
import { chartsOf, EVIL, hasChromium, useBrowser, type Opened } from './browser.ts';
import { studyResult } from './study-fixture.ts';

const two = studyResult({ policy: ['fifo', { name: 'easy-backfill' }, 'sjf'], nodes: [8, 9, 10, 12] });

/** Text of a page as a reader has it: without markup and programs. */
const plain = (page: string): string =>
  page
    .slice(page.indexOf('<body>'), page.indexOf('<script'))
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');

describe('the axes of a study', () => {
  const axesWith = (values: readonly (string | number)[]) => axesOf(studyResult({ a: values }))[0]!;

  it('are those with two values or more; durations have places and a unit, names their order', () => {
    expect(axesOf(studyResult({ one: [5], nodes: [8, 4] })).map(({ name }) => name)).toEqual(['nodes']);
    expect(axesWith([8, 4]).values.map(({ at }) => at)).toEqual([4, 8]);
    const hours = axesWith(['90m', '4h', '1h']);
    expect([hours.unit, ...hours.values.map(({ at }) => at)]).toEqual(['h', 1, 1.5, 4]);
    expect(hours.values.map(({ label }) => label)).toEqual(['1h', '90m', '4h']);
    expect(axesWith(['b', 'a']).values.map(({ label }) => label)).toEqual(['b', 'a']);
  });

  it('are logarithmic where values grow by factors over a wide range', () => {
    expect([axesWith([1, 10, 100]).isLog, axesWith([1, 50, 100]).isLog, axesWith([0, 10, 100]).isLog]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the drawings of a study', () => {
  const layout = (study: StudyResult) => layoutOf(study, axesOf(study))!;

  it('stand along the longest axis of numbers, one for each value of the other', () => {
    expect(layout(two).panels.map(({ heading, x, points }) => [heading, x.name, points.length])).toEqual([
      ['policy fifo', 'nodes', 4],
      ['policy easy-backfill', 'nodes', 4],
      ['policy sjf', 'nodes', 4],
    ]);
  });

  it('tell a third axis apart by colour, and say how many drawings are left out', () => {
    const many = layout(
      studyResult({ n: [1, 2, 3], rule: ['a', 'b'], load: Array.from({ length: 20 }, (_, at) => `load ${at}`) }),
    );
    expect([many.series!.name, many.panels.length, many.panelsLeftOut]).toEqual(['rule', 12, 8]);
  });

  it('of a design that moves several axes at once are one an axis, with all points', () => {
    const list = studyResult({ nodes: [8, 9, 10], spares: [1, 2] });
    const { panels, isLined } = layout({ ...list, made: { ...list.made, design: 'latin-hypercube' } });
    expect(panels.map(({ heading, points }) => [heading, points.length])).toEqual([
      ['Along nodes', 6],
      ['Along spares', 6],
    ]);
    expect(isLined).toBe(false);
  });
});

describe('the Pareto front of two measures', () => {
  it('is that of all pairs compared one by one', () => {
    const small = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small, fc.boolean()), { minLength: 1, maxLength: 30 }), (means) => {
        const base = studyResult({ a: means.map((_, at) => at) });
        const points = base.points.map((point, at) => ({
          ...point,
          capacity: { nodes: 1, gpus: 1, costPerHour: null },
          unstable: means[at]![2] ? null : { jobsPerHour: 1, gpusPerHour: 1 },
          metrics: {
            'mean(wait)': { count: 1, mean: means[at]![0], low: null, high: null },
            utilisation: { count: 1, mean: means[at]![1], low: null, high: null },
          },
        }));
        const [pair] = pairsOf({ ...base, points });
        const slow = dominatedBy(base.metrics, points);
        const fast = frontOf(points, pair!);
        expect(fast.map((by) => (typeof by === 'number' ? 'beaten' : by))).toEqual(
          slow.map((by) => (typeof by === 'number' ? 'beaten' : by)),
        );
        fast.forEach((by, at) => {
          if (typeof by !== 'number') return;
          const [x, y] = means[at]!;
          const [otherX, otherY] = means[by]!;
          expect(otherX <= x && otherY >= y && (otherX < x || otherY > y)).toBe(true);
        });
      }),
      { seed: 5 },
    );
  });

  it('weighs what a point costs, where points differ in it', () => {
    expect(pairsOf(two).map(([x, y]) => [x.name, y.name])).toEqual([
      ['GPUs', 'mean(wait)'],
      ['GPUs', 'utilisation'],
    ]);
    const priced = two.points.map((point) => ({ ...point, capacity: { ...point.capacity, costPerHour: point.index } }));
    expect(pairsOf({ ...two, points: priced })[0]![0].name).toBe('cost an hour');
  });
});

describe('the page of a study', () => {
  it('is the same for the same study and shows no undefined, NaN or [object Object]', async () => {
    const page = await renderStudy(two);
    expect(await renderStudy(two)).toBe(page);
    expect(plain(page)).not.toMatch(/undefined|NaN|\[object|Infinity/);
  });

  it('says in its first sentence who is best and what that gives', async () => {
    expect(plain(await renderStudy(two))).toMatch(
      /Lowest mean\(wait\): policy sjf, nodes 12 : certainly better than each of the 11 others\. It gives mean\(wait\) \S+ ± \S+ min , utilisation [\d.]+ ± 2\.0 %/,
    );
  });

  it('says that a setting cannot keep up, at its place and on top, and gives no mean of it', async () => {
    const [first, ...rest] = two.points;
    const warning = 'unstable: the backlog grows 4.2 jobs (8 GPUs) an hour; its means say nothing';
    const lost = { ...first!, unstable: { jobsPerHour: 4.2, gpusPerHour: 8 }, warnings: [warning] };
    const text = plain(await renderStudy({ ...two, points: [lost, ...rest] }));
    expect(text).toContain('1 setting cannot keep up');
    expect(text).toContain(`${warning} (policy fifo, nodes 8)`);
    expect(text).toMatch(/fifo 8 8 5 unstable unstable/);
  });

  it('stays light when the study is large, and says what is left out', async () => {
    const values = Array.from({ length: 100 }, (_, at) => at);
    const page = await renderStudy(studyResult({ nodes: values, load: values.map((at) => `load ${at}`) }));
    expect(Buffer.byteLength(page)).toBeLessThan(3e6);
    expect(plain(page)).toContain('The first 12 drawings are shown; 88 more are left out');
    expect(plain(page)).toContain('9,800 more settings are in points.csv');
  });
});

describe.skipIf(!hasChromium)(
  'the page of a study in Chromium (skipped where /usr/bin/chromium is missing)',
  { timeout: 60_000 },
  () => {
    const browser = useBrowser();
    let opened: Opened;

    beforeAll(async () => {
      const [first, ...rest] = two.points;
      const lost = { ...first!, unstable: { jobsPerHour: 4.2, gpusPerHour: 8 }, warnings: ['unstable'] };
      opened = await browser.open(await renderStudy({ ...two, points: [lost, ...rest] }));
    }, 60_000);

    it('draws every chart, asks nothing of a network and complains of nothing', async () => {
      const { page, complaints, requests } = opened;
      const charts = await chartsOf(page);
      expect(charts.map(({ id }) => id)).toEqual([
        ...[0, 1].flatMap((metric) => [0, 1, 2].map((panel) => `metric-${metric}-panel-${panel}`)),
        'map-0-0',
        'map-1-0',
        'pareto-0',
        'pareto-1',
      ]);
      expect(charts.filter(({ state, marks }) => state !== 'drawn' || marks === 0)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    });

    it('tells the setting of a point on the front under the pointer', async () => {
      const { page } = opened;
      await page.locator('[data-chart=pareto-0] svg .mark-symbol path').last().hover();
      const tooltip = page.locator('#vg-tooltip-element.visible');
      await tooltip.waitFor();
      expect(await tooltip.innerText()).toMatch(
        /Setting\s+policy \S+, nodes \d+\s+Across\s+GPUs \d+\s+Upwards\s+mean\(wait\) [\d.]+\s±\s[\d.]+\smin\s+Beaten by\s+no other/,
      );
    });

    it('shows a script in a name or a value as text and does not run it', async () => {
      const hostile = studyResult({ [EVIL]: [EVIL, `${EVIL}2`], nodes: [1, 2] }, { name: EVIL, description: EVIL });
      const points = hostile.points.map((point) => ({ ...point, warnings: [EVIL] }));
      const html = await renderStudy({ ...hostile, points, made: { ...hostile.made, scenario: EVIL } });
      const { page, complaints, requests } = await browser.open(html);
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(5);
      expect(await page.locator('h1').innerText()).toBe(EVIL);
      expect(await page.locator('[data-chart=map-0-0] svg').textContent()).toContain('<script>window.br');
      await page.locator('[data-chart=map-0-0] svg .mark-text text[aria-label]').first().hover();
      await page.locator('#vg-tooltip-element.visible').waitFor();
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await page.close();
    });

    it.each([
      ['three axes', studyResult({ nodes: [8, 9], rule: ['a', 'b', 'c'], load: ['low', 'high'] })],
      ['names alone', studyResult({ policy: ['a-very-long-name-of-a-policy-that-goes-on', 'b'] })],
      ['nothing varied', studyResult({})],
    ])('draws a study of %s, and never scrolls sideways at 400 pixels, in light and dark', async (_, study) => {
      const { page, complaints } = await browser.open(await renderStudy(study), { width: 400 });
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
