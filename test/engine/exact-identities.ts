import { expect } from 'vitest';
import { CAUSES } from '../../src/sim/record/wait-cause-times.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { Column } from '../../src/sim/record/occupancy.ts';
import type { FinishedRun } from './run-builder.ts';

/** Facts at which a gang gives its GPUs back. */
const ENDS = new Set<FactKind>([FactKind.Finish, FactKind.Preempt, FactKind.CutOff, FactKind.Leave]);

/** Replays the facts alone on an empty cluster: throws where a GPU is used twice or a gang is not whole. */
function replay({ spec, log }: FinishedRun): void {
  const { cluster, jobs } = spec;
  const free = Int32Array.from(cluster.nodeGpus);
  const held = new Map<number, string>();
  for (const fact of log.facts) {
    const job = fact.subject;
    if (fact.kind === FactKind.Start || fact.kind === FactKind.GoOn) {
      expect(held.has(job)).toBe(false);
      held.set(job, JSON.stringify(fact.grants));
      const gpus = fact.grants.reduce((sum, grant) => sum + grant.gpus, 0);
      expect(gpus).toBe(fact.gpus);
      expect(gpus).toBeGreaterThanOrEqual(jobs.gpusMin[job]!);
      expect(gpus).toBeLessThanOrEqual(jobs.gpusMax[job]!);
      const types = new Set(fact.grants.map((grant) => cluster.nodeType[grant.node]!));
      expect(types.size).toBeLessThanOrEqual(1);
      for (const type of types) expect((jobs.typeMask[job]! >>> type) & 1).toBe(1);
      for (const grant of fact.grants) expect((free[grant.node]! -= grant.gpus)).toBeGreaterThanOrEqual(0);
    }
    if (ENDS.has(fact.kind)) {
      expect(JSON.stringify(fact.grants)).toBe(held.get(job));
      held.delete(job);
      for (const { node, gpus } of fact.grants) free[node]! += gpus;
    }
  }
  expect(held.size).toBe(0);
  expect([...free]).toEqual([...cluster.nodeGpus]);
}

/** Busy and idle GPU-time of every node add up to all there is. */
function checkNodeTime({ spec, metrics, log, idle: { idleUs } }: FinishedRun): void {
  const { busyUs } = metrics.nodeTime;
  for (let node = 0; node < spec.cluster.nodeCount; node++) {
    expect(busyUs[node]! + idleUs[node]!).toBe(spec.cluster.nodeGpus[node]! * log.endUs);
  }
}

/** Little's law as an identity: the integral of jobs in the system is the sum of the times they spent in it. */
function checkLittle({ spec, metrics, log }: FinishedRun): void {
  const { totals } = metrics.occupancy;
  const { outcome, waitUs, ranUs, endUs } = metrics.outcomes;
  let sojournsUs = 0;
  let partsUs = 0;
  for (let job = 0; job < spec.jobs.count; job++) {
    if (outcome[job] === Outcome.NotSubmitted) continue;
    sojournsUs += (endUs[job]! >= 0 ? endUs[job]! : log.endUs) - spec.jobs.submitUs[job]!;
    partsUs += waitUs[job]! + ranUs[job]!;
  }
  expect(totals[Column.JobsQueued]! + totals[Column.JobsRunning]!).toBe(sojournsUs);
  expect(partsUs).toBe(sojournsUs);
}

/** GPU-time from three sides: by node, by job, and as the integral of busy GPUs. */
function checkGpuTime({ spec, metrics }: FinishedRun): void {
  const byNode = metrics.nodeTime.busyUs.reduce((sum, us) => sum + us, 0);
  const byJob = metrics.outcomes.gpuUs.reduce((sum, us) => sum + us, 0);
  const isRigid = spec.jobs.gpusMin.every((gpus, job) => gpus === spec.jobs.gpusMax[job]);
  if (isRigid) {
    expect(byJob).toBe(metrics.outcomes.ranUs.reduce((sum, us, job) => sum + us * spec.jobs.gpus[job]!, 0));
  }
  // Jobs on totals alone hold their GPUs on nodes all the same.
  expect(byNode).toBe(byJob);
  expect(metrics.occupancy.totals[Column.GpusBusy]).toBe(byJob);
}

/** The causes of a job's waiting add up to its waiting. */
function checkCauses({ spec, metrics }: FinishedRun): void {
  const { waitedUs } = metrics.causes;
  for (let job = 0; job < spec.jobs.count; job++) {
    const split = waitedUs.slice(CAUSES * job, CAUSES * (job + 1));
    expect(Math.min(...split)).toBeGreaterThanOrEqual(0);
    expect(split.reduce((sum, us) => sum + us, 0)).toBe(metrics.outcomes.waitUs[job]);
  }
}

/** All of it. */
export function checkIdentities(run: FinishedRun): void {
  replay(run);
  checkNodeTime(run);
  checkLittle(run);
  checkGpuTime(run);
  checkCauses(run);
}
