import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  count,
  decimal,
  duration,
  durationInWords,
  hours,
  MISSING,
  NO_BREAK,
  percent,
} from '../../src/report/quantities.ts';

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.00025, '0.25 ms'],
    [0.25, '250 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [12.34, '12.3 s'],
    [59.94, '59.9 s'],
    [59.96, '1.0 min'],
    [3599, '1.0 h'],
    [6120, '1.7 h'],
    [86_399, '1.0 d'],
    [276_480, '3.2 d'],
    [598_267.6, '6.9 d'],
    [40_000_000, '463 d'],
    [400_000_000, '4,630 d'],
  ])('of %s s reads %s', (seconds, text) => {
    expect(duration(seconds).text).toBe(text.replace(' ', NO_BREAK));
  });

  it('keeps its exact figure beside it', () => {
    expect(duration(6556.3412).exact).toBe('6556.3412 s');
  });

  it('is spelled out in sentences', () => {
    expect(durationInWords(2_626_560).text).toBe(`30.4${NO_BREAK}days`);
  });

  it('never shows sixty seconds, sixty minutes or twenty-four hours', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (seconds) => {
        const [, number = '', unit = ''] = /^([\d,.]+)\s(\w+)$/.exec(duration(seconds).text) ?? [];
        const value = Number(number.replaceAll(',', ''));
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan({ ms: 1000, s: 60, min: 60, h: 24, d: Infinity }[unit] ?? 0);
      }),
    );
  });
});

describe('other quantities', () => {
  it('counts have commas', () => {
    expect(count(12_345).text).toBe('12,345');
    expect(count(1_000_000).text).toBe('1,000,000');
  });

  it('decimals show three digits or the whole part', () => {
    expect([0, 0.00042, 0.4216, 6.5312, 31.24, 4297.07].map((value) => decimal(value).text)).toEqual([
      '0',
      '4.2e-4',
      '0.422',
      '6.53',
      '31.2',
      '4,297',
    ]);
  });

  it('fractions are shown as per cent', () => {
    expect(percent(0.8123)).toEqual({ text: `81.2${NO_BREAK}%`, exact: '81.23 %' });
  });

  it('GPU-hours keep their unit in the exact figure', () => {
    expect(hours(302_441.7, 'GPU-hours')).toEqual({ text: '302,442', exact: '302441.7 GPU-hours' });
  });

  it.each([null, NaN, Infinity, -Infinity])('%s is shown as missing', (value) => {
    const texts = [duration(value), count(value), decimal(value), percent(value), hours(value, 'job-hours')];
    expect(texts.map(({ text }) => text)).toEqual(Array(5).fill(MISSING));
  });
});
