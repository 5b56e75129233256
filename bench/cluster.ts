/**
 * Jobs per CPU second and peak memory of whole runs: real logs, a million synthetic gangs on 10,000 GPUs, and what
 * happens to the cost of a decision when the cluster grows tenfold. Each run has a process of its own, so that peak
 * memory is its own; the fingerprint proves that the work was done.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClusterBenchRow } from './cluster-run.ts';
import { median, report } from './measure.ts';

const ROUNDS = 3;
const shared = fileURLToPath(new URL('../../shared/data', import.meta.url));

interface Case {
  readonly name: string;
  readonly scenario: string;
  readonly set: readonly string[];
  readonly needsData: boolean;
}

const million = 'bench/scenarios/million-gangs.yaml';
const sdsc = 'scenarios/sdsc-blue-easy.yaml';
const cases: readonly Case[] = [
  { name: 'SDSC-BLUE, fifo', scenario: sdsc, set: ['policies.scheduling.name=fifo'], needsData: true },
  { name: 'SDSC-BLUE, easy-backfill', scenario: sdsc, set: [], needsData: true },
  { name: 'Philly', scenario: 'scenarios/philly.yaml', set: [], needsData: true },
  { name: '1 M gangs, fifo', scenario: million, set: ['policies.scheduling.name=fifo'], needsData: false },
  { name: '1 M gangs, easy-backfill', scenario: million, set: [], needsData: false },
  {
    name: '1 M gangs, easy-backfill, 10 x nodes',
    scenario: million,
    set: ['cluster.pools.0.nodes=12500'],
    needsData: false,
  },
  {
    name: '1 M gangs, easy-backfill, 10 x nodes and work',
    scenario: million,
    set: ['cluster.pools.0.nodes=12500', 'workload.synthetic.0.arrivals.ratePerHour=23000'],
    needsData: false,
  },
];

const rows = [];
for (const { name, scenario, set, needsData } of cases) {
  if (needsData && !existsSync(shared)) {
    console.warn(`${name}: left out, ${shared} is missing`);
    continue;
  }
  const runs: ClusterBenchRow[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const child = fileURLToPath(new URL('cluster-run.ts', import.meta.url));
    const output = execFileSync(process.execPath, ['--import', 'tsx', child, scenario, ...set], { encoding: 'utf8' });
    runs.push(JSON.parse(output) as ClusterBenchRow);
  }
  const cpuS = median(runs.map((run) => run.simulateCpuS).sort((a, b) => a - b));
  const { jobs, decisions, fingerprint } = runs[0]!;
  rows.push({
    run: name,
    jobs,
    'simulate s': Number(cpuS.toFixed(2)),
    'jobs/s': Math.round(jobs / cpuS),
    'jobs/s, first run': Math.round(jobs / median(runs.map((run) => run.coldCpuS).sort((a, b) => a - b))),
    'us a decision': Number(((1e6 * cpuS) / decisions).toFixed(2)),
    'read or draw s': Number(median(runs.map((run) => run.prepareCpuS).sort((a, b) => a - b)).toFixed(2)),
    'figures s': Number(median(runs.map((run) => run.figuresCpuS).sort((a, b) => a - b)).toFixed(2)),
    'peak MB': Math.round(Math.max(...runs.map((run) => run.peakMB))),
    fingerprint,
  });
}
await report('cluster', rows);
