import { createRequire } from 'node:module';
import { sum } from 'd3-array';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { compile } from 'vega-lite';
import { Ajv } from 'ajv';
import type { Summary } from '../../src/sim/record/summary.ts';
import { completionDistribution, waitDistribution } from '../../src/report/charts/duration-distribution.ts';
import { durationTicks, tickBelow } from '../../src/report/charts/duration-axis.ts';
import { ettrBySize } from '../../src/report/charts/ettr-by-size.ts';
import { faultCosts } from '../../src/report/charts/fault-costs.ts';
import { faultsByComponent } from '../../src/report/charts/faults-by-component.ts';
import { faultsOverTime } from '../../src/report/charts/faults-over-time.ts';
import { gpuHoursByUse } from '../../src/report/charts/gpu-hours-by-use.ts';
import { gpusOverTime } from '../../src/report/charts/gpus-over-time.ts';
import { poolUtilisation } from '../../src/report/charts/pool-utilisation.ts';
import { queueLength } from '../../src/report/charts/queue-length.ts';
import { spareLevel } from '../../src/report/charts/spare-level.ts';
import { stepsOf } from '../../src/report/charts/series.ts';
import { timeAxisOf } from '../../src/report/charts/time-axis.ts';
import { chartConfig } from '../../src/report/charts/theme.ts';
import { useOf } from '../../src/report/pool-use.ts';
import { waitByCause } from '../../src/report/charts/wait-by-cause.ts';
import { waitBySize } from '../../src/report/charts/wait-by-size.ts';
import { emptySummary, richSummary, withFigures } from './summary-fixture.ts';

const charts = {
  gpusOverTime,
  queueLength,
  waitDistribution,
  completionDistribution,
  waitBySize,
  waitByCause,
  poolUtilisation,
};
const rich = richSummary();
const validate = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(
  createRequire(import.meta.url)('vega-lite/vega-lite-schema.json'),
);

describe.each(Object.entries(charts))('%s', (_, chartOf) => {
  it.each([
    ['with dates', rich],
    ['without dates', { ...rich, startDate: null }],
  ])(
    'gives specifications that the schema of Vega-Lite accepts and that compile without a warning, %s',
    (_case, summary) => {
      const { views } = chartOf(summary);
      expect(views.length).toBeGreaterThan(0);
      for (const { spec } of views) {
        validate(spec);
        expect(validate.errors ?? []).toEqual([]);
        expect(warningsOf(spec)).toEqual([]);
      }
    },
  );

  it('draws nothing for a run without jobs and says so', () => {
    const chart = chartOf(emptySummary());
    expect(chart.views).toEqual([]);
    expect(chart.caption.source).toMatch(/^No/);
  });

  it('has the drawn figures as a table', () => {
    const { table } = chartOf(rich);
    expect(table.rows.length).toBeGreaterThan(1);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  });
});

describe('text from a scenario', () => {
  it('is only ever a value of the data, never a field or an expression', () => {
    const evil = `datum['x'].y\\"']; alert(1) //</script>`;
    const first = rich.figures.pools[0];
    if (first === undefined) throw new Error('the fixture has no pool');
    const [view] = poolUtilisation(withFigures(rich, { pools: [{ ...first, pool: evil }] })).views;
    if (view === undefined) throw new Error('no drawing of the pools');
    const { data, ...rest } = view.spec;
    expect(JSON.stringify(data)).toContain('alert(');
    expect(JSON.stringify(rest)).not.toContain('alert(');
  });

  it('is drawn by GPU type when there are very many pools', () => {
    const first = rich.figures.pools[0];
    if (first === undefined) throw new Error('the fixture has no pool');
    const pools = Array.from({ length: 900 }, (_, index) => ({
      ...first,
      pool: `p${index}`,
      gpuType: `T${index % 3}`,
    }));
    const chart = poolUtilisation(withFigures(rich, { pools }));
    expect(chart.title).toBe('Utilisation by GPU type');
    expect(chart.table.rows.map((row) => row[0])).toEqual(['T0', 'T1', 'T2']);
  });
});

describe('a time series', () => {
  it('keeps its GPU-time and its longest queue when buckets are merged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 512 }), fc.integer({ min: 0, max: 99 })), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        (buckets, stepsMax, lastS) => {
          const endS = 60 * (buckets.length - 1) + lastS;
          const values = buckets.map(([busy]) => busy);
          const series = seriesWith(
            values,
            buckets.map(([, most]) => most),
          );
          const steps = stepsOf(series, endS, stepsMax);
          expect(steps.length).toBeLessThanOrEqual(stepsMax);
          const before = sum(values, (busy, index) => busy * Math.min(60, endS - 60 * index));
          expect(sum(steps, (step) => step.gpusBusy * (step.toS - step.fromS))).toBeCloseTo(before, 3);
          expect(Math.max(...steps.map((step) => step.jobsQueuedMax))).toBe(Math.max(...series.jobsQueuedMax));
          expect(steps.at(-1)?.toS).toBe(endS);
        },
      ),
    );
  });

  it('stands on dates when the run has a start date, in UTC', () => {
    const axis = timeAxisOf({ ...rich, startDate: '2026-01-05T01:00:00+01:00' });
    expect(axis.place(3600)).toBe(Date.UTC(2026, 0, 5, 1));
    expect(axis.describe(3600)).toBe('5 Jan 2026, 01:00');
  });

  it('stands on time since the start otherwise, in a unit that fits', () => {
    const titleFor = (endS: number): string => timeAxisOf({ ...withFigures(rich, { endS }), startDate: null }).title;
    expect([30, 600, 36_000, 864_000].map(titleFor)).toEqual([
      'Seconds since the start',
      'Minutes since the start',
      'Hours since the start',
      'Days since the start',
    ]);
  });

  it('refuses a start date that is no date', () => {
    expect(() => timeAxisOf({ ...rich, startDate: 'next week' })).toThrow(/"next week", which is no date; write it as/);
  });
});

describe('the use of pools', () => {
  it('adds pools up over the makespan', () => {
    const pool = { pool: 'p', gpuType: 'G', nodes: 1, gpus: 10, busyGpuHours: 50, idleGpuHours: 50, utilisation: 0.5 };
    const other = { ...pool, pool: 'q', nodes: 2, gpus: 20, busyGpuHours: 20, idleGpuHours: 180, utilisation: 0.1 };
    expect(useOf([pool, other], 10 * 3600)).toEqual({
      nodes: 3,
      gpus: 30,
      busyGpuHours: 70,
      idleGpuHours: 230,
      gpuHours: 300,
      utilisation: 70 / 300,
    });
  });
});

describe('the causes of waiting', () => {
  it('are told apart when large jobs and the many wait for different reasons', () => {
    const caption = (jobS: number): string =>
      waitByCause(
        withFigures(rich, {
          waitByCause: [
            { cause: 'no-capacity', jobS: 100, gpuS: 9000 },
            { cause: 'behind-head', jobS, gpuS: 1000 },
          ],
        }),
      ).caption.source;
    expect(caption(50)).not.toContain('Counted by jobs');
    expect(caption(300)).toMatch(
      /90\.0\s%.* for want of capacity.*Counted by jobs instead, most \(.*75\.0\s%.*behind other/s,
    );
  });
});

describe('an axis of durations', () => {
  it('has ticks only inside its range and names each', () => {
    const { values, labelExpr } = durationTicks(5, 4000);
    expect(values).toEqual([10, 60, 600, 3600]);
    expect(durationTicks(86_400, 604_800).values.map((seconds) => seconds / 86_400)).toEqual([1, 2, 3, 5, 7]);
    expect(tickBelow(100_000)).toBe(86_400);
    expect(labelExpr).toContain(`datum.value === 3600 ? '1 h'`);
  });
});

function warningsOf(spec: Parameters<typeof compile>[0]): string[] {
  const warnings: string[] = [];
  const logger = {
    level: () => logger,
    error: (...words: readonly unknown[]) => (warnings.push(words.join(' ')), logger),
    warn: (...words: readonly unknown[]) => (warnings.push(words.join(' ')), logger),
    info: () => logger,
    debug: () => logger,
  };
  compile(spec, { config: chartConfig, logger });
  return warnings;
}

function seriesWith(gpusBusy: number[], jobsQueuedMax: number[]): Summary['figures']['series'] {
  const zeros = gpusBusy.map(() => 0);
  return {
    bucketS: 60,
    startS: gpusBusy.map((_, index) => 60 * index),
    gpusBusy,
    gpusIdle: zeros,
    gpusQueued: zeros,
    jobsQueued: zeros,
    jobsQueuedMax,
    jobsRunning: zeros,
  };
}

describe('what broke', () => {
  const failures = rich.figures.failures!;

  it.each([
    gpuHoursByUse(failures),
    ettrBySize(failures),
    faultCosts(failures),
    faultsByComponent(failures),
    faultsOverTime(rich, failures),
    faultsOverTime({ ...rich, startDate: null }, failures),
    spareLevel(rich, failures.spareLevel!),
  ])(
    '$title: is a specification that the schema of Vega-Lite accepts and that compiles without a warning',
    ({ views, table }) => {
      expect(views).toHaveLength(1);
      validate(views[0]!.spec);
      expect(validate.errors ?? []).toEqual([]);
      expect(warningsOf(views[0]!.spec)).toEqual([]);
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    },
  );

  it('names what cost most beside idling, and how there would be less of it', () => {
    expect(gpuHoursByUse(failures).caption.source).toMatch(/most went to restart.*Loading and warming up faster/s);
  });

  it('draws no faults where there were none', () => {
    const calm = { ...failures, faults: 0, interruptions: 0, byClass: [] };
    expect(faultsByComponent(calm).views).toEqual([]);
    expect(faultsByComponent(calm).caption.source).toBe('Nothing broke.');
  });
});
