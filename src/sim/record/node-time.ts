import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

/** GPU-time that gangs held on every node, in whole us. What is not held is idle: GPUs x horizon - busyUs. */
export class NodeTime implements Fold {
  readonly busyUs: Float64Array;
  private readonly startUs: Float64Array;

  constructor(cluster: Cluster, jobs: JobTable) {
    this.busyUs = new Float64Array(cluster.nodeCount);
    this.startUs = new Float64Array(jobs.count);
  }

  step(fact: Fact): void {
    switch (fact.kind) {
      case FactKind.Start:
      case FactKind.GoOn:
        this.startUs[fact.subject] = fact.timeUs;
        break;
      case FactKind.Finish:
      case FactKind.Preempt:
      case FactKind.CutOff:
      case FactKind.Leave:
        this.held(fact, fact.timeUs - this.startUs[fact.subject]!);
        break;
      case FactKind.Arrive:
      case FactKind.Reject:
      case FactKind.Refusal:
        break;
      default:
        fact.kind satisfies never;
    }
  }

  done(): void {
    // Every gang has ended or was cut off by now.
  }

  private held({ grants, grantsFirst, grantsEnd }: Fact, heldUs: number): void {
    const { busyUs } = this;
    for (let at = grantsFirst; at < grantsEnd; at += 3) {
      const gpuUs = grants[at + 2]! * heldUs;
      const to = grants[at]! + grants[at + 1]!;
      for (let node = grants[at]!; node < to; node++) busyUs[node] = busyUs[node]! + gpuUs;
    }
  }
}
