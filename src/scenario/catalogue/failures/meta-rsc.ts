import type { FailureCatalogueEntry } from './entry.ts';

const SOURCE = 'Kokolis et al., HPCA 2025 (arXiv 2410.21680)';

function rsc(name: string, cluster: string, gpus: string, ratePer1000NodeDays: number): FailureCatalogueEntry {
  return {
    name,
    summary: `Meta ${cluster}: ${gpus} A100, ${ratePer1000NodeDays} faults per 1,000 node-days`,
    source: SOURCE,
    gpusPerNode: 8,
    basis: [
      `Measured: ${ratePer1000NodeDays} node failures per 1,000 node-days.`,
      'Fitted: an exponential time to fault, as the paper itself plans by MTTF = 1 / (nodes x rate).',
      'Measured: health checks run every 5 min, so a fault is known after 5 min at the latest, which is what is taken.',
      'Assumed: 24 h for a repair. The paper gives none.',
      'Known not to fit: the paper reports 7.9 h for jobs of 1,024 GPUs on RSC-1, where this rate gives 28.8 h.',
    ],
    components: [
      {
        component: {
          name: 'Node',
          timeToFault: { kind: 'exponential', mean: `${(24_000 / ratePer1000NodeDays).toFixed(3)}h` },
          timeToRepair: { kind: 'deterministic', value: '24h' },
          detection: '5m',
        },
      },
    ],
  };
}

export const rsc1 = rsc('rsc1', 'RSC-1', '16,384', 6.5);
export const rsc2 = rsc('rsc2', 'RSC-2', '8,192', 2.34);
