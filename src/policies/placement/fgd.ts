import type { ParameterSchema } from '../../sim/contract/definition.ts';
import type { PlacementDefinition, PlacementPolicy } from '../../sim/contract/placement.ts';
import { Fragmentation, typicalGangs } from './fragmentation.ts';
import { scoredPlacement, scoredSemantics, tiesParameter } from './scored-placement.ts';

const coverage: ParameterSchema = {
  type: 'number',
  minimum: 0.01,
  maximum: 1,
  default: 0.95,
  description: 'Share of the jobs that the typical ones cover, most frequent kinds first.',
};

/** Fragmentation gradient descent: takes the node, and the GPU, on which the least free GPU becomes useless. */
export const fgd: PlacementDefinition = {
  name: 'fgd',
  summary: 'Takes the node and GPU where the least free GPU becomes useless to the typical jobs of the workload.',
  source: 'Weng et al., "Beware of fragmentation", USENIX ATC 2023; policy FGD of its simulator',
  parameters: { coverage, ties: tiesParameter },
  semantics: (parameters) => ({
    'typical jobs':
      `kinds of jobs (cores, GPUs or share, types) of the whole workload, most frequent first, until ` +
      `${100 * Number(parameters['coverage'])} % of the jobs are covered: the workload is known beforehand`,
    fragment:
      'free GPU that a typical job cannot use on the node, by how frequent it is; all of it if the job asks for no GPU, may ' +
      'not use the type, or lacks cores or GPUs there',
    score: '100 x sigmoid(fragment before - after, in GPUs), whole numbers',
    gpu: 'a share takes the best GPU by the score, the lowest of several',
    ...scoredSemantics(parameters),
  }),
  create(parameters): PlacementPolicy {
    const made = (run: Parameters<NonNullable<PlacementPolicy['forRun']>>[0]): PlacementPolicy => {
      const fragmentation = new Fragmentation(typicalGangs(run.demand, Number(parameters['coverage'])));
      return scoredPlacement(
        {
          isCostly: true,
          score: (gang, node, nodes) => fragmentation.score(gang, node, nodes),
          gpuFor: (gang, node, nodes) => fragmentation.bestGpu(gang, node, nodes),
        },
        parameters,
      );
    };
    return { ...made({ demand: [], luck: 0 }), forRun: made };
  },
};
