import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

/**
 * GPU-time of every node, kept twice from different sides: busy from each gang's start and end, idle from what is free
 * between changes. Whole us per node, so that busyUs + idleUs = GPUs x horizon is an equality that a lost or doubled
 * GPU would break.
 */
export class NodeTime implements Fold {
  readonly busyUs: Float64Array;
  readonly idleUs: Float64Array;
  private readonly freeGpus: Int32Array;
  private readonly changedUs: Float64Array;
  private readonly startUs: Float64Array;

  constructor(cluster: Cluster, jobs: JobTable) {
    this.busyUs = new Float64Array(cluster.nodeCount);
    this.idleUs = new Float64Array(cluster.nodeCount);
    this.freeGpus = Int32Array.from(cluster.nodeGpus);
    this.changedUs = new Float64Array(cluster.nodeCount);
    this.startUs = new Float64Array(jobs.count);
  }

  step(fact: Fact): void {
    switch (fact.kind) {
      case FactKind.Start:
        this.startUs[fact.subject] = fact.timeUs;
        this.change(fact, -1, 0);
        break;
      case FactKind.Finish:
      case FactKind.Preempt:
      case FactKind.CutOff:
        this.change(fact, 1, fact.timeUs - this.startUs[fact.subject]!);
        break;
      case FactKind.Arrive:
      case FactKind.Reject:
      case FactKind.Refusal:
        break;
      default:
        fact.kind satisfies never;
    }
  }

  done(endUs: number): void {
    for (let node = 0; node < this.idleUs.length; node++) {
      this.idleUs[node] = this.idleUs[node]! + this.freeGpus[node]! * (endUs - this.changedUs[node]!);
    }
  }

  private change(fact: Fact, sign: 1 | -1, heldUs: number): void {
    const { busyUs, idleUs, freeGpus, changedUs } = this;
    const { grants, timeUs } = fact;
    for (let at = fact.grantsFirst; at < fact.grantsEnd; at += 3) {
      const gpus = grants[at + 2]!;
      const to = grants[at]! + grants[at + 1]!;
      for (let node = grants[at]!; node < to; node++) {
        const free = freeGpus[node]!;
        if (free > 0) idleUs[node]! += free * (timeUs - changedUs[node]!);
        busyUs[node]! += gpus * heldUs;
        changedUs[node] = timeUs;
        freeGpus[node] = free + sign * gpus;
      }
    }
  }
}
