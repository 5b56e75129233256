import type { EventQueue } from '../../kernel/event-queue.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { JobTable } from '../../model/job-table.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Grants } from '../grants.ts';
import type { Planner } from '../planner.ts';
import type { Shapes } from '../shapes.ts';
import type { RunState } from '../state.ts';
import type { Transitions } from '../transitions.ts';
import type { WaitCauses } from '../wait-causes.ts';
import type { ServiceBoard } from './service-board.ts';

/** The parts of the engine that failures act on. */
export interface FailureBoard {
  readonly cluster: Cluster;
  readonly jobs: JobTable;
  readonly queue: EventQueue;
  readonly state: RunState;
  readonly grants: Grants;
  readonly shapes: Shapes;
  readonly planner: Planner;
  readonly transitions: Transitions;
  readonly recorder: Recorder;
  readonly service: ServiceBoard;
  readonly causes: WaitCauses;
}
