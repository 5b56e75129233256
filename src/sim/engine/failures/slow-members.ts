import type { Component } from '../../model/components.ts';
import { RUN, type Grants } from '../grants.ts';

/** Components that slow down the gangs on them: a gang runs at the pace of its slowest member. */
export class SlowMembers {
  private readonly components: readonly Component[];
  private readonly grants: Grants;
  /** Those that are slow now: a few of very many. */
  private readonly slow = new Set<number>();

  constructor(components: readonly Component[], grants: Grants) {
    this.components = components;
    this.grants = grants;
  }

  add(component: number): void {
    this.slow.add(component);
  }

  remove(component: number): void {
    this.slow.delete(component);
  }

  /** The part of its speed at which a gang runs where it stands, > 0; 1: nothing there is slow. */
  paceOf(job: number): number {
    let pace = 1;
    for (const component of this.slow) {
      const { from, to, kind } = this.components[component]!;
      if (kind.slow!.factor < pace && this.isOn(job, from, to)) pace = kind.slow!.factor;
    }
    return pace;
  }

  private isOn(job: number, from: number, to: number): boolean {
    const { data, first, runs } = this.grants;
    const end = first[job]! + RUN * runs[job]!;
    for (let at = first[job]!; at < end; at += RUN) {
      if (data[at]! < to && data[at]! + data[at + 1]! > from) return true;
    }
    return false;
  }
}
