import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Packs a gang onto the fewest nodes */
export const consolidate: PlacementDefinition = {
  name: 'consolidate',
  summary: 'Packs a gang onto the fewest nodes',
  source: ' best fit on one node, whole idle nodes for multiples of a node.:rule of the placer in Lucid and Helios',
  parameters: { split: splitParameter('fewest-nodes') },
  semantics: (parameters) => ({
    node: 'Packs a gang onto the fewest nodes',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('best', parameters),
};
