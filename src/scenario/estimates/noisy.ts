import { exp } from '../../sim/kernel/portable-math.ts';
import { normalQuantile } from '../../sim/kernel/distributions/normal-quantile.ts';
import type { EstimateDefinition } from './definition.ts';

/** The true running time times a lognormal factor of mean 1: exp(sigma z - sigma² / 2), z standard normal. */
export const noisy: EstimateDefinition = {
  name: 'noisy',
  summary: 'The true running time times a random factor of mean 1, to see what better estimates are worth.',
  source: "log-normal errors as in Dell'Amico, Carra and Michiardi, PSBS, IEEE Trans. Computers 2016; here of mean 1",
  parameters: {
    sigma: {
      type: 'number',
      minimum: 0,
      maximum: 5,
      default: 0.5,
      description:
        'Standard deviation of the logarithm of the factor: with 0.5 two of three estimates lie between 0.54 and 1.45 ' +
        'times the run. 0: exact.',
    },
  },
  semantics: ({ sigma }) => ({
    estimate: `the true running time times a lognormal factor of mean 1 and sigma ${String(sigma)}`,
    luck: "each job's factor is drawn from a stream of its own id: no other job and no policy moves it",
  }),
  create: ({ sigma }) => ({
    estimates({ runUs, ids }, streams) {
      const spread = Number(sigma);
      const estimateUs = runUs.map((us, job) => {
        const deviate = normalQuantile(streams.stream('estimates', ids[job]).uniform());
        return Math.round(us * exp(spread * deviate - (spread * spread) / 2));
      });
      return { estimateUs, warnings: [] };
    },
  }),
};
