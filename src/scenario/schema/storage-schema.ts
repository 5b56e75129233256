import { bandwidthField } from './quantity-fields.ts';

/** `storage:` of a scenario: where all gangs keep their checkpoints. */
export const storageSchema = {
  type: 'object',
  description:
    'The storage that all gangs write their checkpoints to, where these have a size (bytesPerGpu of the recovery policy). ' +
    'Nodes that write share its bandwidth alike.',
  required: ['writeBandwidth'],
  additionalProperties: false,
  properties: {
    writeBandwidth: { ...bandwidthField, description: 'Of all gangs that write, together.' },
    readBandwidth: {
      ...bandwidthField,
      description: 'Of a gang that loads a checkpoint. Left out: it shares writeBandwidth with the gangs that write.',
    },
    nodeBandwidth: {
      ...bandwidthField,
      description: 'Of each node, for writes and for reads. Left out: the storage alone bounds it.',
    },
  },
} as const;
