import type { TimeUs } from '../kernel/clock.ts';
import type { JobId } from '../model/brand.ts';
import { Refusal } from '../contract/refusal.ts';
import type { PlacementPolicy } from '../contract/placement.ts';
import type { JobView, Plan, Reservation, SchedulingView } from '../contract/scheduling.ts';
import type { FreeIndex } from './free-index.ts';
import type { Gate } from './gate.ts';
import type { Grants } from './grants.ts';
import type { Projection } from './projection.ts';
import type { RunningLine } from './running-line.ts';
import type { Shapes } from './shapes.ts';
import type { WaitingLine } from './waiting-line.ts';

/** The parts of the engine that a plan is drawn on. */
export interface PlanningBoard {
  readonly jobs: JobView;
  readonly free: FreeIndex;
  readonly grants: Grants;
  readonly shapes: Shapes;
  readonly line: WaitingLine;
  readonly running: RunningLine;
  readonly placement: PlacementPolicy;
  /** Only for policies that look ahead. */
  readonly projection: Projection | undefined;
  readonly gate: Gate;
}

/**
 * Collects one decision's actions and shows them at once in the views. The free index is the planner's own drawing
 * board; what is really free is the gate's business, which checks every action before it happens.
 */
export class Planner implements Plan, Reservation, SchedulingView {
  nowUs: TimeUs = 0;
  readonly jobs: JobView;
  readonly queue: WaitingLine;
  readonly running: RunningLine;
  private readonly board: PlanningBoard;
  /** Started jobs that have not joined the running line yet: [0 .. pendingCount-1]. */
  private pending = new Int32Array(64);
  private pendingTaken = new Uint8Array(64);
  private pendingCount = 0;

  constructor(board: PlanningBoard) {
    this.board = board;
    this.jobs = board.jobs;
    this.queue = board.line;
    this.running = board.running;
  }

  get reservation(): Reservation {
    return this;
  }

  get gpuTypes(): number {
    return this.board.free.typeCount;
  }

  freeGpus(type: number): number {
    return this.board.free.freeGpus(type);
  }

  start(job: JobId, gpuType?: number): Refusal {
    const { shapes, gate, free, grants, line } = this.board;
    if (!line.has(job)) gate.refuseStart(job);
    const shape = shapes.of[job]!;
    const known = shapes.knownRefusal(shape);
    if (known !== Refusal.None) return known;
    const gang = shapes.gangs[shape]!;
    grants.begin();
    const confined = gpuType !== undefined && free.typeCount > 1;
    const wanted = confined ? { ...gang, typeMask: gang.typeMask & (1 << gpuType) } : gang;
    const refusal = this.board.placement.place(wanted, free, grants);
    if (refusal !== Refusal.None) {
      // What one type refuses another may take: only a refusal by all of them is worth remembering.
      if (!confined) shapes.refuse(shape, refusal);
      return refusal;
    }
    grants.keep(job);
    gate.propose(job);
    free.take(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.taken();
    line.remove(job);
    this.pend(job);
    return Refusal.None;
  }

  preempt(job: JobId): void {
    const { shapes, gate, free, grants, line, running, projection } = this.board;
    gate.checkPreempt(job);
    free.give(grants.data, grants.first[job]!, grants.runs[job]!, shapes.gangOf(job));
    shapes.released();
    if (projection !== undefined) {
      projection.left(job);
      running.remove(job);
    }
    gate.preempt(job);
    line.add(job);
  }

  reject(job: JobId): void {
    const { gate, line } = this.board;
    if (!line.has(job)) gate.refuseReject(job);
    line.remove(job);
    gate.reject(job);
  }

  reserve(job: JobId): TimeUs {
    this.settle();
    this.board.shapes.reserved();
    return this.lookingAhead().reserve(this.board.shapes.gangOf(job), this.nowUs);
  }

  extraGpus(): number {
    return this.lookingAhead().extraGpus();
  }

  startBeside(job: JobId): boolean {
    const projection = this.lookingAhead();
    if (this.start(job) !== Refusal.None) return false;
    const last = this.pendingCount - 1;
    if (this.nowUs + this.jobs.estimateUs(job) <= projection.shadowUs) return true;
    if (projection.takeBeside(job)) {
      this.pendingTaken[last] = 1;
      return true;
    }
    this.undoStart(job);
    this.board.shapes.refuseBeside(this.board.shapes.of[job]!);
    return false;
  }

  /** Brings the decision to the gate, which checks and applies it; then nothing is planned. */
  commit(): void {
    this.settle();
    this.board.gate.apply();
  }

  /** Lets the started jobs join the running line. */
  private settle(): void {
    const { projection, running } = this.board;
    if (projection !== undefined) {
      for (let index = 0; index < this.pendingCount; index++) {
        const job = this.pending[index]! as JobId;
        running.insert(job, this.nowUs, this.nowUs + this.jobs.estimateUs(job));
        projection.joined(job, this.pendingTaken[index] === 1);
      }
    }
    this.pendingCount = 0;
  }

  private undoStart(job: JobId): void {
    const { shapes, gate, free, grants, line } = this.board;
    this.pendingCount--;
    gate.withdraw(job);
    free.give(grants.data, grants.first[job]!, grants.runs[job]!, shapes.gangOf(job));
    grants.release(job);
    line.add(job);
    shapes.taken();
  }

  private pend(job: JobId): void {
    if (this.pendingCount === this.pending.length) {
      const pending = new Int32Array(this.pending.length * 2);
      pending.set(this.pending);
      this.pending = pending;
      const taken = new Uint8Array(pending.length);
      taken.set(this.pendingTaken);
      this.pendingTaken = taken;
    }
    this.pending[this.pendingCount] = job;
    this.pendingTaken[this.pendingCount] = 0;
    this.pendingCount++;
  }

  private lookingAhead(): Projection {
    const { projection, gate } = this.board;
    if (projection === undefined)
      throw gate.error('reserve', 'it declares looksAhead: false', 'declare looksAhead: true');
    return projection;
  }
}
