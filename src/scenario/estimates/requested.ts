import { UNKNOWN_US } from '../../sim/model/job-table.ts';
import type { EstimateDefinition } from './definition.ts';

export const requested: EstimateDefinition = {
  name: 'requested',
  summary: 'What the user asked for, and the true running time where nothing was.',
  source: 'Slurm time limit; SWF field 9',
  parameters: {},
  semantics: () => ({ estimate: 'the requested time; where a job has none, its true running time' }),
  create: () => ({
    estimates({ runUs, requestedUs, count }) {
      const unknown = requestedUs.reduce((sum, us) => sum + (us === UNKNOWN_US ? 1 : 0), 0);
      const warning = `${unknown} of ${count} jobs request no time; policies are told their true running time instead`;
      return {
        estimateUs: requestedUs.map((us, job) => (us === UNKNOWN_US ? runUs[job]! : us)),
        warnings: unknown > 0 ? [warning] : [],
      };
    },
  }),
};
