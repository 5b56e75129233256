import base from './vitest.config.ts';
import { trials } from './vitest.statistics.config.ts';

/** The longest statistics, each for itself some minutes to an hour. */
export default { ...base, test: { ...base.test, include: trials, testTimeout: 7_200_000 } };
