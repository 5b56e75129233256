import { componentScopes, faultScopes, outageScopes } from '../../../sim/model/fault-scope.ts';
import { durationField } from '../quantity-fields.ts';

export const scopeField = {
  type: 'string',
  enum: faultScopes,
  default: 'node',
  description:
    'What a fault takes down: its node, all nodes of its rack, leaf, spine, row, room or site, or the whole cluster.',
} as const;

/** What an outage strikes. */
export const outageScopeField = {
  ...scopeField,
  enum: outageScopes,
  description:
    'What it takes down: a node, all nodes of a rack, leaf, spine, row, room or site, or the whole cluster. storage, control-plane: what all nodes share; no node goes down with it.',
} as const;

/** What has components of a class. */
export const componentScopeField = {
  type: 'string',
  enum: componentScopes,
  default: 'node',
  description:
    'What has one, and goes down with it: its node, all nodes of its rack, leaf, spine, row, room or site, or the whole cluster. gpu: every GPU has one, and a fault takes the node of that GPU down; a node without GPUs has none. storage, control-plane: the cluster has one, for all nodes; while it is broken no checkpoint is saved or loaded, or nothing is scheduled, and no node goes down.',
} as const;

/** A probability, or the part of many. */
export const shareField = { type: 'number', minimum: 0, maximum: 1 } as const;

/** For faults after which nodes come back empty. */
export const destroysDataField = {
  type: 'boolean',
  default: false,
  description:
    'Whether a fault destroys the data on the nodes under it: copies of data sets, and backups that are kept there. A copy is written anew from another one, at remoteBandwidth, when its node is mended.',
} as const;

export const detectionField = {
  ...durationField,
  'x-most': '30d',
  default: '0s',
  description: 'Time from a fault until it is known. Until then gangs under it hold their GPUs and do nothing.',
} as const;
