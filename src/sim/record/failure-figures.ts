import type { GpuTimeUse } from './gpu-time-use.ts';
import type { PhaseFigures, RecoveryPhase } from './recovery-phases.ts';
import type { SharedPartFigures } from './shared-part-times.ts';

/** What broke in a run and what it cost. Hours and ratios; null where there was nothing to measure. */
export interface FailureFigures {
  /** GPU-hours of the run by what they went to: they add up to GPUs x the length of the run (kept in whole us, per node). */
  readonly gpuHours: Readonly<Record<GpuTimeUse, number>>;
  /** Useful part of the GPU-time that jobs held: the expected training time ratio (ETTR) of all jobs together. */
  readonly ettr: number | null;
  /** Part of the nodes' time, and of the GPUs' time, in service. */
  readonly nodeAvailability: number;
  readonly gpuAvailability: number;
  /** Of the time from the first start of each job to its end: the part in which it was alive, neither stopped, nor waiting, nor restarting. */
  readonly jobAvailability: number | null;
  readonly faults: number;
  /** Times that its owner took a node back: no faults, and nothing is mended; gangs that were still there are interrupted. */
  readonly reclaims: number;
  /** Times that something good was taken for broken; the interruptions count among those of its class. */
  readonly falseAlarms: number;
  /** Times that its own software killed a gang; they are among the interruptions, and not among the faults. */
  readonly jobCrashes: number;
  /** Times that a fault stopped a gang, or its own software. */
  readonly interruptions: number;
  /** Jobs that a fault has stopped, and their part of the useful GPU-time. */
  readonly hitJobs: number;
  readonly hitJobsUsefulPart: number | null;
  /** Jobs that were given up. */
  readonly givenUp: number;
  /** Length of the run over the faults, and over the interruptions. */
  readonly meanTimeBetweenFaultsH: number | null;
  readonly meanTimeBetweenInterruptionsH: number | null;
  /** From a fault until it is mended, of those that were: until it is known, until somebody is at it, and the repair. */
  readonly meanTimeToRepairH: number | null;
  /** Interruptions per 1,000 days of a node in service. */
  readonly interruptionsPer1000NodeDays: number | null;
  /** Per component class, as the scenario lists them; behind them the crashes of jobs, which have no components. */
  readonly byClass: readonly ComponentFigures[];
  /** By size of the jobs: gpusMin .. gpusMax, ascending. */
  readonly bySize: readonly SizeFailureFigures[];
  readonly restarts: RestartFigures;
  /** Gangs that were stopped before anything hit them; no interruptions, which nobody expects. */
  readonly plannedStops: PlannedStopFigures;
  readonly crashLoops: CrashLoopFigures;
  readonly corruption: CorruptionFigures;
  /** The storage and the control plane, where the scenario has components of them. */
  readonly sharedParts: readonly SharedPartFigures[];
  /** Time lost in each phase of recovery, of all gangs together. */
  readonly phases: Readonly<Record<RecoveryPhase, PhaseFigures>>;
  /** Null where no node is put in quarantine. */
  readonly quarantine: QuarantineFigures | null;
  /** Spares that stood ready from each instant on, up to the next; null where there never was one. */
  readonly spareLevel: { readonly fromS: readonly number[]; readonly nodes: readonly number[] } | null;
  /** Faults of class c in bucket b at counts[b][c]; the last bucket ends with the run. */
  readonly faultsOverTime: { readonly bucketS: number; readonly counts: readonly (readonly number[])[] };
  /** The faults that stopped gangs: how many there were, and the worst of them, by what they cost. */
  readonly incidents: { readonly count: number; readonly worst: readonly IncidentFigures[] };
}

export interface ComponentFigures {
  readonly component: string;
  readonly components: number;
  readonly faults: number;
  readonly interruptions: number;
  /** Mean time at work between faults of one, and from a fault until it is mended; as observed. */
  readonly mtbfH: number | null;
  readonly mttrH: number | null;
  /** Means of what the latter consists of. */
  readonly detectionH: number | null;
  readonly repairQueueH: number | null;
  readonly repairH: number | null;
  /** GPU-hours that its faults cost the gangs they stopped: work taken back, */
  readonly lostGpuHours: number;
  /** stopped before the fault was known, */
  readonly detectionGpuHours: number;
  /** waited to run again (GPUs that others may have used meanwhile), */
  readonly waitGpuHours: number;
  /** and overhead at the beginning of the next run: of which getting back what was kept, and getting up to speed. */
  readonly restartGpuHours: number;
  readonly loadGpuHours: number;
  readonly warmUpGpuHours: number;
}

export interface SizeFailureFigures {
  readonly gpusMin: number;
  readonly gpusMax: number;
  /** Jobs that started, and those of them that a fault has stopped. */
  readonly jobs: number;
  readonly hit: number;
  readonly interruptions: number;
  /** Time that its jobs held GPUs over the interruptions. */
  readonly meanTimeToInterruptionH: number | null;
  /** Useful part of the GPU-time held; and of that and the GPU-time waited for after the first start. */
  readonly ettr: number | null;
  readonly ettrWithWaits: number | null;
  /** What the closed form expects of the former (engine/failures/expected-ettr.ts); null where it does not apply. */
  readonly expectedEttr: number | null;
  readonly availability: number | null;
  readonly heldGpuHours: number;
  readonly usefulGpuHours: number;
}

/** What it cost to begin runs: GPU-hours of overhead, by what made them necessary, and of waiting between two runs. */
export interface RestartFigures {
  /** These, plannedStops' and the classes' restartGpuHours add up to gpuHours.restart. */
  readonly firstStartGpuHours: number;
  readonly preemptedGpuHours: number;
  readonly movedGpuHours: number;
  readonly teardownGpuHours: number;
  /** Jobs that were preempted, or moved, to make room for one that came back from a fault: a cost of faults, of second order. */
  readonly secondOrder: {
    readonly preemptions: number;
    readonly restartGpuHours: number;
    readonly waitGpuHours: number;
  };
}

/** Times that planned work, a predicted fault or an announced reclaim stopped a gang, and what that cost. */
export interface PlannedStopFigures {
  readonly maintenance: number;
  readonly prediction: number;
  readonly reclaim: number;
  readonly restartGpuHours: number;
  readonly waitGpuHours: number;
}

/** Nodes that did not go back to work when they were mended, for what had been found on them. */
export interface QuarantineFigures {
  readonly times: number;
  /** Of them those of nodes with a lemon in them by luck, and of the rest, which were kept in vain. */
  readonly lemons: number;
  readonly others: number;
  /** After which another node stood there. */
  readonly replaced: number;
  readonly nodeHours: number;
  /** Nodes with a lemon in them when the run began. */
  readonly lemonNodes: number;
}

/** What silent corruptions did to gangs. */
export interface CorruptionFigures {
  /** Times that a gang began to compute wrongly. */
  readonly gangs: number;
  /** GPU-hours that were worth nothing by it: from the last checkpoint before it on; a part of gpuHours.lost. */
  readonly lostGpuHours: number;
  /** Jobs that ended before anybody knew, and the GPU-hours that they had held in all. */
  readonly corruptedResults: number;
  readonly corruptedResultGpuHours: number;
}

/** Runs that got nowhere, beyond the third in a row of a job. */
export interface CrashLoopFigures {
  readonly jobs: number;
  readonly requeues: number;
  /** GPU-hours held in those runs. */
  readonly gpuHours: number;
  /** Jobs preempted to make room for them. */
  readonly preemptions: number;
  /** The jobs that cost most so; at most five. */
  readonly worst: readonly { readonly job: string; readonly requeues: number; readonly gpuHours: number }[];
}

/** A fault that stopped gangs. Instants in s since the start; null: not before the end of the run. */
export interface IncidentFigures {
  readonly component: string;
  /** Which of its kind, and the nodes under it. */
  readonly place: string;
  readonly firstNode: number;
  readonly nodes: number;
  readonly faultS: number;
  readonly foundS: number | null;
  readonly repairS: number | null;
  readonly mendedS: number | null;
  readonly gangs: number;
  readonly gpus: number;
  readonly largestJob: string;
  readonly largestGpus: number;
  /** Gangs that ran again, and when the first and the last of them did. */
  readonly again: number;
  readonly firstAgainS: number | null;
  readonly lastAgainS: number | null;
  readonly givenUp: number;
  readonly lostGpuHours: number;
  readonly detectionGpuHours: number;
  readonly waitGpuHours: number;
  readonly restartGpuHours: number;
  /** GPUs under it, out of service from the find to the mend. */
  readonly outGpuHours: number;
}
