import type { RunSpec } from '../../sim/engine/run-spec.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { FactKind, type Fact, type Fold } from '../../sim/record/fact.ts';
import { progressOf, type Progress } from '../run-scenario.ts';
import { runInSlices } from '../slices.ts';
import type { ChangedRequest } from './remedies.ts';

/** The same run, but for one job's request. */
export function withChangedRequest(spec: RunSpec, job: JobId, change: ChangedRequest): RunSpec {
  const { jobs } = spec;
  const part = change.gpus === undefined ? 1 : change.gpus / jobs.gpus[job]!;
  const put = <T extends { slice(): T; [index: number]: number }>(column: T, value: number): T => {
    const copy = column.slice();
    copy[job] = value;
    return copy;
  };
  const changed: JobTable = {
    ...jobs,
    gpus: put(jobs.gpus, change.gpus ?? jobs.gpus[job]!),
    gpuMilli: put(jobs.gpuMilli, change.gpus === undefined ? jobs.gpuMilli[job]! : 1000 * change.gpus),
    // A job of another size is rigid at that size.
    gpusMin: put(jobs.gpusMin, change.gpus ?? jobs.gpusMin[job]!),
    gpusMax: put(jobs.gpusMax, change.gpus ?? jobs.gpusMax[job]!),
    cpuMilli: put(jobs.cpuMilli, Math.ceil(jobs.cpuMilli[job]! * part)),
    memoryMiB: put(jobs.memoryMiB, Math.ceil(jobs.memoryMiB[job]! * part)),
    typeMask: put(jobs.typeMask, change.typeMask ?? jobs.typeMask[job]!),
  };
  const estimateUs = put(spec.estimateUs, change.estimateUs ?? spec.estimateUs[job]!);
  // What a placement was told to expect stays as it was.
  return { ...spec, jobs: changed, estimateUs, expectedJobs: spec.expectedJobs ?? jobs };
}

/** Notes whether a job starts at the instant of its submission. */
class FirstStart implements Fold {
  startUs = -1;
  private readonly job: JobId;

  constructor(job: JobId) {
    this.job = job;
  }

  step({ kind, subject, timeUs }: Fact): void {
    if (kind === FactKind.Start && subject === this.job && this.startUs < 0) this.startUs = timeUs;
  }

  done(): void {
    // What has not started by now has not started at once.
  }
}

/** Runs up to a job's submission. True if it started at once. */
export async function startsAtOnce(
  spec: RunSpec,
  job: JobId,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const submitUs = spec.jobs.submitUs[job]!;
  const first = new FirstStart(job);
  const simulation = new Simulation(spec, [first]);
  // What is decided at an instant shows when the clock has left it.
  const goesOn = (): boolean => simulation.nowUs <= submitUs;
  await runInSlices(simulation, () => onProgress(progressOf(simulation, spec)), signal, goesOn);
  return first.startUs === submitUs;
}
