import type { QuantityKind } from './quantity.ts';

/** Rates of links in whole bits per second: 400Gbps, 50GB/s (bytes). A plain number is refused. */
export const rate: QuantityKind = {
  name: 'rate',
  base: 'bits per second',
  units: [
    { names: ['TB/s'], size: 8e12 },
    { names: ['Tbps'], size: 1e12 },
    { names: ['GB/s'], size: 8e9 },
    { names: ['Gbps'], size: 1e9 },
    { names: ['MB/s'], size: 8e6 },
    { names: ['Mbps'], size: 1e6 },
    { names: ['kbps'], size: 1e3 },
    { names: ['bps'], size: 1 },
  ],
  compound: false,
  example: '400Gbps or 50GB/s',
};
