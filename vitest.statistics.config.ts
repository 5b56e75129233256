import base from './vitest.config.ts';

/** Random tests that make few runs in npm test, and here many. */
const longForms = [
  'test/failures/hostile-*.test.ts',
  'test/laws/*.test.ts',
  'test/policies/placement.test.ts',
  'test/policies/scheduling.test.ts',
];

/** Long statistics: closed forms that need tens of millions of jobs for a standard error of 1 %, and long random tests. */
export default {
  ...base,
  test: {
    ...base.test,
    include: ['test/**/*.statistics.ts', ...longForms],
    env: { PROPERTY_RUNS: '5' },
    testTimeout: 1_800_000,
  },
};
