import { parseText } from '../../src/scenario/document/load.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { componentsOf } from '../../src/sim/model/components.ts';
import type { QuarantineFigures } from '../../src/sim/record/failure-figures.ts';
import { failuresBySeed } from './scenario-runs.ts';

/** A cluster that is full of jobs of 64 nodes, 512 GPUs, of 32 h each. */
const NODES = 528;
const JOB_NODES = 64;
const JOB_H = 32;
const MTBF_H = 50_000;
const REPAIR_H = 2;
const DAYS = 180;
const WINDOW_H = 28 * 24;
/** Share and factor by which 4 % of jobs hit become 14 %, which is what was published. */
const SHARE = 0.012;
const FACTOR = 241;

interface Variant {
  readonly lemons: boolean;
  /** Two faults within 28 days put a node in quarantine, until it is replaced a week later. */
  readonly quarantine: boolean;
  /** Nodes taken out for the whole run. */
  readonly removed?: readonly number[];
  /** Left out: 180. */
  readonly days?: number;
}

/** What became of the jobs of a run. */
export interface Removal {
  readonly jobs: number;
  /** Part of the jobs that a fault has stopped. */
  readonly hitPart: number;
  readonly usefulGpuHours: number;
  readonly quarantine: QuarantineFigures | null;
}

function scenarioOf({ lemons, quarantine, removed = [], days = DAYS }: Variant): object {
  const slots = Math.floor(NODES / JOB_NODES);
  const jobs = slots * Math.ceil((days * 24) / JOB_H + 1);
  return {
    name: 'lemons',
    horizon: `${days}d`,
    cluster: { pools: [{ name: 'a', nodes: NODES, gpusPerNode: 8 }] },
    workload: {
      jobs: Array.from({ length: jobs }, (_, index) => {
        return { id: `j${index}`, gpus: 8 * JOB_NODES, submit: 0, run: `${JOB_H}h` };
      }),
    },
    policies: { scheduling: 'fifo', placement: 'first-fit' },
    failures: {
      recovery: { name: 'periodic-checkpoint', interval: '1h', stall: '1s', restart: '10m' },
      ...(quarantine && { quarantine: { window: `${WINDOW_H}h`, threshold: 2, atMost: 0.05, replace: '7d' } }),
      components: [
        {
          name: 'node',
          timeToFault: { kind: 'exponential', mean: `${MTBF_H}h` },
          timeToRepair: { kind: 'deterministic', value: `${REPAIR_H}h` },
          detection: '1m',
          ...(lemons && { lemons: { share: SHARE, factor: FACTOR } }),
        },
      ],
      outages: removed.map((node) => {
        return { name: `removed ${node}`, scope: 'node', domain: node, at: '0s', for: `${days}d` };
      }),
    },
  };
}

/** By each of the seeds; the variants have the same luck. */
export async function removals(variant: Variant, seeds: readonly number[]): Promise<Removal[]> {
  const runs = await failuresBySeed(scenarioOf(variant), seeds);
  return runs.map(({ bySize, gpuHours, quarantine }) => {
    const { jobs, hit } = bySize.find(({ gpusMax }) => gpusMax === 8 * JOB_NODES)!;
    return { jobs, hitPart: hit / jobs, usefulGpuHours: gpuHours.useful, quarantine };
  });
}

/** The same with the lemons taken out by hand, as nobody in the run could. */
export async function handRemovals(seeds: readonly number[], days = DAYS): Promise<Removal[]> {
  const found: Removal[] = [];
  for (const seed of seeds) {
    const removed = await lemonsOf(seed);
    found.push(...(await removals({ lemons: true, quarantine: false, removed, days }, [seed])));
  }
  return found;
}

/** The nodes that are lemons by the luck of a seed. */
export async function lemonsOf(seed: number): Promise<number[]> {
  const scenario = scenarioOf({ lemons: true, quarantine: false, days: 1 });
  const document = parseText('scenario of a test', JSON.stringify(scenario));
  const { spec } = await prepareRun(settleDocument(document, { seed }));
  const lemons = componentsOf(spec.failures!.model, spec.cluster).filter(({ isLemon }) => isLemon);
  return lemons.map(({ from }) => from);
}

/** Part of the jobs that are hit on nodes of which none is a lemon: exp(-64 nodes x 32 h / 50,000 h) are not. */
export const hitWithout = 1 - Math.exp((-JOB_NODES * JOB_H) / MTBF_H);

/** And where so large a share of the nodes are lemons, which are a little less often in service for their repairs. */
export function hitWith(lemonShare: number = SHARE): number {
  const inService = lemonShare / (1 + (REPAIR_H * FACTOR) / MTBF_H);
  const share = inService / (inService + 1 - lemonShare);
  const good = Math.exp(-JOB_H / MTBF_H);
  const lemon = Math.exp((-JOB_H * FACTOR) / MTBF_H);
  return 1 - ((1 - share) * good + share * lemon) ** JOB_NODES;
}

/**
 * With the quarantine: a lemon goes with the first fault that comes within the window of the one before, the second or
 * after some that do not, 1 + 1 / (1 - exp(-window x its rate)) of them on average, each of which hits a job if the node
 * is at work. Of those that come in its place the same share are lemons.
 */
export const hitWithQuarantine = (() => {
  const slots = Math.floor(NODES / JOB_NODES);
  const faultsEach = 1 + 1 / (1 - Math.exp((-WINDOW_H * FACTOR) / MTBF_H));
  const faults = ((NODES * SHARE) / (1 - SHARE)) * faultsEach * ((slots * JOB_NODES) / NODES);
  const jobs = (slots * DAYS * 24) / JOB_H;
  return 1 - (1 - hitWithout) * Math.exp(-faults / jobs);
})();

/** Good nodes that the quarantine keeps in a run, on average: a fault that comes within the window of the one before. */
export const keptInVain =
  NODES * ((DAYS * 24) / MTBF_H) * (1 - Math.exp(-WINDOW_H / MTBF_H)) * (1 - WINDOW_H / (2 * DAYS * 24));
