import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Takes the lowest node with enough free GPUs. */
export const firstFit: PlacementDefinition = {
  name: 'first-fit',
  summary: 'Takes the lowest node with enough free GPUs.',
  source: 'Tiresias simulator, scheme "yarn"; first fit of bin packing',
  parameters: { split: splitParameter('whole-nodes') },
  semantics: (parameters) => ({
    node: 'the lowest node with enough free GPUs',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('first', parameters),
};
