import type { TimeUs } from '../kernel/clock.ts';
import type { JobId, NodeId } from '../model/brand.ts';
import type { PlannedStop } from '../model/planned-stop.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Gang, GrantSink } from '../contract/placement.ts';
import type { Recovery } from '../contract/recovery.ts';
import {
  ANY_TYPE,
  type JobsView,
  type JobView,
  type Plan,
  type QueueView,
  type Reservation,
  type SchedulingView,
} from '../contract/scheduling.ts';
import { RUN } from './grants.ts';
import { PendingStarts } from './pending-starts.ts';
import type { PlanningBoard } from './planning-board.ts';
import type { Projection } from './projection.ts';
import { QueueDoor } from './queue-door.ts';
import type { RunningLine } from './running-line.ts';

/**
 * Collects one decision's actions and shows them at once in the views. The free index is the planner's own drawing
 * board; what is really free is the gate's business, which checks every action before it happens.
 */
export class Planner implements Plan, Reservation, SchedulingView {
  nowUs: TimeUs = 0;
  readonly jobs: JobView;
  readonly queue: QueueView;
  readonly running: RunningLine;
  readonly active: JobsView;
  readonly ended: JobsView;
  private readonly board: PlanningBoard;
  /** Who comes into the queue. */
  readonly door: QueueDoor;
  private readonly pending = new PendingStarts();
  /** Jobs lifted in this decision. */
  private lifted: JobId[] = [];

  constructor(board: PlanningBoard) {
    this.board = board;
    this.door = new QueueDoor(board);
    this.jobs = board.jobs;
    this.queue = board.line;
    this.running = board.running;
    this.active = board.active;
    this.ended = board.ended;
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

  totalGpus(type: number): number {
    return this.board.totalGpus[type]!;
  }

  get totalCpuMilli(): number {
    return this.board.totalCpuMilli;
  }

  get totalMemoryMiB(): number {
    return this.board.totalMemoryMiB;
  }

  start(job: JobId, gpuType: number = ANY_TYPE, gpus: number = this.jobs.gpus(job)): Refusal {
    const { shapes, gate, free, grants, line } = this.board;
    const lifted = this.lifted.length > 0 && gate.isLifted(job);
    if (!lifted && !line.has(job)) gate.refuseStart(job);
    if (!lifted && this.door.isHeldBack(job)) return Refusal.DataLost;
    const gang = this.gangFor(job, gpuType, gpus);
    const shape = shapes.of[job]!;
    // What one type or size refuses another may take: only what holds for the gang as it asks is worth remembering.
    const asAsked = gang === shapes.gangs[shape];
    const known = asAsked ? shapes.knownRefusal(shape) : Refusal.None;
    if (known !== Refusal.None) return known;
    grants.begin();
    const refusal = this.board.placement.place(gang, free, grants);
    if (refusal !== Refusal.None) {
      if (asAsked) shapes.refuse(shape, refusal);
      return refusal;
    }
    grants.keep(job);
    gate.propose(job, gang);
    free.take(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.taken();
    if (!lifted) line.remove(job);
    this.pending.add(job);
    return Refusal.None;
  }

  startOn(
    job: JobId,
    spots: readonly { readonly node: number; readonly gpus: number }[],
    gang: Gang = this.board.shapes.gangOf(job),
  ): Refusal {
    const { shapes, gate, free, grants, line } = this.board;
    if (!line.has(job)) gate.refuseStart(job);
    for (const { node, gpus } of spots) if (!this.hasRoomOn(job, node, gpus)) return Refusal.Fragmented;
    grants.begin();
    for (const { node, gpus } of spots) grants.add(node as NodeId, gpus, 1);
    grants.keep(job);
    gate.propose(job, gang);
    free.take(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.taken();
    line.remove(job);
    this.pending.add(job);
    return Refusal.None;
  }

  /** A running gang goes on with so many GPUs more where it is and wherever the placement puts them. False: no room. */
  grow(job: JobId, gpuType: number, gpusMore: number): boolean {
    if (this.door.isHeldBack(job)) return false;
    const { shapes, gate, free, grants, placement } = this.board;
    const gpus = this.jobs.heldGpus(job) + gpusMore;
    const spots = new Map<number, number>();
    const add = (node: number, each: number, nodes: number): void => {
      for (let next = node; next < node + nodes; next++) spots.set(next, (spots.get(next) ?? 0) + each);
    };
    this.heldOn(job, { add });
    if (placement.place(this.gangFor(job, gpuType, gpusMore), free, { add }) !== Refusal.None) return false;
    this.comeOff(job);
    gate.lift(job);
    grants.setAside(job);
    grants.begin();
    for (const node of [...spots.keys()].sort((a, b) => a - b)) grants.add(node as NodeId, spots.get(node)!, 1);
    grants.keep(job);
    const gang = shapes.gangFor(job, gpus, ANY_TYPE);
    gate.propose(job, gang);
    free.take(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.taken();
    this.pending.add(job);
    this.commit();
    return true;
  }

  hasRoomOn(job: JobId, node: number, gpus: number): boolean {
    return this.board.free.hasRoomOn(node, gpus, this.board.shapes.gangOf(job));
  }

  heldOn(job: JobId, nodes: GrantSink): void {
    const { grants } = this.board;
    const end = grants.first[job]! + RUN * grants.runs[job]!;
    for (let at = grants.first[job]!; at < end; at += RUN) {
      nodes.add(grants.data[at]! as NodeId, grants.data[at + 2]!, grants.data[at + 1]!);
    }
  }

  wouldFit(job: JobId, gpuType: number = ANY_TYPE, gpus: number = this.jobs.gpus(job)): Refusal {
    const { shapes, free, placement } = this.board;
    const gang = this.gangFor(job, gpuType, gpus);
    return gang === shapes.gangs[shapes.of[job]!] ? shapes.refusalNow(shapes.of[job]!) : placement.fits(gang, free);
  }

  lift(job: JobId): void {
    const { shapes, gate, free, grants, projection } = this.board;
    if (projection !== undefined)
      throw gate.error('lift a job', 'it declares looksAhead: true', 'preempt, or do without reservations');
    const gang = shapes.gangFor(job, this.jobs.heldGpus(job), ANY_TYPE);
    if (gate.lift(job)) this.lifted.push(job);
    free.give(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    grants.setAside(job);
    shapes.released();
  }

  putBack(job: JobId): boolean {
    const { shapes, gate, free, grants } = this.board;
    if (!gate.putBack(job)) return false;
    const gang = shapes.gangFor(job, this.jobs.heldGpus(job), ANY_TYPE);
    free.take(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.taken();
    return true;
  }

  reorder(): void {
    this.board.line.reorder();
  }

  preempt(job: JobId, stop?: PlannedStop): void {
    const { gate } = this.board;
    gate.checkPreempt(job);
    this.comeOff(job);
    gate.preempt(job, stop);
    this.door.comeBack(job, this.nowUs);
  }

  /** A stalled gang comes off its GPUs. It queues again unless it is given up, or is to rejoin later. */
  interrupt(job: JobId, recovery: Recovery): void {
    this.comeOff(job);
    this.board.gate.interrupt(job, recovery);
    const isLater = recovery.action === 'requeue' && recovery.delayUs > 0;
    if (recovery.action !== 'giveUp' && !isLater) this.door.rejoin(job, this.nowUs);
  }

  /** A waiting job outside the queue will never run, for what the world has done. */
  turnAway(job: JobId): void {
    this.board.gate.reject(job);
  }

  /** A waiting job is told to take another time than before: it stands in the queue by that. */
  estimateAnew(job: number): void {
    const { line } = this.board;
    if (!line.has(job)) return;
    line.remove(job);
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
    const atUs = this.lookingAhead().reserve(this.board.shapes.gangOf(job), this.nowUs);
    this.board.watcher?.reserved(job, atUs);
    return atUs;
  }

  extraGpus(): number {
    return this.lookingAhead().extraGpus();
  }

  startBeside(job: JobId): boolean {
    const projection = this.lookingAhead();
    if (this.start(job) !== Refusal.None) return false;
    const last = this.pending.count - 1;
    if (this.nowUs + this.board.gate.plannedSpanUs(job) <= projection.shadowUs) return true;
    if (projection.takeBeside(job)) {
      this.pending.putBeside(last);
      return true;
    }
    this.undoStart(job);
    this.board.shapes.refuseBeside(this.board.shapes.of[job]!);
    return false;
  }

  /** Brings the decision to the gate, which checks and applies it; then nothing is planned. */
  commit(): void {
    const { gate, jobs } = this.board;
    this.settle();
    gate.apply();
    if (this.lifted.length === 0) return;
    for (const job of this.lifted) {
      if (jobs.isWaiting(job)) this.door.comeBack(job, this.nowUs);
    }
    this.lifted.length = 0;
  }

  /** Lets the started jobs join the running line. */
  private settle(): void {
    const { projection, running } = this.board;
    const { pending } = this;
    if (projection !== undefined) {
      for (let index = 0; index < pending.count; index++) {
        const job = pending.jobAt(index);
        running.insert(job, this.nowUs, this.nowUs + this.board.gate.plannedSpanUs(job));
        projection.joined(job, pending.isBeside(index));
      }
    }
    pending.clear();
  }

  /** What a running gang holds is free on the drawing board. */
  comeOff(job: JobId): void {
    const { shapes, free, grants, running, projection } = this.board;
    const gang = shapes.gangFor(job, this.jobs.heldGpus(job), ANY_TYPE);
    free.give(grants.data, grants.first[job]!, grants.runs[job]!, gang);
    shapes.released();
    if (projection === undefined) return;
    projection.left(job);
    running.remove(job);
  }

  private gangFor(job: JobId, gpuType: number, gpus: number): Gang {
    // With one GPU type there is nothing to confine to.
    const confined = this.board.free.typeCount > 1 ? gpuType : ANY_TYPE;
    return this.board.shapes.gangFor(job, gpus, confined);
  }

  private undoStart(job: JobId): void {
    const { shapes, gate, free, grants, line } = this.board;
    this.pending.dropLast();
    gate.withdraw(job);
    free.give(grants.data, grants.first[job]!, grants.runs[job]!, shapes.gangOf(job));
    grants.release(job);
    line.add(job);
    shapes.taken();
  }

  private lookingAhead(): Projection {
    const { projection, gate } = this.board;
    if (projection === undefined)
      throw gate.error('reserve', 'it declares looksAhead: false', 'declare looksAhead: true');
    return projection;
  }
}
