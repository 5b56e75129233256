import type { Fact } from './fact.ts';

/** Who left where at the instant at hand, preempted or to go on elsewhere: so that it can be said for whom they made room. */
export class Displacements {
  private atUs = -1;
  private readonly left: { readonly job: number; readonly runs: Int32Array }[] = [];

  leaves({ timeUs, subject, grants, grantsFirst, grantsEnd }: Fact): void {
    this.passTo(timeUs);
    this.left.push({ job: subject, runs: grants.slice(grantsFirst, grantsEnd) });
  }

  /** Jobs that at this instant left nodes that the gang which starts now takes. Each is named once. */
  madeRoomFor({ timeUs, grants, grantsFirst, grantsEnd }: Fact): number[] {
    this.passTo(timeUs);
    const found: number[] = [];
    for (let index = this.left.length - 1; index >= 0; index--) {
      const { job, runs } = this.left[index]!;
      if (!meet(runs, 0, runs.length, grants, grantsFirst, grantsEnd)) continue;
      found.push(job);
      this.left.splice(index, 1);
    }
    return found;
  }

  private passTo(timeUs: number): void {
    if (timeUs !== this.atUs) this.left.length = 0;
    this.atUs = timeUs;
  }
}

/** Whether two gangs stand on a common node; runs of (first node, nodes, GPUs on each). */
function meet(a: Int32Array, aFirst: number, aEnd: number, b: Int32Array, bFirst: number, bEnd: number): boolean {
  for (let i = aFirst; i < aEnd; i += 3) {
    for (let j = bFirst; j < bEnd; j += 3) {
      if (a[i]! < b[j]! + b[j + 1]! && b[j]! < a[i]! + a[i + 1]!) return true;
    }
  }
  return false;
}
