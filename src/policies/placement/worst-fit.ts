import type { PlacementDefinition } from '../../sim/contract/placement.ts';
import { nodePlacement, splitParameter, splitSemantics } from './gang-split.ts';

/** Takes the node with the most free GPUs (ties: lowest node), which keeps load even. */
export const worstFit: PlacementDefinition = {
  name: 'worst-fit',
  summary: 'Takes the node with the most free GPUs (ties: lowest node), which keeps load even.',
  source: 'worst fit of bin packing; Kubernetes LeastAllocated in spirit',
  parameters: { split: splitParameter('whole-nodes') },
  semantics: (parameters) => ({
    node: 'the node with the most free GPUs (ties: lowest node)',
    ...splitSemantics(parameters),
  }),
  create: (parameters) => nodePlacement('worst', parameters),
};
