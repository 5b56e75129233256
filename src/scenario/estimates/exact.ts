import type { EstimateDefinition } from './definition.ts';

export const exact: EstimateDefinition = {
  name: 'exact',
  summary: 'The true running time.',
  source: 'the oracle of simulation studies',
  parameters: {},
  semantics: () => ({ estimate: 'the true running time' }),
  create: () => ({ estimates: ({ runUs }) => ({ estimateUs: runUs.slice(), warnings: [] }) }),
};
