import base from './vitest.config.ts';

/** Long statistics: closed forms that need tens of millions of jobs for a standard error of 1 %. */
export default { ...base, test: { ...base.test, include: ['test/**/*.statistics.ts'], testTimeout: 1_800_000 } };
