import type { Component } from '../../model/components.ts';
import type { RepairOrder } from '../../model/failure-model.ts';

/** What components wait by: the least comes first, ties first come first served. */
export type WaitKey = (component: Component) => number;

/** What each order of repairs goes by, with the GPUs of every node. */
export function waitKey(order: RepairOrder, nodeGpus: Int32Array): WaitKey {
  switch (order) {
    case 'fifo':
      return () => 0;
    case 'most-gpus':
      return ({ from, to }) => -nodeGpus.subarray(from, to).reduce((sum, gpus) => sum + gpus, 0);
    case 'shortest':
      // Nobody knows how long this repair takes, but how long such ones do.
      return ({ kind }) => kind.meanRepairUs ?? 0;
    case 'by-priority':
      return ({ kind }) => -(kind.priority ?? 0);
    default:
      return order satisfies never;
  }
}

/** The technicians, and the components that wait for one. A repair that has begun goes on to its end. */
export class RepairShop {
  private readonly technicians: number;
  private readonly keyOf: (component: number) => number;
  private busy = 0;
  /** In the order in which they are taken on. */
  private readonly waiting: { readonly component: number; readonly key: number }[] = [];

  constructor(technicians: number, keyOf: (component: number) => number = () => 0) {
    this.technicians = technicians;
    this.keyOf = keyOf;
  }

  /** True if somebody takes the component on at once; else it waits until `free` names it. */
  take(component: number): boolean {
    if (this.busy >= this.technicians) {
      const key = this.keyOf(component);
      const behind = this.waiting.findIndex((other) => other.key > key);
      this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, { component, key });
      return false;
    }
    this.busy++;
    return true;
  }

  /** A technician is done. The component that is taken on now; undefined: none waits. */
  free(): number | undefined {
    const next = this.waiting.shift();
    if (next === undefined) this.busy--;
    return next?.component;
  }
}
