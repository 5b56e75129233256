import type { QuantityKind } from './quantity.ts';

/** Durations in whole microseconds, the engine's clock. A plain number is seconds. A year is 365 days. */
export const duration: QuantityKind = {
  name: 'duration',
  base: 'microseconds',
  units: [
    { names: ['y'], size: 31_536_000_000_000, readOnly: true },
    { names: ['w'], size: 604_800_000_000, readOnly: true },
    { names: ['d'], size: 86_400_000_000 },
    { names: ['h'], size: 3_600_000_000 },
    { names: ['m', 'min'], size: 60_000_000 },
    { names: ['s'], size: 1_000_000 },
    { names: ['ms'], size: 1_000 },
    { names: ['us', 'µs'], size: 1 },
  ],
  plainNumber: { unit: 's', size: 1_000_000 },
  compound: true,
  example: '90s, 5m or 1h30m',
};
