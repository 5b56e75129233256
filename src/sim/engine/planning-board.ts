import type { PlacementPolicy } from '../contract/placement.ts';
import type { JobsView, JobView, QueueView } from '../contract/scheduling.ts';
import type { FreeIndex } from './free-index.ts';
import type { Gate } from './gate.ts';
import type { Grants } from './grants.ts';
import type { Patience } from './patience.ts';
import type { Projection } from './projection.ts';
import type { RunningLine } from './running-line.ts';
import type { Shapes } from './shapes.ts';
import type { Watcher } from './watcher.ts';

/** Waiting jobs in the policy's order, for the engine to fill. */
export interface FillableQueue extends QueueView {
  has(job: number): boolean;
  add(job: number): void;
  remove(job: number): void;
  /** Asks the order anew for every job. */
  reorder(): void;
}

/** The parts of the engine that a plan is drawn on. */
export interface PlanningBoard {
  readonly jobs: JobView;
  readonly free: FreeIndex;
  readonly grants: Grants;
  readonly shapes: Shapes;
  readonly line: FillableQueue;
  readonly active: JobsView;
  readonly ended: JobsView;
  readonly totalGpus: Int32Array;
  readonly totalCpuMilli: number;
  readonly totalMemoryMiB: number;
  readonly running: RunningLine;
  readonly placement: PlacementPolicy;
  /** Only for policies that look ahead. */
  readonly projection: Projection | undefined;
  /** Only for placements by which jobs wait for room near their data. */
  readonly patience: Patience | undefined;
  readonly gate: Gate;
  readonly watcher: Watcher | undefined;
}
