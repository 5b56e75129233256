import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument, type SettledScenario } from '../../src/scenario/settle.ts';
import { capacityOf } from '../../src/study/plan/objective.ts';
import { runScenario } from '../../src/study/run-scenario.ts';

/** Two leaves of two racks with one node of four GPUs each. */
function settled(network: string, placement = 'topology', pool = 'nodesPerRack: 1, racksPerLeaf: 2'): SettledScenario {
  const text = `name: network
cluster:
  pools: [{ name: gpu, nodes: 4, gpusPerNode: 4, ${pool}, pricePerNodeHour: 10 }]
  ${network}
workload:
  jobs:
    - { id: within, gpus: 8, submit: 0s, run: 100s }
    - { id: across, gpus: 12, submit: 200s, run: 100s }
policies: { scheduling: fifo, placement: ${placement} }
`;
  return settleDocument(parseText('network.yaml', text));
}

async function endsS(network: string): Promise<number[]> {
  const { metrics } = await runScenario(await prepareRun(settled(network)));
  return Array.from(metrics.outcomes.endUs, (endUs) => endUs / 1e6);
}

describe('a network with oversubscribed leaves', () => {
  it('slows the exchange of gangs that lie under two leaves, and nothing of the others', async () => {
    // 0.8 of the time as it is, 0.2 of it four times as long.
    expect(await endsS('network: { oversubscription: 4, exchange: 0.2 }')).toEqual([100, 200 + 160]);
  });

  it.each(['network: { oversubscription: 4, exchange: 0 }', 'network: { oversubscription: 1, exchange: 0.2 }', ''])(
    'slows nobody where nothing is exchanged or nothing blocks: %s',
    async (network) => {
      expect(await endsS(network)).toEqual([100, 300]);
    },
  );

  it('costs the part of the uplinks that is there', () => {
    const { data } = settled('network: { oversubscription: 4, exchange: 0.2, uplinkPricePerNodeHour: 2 }');
    expect(capacityOf(data).costPerHour).toBe(4 * (10 + 2 / 4));
  });

  it('is refused where no leaves are modelled, and where gangs have no place', () => {
    const network = 'network: { oversubscription: 4, exchange: 0.2 }';
    expect(() => settled(network, 'topology', 'nodesPerRack: 1')).toThrow(/give nodesPerRack and racksPerLeaf/);
    expect(() => settled(network, 'count')).toThrow(/policies\.placement is count, which takes GPUs wherever they are/);
  });
});
