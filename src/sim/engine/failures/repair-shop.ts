/** The technicians, and the components that wait for one: first come, first served. */
export class RepairShop {
  private readonly technicians: number;
  private busy = 0;
  private readonly waiting: number[] = [];

  constructor(technicians: number) {
    this.technicians = technicians;
  }

  /** True if somebody takes the component on at once; else it waits until `free` names it. */
  take(component: number): boolean {
    if (this.busy >= this.technicians) {
      this.waiting.push(component);
      return false;
    }
    this.busy++;
    return true;
  }

  /** A technician is done. The component that is taken on now; undefined: none waits. */
  free(): number | undefined {
    const next = this.waiting.shift();
    if (next === undefined) this.busy--;
    return next;
  }
}
