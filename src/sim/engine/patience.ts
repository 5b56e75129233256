import { NEVER, type TimeUs } from '../kernel/clock.ts';
import { Locality } from '../model/data-sets.ts';
import type { Patience as Limits, PatienceLimit } from '../contract/placement.ts';
import { Refusal } from '../contract/refusal.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Shapes } from './shapes.ts';
import { JobState, type RunState } from './state.ts';

const NOBODY = -1;
/** The queue, as far as jobs leave it and come back. */
interface Line {
  add(job: number): void;
  remove(job: number): void;
}

const ENDLESS: PatienceLimit = { skips: Infinity, waitUs: NEVER };

/**
 * Keeps how long jobs have waited for room near their data, and lets those that have waited long enough ask for less: a
 * job goes on as one of a wider shape. What is counted is counted once a shape and not once a job, by two clocks that
 * run while gangs of the shape would fit but for their data; a job notes them when it joins, so who joined first is
 * also the first to give up, however many wait.
 */
export class Patience {
  private readonly shapes: Shapes;
  private readonly state: RunState;
  private readonly recorder: Recorder;
  /** Per shape: the one that follows when patience is at its end, or -1; what it may cost until then. */
  private readonly next: Int32Array;
  private readonly limits: PatienceLimit[];
  /** The shape with which each job begins a wait. */
  private readonly begins: Int32Array;
  /** The clocks: chances passed over, and time spent so, up to the last decision. */
  private readonly skips: Float64Array;
  private readonly waitedUs: Float64Array;
  /** Shapes whose clocks run since the last decision: running[0 .. runningCount-1]. */
  private readonly running: Int32Array;
  private runningCount = 0;
  private readonly runs: Uint8Array;
  private lastUs: TimeUs = 0;
  /** Jobs of a shape in the order in which they joined it; who waits no more is taken out when he is met. */
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  private readonly nextJob: Int32Array;
  private readonly previousJob: Int32Array;
  /** The shape in whose list a job stands, or -1. */
  private readonly listOf: Int32Array;
  private readonly notedSkips: Float64Array;
  private readonly notedUs: Float64Array;

  /** `neverFits`: whether a gang of the shape would not find room even on the empty cluster. */
  constructor(
    limits: Limits,
    shapes: Shapes,
    state: RunState,
    recorder: Recorder,
    neverFits: (shape: number) => boolean,
  ) {
    this.shapes = shapes;
    this.state = state;
    this.recorder = recorder;
    const count = shapes.gangs.length;
    this.limits = shapes.gangs.map(({ reach }) => limitOf(limits, reach));
    const waitsFor = (shape: number): boolean => {
      const { skips, waitUs } = this.limits[shape]!;
      return shapes.wider[shape] === -1 || (skips > 0 && waitUs > 0 && !neverFits(shape));
    };
    // From the widest shape down: levels for which nobody waits are passed over.
    const effective = new Int32Array(count);
    for (let shape = count - 1; shape >= 0; shape--)
      effective[shape] = waitsFor(shape) ? shape : effective[shapes.wider[shape]!]!;
    this.next = Int32Array.from(shapes.wider, (wider) => (wider === -1 ? -1 : effective[wider]!));
    for (let job = 0; job < shapes.of.length; job++) shapes.of[job] = effective[shapes.of[job]!]!;
    this.begins = shapes.of.slice();
    this.skips = new Float64Array(count);
    this.waitedUs = new Float64Array(count);
    this.running = new Int32Array(count);
    this.runs = new Uint8Array(count);
    this.first = new Int32Array(count).fill(NOBODY);
    this.last = new Int32Array(count).fill(NOBODY);
    this.nextJob = new Int32Array(shapes.of.length);
    this.previousJob = new Int32Array(shapes.of.length);
    this.listOf = new Int32Array(shapes.of.length).fill(-1);
    this.notedSkips = new Float64Array(shapes.of.length);
    this.notedUs = new Float64Array(shapes.of.length);
  }

  /** A job is about to join the queue, for the first time or again: its patience is new. */
  joins(job: number, nowUs: TimeUs): void {
    const { shapes, begins } = this;
    const hasChanged = shapes.of[job] !== begins[job];
    shapes.of[job] = begins[job]!;
    if (hasChanged) this.recorder.record(FactKind.Reshape, nowUs, job, begins[job]!, 0);
    this.unlink(job);
    this.link(job, nowUs);
  }

  /** A job leaves the queue without having started. */
  leaves(job: number): void {
    this.unlink(job);
  }

  /** Before a decision: those whose patience has come to its end ask for less from now on. */
  widen(nowUs: TimeUs, line: Line): void {
    for (let index = 0; index < this.runningCount; index++) {
      this.waitedUs[this.running[index]!]! += nowUs - this.lastUs;
    }
    this.lastUs = nowUs;
    for (let index = 0; index < this.runningCount; index++) {
      const shape = this.running[index]!;
      for (let job = this.firstOf(shape); job !== NOBODY && this.hasGivenUp(shape, job); job = this.firstOf(shape)) {
        line.remove(job);
        this.unlink(job);
        this.shapes.of[job] = this.next[shape]!;
        this.link(job, nowUs);
        line.add(job);
        this.recorder.record(FactKind.Reshape, nowUs, job, this.next[shape]!, 0);
      }
    }
  }

  /** After a decision: counts the chances passed over. The instant at which the next job will have waited long enough. */
  count(nowUs: TimeUs): TimeUs {
    const { shapes, runs } = this;
    for (let index = 0; index < this.runningCount; index++) runs[this.running[index]!] = 0;
    this.runningCount = 0;
    let wakeUs = NEVER;
    for (let index = 0; index < shapes.listed; index++) {
      const shape = shapes.list[index]!;
      if (this.next[shape] === -1 || shapes.reasonNow(shape) !== Refusal.NotLocal) continue;
      this.running[this.runningCount++] = shape;
      runs[shape] = 1;
      this.skips[shape]!++;
      const job = this.firstOf(shape);
      if (job !== NOBODY) {
        const waited = this.waitedUs[shape]! - this.notedUs[job]!;
        wakeUs = Math.min(wakeUs, nowUs + this.limits[shape]!.waitUs - waited);
      }
    }
    this.lastUs = nowUs;
    return wakeUs;
  }

  private hasGivenUp(shape: number, job: number): boolean {
    const { skips, waitUs } = this.limits[shape]!;
    return this.skips[shape]! - this.notedSkips[job]! >= skips || this.waitedUs[shape]! - this.notedUs[job]! >= waitUs;
  }

  /** The job that joined a shape first and still waits as one of it. */
  private firstOf(shape: number): number {
    let job = this.first[shape]!;
    while (job !== NOBODY && this.state.job[job] !== JobState.Waiting) {
      this.unlink(job);
      job = this.first[shape]!;
    }
    return job;
  }

  private link(job: number, nowUs: TimeUs): void {
    const shape = this.shapes.of[job]!;
    if (this.next[shape] === -1) return;
    const tail = this.last[shape]!;
    this.listOf[job] = shape;
    this.previousJob[job] = tail;
    this.nextJob[job] = NOBODY;
    if (tail === NOBODY) this.first[shape] = job;
    else this.nextJob[tail] = job;
    this.last[shape] = job;
    this.notedSkips[job] = this.skips[shape]!;
    this.notedUs[job] = this.waitedUs[shape]! + (this.runs[shape] === 1 ? nowUs - this.lastUs : 0);
  }

  private unlink(job: number): void {
    const shape = this.listOf[job]!;
    if (shape === -1) return;
    const before = this.previousJob[job]!;
    const after = this.nextJob[job]!;
    if (before === NOBODY) this.first[shape] = after;
    else this.nextJob[before] = after;
    if (after === NOBODY) this.last[shape] = before;
    else this.previousJob[after] = before;
    this.listOf[job] = -1;
  }
}

function limitOf(limits: Limits, reach: Locality | undefined): PatienceLimit {
  if (reach === Locality.Node) return limits.node;
  return reach === Locality.Rack ? limits.rack : ENDLESS;
}
