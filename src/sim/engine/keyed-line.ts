import { NEVER, type TimeUs } from '../kernel/clock.ts';
import { OrderedLine } from '../kernel/ordered-line.ts';
import type { JobId } from '../model/brand.ts';
import { Refusal } from '../contract/refusal.ts';
import type { NO_JOB } from '../contract/scheduling.ts';
import type { FillableQueue } from './planning-board.ts';
import type { Shapes } from './shapes.ts';

/** With more shapes, a line for each would take more room than it saves time. */
const SHAPES_MAX = 256;

/**
 * Waiting jobs in an order that changes: a job stands by the key it was given when it joined or when the order was last
 * asked anew. Looking for candidates walks the queue, but not when nothing that waits can fit.
 */
export class KeyedLine implements FillableQueue {
  private line = new OrderedLine();
  /** The same jobs, a line a shape; made when a policy first looks for candidates of any length and size. */
  private byShape: OrderedLine[] = [];
  private readonly keys: Float64Array;
  private readonly waiting: Uint8Array;
  private readonly keyOf: (job: JobId) => number;
  private readonly estimateUs: Float64Array;
  private readonly shapes: Shapes;

  constructor(jobCount: number, keyOf: (job: JobId) => number, estimateUs: Float64Array, shapes: Shapes) {
    this.keys = new Float64Array(jobCount);
    this.waiting = new Uint8Array(jobCount);
    this.keyOf = keyOf;
    this.estimateUs = estimateUs;
    this.shapes = shapes;
  }

  get length(): number {
    return this.line.length;
  }

  has(job: number): boolean {
    return this.waiting[job] === 1;
  }

  add(job: number): void {
    this.waiting[job] = 1;
    this.insert(job);
    this.shapes.enter(this.shapes.of[job]!);
  }

  remove(job: number): void {
    this.waiting[job] = 0;
    this.line.remove(this.keys[job]!, job);
    this.byShape[this.shapes.of[job]!]?.remove(this.keys[job]!, job);
    this.shapes.leave(this.shapes.of[job]!);
  }

  reorder(): void {
    const jobs: number[] = [];
    for (let job = this.line.first(); job !== -1; job = this.line.after(this.keys[job]!, job)) jobs.push(job);
    this.line = new OrderedLine();
    this.byShape = this.byShape.map(() => new OrderedLine());
    for (const job of jobs) this.insert(job);
  }

  head(): JobId | typeof NO_JOB {
    return this.line.first() as JobId | typeof NO_JOB;
  }

  after(job: JobId): JobId | typeof NO_JOB {
    return this.line.after(this.keys[job]!, job) as JobId | typeof NO_JOB;
  }

  nextCandidate(job: JobId, gpusMax: number, estimateUsMax: TimeUs): JobId | typeof NO_JOB {
    const { shapes } = this;
    let anyFits = false;
    for (let index = 0; index < shapes.listed && !anyFits; index++) {
      anyFits = shapes.refusalNow(shapes.list[index]!) === Refusal.None;
    }
    if (!anyFits) return -1;
    if (gpusMax === Infinity && estimateUsMax === NEVER && shapes.gangs.length <= SHAPES_MAX)
      return this.nextOfAll(job);
    for (
      let next = this.line.after(this.keys[job]!, job);
      next !== -1;
      next = this.line.after(this.keys[next]!, next)
    ) {
      const shape = shapes.of[next]!;
      const qualifies =
        this.estimateUs[next]! <= estimateUsMax || (shapes.gangs[shape]!.gpus <= gpusMax && shapes.mayRunBeside(shape));
      if (qualifies && shapes.refusalNow(shape) === Refusal.None) return next as JobId;
    }
    return -1;
  }

  /** The first of the jobs after `job` that fit now, whatever their length and size: of each shape the first is asked. */
  private nextOfAll(job: JobId): JobId | typeof NO_JOB {
    const { shapes, keys } = this;
    if (this.byShape.length === 0) this.lineUpByShape();
    const key = keys[job]!;
    let best = -1;
    for (let index = 0; index < shapes.listed; index++) {
      const shape = shapes.list[index]!;
      if (shapes.refusalNow(shape) !== Refusal.None) continue;
      const next = this.byShape[shape]!.after(key, job);
      if (next === -1) continue;
      if (best === -1 || keys[next]! < keys[best]! || (keys[next] === keys[best] && next < best)) best = next;
    }
    return best as JobId | typeof NO_JOB;
  }

  private lineUpByShape(): void {
    const { line, keys, shapes } = this;
    this.byShape = shapes.gangs.map(() => new OrderedLine());
    for (let job = line.first(); job !== -1; job = line.after(keys[job]!, job)) {
      this.byShape[shapes.of[job]!]!.insert(keys[job]!, job);
    }
  }

  private insert(job: number): void {
    const key = this.keyOf(job as JobId);
    this.keys[job] = key;
    this.line.insert(key, job);
    this.byShape[this.shapes.of[job]!]?.insert(key, job);
  }
}
