import { US_PER_SECOND } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import { NodeStatus } from '../model/node-status.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';
import { GpuTimeUses, gpuTimeUses, type GpuTimeUse } from './gpu-time-use.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
const US_PER_DAY = 24 * US_PER_HOUR;

/** What broke in a run and what it cost. Hours and ratios; null where there was nothing to measure. */
export interface FailureFigures {
  /** GPU-hours of the run by what they went to: they add up to GPUs x the length of the run (kept in whole us, per node). */
  readonly gpuHours: Readonly<Record<GpuTimeUse, number>>;
  /** Useful part of the GPU-time that jobs held: the expected training time ratio (ETTR) of all jobs together. */
  readonly ettr: number | null;
  /** Part of the nodes' time in service. */
  readonly nodeAvailability: number;
  readonly faults: number;
  /** Times that a fault stopped a gang. */
  readonly interruptions: number;
  /** Jobs that were given up. */
  readonly givenUp: number;
  /** Length of the run over the interruptions. */
  readonly meanTimeBetweenInterruptionsH: number | null;
  /** Interruptions per 1,000 days of a node in service. */
  readonly interruptionsPer1000NodeDays: number | null;
  /** Per component class, as the scenario lists them. */
  readonly byClass: readonly {
    readonly component: string;
    readonly faults: number;
    readonly interruptions: number;
    /** GPU-hours of work that its faults took back. */
    readonly lostGpuHours: number;
  }[];
}

/** Counts what breaks, beside where the GPU-time went. */
export class FailureRecord implements Fold {
  readonly uses: GpuTimeUses;
  private readonly cluster: Cluster;
  private readonly names: readonly string[];
  private readonly faults: Float64Array;
  private readonly interruptions: Float64Array;
  private readonly lostGpuUs: Float64Array;
  private givenUp = 0;
  private outNodeUs = 0;
  private readonly outSinceUs: Float64Array;
  private endUs = 0;

  constructor(cluster: Cluster, classNames: readonly string[]) {
    this.cluster = cluster;
    this.names = classNames;
    this.uses = new GpuTimeUses(cluster);
    this.faults = new Float64Array(classNames.length);
    this.interruptions = new Float64Array(classNames.length);
    this.lostGpuUs = new Float64Array(classNames.length);
    this.outSinceUs = new Float64Array(cluster.nodeCount).fill(-1);
  }

  step(fact: Fact): void {
    this.uses.step(fact);
    const { kind, detail } = fact;
    if (kind === FactKind.GiveUp) this.givenUp++;
    else if (kind === FactKind.Stall) {
      this.interruptions[detail]!++;
      this.lostGpuUs[detail]! += fact.gpus * fact.spent.lostUs;
    }
  }

  stepNode(fact: NodeFact): void {
    this.uses.stepNode(fact);
    const { kind, subject, detail, timeUs } = fact;
    if (kind === NodeFactKind.Fault) this.faults[detail]!++;
    else if (kind === NodeFactKind.Shift && fact.gpus === this.cluster.nodeGpus[subject]) {
      if (isOut(fact.to) && !isOut(fact.from)) this.outSinceUs[subject] = timeUs;
      else if (isOut(fact.from) && !isOut(fact.to)) this.comeBack(subject, timeUs);
    }
  }

  done(endUs: number): void {
    this.uses.done(endUs);
    this.outSinceUs.forEach((sinceUs, node) => sinceUs !== -1 && this.comeBack(node, endUs));
    this.endUs = endUs;
  }

  figures(): FailureFigures {
    const hours = gpuTimeUses.map((use) => [use, this.uses.total(use) / US_PER_HOUR] as const);
    const gpuHours = Object.fromEntries(hours) as Record<GpuTimeUse, number>;
    const held =
      gpuHours.useful + gpuHours.lost + gpuHours.checkpoint + gpuHours.restart + gpuHours.detection + gpuHours.degraded;
    const nodeUs = this.cluster.nodeCount * this.endUs;
    const interruptions = sum(this.interruptions);
    return {
      gpuHours,
      ettr: held > 0 ? gpuHours.useful / held : null,
      nodeAvailability: nodeUs > 0 ? 1 - this.outNodeUs / nodeUs : 1,
      faults: sum(this.faults),
      interruptions,
      givenUp: this.givenUp,
      meanTimeBetweenInterruptionsH: interruptions > 0 ? this.endUs / US_PER_HOUR / interruptions : null,
      interruptionsPer1000NodeDays:
        nodeUs > this.outNodeUs ? (1000 * interruptions * US_PER_DAY) / (nodeUs - this.outNodeUs) : null,
      byClass: this.names.map((component, index) => ({
        component,
        faults: this.faults[index]!,
        interruptions: this.interruptions[index]!,
        lostGpuHours: this.lostGpuUs[index]! / US_PER_HOUR,
      })),
    };
  }

  private comeBack(node: number, nowUs: number): void {
    this.outNodeUs += nowUs - this.outSinceUs[node]!;
    this.outSinceUs[node] = -1;
  }
}

/** A spare is there, if it is needed. */
function isOut(status: NodeStatus): boolean {
  return status > NodeStatus.Reserved;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
