import type { PlacementDefinition } from '../sim/contract/placement.ts';
import type { SchedulingDefinition } from '../sim/contract/scheduling.ts';
import { count } from './placement/count.ts';
import { fifo } from './scheduling/fifo.ts';

/** Every scheduling policy, by name order. A new one is one file and one line here. */
export const schedulingPolicies: readonly SchedulingDefinition[] = [fifo];

/** Every placement policy, by name order. */
export const placementPolicies: readonly PlacementDefinition[] = [count];
