import { failuresBySeed, meanAndError, seedsTo } from './scenario-runs.ts';

const HOUR_MIN = 60;
const DAY_MIN = 24 * HOUR_MIN;
/** GPU-time is kept in whole us: 8 GPUs for 30 years are still counted exactly. */
const DAYS_MAX = 30 * 365;
const REPLICATIONS = 30;
const FAULTS_PER_RUN = 80;

/** A cell of the grid; min. */
export interface EttrCell {
  readonly gpus: number;
  /** Faults per 1,000 node-days. */
  readonly rate: number;
  /** Work between checkpoints, or Young's rule for it. */
  readonly every: number | 'young';
  /** From the fault to the first work: 30 s until it is known, 30 s until the node is back, the rest load and warm-up. */
  readonly restart: number;
  /** A checkpoint keeps the job from working for so long. */
  readonly stall: number;
}

export interface EttrResult {
  readonly cell: EttrCell;
  readonly interval: number;
  /** N r (u0 + dt / 2): the part of the time that faults take, to first order. */
  readonly lostPart: number;
  /** (1 - lostPart) / (1 + w / dt). */
  readonly formula: number;
  /** dt / ((M + D) exp(R / M) (exp((dt + w) / M) - 1)): for any rate, with D the first minute and R the rest. */
  readonly exact: number;
  /** Over 30 replications: useful GPU-time by GPU-time of the job from its submission on, waits in the queue included. */
  readonly mean: number;
  readonly error: number;
}

const DETECTION_MIN = 0.5;
const REPAIR_MIN = 0.5;

/** Mean time between the faults of the cell's job, min. */
function meanTimeToFault({ gpus, rate }: EttrCell): number {
  return (1000 * DAY_MIN) / rate / Math.ceil(gpus / 8);
}

/**
 * The formula leaves out that faults come during restarts and lost work too: its error is about the square of the part
 * that faults take, 4 % at its edge.
 */
export function isInRange({ lostPart }: EttrResult): boolean {
  return lostPart <= 0.2;
}

/** 30 replications of a cell through the engine, from the scenario to the summary. */
export async function measureEttr(cell: EttrCell): Promise<EttrResult> {
  const { gpus, every, restart, stall } = cell;
  const m = meanTimeToFault(cell);
  const interval = every === 'young' ? Math.sqrt(2 * stall * m) : every;
  const days = Math.min(DAYS_MAX, (FAULTS_PER_RUN * m) / DAY_MIN);
  const figures = await failuresBySeed(scenarioOf(cell, days), seedsTo(REPLICATIONS));
  // The job wants all GPUs all the time, so what it did not use well is all the rest.
  const ettrs = figures.map(({ gpuHours }) => gpuHours.useful / (gpus * days * 24));
  const lostPart = (restart + interval / 2) / m;
  const exposed = restart - DETECTION_MIN - REPAIR_MIN;
  return {
    cell,
    interval,
    lostPart,
    formula: (1 - lostPart) / (1 + stall / interval),
    exact:
      interval / ((m + DETECTION_MIN + REPAIR_MIN) * Math.exp(exposed / m) * (Math.exp((interval + stall) / m) - 1)),
    ...meanAndError(ettrs),
  };
}

function scenarioOf({ gpus, rate, every, restart, stall }: EttrCell, days: number): object {
  return {
    name: 'ettr',
    horizon: `${days}d`,
    cluster: { pools: [{ name: 'a', nodes: Math.ceil(gpus / 8), gpusPerNode: 8 }] },
    workload: { jobs: [{ id: 'training', gpus, submit: 0, run: `${days}d` }] },
    policies: { scheduling: 'fifo', placement: 'consolidate' },
    failures: {
      recovery: {
        name: 'periodic-checkpoint',
        ...(every === 'young' ? { rule: every } : { interval: `${every}m` }),
        stall: `${stall}m`,
        restart: `${restart - DETECTION_MIN - REPAIR_MIN}m`,
      },
      components: [
        {
          name: 'node',
          timeToFault: { kind: 'exponential', mean: `${1000 / rate}d` },
          timeToRepair: { kind: 'deterministic', value: `${REPAIR_MIN}m` },
          detection: `${DETECTION_MIN}m`,
        },
      ],
    },
  };
}
