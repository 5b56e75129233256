import { closesStretch, FactKind, restartUsOf, type Fact, type Fold } from './fact.ts';
import type { GpuTimeUse } from './gpu-time-use.ts';

/** What the GPU-time that jobs hold goes to. */
export const heldUses = [
  'useful',
  'lost',
  'checkpoint',
  'restart',
  'detection',
  'degraded',
] as const satisfies readonly GpuTimeUse[];

export const HELD_USES = heldUses.length;

/**
 * Where the GPU-time of each job went and how often faults stopped it. Over all jobs each use adds up to the same as over
 * all nodes (gpu-time-use.ts), to the microsecond.
 */
export class JobGpuTimes implements Fold {
  /** GPU-us of use u (of `heldUses`) by job j at j x uses + u; whole. */
  readonly gpuUs: Float64Array;
  /** Times that a fault stopped it; a further fault before it has come off its GPUs does not count. */
  readonly interruptions: Int32Array;
  private readonly isStalled: Uint8Array;

  constructor(jobs: number) {
    this.gpuUs = new Float64Array(HELD_USES * jobs);
    this.interruptions = new Int32Array(jobs);
    this.isStalled = new Uint8Array(jobs);
  }

  step({ kind, subject: job, gpus, spent }: Fact): void {
    if (!closesStretch(kind)) return;
    const { gpuUs } = this;
    let at = HELD_USES * job;
    gpuUs[at] = gpuUs[at]! + gpus * spent.usefulUs;
    gpuUs[++at] = gpuUs[at]! + gpus * (spent.lostUs + spent.corruptUs);
    gpuUs[++at] = gpuUs[at]! + gpus * spent.stallUs;
    gpuUs[++at] = gpuUs[at]! + gpus * (restartUsOf(spent) + spent.teardownUs);
    gpuUs[++at] = gpuUs[at]! + gpus * spent.undetectedUs;
    gpuUs[++at] = gpuUs[at]! + gpus * spent.degradedUs;
    const isStalled = kind === FactKind.Stall ? 1 : 0;
    if (isStalled > this.isStalled[job]!) this.interruptions[job] = this.interruptions[job]! + 1;
    this.isStalled[job] = isStalled;
  }

  done(): void {
    // Jobs that still run are cut off by a fact of their own.
  }

  /** GPU-us that the job held. */
  heldGpuUs(job: number): number {
    let heldUs = 0;
    for (let use = 0; use < HELD_USES; use++) heldUs += this.gpuUs[HELD_USES * job + use]!;
    return heldUs;
  }

  /** Useful part of the GPU-time that the job held; null if it held none. */
  ettrOf(job: number): number | null {
    const heldUs = this.heldGpuUs(job);
    return heldUs > 0 ? this.gpuUs[HELD_USES * job]! / heldUs : null;
  }
}
