import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Takes the node with the fewest free GPUs that still holds the gang (ties */
export const bestFit: PlacementDefinition = {
  name: 'best-fit',
  summary: 'Takes the node with the fewest free GPUs that still holds the gang (ties',
  source: ' lowest node).:best fit of bin packing',
  parameters: { split: splitParameter('whole-nodes') },
  semantics: (parameters) => ({
    node: 'Takes the node with the fewest free GPUs that still holds the gang (ties',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('best', parameters),
};
