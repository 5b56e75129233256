import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

const WHOLE_MILLI = 1000;

/** GPU-time that gangs held on every node, in whole us. What is not held is idle: GPUs x horizon - busyUs. */
export class NodeTime implements Fold {
  /** Complete when the run is done. */
  readonly busyUs: Float64Array;
  /** What each node has more than the one before it: a run of nodes costs two entries, however long it is. */
  private readonly riseUs: Float64Array;
  private readonly startUs: Float64Array;
  /** Thousandths of a GPU-us beside busyUs, 0 .. 999: shares of GPUs add up to the last one. */
  private readonly restMilli: Int32Array;

  constructor(cluster: Cluster, jobs: JobTable) {
    this.busyUs = new Float64Array(cluster.nodeCount);
    this.riseUs = new Float64Array(cluster.nodeCount + 1);
    this.startUs = new Float64Array(jobs.count);
    this.restMilli = new Int32Array(cluster.nodeCount);
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
      case FactKind.Interrupt:
      case FactKind.GiveUp:
        this.held(fact, fact.timeUs - this.startUs[fact.subject]!);
        break;
      case FactKind.Arrive:
      case FactKind.Reject:
      case FactKind.Refusal:
      case FactKind.Reshape:
      case FactKind.Ready:
      case FactKind.Rejoin:
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
        break;
      default:
        fact.kind satisfies never;
    }
  }

  done(): void {
    // Every gang has ended or was cut off by now.
    let gpuUs = 0;
    for (let node = 0; node < this.busyUs.length; node++) {
      gpuUs += this.riseUs[node]!;
      this.busyUs[node] = this.busyUs[node]! + gpuUs;
    }
    this.restMilli.forEach((milli, node) => {
      if (milli > 0) this.busyUs[node] = this.busyUs[node]! + milli / WHOLE_MILLI;
    });
  }

  private held({ grants, grantsFirst, grantsEnd, gpus, gpuMilli }: Fact, heldUs: number): void {
    const { riseUs } = this;
    if (gpuMilli < WHOLE_MILLI * gpus) {
      this.heldShare(grants[grantsFirst]!, gpuMilli, heldUs);
      return;
    }
    for (let at = grantsFirst; at < grantsEnd; at += 3) {
      const gpuUs = grants[at + 2]! * heldUs;
      const from = grants[at]!;
      const to = from + grants[at + 1]!;
      riseUs[from] = riseUs[from]! + gpuUs;
      riseUs[to] = riseUs[to]! - gpuUs;
    }
  }

  /** A share on one node: thousandths x time in whole GPU-us and a rest, without a product beyond exact numbers. */
  private heldShare(node: number, milli: number, heldUs: number): void {
    const thousands = Math.floor(heldUs / WHOLE_MILLI);
    const rest = this.restMilli[node]! + milli * (heldUs - thousands * WHOLE_MILLI);
    const whole = Math.floor(rest / WHOLE_MILLI);
    this.busyUs[node] = this.busyUs[node]! + milli * thousands + whole;
    this.restMilli[node] = rest - whole * WHOLE_MILLI;
  }
}
