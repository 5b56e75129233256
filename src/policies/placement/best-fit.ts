import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Takes the node with the fewest free GPUs that still holds the gang (ties: lowest node). */
export const bestFit: PlacementDefinition = {
  name: 'best-fit',
  summary: 'Takes the node with the fewest free GPUs that still holds the gang (ties: lowest node).',
  source: 'best fit of bin packing',
  parameters: { split: splitParameter('whole-nodes') },
  semantics: (parameters) => ({
    node: 'the node with the fewest free GPUs that still holds the gang (ties: lowest node)',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('best', parameters),
};
