import type { FailureCatalogueEntry } from './entry.ts';

/**
 * A hazard that rises with a power of age, through two published figures: 18,688 GPUs together failed every 7.7 h in the
 * last quarter of 2015 and every 2.7 h in that of 2016, at ages of 2.875 and 3.875 years.
 */
export const titan: FailureCatalogueEntry = {
  name: 'titan',
  summary: 'Titan-like: GPUs of one batch that wear out together, 18,688 K20X in nodes of one',
  source: 'Ostrouchov et al., SC 2020 (GPU lifetimes on Titan); https://github.com/olcf/TitanGPULife',
  gpusPerNode: 1,
  basis: [
    'Measured: all 18,688 GPUs together failed every 7.7 h in 2015-Q4 and every 2.7 h in 2016-Q4, before half of them were ' +
      'replaced. Most of those that failed did so at about 2.8 years.',
    'Fitted: the Weibull whose hazard goes through both figures: shape = 1 + ln(7.7 / 2.7) / ln(3.875 / 2.875).',
    'Assumed: all GPUs were new at the beginning of 2013. This holds for the first four years.',
    'Not in it: in the source the hazard falls again when the bad batch is gone (there is no bathtub curve). Here a swap ' +
      'puts in a new GPU of the same batch: the figures used say nothing of later batches.',
    'Assumed: 24 h to swap a GPU, 1 min until its fault is known.',
  ],
  components: [
    {
      component: {
        name: 'GPU',
        timeToFault: { kind: 'weibull', shape: 4.511, scale: '51758h' },
        timeToRepair: { kind: 'deterministic', value: '24h' },
        detection: '1m',
      },
    },
  ],
};
