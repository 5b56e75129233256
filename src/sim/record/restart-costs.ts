import { StopCause } from '../model/planned-stop.ts';
import { Displacements } from './displacements.ts';
import { closesStretch, FactKind, restartUsOf, type Fact, type Fold } from './fact.ts';

/** Why a job began a run as it did: what it owed and how long it had waited is that one's cost. */
export const RestartCause = {
  FirstStart: 0,
  /** It had been preempted. */
  Preempted: 1,
  /** It had been preempted, or moved, to make room for a job that came back from a fault: that fault's cost, of second order. */
  MadeRoom: 2,
  /** It had gone on elsewhere, or with another number of GPUs. */
  Moved: 3,
  /** Planned work on its nodes, a predicted fault or a reclaim had stopped it. */
  Planned: 4,
  /** This and beyond: a fault of class (cause - Fault), or behind those a crash of its own, had stopped it. */
  Fault: 5,
} as const;

/**
 * Splits what restarts cost by what made them necessary: overhead at the beginning of runs, and the time that gangs
 * waited to run again. A job gave way to another if it was preempted or moved off a node that the other took at that instant;
 * counted as of second order if a fault had stopped that other one's last run.
 */
export class RestartCosts implements Fold {
  /** Per cause, whole GPU-us: overhead paid; and GPUs x time waited between two runs. */
  readonly restartGpuUs: Float64Array;
  readonly waitGpuUs: Float64Array;
  /** Per component class, whole GPU-us: work taken back, and time stopped before the fault was known. */
  readonly lostGpuUs: Float64Array;
  readonly detectionGpuUs: Float64Array;
  /** Of the restarts' overhead after its faults: getting back what was kept, and getting up to speed. */
  readonly loadGpuUs: Float64Array;
  readonly warmUpGpuUs: Float64Array;
  readonly interruptions: Float64Array;
  teardownGpuUs = 0;
  /** Preemptions and moves of second order. */
  secondOrder = 0;
  /** Stops that were planned, by cause (model/planned-stop.ts). */
  readonly plannedStops = new Float64Array(Object.keys(StopCause).length);
  /** Per job: those that its last start brought about. */
  readonly displaced: Int32Array;
  private readonly displacements = new Displacements();
  private readonly cause: Int32Array;
  /** Per job: class of the fault that stopped it last. */
  private readonly stoppedBy: Int32Array;
  private readonly isStalled: Uint8Array;
  /** Per job: class of the component that corrupted it last. */
  private readonly corruptedBy: Int32Array;
  /** When the job last gave way to one that came back, or -1. */
  private readonly gaveWayUs: Float64Array;
  /** When the job began to wait between two runs, or -1; and GPUs that it had held. */
  private readonly stoppedUs: Float64Array;
  private readonly heldGpus: Int32Array;

  constructor(jobs: number, classes: number) {
    this.restartGpuUs = new Float64Array(RestartCause.Fault + classes);
    this.waitGpuUs = new Float64Array(RestartCause.Fault + classes);
    this.lostGpuUs = new Float64Array(classes);
    this.detectionGpuUs = new Float64Array(classes);
    this.loadGpuUs = new Float64Array(classes);
    this.warmUpGpuUs = new Float64Array(classes);
    this.interruptions = new Float64Array(classes);
    this.displaced = new Int32Array(jobs);
    this.cause = new Int32Array(jobs);
    this.stoppedBy = new Int32Array(jobs);
    this.isStalled = new Uint8Array(jobs);
    this.corruptedBy = new Int32Array(jobs);
    this.gaveWayUs = new Float64Array(jobs).fill(-1);
    this.stoppedUs = new Float64Array(jobs).fill(-1);
    this.heldGpus = new Int32Array(jobs);
  }

  step(fact: Fact): void {
    const { kind, subject: job } = fact;
    if (kind === FactKind.Refusal) return;
    if (closesStretch(kind)) this.spend(fact);
    if (kind === FactKind.Start) this.start(fact);
    else if (kind === FactKind.Reject) this.waits(job, fact.timeUs);
    else if (kind === FactKind.GoOn) this.goOn(job, fact.timeUs);
    else if (kind === FactKind.Leave) this.displacements.leaves(fact);
    else if (kind === FactKind.Preempt) this.preempt(fact);
    else if (kind === FactKind.Interrupt) this.stop(fact, RestartCause.Fault + this.stoppedBy[job]!);
  }

  done(endUs: number): void {
    this.stoppedUs.forEach((_, job) => this.waits(job, endUs));
  }

  private spend({ kind, subject: job, detail, gpus, spent }: Fact): void {
    if (kind === FactKind.Stall) {
      if (this.isStalled[job] === 0) this.interruptions[detail]!++;
      this.lostGpuUs[detail]! += gpus * spent.lostUs;
    }
    if (kind === FactKind.Corrupt) this.corruptedBy[job] = detail;
    this.lostGpuUs[this.corruptedBy[job]!]! += gpus * spent.corruptUs;
    const cause = this.cause[job]!;
    this.restartGpuUs[cause]! += gpus * restartUsOf(spent);
    if (cause >= RestartCause.Fault) {
      this.loadGpuUs[cause - RestartCause.Fault]! += gpus * spent.loadUs;
      this.warmUpGpuUs[cause - RestartCause.Fault]! += gpus * spent.warmUpUs;
    }
    this.detectionGpuUs[this.stoppedBy[job]!]! += gpus * spent.undetectedUs;
    this.teardownGpuUs += gpus * spent.teardownUs;
    if (kind === FactKind.Stall && this.isStalled[job] === 0) this.stoppedBy[job] = detail;
    this.isStalled[job] = kind === FactKind.Stall ? 1 : 0;
  }

  private stop({ subject: job, timeUs, gpus }: Fact, cause: number): void {
    this.cause[job] = cause;
    this.stoppedUs[job] = timeUs;
    this.heldGpus[job] = gpus;
  }

  private preempt(fact: Fact): void {
    if (fact.detail === StopCause.Policy) {
      this.displacements.leaves(fact);
      this.stop(fact, RestartCause.Preempted);
    } else {
      this.plannedStops[fact.detail]!++;
      this.stop(fact, RestartCause.Planned);
    }
  }

  private goOn(job: number, nowUs: number): void {
    this.cause[job] = this.gaveWayUs[job] === nowUs ? RestartCause.MadeRoom : RestartCause.Moved;
  }

  private start(fact: Fact): void {
    const { subject: job, timeUs } = fact;
    this.waits(job, timeUs);
    this.displaced[job] = 0;
    if (this.cause[job]! < RestartCause.Fault) return;
    for (const victim of this.displacements.madeRoomFor(fact)) {
      this.cause[victim] = RestartCause.MadeRoom;
      this.gaveWayUs[victim] = timeUs;
      this.displaced[job]++;
      this.secondOrder++;
    }
  }

  private waits(job: number, untilUs: number): void {
    const sinceUs = this.stoppedUs[job]!;
    if (sinceUs === -1) return;
    this.waitGpuUs[this.cause[job]!]! += this.heldGpus[job]! * (untilUs - sinceUs);
    this.stoppedUs[job] = -1;
  }
}
