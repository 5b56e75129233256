import { US_PER_SECOND, usToSeconds, type TimeUs } from '../kernel/clock.ts';
import type { Component } from '../model/components.ts';
import { isSharedPart, sharedParts, type SharedPart } from '../model/fault-scope.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;

/** How a part that all nodes share was missed. */
export interface SharedPartFigures {
  readonly part: SharedPart;
  /** Times that it was away, in all and at longest. */
  readonly losses: number;
  readonly awayS: number;
  readonly longestS: number;
  /** Meanwhile: gangs that a fault stopped, and GPU-hours of their work that were lost. */
  readonly interruptions: number;
  readonly lostGpuHours: number;
}

/** One part: which of its components are broken, and since when it is away. */
class Absence {
  readonly broken = new Set<number>();
  sinceUs = 0;
  losses = 0;
  awayUs = 0;
  longestUs = 0;
  interruptions = 0;
  lostGpuUs = 0;

  breaks(component: number, nowUs: TimeUs): void {
    if (this.broken.has(component)) return;
    if (this.broken.size === 0) {
      this.losses++;
      this.sinceUs = nowUs;
    }
    this.broken.add(component);
  }

  isMended(component: number, nowUs: TimeUs): void {
    if (this.broken.delete(component) && this.broken.size === 0) this.lasts(nowUs);
  }

  lasts(untilUs: TimeUs): void {
    this.awayUs += untilUs - this.sinceUs;
    this.longestUs = Math.max(this.longestUs, untilUs - this.sinceUs);
  }
}

/** Follows the storage and the control plane, where the run has components of them. */
export class SharedPartTimes implements Fold {
  private readonly components: readonly Component[];
  private readonly absences: ReadonlyMap<SharedPart, Absence>;

  constructor(components: readonly Component[]) {
    this.components = components;
    const parts = sharedParts.filter((part) => components.some(({ kind }) => kind.scope === part));
    this.absences = new Map(parts.map((part) => [part, new Absence()]));
  }

  step({ kind, spent, gpus }: Fact): void {
    if (
      this.absences.size === 0 ||
      (kind !== FactKind.Stall && kind !== FactKind.Interrupt && kind !== FactKind.GiveUp)
    )
      return;
    for (const absence of this.absences.values()) {
      if (absence.broken.size === 0) continue;
      if (kind === FactKind.Stall) absence.lostGpuUs += gpus * spent.lostUs;
      else absence.interruptions++;
    }
  }

  stepNode({ kind, subject, timeUs }: NodeFact): void {
    if (this.absences.size === 0) return;
    // One that stood in repair when the run began has no fault in it.
    const isBroken = kind === NodeFactKind.Fault || kind === NodeFactKind.Repair;
    if (!isBroken && kind !== NodeFactKind.Mended) return;
    const { scope } = this.components[subject]!.kind;
    if (!isSharedPart(scope)) return;
    const absence = this.absences.get(scope)!;
    if (isBroken) absence.breaks(subject, timeUs);
    else absence.isMended(subject, timeUs);
  }

  done(endUs: TimeUs): void {
    for (const absence of this.absences.values()) if (absence.broken.size > 0) absence.lasts(endUs);
  }

  figures(): SharedPartFigures[] {
    return [...this.absences].map(([part, { losses, awayUs, longestUs, interruptions, lostGpuUs }]) => {
      const [awayS, longestS] = [usToSeconds(awayUs), usToSeconds(longestUs)];
      return { part, losses, awayS, longestS, interruptions, lostGpuHours: lostGpuUs / US_PER_HOUR };
    });
  }
}
