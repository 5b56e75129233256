import type { Component } from '../model/components.ts';
import { NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const WORKS = -1;
/** It stood in repair at instant 0: its fault is none of this run's. */
const WAS_BROKEN = -2;

/** Sums over the components of a class; times in whole us. */
export interface ClassTimes {
  components: number;
  faults: number;
  /** Time at work, of all of them. */
  upUs: number;
  /** Faults that have been mended, and from the fault: until it was known, until somebody was at work, until it was over. */
  mended: number;
  detectionUs: number;
  queueUs: number;
  repairUs: number;
}

/** How long the components of each class worked, and how long it took to find, to come to and to mend what broke. */
export class ComponentTimes implements Fold {
  readonly classes: ClassTimes[];
  private readonly classOf: Int32Array;
  private readonly upSinceUs: Float64Array;
  /** Of a component that is out of order: when it broke, was found and was begun on; else WORKS. */
  private readonly brokeUs: Float64Array;
  private readonly foundUs: Float64Array;
  private readonly begunUs: Float64Array;

  constructor(components: readonly Component[], classes: number) {
    this.classOf = Int32Array.from(components, ({ index }) => index);
    this.upSinceUs = new Float64Array(components.length);
    this.brokeUs = new Float64Array(components.length).fill(WORKS);
    this.foundUs = new Float64Array(components.length).fill(WORKS);
    this.begunUs = new Float64Array(components.length).fill(WORKS);
    this.classes = Array.from({ length: classes }, () => {
      return { components: 0, faults: 0, upUs: 0, mended: 0, detectionUs: 0, queueUs: 0, repairUs: 0 };
    });
    for (const index of this.classOf) this.classes[index]!.components++;
  }

  step(_fact: Fact): void {}

  stepNode({ kind, subject, timeUs }: NodeFact): void {
    if (kind === NodeFactKind.Fault) this.breaks(subject, timeUs);
    else if (kind === NodeFactKind.Detect) this.foundUs[subject] = timeUs;
    else if (kind === NodeFactKind.Repair) this.begins(subject, timeUs);
    else if (kind === NodeFactKind.Mended) this.mends(subject, timeUs);
  }

  done(endUs: number): void {
    this.brokeUs.forEach((us, component) => {
      if (us === WORKS) this.of(component).upUs += endUs - this.upSinceUs[component]!;
    });
  }

  private breaks(component: number, nowUs: number): void {
    const times = this.of(component);
    times.faults++;
    times.upUs += nowUs - this.upSinceUs[component]!;
    this.brokeUs[component] = nowUs;
  }

  private begins(component: number, nowUs: number): void {
    this.begunUs[component] = nowUs;
    if (this.brokeUs[component] === WORKS) this.brokeUs[component] = WAS_BROKEN;
  }

  private mends(component: number, nowUs: number): void {
    const brokeUs = this.brokeUs[component]!;
    const begunUs = this.begunUs[component]!;
    if (brokeUs >= 0 && begunUs >= brokeUs) {
      const times = this.of(component);
      times.mended++;
      times.detectionUs += this.foundUs[component]! - brokeUs;
      times.queueUs += begunUs - this.foundUs[component]!;
      times.repairUs += nowUs - begunUs;
    }
    this.brokeUs[component] = WORKS;
    this.upSinceUs[component] = nowUs;
  }

  private of(component: number): ClassTimes {
    return this.classes[this.classOf[component]!]!;
  }
}
