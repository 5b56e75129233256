import { bandwidthField, nameField, positiveDurationField } from './quantity-fields.ts';

/** Sets of one scenario at most, all numbers added up. */
export const DATA_SETS_MAX = 10_000;

const backup = {
  type: 'object',
  required: ['every', 'to', 'bandwidth'],
  additionalProperties: false,
  description:
    'Regular backups, for faults with destroysData. The first begins at instant 0; what is in it is as of its beginning. ' +
    'When every copy of a set has been destroyed and that is known, it is read back onto the nodes that keep the backup; ' +
    'jobs that read it wait meanwhile. Left out: a set without any copy is gone, and jobs that read it are turned away.',
  properties: {
    every: {
      ...positiveDurationField,
      'x-most': '10y',
      description: 'From the beginning of a backup to that of the next. One that takes longer is followed at once.',
    },
    to: {
      ...nameField,
      description: 'The pool or site on whose nodes the backup is kept; of those, nodes that hold no copy of the set.',
    },
    copies: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 1,
      description:
        'Nodes that keep it. A fault that destroys the data of one destroys what it keeps, up to the next backup.',
    },
    bandwidth: { ...bandwidthField, description: 'Of making a backup, and of reading it back.' },
  },
} as const;

/** `data:` of a scenario: what jobs read when they start, and where it stands. */
export const dataSchema = {
  type: 'object',
  description:
    'Data sets that jobs read each time they start, and on which nodes the copies stand. A gang begins its work when it ' +
    'has read its data set, at the bandwidth of its farthest node.',
  required: ['sets', 'rackBandwidth', 'remoteBandwidth'],
  additionalProperties: false,
  properties: {
    nodeBandwidth: {
      ...bandwidthField,
      description: 'Of reading from the own node. Left out: that takes no time.',
    },
    rackBandwidth: { ...bandwidthField, description: 'Of reading from another node of the rack.' },
    remoteBandwidth: { ...bandwidthField, description: 'Of reading from another rack.' },
    sets: {
      type: 'array',
      minItems: 1,
      maxItems: DATA_SETS_MAX,
      description: 'What there is to read.',
      items: {
        type: 'object',
        required: ['name', 'size'],
        additionalProperties: false,
        properties: {
          name: { ...nameField, description: 'Unique.' },
          size: {
            type: 'string',
            'x-quantity': 'size',
            'x-least': '1B',
            'x-most': '7PiB',
            description: 'What a gang reads of it when it starts.',
          },
          number: {
            type: 'integer',
            minimum: 1,
            maximum: DATA_SETS_MAX,
            description: 'So many alike, called name-1, name-2 and so on. Left out: one, called by the name itself.',
          },
          copies: {
            type: 'integer',
            minimum: 1,
            maximum: 1000,
            description:
              'Copies of each, placed as HDFS does: the first on any node, the second in another rack, the third on ' +
              'another node of that rack, more anywhere, with at most (copies - 1) / racks + 2 in a rack. Drawn from a ' +
              'stream of the name’s own. Left out: 3, or where nodes are given.',
          },
          nodes: {
            type: 'array',
            minItems: 1,
            maxItems: 1000,
            items: { type: 'string', minLength: 1, maxLength: 400 },
            description:
              'The nodes that hold a copy, by pool and number from 0 (gpu/17) or by the name in the node list; then ' +
              'nothing is drawn.',
          },
          changes: {
            ...bandwidthField,
            'x-least': '1bps',
            description: 'How much of it is changed or added a second: what is lost with it is told in GiB too.',
          },
          backup,
        },
      },
    },
  },
} as const;

/** The mix of data sets that synthetic jobs read. */
export const dataMix = {
  type: 'array',
  minItems: 1,
  maxItems: 1000,
  description: 'Mix of data sets that the jobs read. Left out: they read none.',
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Name of an entry of data.sets.' },
      weight: { type: 'number', minimum: 0, maximum: 1e9, default: 1, description: 'Share of the jobs, by weight.' },
      zipf: {
        type: 'number',
        minimum: 0,
        maximum: 10,
        default: 0,
        description:
          'How unequally the sets of an entry with a number are read: the k-th weighs k to the power of minus this. 0: all alike.',
      },
    },
  },
} as const;
