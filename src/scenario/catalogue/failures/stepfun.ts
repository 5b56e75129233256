import { exponentialOf, lognormalOf, type CatalogueComponent, type FailureCatalogueEntry } from './entry.ts';

const EXPOSURE_NODE_HOURS = 400 * 349 * 24;

/** Fault durations of the whole fleet: the Weibull has the smaller distance (0.064) of the two that fit best. */
const fleetRepair = { kind: 'weibull', shape: 0.4505, scale: '50.68h' } as const;

/**
 * Faults by kind, those seen once put together (4 of hardware, 3 of software); where the table of the fleet has them, mean
 * and median of how long they lasted, h.
 */
const counted: readonly (readonly [
  name: string,
  faults: number,
  lasted?: readonly [meanH: number, medianH: number],
])[] = [
  ['GPU', 158, [155.4, 16.8]],
  ['Unknown error', 144, [111.9, 15.6]],
  ['Stress test failure', 97, [34.4, 14.4]],
  ['Parameter plane cable', 40, [119.5, 47.4]],
  ['Fan', 33, [217.4, 73.5]],
  ['NIC', 30, [256.4, 11.8]],
  ['Power supply', 26, [439, 351.1]],
  ['Other software', 15],
  ['Training task troubleshooting', 14],
  ['Software tool', 7],
  ['Motherboard', 4, [64, 42.7]],
  ['Change', 4],
  ['Other hardware', 4],
  ['File system', 3],
  ['CPU', 3],
  ['Test', 2],
];

/** A fleet of 400 servers over 349 days, with how long each fault kept its server away. */
export const stepfun: FailureCatalogueEntry = {
  name: 'stepfun',
  summary: 'StepFun: 400 servers for 349 days, 16 kinds of fault with how long they lasted',
  source: 'InfiniteHBD, SIGCOMM 2025; https://github.com/stepfun-ai/InfiniteHBD-Trace',
  gpusPerNode: 8,
  basis: [
    'Measured: 584 faults by kind on 400 servers in 349 days (139,600 node-days), 4.2 per 1,000 node-days. Kinds that were ' +
      'seen once are put together.',
    'Fitted: an exponential time to fault with the mean of each kind.',
    'Fitted: lognormal repairs from mean and median of the kind; where they are not published, the Weibull of all faults ' +
      '(shape 0.45, scale 50.7 h, distance 0.064). They last until the server is back, so they take no technicians.',
    'Not in it: the gaps between faults of the fleet are gamma of shape 0.49, so that they come bunched over hours. What ' +
      'a scenario calls a burst strikes at one instant, and how many faults shared one is not published.',
    'Not in it: the worst 10 % of the servers carry 41 % of the faults. Lemons are drawn for each component by itself, and ' +
      'which kinds of fault those servers had in common is not published. Give lemons to a component of your own to try it.',
    'Assumed: faults are known at once, since the trace begins when they were, and 8 GPUs a server.',
  ],
  components: counted.map(([name, faults, lasted]): CatalogueComponent => {
    const timeToRepair = lasted === undefined ? fleetRepair : lognormalOf(...lasted);
    const timeToFault = exponentialOf(EXPOSURE_NODE_HOURS, faults);
    return { faults, component: { name, timeToFault, timeToRepair, technician: false } };
  }),
};
