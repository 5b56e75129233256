import type { PlacementDefinition, PlacementPolicy, PlacementRun } from '../../sim/contract/placement.ts';
import { DrawBoards } from './draw-board.ts';
import { carries, chosenPlacement, CLASSES_ALONE, sharingSemantics, type NodeChooser } from './scored-placement.ts';

/** Takes any node that fits, each as likely as the others. */
export const random: PlacementDefinition = {
  name: 'random',
  summary: 'Takes any node that fits, each as likely as the others: what a rule must beat.',
  source: 'policy Random of hkust-adsl/kubernetes-scheduler-simulator; Weng et al., USENIX ATC 2023',
  parameters: {},
  semantics: () => ({
    node: 'drawn anew for every placement from all nodes that fit; the luck comes from the seed of the run',
    gpu: 'a share takes the fullest GPU of the node that still fits',
    ...sharingSemantics,
  }),
  create(): PlacementPolicy {
    const made = ({ luck }: PlacementRun): PlacementPolicy => {
      const boards = new DrawBoards(carries);
      const chooser: NodeChooser = {
        best: (gang, nodes) => boards.drawn(gang, nodes, drawOf(luck, nodes.changes)),
        hasAny: (gang, nodes) => boards.count(gang, nodes) > 0,
      };
      // Gangs larger than a node are spread as by every score that holds all nodes equal.
      return chosenPlacement(chooser, { score: () => 0 }, CLASSES_ALONE);
    };
    return { ...made({ demand: [], luck: 0 }), forRun: made };
  },
};

/** A number in [0, 1) that looks drawn, of the run's luck and how often the cluster has changed: the mixer of MurmurHash3. */
function drawOf(luck: number, changes: number): number {
  let word = luck ^ Math.imul(changes + 1, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return ((word ^ (word >>> 16)) >>> 0) / 2 ** 32;
}
