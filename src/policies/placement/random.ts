import {
  type Gang,
  NO_NODE,
  type NodeClasses,
  type PlacementDefinition,
  type PlacementPolicy,
  type PlacementRun,
} from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { NodeId } from '../../sim/model/brand.ts';
import { carries, scoredPlacement, sharingSemantics, tightestGpu } from './scored-placement.ts';

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
    const made = (run: PlacementRun): PlacementPolicy => {
      // Gangs larger than a node are spread as by every score that holds all nodes equal.
      const equal = scoredPlacement({ score: () => 0 }, {});
      return {
        ...equal,
        place(gang, free, grants) {
          const node = anyNode(gang, free.classes, run.luck);
          if (node === NO_NODE) return equal.place(gang, free, grants);
          if (gang.shareMilli === 0) grants.add(node, gang.gpus, 1);
          else grants.add(node, 1, 1, tightestGpu(gang, node, free.classes));
          return Refusal.None;
        },
      };
    };
    return { ...made({ demand: [], luck: 0 }), forRun: made };
  },
};

function anyNode(gang: Gang, nodes: NodeClasses, luck: number): NodeId | typeof NO_NODE {
  let fitting = 0;
  for (let index = 0; index < nodes.length; index++) {
    const slot = nodes.slot(index);
    if (carries(gang, nodes.first(slot), nodes)) fitting += nodes.nodes(slot);
  }
  if (fitting === 0) return NO_NODE;
  let left = Math.floor(drawOf(luck, nodes.changes) * fitting);
  for (let index = 0; index < nodes.length; index++) {
    const slot = nodes.slot(index);
    if (!carries(gang, nodes.first(slot), nodes)) continue;
    if (left < nodes.nodes(slot)) return nodes.member(slot, left);
    left -= nodes.nodes(slot);
  }
  return NO_NODE;
}

/** A number in [0, 1) that looks drawn, of the run's luck and how often the cluster has changed: the mixer of MurmurHash3. */
function drawOf(luck: number, changes: number): number {
  let word = luck ^ Math.imul(changes + 1, 0x9e3779b1);
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return ((word ^ (word >>> 16)) >>> 0) / 2 ** 32;
}
