import { gpuTypeField, memoryField, nameField } from './quantity-fields.ts';

export const NODES_MAX = 1_000_000;
export const GPUS_MAX = 10_000_000;

const pool = {
  type: 'object',
  description: 'Like nodes.',
  required: ['name', 'nodes', 'gpusPerNode'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Name of the pool, unique in the cluster.' },
    nodes: { type: 'integer', minimum: 0, maximum: NODES_MAX, description: 'Number of nodes.' },
    gpusPerNode: { type: 'integer', minimum: 0, maximum: 1024, description: 'GPUs in each node.' },
    gpuType: {
      ...gpuTypeField,
      default: 'GPU',
      description: 'Type of the GPUs. A job may be confined to some types, and a gang stays within one.',
    },
    cpusPerNode: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 100_000,
      description: 'CPU cores of each node. Left out: cores are not modelled.',
    },
    memoryPerNode: { ...memoryField, description: 'Memory of each node. Left out: memory is not modelled.' },
    nodesPerRack: {
      type: 'integer',
      minimum: 0,
      maximum: NODES_MAX,
      default: 0,
      description: 'Nodes that share a rack; 0: racks are not modelled.',
    },
    racksPerLeaf: {
      type: 'integer',
      minimum: 0,
      maximum: NODES_MAX,
      default: 0,
      description: 'Racks that share a leaf switch; 0: leaves are not modelled.',
    },
    leavesPerSpine: {
      type: 'integer',
      minimum: 0,
      maximum: NODES_MAX,
      default: 0,
      description: 'Leaf switches that share a spine; 0: spines are not modelled.',
    },
    racksPerRow: {
      type: 'integer',
      minimum: 0,
      maximum: NODES_MAX,
      default: 0,
      description: 'Racks that share a row, with its busway and its cooling loop; 0: rows are not modelled.',
    },
    rowsPerRoom: {
      type: 'integer',
      minimum: 0,
      maximum: NODES_MAX,
      default: 0,
      description: 'Rows that share a room; 0: rooms are not modelled.',
    },
    site: {
      ...nameField,
      description:
        'Where the pool stands. Pools of one site are listed one after another. Left out: sites are not modelled.',
    },
    pricePerGpuHour: {
      type: 'number',
      minimum: 0,
      maximum: 1_000_000,
      description:
        'What a GPU costs an hour, in any currency: for the cost of losses, and of plans where pricePerNodeHour is left out.',
    },
    pricePerNodeHour: {
      type: 'number',
      minimum: 0,
      maximum: 10_000_000,
      description: 'What a node costs an hour without its power, in the same currency, for the cost of plans.',
    },
    powerPerNodeKW: {
      type: 'number',
      minimum: 0,
      maximum: 10_000,
      description: 'Power that a node draws, kW, for the cost of plans. Left out: power is in the price.',
    },
    tariffPerKWh: {
      type: 'number',
      minimum: 0,
      maximum: 1_000_000,
      description: 'Price of a kWh, for the cost of plans. Left out: power is in the price.',
    },
    labels: {
      type: 'object',
      maxProperties: 100,
      additionalProperties: { type: 'string', maxLength: 200 },
      description: 'Free labels, name to text.',
    },
  },
} as const;

const network = {
  type: 'object',
  description:
    'The network above the leaf switches. Gangs under one leaf run at full speed. Left out: all do, wherever they lie.',
  required: ['oversubscription', 'exchange'],
  additionalProperties: false,
  properties: {
    oversubscription: {
      type: 'number',
      minimum: 1,
      maximum: 1000,
      description: "Bandwidth of a leaf's nodes over that of its uplinks: 1 blocks nobody, 4 is 4:1.",
    },
    exchange: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description:
        'Part of its running time that a gang spends in exchange between its GPUs where nothing blocks. Under several ' +
        'leaves that part takes oversubscription times as long.',
    },
    uplinkPricePerNodeHour: {
      type: 'number',
      minimum: 0,
      maximum: 10_000_000,
      description:
        'What the uplinks and spines cost an hour for each node where nothing blocks, for the cost of plans: at 4:1, a ' +
        'quarter of it. Left out: they are in the price of the node.',
    },
  },
} as const;

export const clusterSchema = {
  type: 'object',
  description: 'What there is: pools of like nodes, or a list of nodes from a file.',
  additionalProperties: false,
  properties: {
    pools: { type: 'array', minItems: 1, maxItems: 1000, items: pool, description: 'Pools, laid end to end.' },
    network,
    nodeList: {
      type: 'object',
      description: 'Nodes from a file, instead of pools.',
      required: ['format', 'file'],
      additionalProperties: false,
      properties: {
        format: { type: 'string', description: 'Format of the file.' },
        file: { type: 'string', minLength: 1, maxLength: 4096, description: 'Path, relative to the scenario file.' },
      },
    },
  },
} as const;
