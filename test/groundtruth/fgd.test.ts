import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../src/sim/model/cluster.ts';
import { groundtruthFiles, groundtruthTable, hasShared, needsShared } from '../traces/shared-data.ts';
import { pack, podOf } from './packing.ts';

/** Column of the original, and the placement here that has its rule. */
const policies = [
  ['02-DotProd', 'dot-product'],
  ['03-GpuClustering', 'gpu-clustering'],
  ['04-GpuPacking', 'gpu-packing'],
  ['05-BestFit', 'best-fit-score'],
  ['06-FGD', 'fgd'],
] as const;

const runs = groundtruthFiles('fgd', /^small12-seed\d+-pods\.csv$/).map((file) => file.replace('-pods.csv', ''));

describe.skipIf(!hasShared)(`a twelfth of the openb cluster, as the FGD simulator packed it${needsShared}`, () => {
  it('is there', () => {
    expect(runs).toContain('small12-seed42');
  });

  describe.each(runs)('%s', (run) => {
    const nodes = groundtruthTable('fgd', `${run}-nodes.csv`).rows;
    const { rows } = groundtruthTable('fgd', `${run}-pods.csv`);
    const cluster = buildCluster(
      nodes.map((row) => ({
        name: row['node']!,
        nodes: 1,
        gpusPerNode: Number(row['gpus']),
        gpuType: row['model']!,
        cpuMilliPerNode: Number(row['cpu_milli']),
        memoryMiBPerNode: Number(row['memory_mib']),
        labels: {},
        nodesPerRack: 0,
      })),
    );
    const pods = rows.map(podOf);
    // The original learnt from the trace alone, in its order; the pods beyond it raise the demand to 130 %.
    const expected = pods.filter(({ name }) => !name.includes('tuned')).sort((a, b) => (a.name < b.name ? -1 : 1));
    const nodeRank = Int32Array.from(nodes, (row) => Number(row['rank']));

    it.each(policies)('%s: each pod is on the same node and the same GPUs under %s', (column, placement) => {
      const places = pack({ cluster, pods, expected, placement, nodeRank });
      const ours = places.map((place) =>
        place === undefined ? ['', ''] : [nodes[place.node]!['node']!, place.gpus.join('-')],
      );
      const theirs = rows.map((row) => [row[`node:${column}`]!, row[`gpu:${column}`]!]);
      expect(theirs.filter(([node]) => node !== '').length).toBeGreaterThan(100);
      if (run === 'small12-seed42') expect(theirs.length).toBe(841);
      expect(ours).toEqual(theirs);
    });
  });
});
