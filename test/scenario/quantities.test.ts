import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration } from '../../src/scenario/quantities/duration.ts';
import { parseInstant } from '../../src/scenario/quantities/instant.ts';
import { formatQuantity, parseQuantity, type QuantityKind } from '../../src/scenario/quantities/quantity.ts';
import { rate } from '../../src/scenario/quantities/rate.ts';
import { size } from '../../src/scenario/quantities/size.ts';

function valueOf(kind: QuantityKind, text: string | number): number {
  const parsed = parseQuantity(kind, text);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed.value;
}

describe('durations', () => {
  test.each([
    ['30d', 30 * 86_400e6],
    ['5m', 300e6],
    ['5min', 300e6],
    ['1h30m', 5400e6],
    ['1h 30m', 5400e6],
    [' 2 w ', 14 * 86_400e6],
    ['1y', 365 * 86_400e6],
    ['1.5h', 5400e6],
    ['250ms', 250_000],
    ['7us', 7],
    ['0.5us', 1],
    ['90', 90e6],
    [90, 90e6],
    [0.1, 100_000],
    ['-3s', -3e6],
    [-0, 0],
    ['1e3s', 1000e6],
  ])('%j is %d us', (text, us) => {
    expect(valueOf(duration, text)).toBe(us);
  });

  test.each([
    ['30 parsecs', /"parsecs" is not a unit of a duration; use one of y, w, d, h, m, min/],
    ['30m1h', /from large to small/],
    ['1h1h', /from large to small/],
    ['', /not a duration; write it like 90s/],
    ['h', /not a duration/],
    ['1.2.3s', /not a duration/],
    ['1h, 2m', /not a duration/],
    ['0x10s', /not a unit|not a duration/],
    ['300000000y', /counted exactly/],
    [Infinity, /counted exactly/],
  ])('%j is refused', (text, reason) => {
    expect(parseQuantity(duration, text)).toEqual({ reason: expect.stringMatching(reason) as string });
  });

  test('the canonical form is short and reads back to the same microseconds', () => {
    expect(formatQuantity(duration, valueOf(duration, '720h'))).toBe('30d');
    expect(formatQuantity(duration, valueOf(duration, '5400s'))).toBe('1h30m');
    expect(formatQuantity(duration, 0)).toBe('0s');
    fc.assert(
      fc.property(fc.maxSafeInteger(), (us) => {
        expect(valueOf(duration, formatQuantity(duration, us))).toBe(us === 0 ? 0 : us);
      }),
    );
  });
});

describe('sizes and rates', () => {
  test.each([
    [size, '80GiB', 80 * 2 ** 30],
    [size, '2TB', 2e12],
    [size, '1.5 MiB', 1_572_864],
    [rate, '400Gbps', 4e11],
    [rate, '50GB/s', 4e11],
  ])('%# %j', (kind, text, value) => {
    expect(valueOf(kind, text)).toBe(value);
  });

  test.each([
    [size, '80', /a size needs a unit; write it like 80GiB/],
    [size, 80, /needs a unit/],
    [size, '80gb', /"gb" is not a unit of a size/],
    [size, '1GiB512MiB', /not a size/],
    [rate, '400', /a rate needs a unit/],
  ])('%# %j is refused', (kind, text, reason) => {
    expect(parseQuantity(kind, text)).toEqual({ reason: expect.stringMatching(reason) as string });
  });

  test('the canonical form reads back to the same number', () => {
    for (const kind of [size, rate]) {
      fc.assert(
        fc.property(fc.maxSafeNat(), (value) => {
          expect(valueOf(kind, formatQuantity(kind, value))).toBe(value);
        }),
      );
    }
    expect(formatQuantity(size, 80 * 2 ** 30)).toBe('80GiB');
    expect(formatQuantity(size, 2e12)).toBe('2TB');
  });
});

describe('dates', () => {
  test.each([
    ['2026-01-05', '2026-01-05T00:00:00Z'],
    ['2026-01-05T08:30:00Z', '2026-01-05T08:30:00Z'],
    ['2026-01-05 08:30Z', '2026-01-05T08:30:00Z'],
    ['2026-01-05T08:30:00+01:00', '2026-01-05T07:30:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseInstant(text)).toEqual({ iso });
  });

  test.each([
    '2026-13-01',
    '2026-02-29',
    '2026-01-05T25:00:00Z',
    '1969-12-31',
    'tomorrow',
    '2026-01-05T08:30:00',
    '5.1.2026',
  ])('%s is refused', (text) => {
    expect(parseInstant(text)).toHaveProperty('reason');
  });
});
