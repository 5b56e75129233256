import { US_PER_SECOND, usToSeconds } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Component } from '../model/components.ts';
import type { ComponentClass } from '../model/failure-model.ts';
import type { JobTable } from '../model/job-table.ts';
import { NodeStatus } from '../model/node-status.ts';
import { StopCause } from '../model/planned-stop.ts';
import { ComponentTimes, type ClassTimes } from './component-times.ts';
import { Corruptions } from './corruptions.ts';
import { CrashLoops } from './crash-loops.ts';
import { corruptionFigures, crashLoopFigures, plannedStopFigures, restartFigures } from './cost-figures.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';
import type { ComponentFigures, FailureFigures, SizeFailureFigures } from './failure-figures.ts';
import { FaultsOverTime } from './faults-over-time.ts';
import { GpuTimeUses, gpuTimeUses, type GpuTimeUse } from './gpu-time-use.ts';
import { incidentFigures } from './incident-figures.ts';
import { heldUses, JobGpuTimes } from './job-gpu-times.ts';
import { Incidents } from './incidents.ts';
import { QuarantineRecord } from './quarantine-record.ts';
import { RestartCause, RestartCosts } from './restart-costs.ts';
import { SharedPartTimes } from './shared-part-times.ts';
import { SpareLevel } from './spare-level.ts';
import { RecoveryPhases } from './recovery-phases.ts';
import { JobSizeTimes } from './size-times.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
const US_PER_DAY = 24 * US_PER_HOUR;
const OUT: readonly GpuTimeUse[] = ['maintenance', 'repair-queue', 'down'];

/** What can break in a run, as far as its figures go. */
export interface FailureTraits {
  readonly classNames: readonly string[];
  /** What kills jobs without anything having broken; the facts count them behind the classes. */
  readonly jobCrashNames: readonly string[];
  readonly components: readonly Component[];
  /** Whether nodes may be put in quarantine. Left out: no. */
  readonly hasQuarantine?: boolean;
  /** What part of its GPU-time a gang of so many GPUs should use well, by a closed form; null where none applies. */
  readonly expectedEttr: (gpus: number) => number | null;
}

/** Keeps what breaks and what it costs. */
export class FailureRecord implements Fold {
  readonly uses: GpuTimeUses;
  readonly times: ComponentTimes;
  readonly costs: RestartCosts;
  readonly loops: CrashLoops;
  readonly sizes: JobSizeTimes;
  readonly ofJobs: JobGpuTimes;
  readonly incidents: Incidents;
  private readonly phases: RecoveryPhases;
  readonly corruptions = new Corruptions();
  private readonly shared: SharedPartTimes;
  private readonly spares = new SpareLevel();
  private readonly quarantine: QuarantineRecord | undefined;
  private readonly overTime: FaultsOverTime;
  private readonly cluster: Cluster;
  private readonly jobs: JobTable;
  private readonly traits: FailureTraits;
  /** Names of what stops gangs: component classes, then crashes of jobs. */
  private readonly causes: readonly string[];
  private givenUp = 0;
  private outNodeUs = 0;
  private readonly outSinceUs: Float64Array;
  private endUs = 0;

  constructor(cluster: Cluster, jobs: JobTable, traits: FailureTraits) {
    const components = traits.classNames.length;
    this.causes = [...traits.classNames, ...traits.jobCrashNames];
    const classes = this.causes.length;
    this.cluster = cluster;
    this.jobs = jobs;
    this.traits = traits;
    this.uses = new GpuTimeUses(cluster);
    this.times = new ComponentTimes(traits.components, classes);
    this.costs = new RestartCosts(jobs.count, classes);
    this.loops = new CrashLoops(jobs.count, this.costs);
    this.sizes = new JobSizeTimes(jobs);
    this.ofJobs = new JobGpuTimes(jobs.count);
    this.phases = new RecoveryPhases(jobs.count);
    this.incidents = new Incidents(traits.components, cluster);
    this.shared = new SharedPartTimes(traits.components);
    this.overTime = new FaultsOverTime(classes, components);
    this.quarantine = traits.hasQuarantine === true ? new QuarantineRecord(traits.components) : undefined;
    this.outSinceUs = new Float64Array(cluster.nodeCount).fill(-1);
  }

  step(fact: Fact): void {
    this.uses.step(fact);
    if (fact.kind === FactKind.Refusal) return;
    this.costs.step(fact);
    this.loops.step(fact);
    this.sizes.step(fact);
    this.ofJobs.step(fact);
    this.incidents.step(fact);
    this.phases.step(fact);
    this.overTime.step(fact);
    this.corruptions.step(fact);
    this.shared.step(fact);
    if (fact.kind === FactKind.GiveUp) this.givenUp++;
  }

  stepNode(fact: NodeFact): void {
    this.uses.stepNode(fact);
    this.times.stepNode(fact);
    this.incidents.stepNode(fact);
    this.overTime.stepNode(fact);
    this.spares.stepNode(fact);
    this.shared.stepNode(fact);
    this.quarantine?.stepNode(fact);
    const { kind, subject, timeUs } = fact;
    if (kind === NodeFactKind.Shift && fact.gpus === this.cluster.nodeGpus[subject]) {
      if (isOut(fact.to) && !isOut(fact.from)) this.outSinceUs[subject] = timeUs;
      else if (isOut(fact.from) && !isOut(fact.to)) this.comeBack(subject, timeUs);
    }
  }

  done(endUs: number): void {
    const { uses, times, costs, loops, sizes, incidents, overTime, phases, spares, shared } = this;
    for (const fold of [uses, times, costs, loops, sizes, incidents, overTime, phases, spares, shared])
      fold.done(endUs);
    this.quarantine?.done(endUs);
    this.outSinceUs.forEach((sinceUs, node) => sinceUs !== -1 && this.comeBack(node, endUs));
    this.endUs = endUs;
  }

  figures(): FailureFigures {
    const { times, endUs } = this;
    const gpuHours = Object.fromEntries(
      gpuTimeUses.map((use) => [use, this.uses.total(use) / US_PER_HOUR] as const),
    ) as Record<GpuTimeUse, number>;
    const nodeUs = this.cluster.nodeCount * endUs;
    const { components } = this.traits;
    const timesOf = (isOne: (kind: ComponentClass) => boolean): ClassTimes[] => {
      const found = new Set(components.flatMap(({ kind, index }) => (isOne(kind) ? [index] : [])));
      return times.classes.filter((_, index) => found.has(index));
    };
    const falseAlarms = sum(timesOf((kind) => kind.isFalseAlarm === true).map((one) => one.faults));
    const reclaims = sum(timesOf(isReclaim).map((one) => one.faults));
    const faults = sum(times.classes.map((one) => one.faults)) - falseAlarms - reclaims;
    const interruptions = sum(this.costs.interruptions);
    const repaired = timesOf((kind) => !isReclaim(kind));
    const mended = sum(repaired.map((one) => one.mended));
    const inRepairUs = sum(repaired.map((one) => one.detectionUs + one.queueUs + one.repairUs));
    const sizes = this.sizes.sizes.filter((one) => one !== undefined);
    const outHours = sum(OUT.map((use) => gpuHours[use]));
    const allHours = sum(Object.values(gpuHours));
    return {
      gpuHours,
      ettr: ratio(gpuHours.useful, sum(heldUses.map((use) => gpuHours[use]))),
      nodeAvailability: 1 - (ratio(this.outNodeUs, nodeUs) ?? 0),
      gpuAvailability: 1 - (ratio(outHours, allHours) ?? 0),
      jobAvailability: ratio(sum(sizes.map((one) => one.aliveUs)), sum(sizes.map((one) => one.heldUs + one.waitUs))),
      faults,
      reclaims,
      falseAlarms,
      jobCrashes: this.costs.interruptions.reduce((all, each, cause) => all + (this.isCrash(cause) ? each : 0), 0),
      interruptions,
      hitJobs: sum(sizes.map((one) => one.hit)),
      hitJobsUsefulPart: ratio(
        sum(this.sizes.usefulGpuUs.filter((_, job) => this.sizes.isHit[job] === 1)),
        sum(this.sizes.usefulGpuUs),
      ),
      givenUp: this.givenUp,
      meanTimeBetweenFaultsH: ratio(endUs / US_PER_HOUR, faults),
      meanTimeBetweenInterruptionsH: ratio(endUs / US_PER_HOUR, interruptions),
      meanTimeToRepairH: ratio(inRepairUs / US_PER_HOUR, mended),
      interruptionsPer1000NodeDays: ratio(1000 * interruptions * US_PER_DAY, nodeUs - this.outNodeUs),
      byClass: this.causes.map((name, index) => this.componentFigures(name, index)),
      bySize: this.sizeFigures(),
      restarts: restartFigures(this.costs),
      plannedStops: plannedStopFigures(this.costs),
      crashLoops: crashLoopFigures(this.loops, this.jobs.ids),
      corruption: corruptionFigures(this.corruptions, this.ofJobs),
      sharedParts: this.shared.figures(),
      phases: this.phases.figures(),
      quarantine: this.quarantine?.figures() ?? null,
      spareLevel: this.spares.figures(),
      faultsOverTime: this.faultsOverTime(),
      incidents: {
        count: this.incidents.count,
        worst: this.incidents.worst.map((one) => incidentFigures(one, this.traits, this.jobs)),
      },
    };
  }

  private componentFigures(component: string, index: number): ComponentFigures {
    const { components, faults, upUs, mended, detectionUs, queueUs, repairUs } = this.times.classes[index]!;
    const { costs } = this;
    const meanH = (us: number): number | null => ratio(us / US_PER_HOUR, mended);
    return {
      component,
      components,
      faults: this.isCrash(index) ? costs.interruptions[index]! : faults,
      interruptions: costs.interruptions[index]!,
      mtbfH: ratio(upUs / US_PER_HOUR, faults),
      mttrH: meanH(detectionUs + queueUs + repairUs),
      detectionH: meanH(detectionUs),
      repairQueueH: meanH(queueUs),
      repairH: meanH(repairUs),
      lostGpuHours: costs.lostGpuUs[index]! / US_PER_HOUR,
      detectionGpuHours: costs.detectionGpuUs[index]! / US_PER_HOUR,
      waitGpuHours: costs.waitGpuUs[RestartCause.Fault + index]! / US_PER_HOUR,
      restartGpuHours: costs.restartGpuUs[RestartCause.Fault + index]! / US_PER_HOUR,
      loadGpuHours: costs.loadGpuUs[index]! / US_PER_HOUR,
      warmUpGpuHours: costs.warmUpGpuUs[index]! / US_PER_HOUR,
    };
  }

  /** A job that crashes is stopped by that each time. */
  private isCrash(cause: number): boolean {
    return cause >= this.traits.classNames.length;
  }

  private sizeFigures(): SizeFailureFigures[] {
    return this.sizes.sizes.flatMap((times, size) => {
      if (times === undefined || times.jobs === 0) return [];
      const { jobs, hit, interruptions, heldGpuUs, usefulGpuUs, waitGpuUs } = times;
      const gpusMax = 1 << size;
      return [
        {
          gpusMin: size === 0 ? 1 : gpusMax / 2 + 1,
          gpusMax,
          jobs,
          hit,
          interruptions,
          meanTimeToInterruptionH: ratio(times.heldUs / US_PER_HOUR, interruptions),
          ettr: ratio(usefulGpuUs, heldGpuUs),
          ettrWithWaits: ratio(usefulGpuUs, heldGpuUs + waitGpuUs),
          expectedEttr: this.traits.expectedEttr(Math.round(times.gpus / jobs)),
          availability: ratio(times.aliveUs, times.heldUs + times.waitUs),
          heldGpuHours: heldGpuUs / US_PER_HOUR,
          usefulGpuHours: usefulGpuUs / US_PER_HOUR,
        },
      ];
    });
  }

  private faultsOverTime(): FailureFigures['faultsOverTime'] {
    const { bucketUs, buckets, counts } = this.overTime;
    const classes = this.causes.length;
    return {
      bucketS: usToSeconds(bucketUs),
      counts: Array.from({ length: buckets }, (_, bucket) => [
        ...counts.subarray(bucket * classes, (bucket + 1) * classes),
      ]),
    };
  }

  private comeBack(node: number, nowUs: number): void {
    this.outNodeUs += nowUs - this.outSinceUs[node]!;
    this.outSinceUs[node] = -1;
  }
}

/** Nodes that their owner takes back: nothing breaks. */
function isReclaim({ announced }: ComponentClass): boolean {
  return announced?.cause === StopCause.Reclaim;
}

/** A spare is there, if it is needed. */
function isOut(status: NodeStatus): boolean {
  return status > NodeStatus.Reserved;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Null where there is nothing to divide by. */
function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
