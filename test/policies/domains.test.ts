import { describe, expect, it } from 'vitest';
import { FactKind } from '../../src/sim/record/fact.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { runOf } from '../engine/run-builder.ts';

// Three racks of three nodes with 4 GPUs, of which two nodes are busy.
const pools = [{ nodes: 9, gpusPerNode: 4, nodesPerRack: 3 }];
const busy = { gpus: 4, runUs: 100 };

/** The nodes of a gang of 12 GPUs that comes when two nodes are busy. */
function nodesUnder(placement: string): number[] {
  const run = runOf({
    pools,
    scheduling: 'fifo',
    placement,
    jobs: [busy, busy, { gpus: 12, runUs: 100, submitUs: 1 }],
  });
  return run.log
    .of(FactKind.Start)
    .filter(({ subject }) => subject === 2)
    .flatMap(({ grants }) => grants.map(({ node }) => node));
}

describe('a gang of three nodes in a cluster of three racks', () => {
  it('is kept in one rack by topology', () => {
    const racks = new Set(nodesUnder('topology').map((node) => Math.floor(node / 3)));
    expect([...racks]).toHaveLength(1);
  });

  it('has a node in each rack by spread, the idlest racks first', () => {
    expect(nodesUnder('spread').map((node) => Math.floor(node / 3))).toEqual([1, 2, 0]);
  });
});

describe('a placement by racks on a cluster without racks', () => {
  it.each(['topology', 'spread'])('%s is refused, with the reason and the mend', async (name) => {
    const settled = await settleScenario('scenarios/quickstart.yaml', {
      set: [`policies.placement.name=${name}`, 'cluster.pools.0.nodesPerRack=0'],
    });
    await expect(prepareRun(settled)).rejects.toThrow(
      `policies.placement is ${name}, but no pool says which nodes share a rack; give nodesPerRack`,
    );
  });
});
