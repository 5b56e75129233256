/** Seed of the property tests: the same at every run, or another one to look further (PROPERTY_SEED=7 npx vitest run). */
export const seed = Number(process.env['PROPERTY_SEED'] ?? 1);

/**
 * Runs of a random test whose every run is dear: few in `npm test`, and so many times as many where somebody looks
 * further (PROPERTY_RUNS=8 npx vitest run), as `npm run test:statistics` does.
 */
export function runCount(count: number): number {
  return count * Number(process.env['PROPERTY_RUNS'] ?? 1);
}
