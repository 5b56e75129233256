import type { Cluster } from '../../src/sim/model/cluster.ts';
import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';

/**
 * Idle GPU-time of every node, from what is free between changes and not from how long gangs held it: with busy time it
 * must fill GPUs x horizon, which a lost or doubled GPU would break.
 */
export class IdleTime implements Fold {
  readonly idleUs: Float64Array;
  private readonly freeGpus: Int32Array;
  private readonly changedUs: Float64Array;

  constructor(cluster: Cluster) {
    this.idleUs = new Float64Array(cluster.nodeCount);
    this.freeGpus = Int32Array.from(cluster.nodeGpus);
    this.changedUs = new Float64Array(cluster.nodeCount);
  }

  step({ kind, timeUs, grants, grantsFirst, grantsEnd }: Fact): void {
    if (kind === FactKind.Arrive || kind === FactKind.Reject || kind === FactKind.Refusal) return;
    const sign = kind === FactKind.Start || kind === FactKind.GoOn ? -1 : 1;
    for (let at = grantsFirst; at < grantsEnd; at += 3) {
      for (let node = grants[at]!; node < grants[at]! + grants[at + 1]!; node++) {
        this.pass(node, timeUs);
        this.freeGpus[node]! += sign * grants[at + 2]!;
      }
    }
  }

  done(endUs: number): void {
    for (let node = 0; node < this.idleUs.length; node++) this.pass(node, endUs);
  }

  private pass(node: number, timeUs: number): void {
    this.idleUs[node]! += this.freeGpus[node]! * (timeUs - this.changedUs[node]!);
    this.changedUs[node] = timeUs;
  }
}
