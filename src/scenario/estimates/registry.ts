import type { EstimateDefinition } from './definition.ts';
import { exact } from './exact.ts';
import { maxRequestedRun } from './max-requested-run.ts';
import { noisy } from './noisy.ts';
import { requested } from './requested.ts';
import { userMean } from './user-mean.ts';

/** Every source of estimates, by name. A new one is one file and one line here. */
export const estimateSources: readonly EstimateDefinition[] = [exact, maxRequestedRun, noisy, requested, userMean];
