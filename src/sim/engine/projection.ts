import { NEVER, type TimeUs } from '../kernel/clock.ts';
import { NOBODY } from '../kernel/ordered-line.ts';
import type { JobId } from '../model/brand.ts';
import { Refusal } from '../contract/refusal.ts';
import type { Gang, PlacementPolicy } from '../contract/placement.ts';
import type { FreeIndex } from './free-index.ts';
import type { Grants } from './grants.ts';
import type { RunningLine } from './running-line.ts';
import type { Shapes } from './shapes.ts';

/**
 * What will be free after the first jobs of the running line, up to a boundary, have ended by their estimates: a second
 * free index that follows every start and end, and slides along the line to the instant at which a reserved gang fits.
 * Keeping it costs as much as keeping the free index itself; no decision builds it anew.
 */
export class Projection {
  private readonly ahead: FreeIndex;
  private readonly running: RunningLine;
  private readonly grants: Grants;
  private readonly shapes: Shapes;
  private readonly placement: PlacementPolicy;
  /** Released are the jobs of the running line up to (key, job). */
  private boundaryKey = Number.NEGATIVE_INFINITY;
  private boundaryJob = 0;
  private reserved: Gang | undefined;
  /** The reserved instant. */
  shadowUs: TimeUs = NEVER;

  constructor(ahead: FreeIndex, running: RunningLine, grants: Grants, shapes: Shapes, placement: PlacementPolicy) {
    this.ahead = ahead;
    this.running = running;
    this.grants = grants;
    this.shapes = shapes;
    this.placement = placement;
  }

  /** A job joined the running line. With `taken`, its GPUs have already been taken out of `ahead`. */
  joined(job: number, taken: boolean): void {
    if (this.isReleased(job)) {
      if (taken) this.give(job);
    } else if (!taken) this.take(job);
  }

  /** A job is about to leave the running line (its grants must still be known). */
  left(job: number): void {
    if (!this.isReleased(job)) this.give(job);
  }

  /** Slides to the earliest instant at which the gang fits. */
  reserve(gang: Gang, nowUs: TimeUs): TimeUs {
    const { running } = this;
    for (let job = running.nextOverdue(nowUs); job !== NOBODY; job = running.nextOverdue(nowUs)) {
      this.left(job);
      running.moveOverdue(job);
      this.joined(job, false);
    }
    this.reserved = gang;
    let fits = this.fits(gang);
    let last = running.upToKey(this.boundaryKey, this.boundaryJob);
    while (fits && last !== NOBODY) {
      this.take(last);
      // Anything between the job before and this one is no job: the boundary may stand right before it.
      this.boundaryKey = running.keyOf(last);
      this.boundaryJob = last - 1;
      fits = this.fits(gang);
      last = running.upToKey(this.boundaryKey, this.boundaryJob);
    }
    let next = running.afterKey(this.boundaryKey, this.boundaryJob);
    while (!fits && next !== NOBODY) {
      this.give(next);
      this.boundaryKey = running.keyOf(next);
      this.boundaryJob = next;
      last = next;
      fits = this.fits(gang);
      next = running.afterKey(this.boundaryKey, this.boundaryJob);
    }
    this.shadowUs = fits ? this.instant(last, nowUs) : NEVER;
    return this.shadowUs;
  }

  /** Takes a job's GPUs out of what is free at the reserved instant if the reserved gang still fits then. */
  takeBeside(job: number): boolean {
    this.take(job);
    if (this.reserved !== undefined && this.fits(this.reserved)) return true;
    this.give(job);
    return false;
  }

  /** GPUs free at the reserved instant beyond the reserved gang's need, of the type with most. */
  extraGpus(): number {
    let most = 0;
    for (let type = 0; type < this.ahead.typeCount; type++) {
      const need = this.reserved !== undefined && (this.reserved.typeMask >>> type) & 1 ? this.reserved.gpus : 0;
      const others = this.othersHold(type);
      most = Math.max(most, this.ahead.freeGpus(type) - (others ? 0 : need));
    }
    return most;
  }

  /** True if the reserved gang could as well stand on another type at the reserved instant. */
  private othersHold(type: number): boolean {
    if (this.reserved === undefined) return true;
    for (let other = 0; other < this.ahead.typeCount; other++) {
      if (other === type || ((this.reserved.typeMask >>> other) & 1) === 0) continue;
      if (this.ahead.freeGpus(other) >= this.reserved.gpus) return true;
    }
    return false;
  }

  private isReleased(job: number): boolean {
    const key = this.running.keyOf(job);
    return key < this.boundaryKey || (key === this.boundaryKey && job <= this.boundaryJob);
  }

  private instant(last: number, nowUs: TimeUs): TimeUs {
    return last === NOBODY ? nowUs : Math.max(nowUs, this.running.estimatedEndUs(last as JobId));
  }

  private fits(gang: Gang): boolean {
    let room = false;
    for (let type = 0; type < this.ahead.typeCount && !room; type++) {
      const isAllowed = ((gang.typeMask >>> type) & 1) === 1;
      room = isAllowed && this.ahead.freeMilli(type) >= (gang.shareMilli > 0 ? gang.shareMilli : 1000 * gang.gpus);
    }
    return room && this.placement.fits(gang, this.ahead) === Refusal.None;
  }

  private take(job: number): void {
    this.ahead.take(this.grants.data, this.grants.first[job]!, this.grants.runs[job]!, this.shapes.gangOf(job));
  }

  private give(job: number): void {
    this.ahead.give(this.grants.data, this.grants.first[job]!, this.grants.runs[job]!, this.shapes.gangOf(job));
  }
}
