import { exponentialOf, type CatalogueComponent, type FailureCatalogueEntry } from './entry.ts';

const NODES = 2048;
const EXPOSURE_NODE_HOURS = NODES * 54 * 24;

/** What mends a fault, how long that takes and when it is known: none of it is in the table. */
const swap = { timeToRepair: { kind: 'deterministic', value: '24h' }, detection: '1m' } as const;
const reset = (value: string, detection: string) =>
  ({ timeToRepair: { kind: 'deterministic', value }, detection, technician: false }) as const;

const counted: readonly (readonly [name: string, faults: number, mend: typeof swap | ReturnType<typeof reset>])[] = [
  ['Faulty GPU', 148, swap],
  ['GPU HBM3 memory', 72, swap],
  ['Software bug', 54, reset('10m', '10m')],
  ['Network switch or cable', 35, swap],
  ['Host maintenance', 32, reset('2h', '1m')],
  ['GPU SRAM memory', 19, swap],
  ['GPU system processor', 17, swap],
  ['NIC', 7, swap],
  ['NCCL watchdog timeout', 7, reset('10m', '10m')],
  ['Silent data corruption', 6, reset('1h', '1m')],
  ['GPU thermal interface or sensor', 6, swap],
  ['SSD', 3, swap],
  ['Power supply', 3, swap],
  ['Server chassis', 2, swap],
  ['IO expansion board', 2, swap],
  ['Dependency', 2, reset('10m', '1m')],
  ['CPU', 2, swap],
  ['System memory', 2, swap],
];

/** 419 unexpected interruptions of 2,048 nodes in 54 days. */
export const llama3: FailureCatalogueEntry = {
  name: 'llama3',
  summary: 'Llama 3 405B: 16,384 H100 for 54 days, 18 kinds of component',
  source: 'The Llama 3 Herd of Models (arXiv 2407.21783), table 5',
  gpusPerNode: 8,
  basis: [
    'Measured: 419 unexpected interruptions by kind, on 2,048 nodes in 54 days (110,592 node-days).',
    'Fitted: an exponential time to fault with the mean of each kind, node-hours over count.',
    'Assumed: 24 h to swap hardware, 10 min to 2 h for what a reset or an update mends, 1 min until a fault is known ' +
      'and 10 min for hangs. The table has none of these.',
  ],
  components: counted.map(([name, faults, mend]): CatalogueComponent => {
    return { faults, component: { name, timeToFault: exponentialOf(EXPOSURE_NODE_HOURS, faults), ...mend } };
  }),
};
