import { US_PER_SECOND } from '../kernel/clock.ts';
import { closesStretch, FactKind, type Fact, type Fold } from './fact.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;

/** What gangs go through from a fault until they work again, in this order. */
export const recoveryPhases = ['detection', 'scheduling', 'takeOver', 'load', 'warmUp'] as const;
export type RecoveryPhase = (typeof recoveryPhases)[number];

/** Time that recovery took in a phase: of all gangs together, and times the GPUs they held or waited for. */
export interface PhaseFigures {
  readonly hours: number;
  readonly gpuHours: number;
}

/**
 * Time lost in each phase of recovery: until the fault was found; from then until the gang had GPUs again (it holds none:
 * that is waiting, and no part of the GPU-time of the run); until spares had taken over and data was read; until what
 * was kept was loaded; and until the gang was up to speed.
 */
export class RecoveryPhases implements Fold {
  private readonly us = new Float64Array(recoveryPhases.length);
  private readonly gpuUs = new Float64Array(recoveryPhases.length);
  /** Per job that waits to go on after a fault: since when, or -1; and the GPUs it had. */
  private readonly waitsSinceUs: Float64Array;
  private readonly hadGpus: Int32Array;
  /** Per job: 1 in its first run after a fault. */
  private readonly isRecovering: Uint8Array;

  constructor(jobs: number) {
    this.waitsSinceUs = new Float64Array(jobs).fill(-1);
    this.hadGpus = new Int32Array(jobs);
    this.isRecovering = new Uint8Array(jobs);
  }

  step(fact: Fact): void {
    const { kind, subject: job, timeUs, gpus } = fact;
    if (closesStretch(kind)) this.spend(fact);
    if (kind === FactKind.Interrupt) {
      this.waitsSinceUs[job] = timeUs;
      this.hadGpus[job] = gpus;
    } else if (kind === FactKind.Start) {
      this.isRecovering[job] = this.waitsSinceUs[job] === -1 ? 0 : 1;
      this.wait(job, timeUs);
    } else if (kind === FactKind.GoOn) {
      // What it reads now is the price of a move.
      this.isRecovering[job] = 0;
    } else if (kind === FactKind.Reject) this.wait(job, timeUs);
  }

  done(endUs: number): void {
    for (let job = 0; job < this.waitsSinceUs.length; job++) this.wait(job, endUs);
  }

  figures(): Readonly<Record<RecoveryPhase, PhaseFigures>> {
    const figures = recoveryPhases.map(
      (phase, index) =>
        [phase, { hours: this.us[index]! / US_PER_HOUR, gpuHours: this.gpuUs[index]! / US_PER_HOUR }] as const,
    );
    return Object.fromEntries(figures) as Record<RecoveryPhase, PhaseFigures>;
  }

  private spend({ subject: job, gpus, spent }: Fact): void {
    this.add('detection', spent.undetectedUs, gpus);
    this.add('load', spent.loadUs, gpus);
    this.add('warmUp', spent.warmUpUs, gpus);
    if (this.isRecovering[job] === 1) this.add('takeOver', spent.overheadUs, gpus);
  }

  private wait(job: number, nowUs: number): void {
    const sinceUs = this.waitsSinceUs[job]!;
    if (sinceUs === -1) return;
    this.add('scheduling', nowUs - sinceUs, this.hadGpus[job]!);
    this.waitsSinceUs[job] = -1;
  }

  private add(phase: RecoveryPhase, us: number, gpus: number): void {
    const index = recoveryPhases.indexOf(phase);
    this.us[index]! += us;
    this.gpuUs[index]! += us * gpus;
  }
}
