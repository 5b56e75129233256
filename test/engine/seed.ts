/** Seed of the property tests: the same at every run, or another one to look further (PROPERTY_SEED=7 npx vitest run). */
export const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
