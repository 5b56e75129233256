import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One of the fixed workloads on which all policies are compared. */
export interface BenchWorkload {
  readonly name: string;
  /** In the report. */
  readonly title: string;
  /** What it is, in a sentence. */
  readonly about: string;
  readonly scenario: string;
  /** Where its jobs are to be found in ../shared, or null where it needs no file. */
  readonly data: string | null;
  /** What the short form changes. */
  readonly short: readonly string[];
}

/** The whole workloads, or the smaller ones that also run before a change lands. */
export type BenchForm = 'full' | 'short';

export const workloads: readonly BenchWorkload[] = [
  {
    name: 'philly',
    title: 'Philly',
    about: 'Gangs of 4 to 128 GPUs over four months of Microsoft Philly, on 288 GPUs in nodes of eight.',
    scenario: 'bench/scenarios/policies-philly.yaml',
    data: 'data/philly/philly_attempts_3034_jobs_marwage.json.gz',
    short: ['workload.traces.0.limit=500'],
  },
  {
    name: 'openb',
    title: 'openb',
    about: 'Pods of Alibaba openb, mostly of one GPU, a third confined to some types, on 518 GPUs of six types.',
    scenario: 'bench/scenarios/policies-openb.yaml',
    data: 'data/openb/openb_pod_list_gpuspec33.csv',
    short: ['workload.traces.0.limit=800'],
  },
  {
    name: 'overload',
    title: 'Overload',
    about: 'Synthetic: for two days more work than 256 GPUs of two types can do, from four tenants.',
    scenario: 'bench/scenarios/policies-overload.yaml',
    data: null,
    short: ['workload.synthetic.0.jobs=500'],
  },
];

/** On which decision costs are compared: it needs no file. */
export const costScenario = 'bench/scenarios/policies-overload.yaml';
/** On which the cost of a decision with few and with many nodes is compared. */
export const nodesScenario = 'bench/scenarios/policies-nodes.yaml';
export const placementsScenario = 'bench/scenarios/placements-nodes.yaml';

/** Why a workload cannot run here, or null. */
export function whyLeftOut({ title, data }: BenchWorkload): string | null {
  if (data === null) return null;
  const file = fileURLToPath(new URL(`../../../shared/${data}`, import.meta.url));
  return existsSync(file) ? null : `${title} is left out: ${file} is missing`;
}
