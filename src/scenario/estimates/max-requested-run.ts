import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import type { EstimateDefinition } from './definition.ts';

export const maxRequestedRun: EstimateDefinition = {
  name: 'max-requested-run',
  summary: 'The larger of requested and true running time, at least 1 s: an upper bound, as backfilling wants it.',
  source: 'Alea, which takes the larger of both',
  parameters: {},
  semantics: () => ({
    estimate: 'the larger of the requested time, where there is one, the true running time and 1 s',
  }),
  create: () => ({
    estimates: ({ runUs, requestedUs }) => ({
      estimateUs: requestedUs.map((us, job) => Math.max(us, runUs[job]!, US_PER_SECOND)),
      warnings: [],
    }),
  }),
};
