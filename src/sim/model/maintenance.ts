import type { TimeUs } from '../kernel/clock.ts';
import type { FaultScope } from './fault-scope.ts';

/** What becomes of gangs on nodes that are due: they may end first, are stopped at once, or save their work and go. */
export const maintenanceModes = ['drain', 'preempt', 'migrate'] as const;
export type MaintenanceMode = (typeof maintenanceModes)[number];

/** Planned work on all nodes, some domains at a time: a rolling upgrade. */
export interface Maintenance {
  readonly name: string;
  readonly scope: FaultScope;
  /** First node, and one past the last, of those it is for; left out: all. */
  readonly nodes?: readonly [from: number, to: number];
  readonly startUs: TimeUs;
  /** From the beginning of one round to the next; NEVER: there is one. One that comes due while the last goes on is left out. */
  readonly everyUs: TimeUs;
  /** How long the work on a domain takes once its nodes are empty, whole us. */
  readonly takesUs: TimeUs;
  /** Domains at a time, >= 1: the next ones are due when all of these are back. */
  readonly batch: number;
  readonly mode: MaintenanceMode;
  /** How long a drain waits for gangs to end before it stops them; NEVER: for ever. */
  readonly patienceUs: TimeUs;
}
