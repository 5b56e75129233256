import base from './vitest.config.ts';

/** Random tests that make few runs in npm test, and here many. */
const longForms = [
  'test/failures/hostile-*.test.ts',
  'test/laws/*.test.ts',
  'test/policies/placement.test.ts',
  'test/policies/scheduling.test.ts',
];

/** Statistics that together take more than half an hour on two cores: npm run test:trials, by hand. */
export const trials = [
  'test/failures/closed-forms.statistics.ts',
  'test/failures/ettr.statistics.ts',
  'test/failures/services.statistics.ts',
  'test/study/coverage.statistics.ts',
  'test/study/plan.statistics.ts',
];

/** Long statistics: closed forms that need tens of millions of jobs for a standard error of 1 %, and long random tests. */
export default {
  ...base,
  test: {
    ...base.test,
    include: ['test/**/*.statistics.ts', ...longForms],
    exclude: trials,
    env: { PROPERTY_RUNS: '5' },
    testTimeout: 1_800_000,
  },
};
