import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Packs a gang onto the fewest nodes: best fit on one node, whole idle nodes for multiples of a node. */
export const consolidate: PlacementDefinition = {
  name: 'consolidate',
  summary: 'Packs a gang onto the fewest nodes: best fit on one node, whole idle nodes for multiples of a node.',
  source: 'rule of the placer in Lucid and Helios',
  parameters: { split: splitParameter('fewest-nodes') },
  semantics: (parameters) => ({
    node: 'a gang that fits on one node takes the one with the fewest free GPUs that still holds it (ties: lowest node)',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('best', parameters),
};
