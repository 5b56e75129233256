import * as fc from 'fast-check';

// A property test draws the same cases on every run: a change that lands is not refused by another change's bad luck.
// To look further, give other seeds: PLIMSOLL_TEST_SEED=7 npx vitest run.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['PLIMSOLL_TEST_SEED'] ?? 20_261_123) });
