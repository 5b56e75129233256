import type { QuantityKind } from './quantity.ts';

/** Sizes of memory and data in whole bytes. A plain number is refused: bytes or GiB, nobody could tell. */
export const size: QuantityKind = {
  name: 'size',
  base: 'bytes',
  units: [
    { names: ['PiB'], size: 2 ** 50 },
    { names: ['PB'], size: 1e15 },
    { names: ['TiB'], size: 2 ** 40 },
    { names: ['TB'], size: 1e12 },
    { names: ['GiB'], size: 2 ** 30 },
    { names: ['GB'], size: 1e9 },
    { names: ['MiB'], size: 2 ** 20 },
    { names: ['MB'], size: 1e6 },
    { names: ['KiB'], size: 2 ** 10 },
    { names: ['kB'], size: 1e3 },
    { names: ['B'], size: 1 },
  ],
  compound: false,
  example: '80GiB or 2TiB',
};
