/** One way of running one model of bench:engine, in a process of its own: engine-run.ts MODEL WAY; a row as JSON. */
import { holdInlined, queueInlined } from './inlined-models.ts';
import { measureAlternately } from './measure.ts';
import { holdThroughKernel, queueThroughKernel, type Work } from './queueing-models.ts';

const CUSTOMERS = 1_000_000;
const PENDING = 1_000_000;
const ROUNDS = 5;

export interface EngineBenchRow extends Work {
  /** CPU time of each round, ms, sorted. */
  readonly samplesMs: readonly number[];
}

const models = {
  'M/M/1, rho 0.9': {
    kernel: () => queueThroughKernel(1, 0.9, CUSTOMERS),
    inlined: () => queueInlined(1, 0.9, CUSTOMERS),
  },
  'M/M/100, rho 0.9': {
    kernel: () => queueThroughKernel(100, 0.9, CUSTOMERS),
    inlined: () => queueInlined(100, 0.9, CUSTOMERS),
  },
  'hold, 1 M pending': {
    kernel: () => holdThroughKernel(PENDING, PENDING),
    inlined: () => holdInlined(PENDING, PENDING),
  },
};
export type ModelName = keyof typeof models;
export type Way = 'kernel' | 'inlined';

const [model, way] = process.argv.slice(2) as [ModelName, Way];
const run = models[model][way];
let work: Work = { events: 0, check: 0 };
const [measured] = await measureAlternately([{ name: way, run: () => void (work = run()) }], ROUNDS);
const row: EngineBenchRow = { ...work, samplesMs: measured!.samplesMs };
console.log(JSON.stringify(row));
