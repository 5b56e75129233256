import type { PlannedSetting, PlanResult } from '../../src/study/plan/plan-result.ts';
import { made } from './study-fixture.ts';

const wait = 'p95(wait) <= 1h @ 95%';
const up = 'availability >= 99%';

/** Nodes 10 to 14: more wait less; 12 is the least that meets both targets. */
function setting(nodes: number): PlannedSetting {
  const waitS = 3000 * 2 ** (12 - nodes);
  const share = Math.min(1, 0.992 + 0.001 * (nodes - 12));
  const isMet = nodes >= 12;
  return {
    values: { nodes },
    capacity: {
      nodes,
      gpus: 8 * nodes,
      gpuHours: 8 * nodes * 8760,
      costPerHour: 20 * nodes,
      gpuTypes: [{ type: 'H100', gpus: 8 * nodes, nodes }],
      spares: 1,
    },
    verdict: isMet ? 'met' : nodes === 11 ? 'undecided' : 'missed',
    targets: [
      {
        target: wait,
        verdict: isMet ? 'met' : 'missed',
        mean: waitS,
        low: 0.9 * waitS,
        high: 1.1 * waitS,
        slack: (3600 - waitS) / 3600,
      },
      {
        target: up,
        verdict: 'met',
        mean: share,
        low: share - 0.001,
        high: Math.min(1, share + 0.001),
        slack: (share - 0.99) / 0.99,
      },
    ],
    replications: 8,
    metrics: {
      'p95(wait)': { mean: waitS, low: 0.9 * waitS, high: 1.1 * waitS },
      availability: { mean: share, low: share - 0.001, high: share + 0.001 },
      utilisation: { mean: 0.7, low: null, high: null },
    },
    warnings: nodes === 12 ? ['run too short: 3 failures seen in all runs'] : [],
  };
}

/** A made-up plan with everything that a page may show. */
export function planResult(more: Partial<PlanResult> = {}): PlanResult {
  return {
    schema: 'plimsoll.plan/1',
    plimsollVersion: '0.1.0',
    name: 'hall',
    description: 'Nodes for a hall.',
    confidence: 0.95,
    tolerance: 0,
    objective: 'cost',
    variables: [{ name: 'nodes', path: 'cluster.pools[0].nodes', isMonotone: true }],
    targets: [
      { text: up, metric: 'availability', unit: 'share', sense: 'at-least', bound: 0.99, confidence: 0.95 },
      { text: wait, metric: 'p95(wait)', unit: 's', sense: 'at-most', bound: 3600, confidence: 0.95 },
    ],
    metrics: [
      { text: 'p95(wait)', unit: 's', better: 'less' },
      { text: 'availability', unit: 'share', better: 'more' },
      { text: 'utilisation', unit: 'share', better: 'more' },
    ],
    made,
    budget: 10_000,
    sentence: '96 H100 in 12 nodes: p95(wait) 50.0 ± 5.0 min; nodes 11 just fails.',
    plan: setting(12),
    amount: 240,
    binding: wait,
    neighbours: [setting(11)],
    nearest: null,
    headroom: { factor: 1.08, isAtLeast: false, breaks: wait },
    growthAssumed: { perQuarter: 0.1, from: '2026-12-01T00:00:00Z', leadTimeS: 60 * 86_400 },
    growth: [
      { quarter: 1, date: '2027-03-01', load: 1.1, value: 13, nodes: 13, more: 1, orderBy: '2026-12-31' },
      { quarter: 2, date: '2027-06-01', load: 1.21, value: null, nodes: null, more: null, orderBy: null },
    ],
    sensitivity: [
      {
        path: 'workload.synthetic[0].run.mean',
        assumed: '1h',
        ends: [
          { value: '50m', isMet: true, needed: 10, amount: 200 },
          { value: '90m', isMet: false, needed: null, amount: null },
        ],
      },
    ],
    judged: [14, 12, 10, 11].map(setting),
    runs: 64,
    isCutShort: false,
    ...more,
  };
}
