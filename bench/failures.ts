/**
 * What a year of 16,384 GPUs costs in which components break and are repaired and 1,000 gangs write checkpoints, beside
 * the same year in which nothing breaks. Each run has a process of its own, so that peak memory is its own; the
 * fingerprint proves that the work was done.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClusterBenchRow } from './cluster-run.ts';
import { median, report } from './measure.ts';

const ROUNDS = 3;
const child = fileURLToPath(new URL('cluster-run.ts', import.meta.url));
const year = 'bench/scenarios/failures-year.yaml';

const cases: readonly { readonly name: string; readonly set: readonly string[] }[] = [
  { name: 'a year', set: [] },
  { name: 'a year, a checkpoint a minute', set: ['failures.recovery.rule=fixed', 'failures.recovery.interval=1m'] },
  { name: 'a year, restart from scratch', set: ['failures.recovery={name: restart, restart: 10m}'] },
  { name: 'a year, nothing breaks', set: ['failures.components=[]', 'failures.recovery={name: restart}'] },
];

const rows = [];
for (const { name, set } of cases) {
  const runs: ClusterBenchRow[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const output = execFileSync(process.execPath, ['--import', 'tsx', child, year, ...set], { encoding: 'utf8' });
    runs.push(JSON.parse(output) as ClusterBenchRow);
  }
  const { jobs, events, faults, interruptions, fingerprint } = runs[0]!;
  const middle = (of: (run: ClusterBenchRow) => number): number =>
    Number(median(runs.map(of).sort((a, b) => a - b)).toFixed(3));
  rows.push({
    run: name,
    jobs,
    faults,
    interruptions,
    events,
    'whole first run, CPU s': middle((run) => run.prepareCpuS + run.coldCpuS + run.figuresCpuS),
    'simulate cold, CPU s': middle((run) => run.coldCpuS),
    'simulate warm, CPU s': middle((run) => run.simulateCpuS),
    'peak MB': Math.round(Math.max(...runs.map((run) => run.peakMB))),
    fingerprint,
  });
}
await report('failures', rows);
