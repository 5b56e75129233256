import { Locality } from '../../sim/contract/locality.ts';
import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import type {
  FreeView,
  Gang,
  GrantSink,
  Patience,
  PlacementDefinition,
  PlacementPolicy,
} from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { DataSets } from '../../sim/model/data-sets.ts';
import { nobody, nodePlacement, splitParameter, splitSemantics, type NodeOrder } from './gang-split.ts';
import { placeWithin } from './near-stretches.ts';

const MINUTE_US = 60_000_000;

function skips(where: string, then: string): ParameterSchema {
  return {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000_000,
    default: 40,
    description: `Chances to start elsewhere that a job passes over while it waits for room ${where}; then ${then}. 0: it does not wait.`,
  };
}

function wait(where: string, then: string): ParameterSchema {
  return {
    type: 'duration',
    minimum: 0,
    default: 5 * MINUTE_US,
    description: `How long a job that would fit elsewhere waits at most for room ${where}; then ${then}. 0s: it does not wait.`,
  };
}

const ON_NODE = 'on nodes that hold a copy of its data';
const IN_RACK = 'in racks that hold a copy of its data';

/** Places jobs near their data, and lets one that finds no room there wait a little for it. */
export const delayScheduling: PlacementDefinition = {
  name: 'delay-scheduling',
  summary: 'Places jobs on nodes, or else in racks, that hold their data; one that finds no room there waits a little.',
  source: 'Zaharia et al., Delay Scheduling, EuroSys 2010; levels as in Hadoop and Spark, 40 skips as in YARN',
  parameters: {
    nodeSkips: skips(ON_NODE, 'its racks will do'),
    nodeWait: wait(ON_NODE, 'its racks will do'),
    rackSkips: skips(IN_RACK, 'any node will do'),
    rackWait: wait(IN_RACK, 'any node will do'),
    order: {
      type: 'string',
      enum: ['best', 'first', 'worst'],
      default: 'best',
      description: 'Which of the nodes that are equally near: fewest free GPUs, lowest node, or most free GPUs.',
    },
    split: splitParameter('whole-nodes'),
  },
  semantics: (parameters) => ({
    near: 'nodes that hold a copy of the job’s data set; then those of racks that hold one; then any',
    gang: 'is as near as its farthest node; larger than a node, it takes idle nodes that are all near, then its remainder',
    patience:
      'a job passes over so many chances, or as long a time, at each level: decisions after which it waits although it ' +
      'would fit farther away. Each wait begins anew at its nodes; a level that cannot hold it even empty is left out',
    'without data': 'a job that reads no data set is placed as by the order and split alone',
    ...splitSemantics(parameters),
  }),
  create(parameters) {
    const order = parameters['order'] as NodeOrder;
    const base = nodePlacement(order, parameters);
    const patience = patienceOf(parameters);
    const made = (data: DataSets | undefined): PlacementPolicy => ({
      ...base,
      patience,
      fits: (gang, free) => place(data, order, base, gang, free, nobody),
      place: (gang, free, grants) => place(data, order, base, gang, free, grants),
    });
    return { ...made(undefined), forRun: (run) => made(run.data) };
  },
};

function patienceOf(parameters: ParameterValues): Patience {
  return {
    node: { skips: Number(parameters['nodeSkips']), waitUs: Number(parameters['nodeWait']) },
    rack: { skips: Number(parameters['rackSkips']), waitUs: Number(parameters['rackWait']) },
  };
}

function place(
  data: DataSets | undefined,
  order: NodeOrder,
  base: PlacementPolicy,
  gang: Gang,
  free: FreeView,
  grants: GrantSink,
): Refusal {
  const { dataSet, reach } = gang;
  if (data === undefined || dataSet === undefined || reach === undefined) return base.place(gang, free, grants);
  if (placeWithin(data.copies[dataSet]!, order, gang, free, grants)) return Refusal.None;
  if (reach >= Locality.Rack && placeWithin(data.racks[dataSet]!, order, gang, free, grants)) return Refusal.None;
  if (reach === Locality.Any) return base.place(gang, free, grants);
  const elsewhere = base.fits(gang, free);
  return elsewhere === Refusal.None ? Refusal.NotLocal : elsewhere;
}
