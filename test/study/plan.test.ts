import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { studyOf } from '../../src/study/file/load-study.ts';
import { findPlan, hasPlan, metricsOf } from '../../src/study/plan/plan.ts';
import type { PlanResult } from '../../src/study/plan/plan-result.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { Runner } from '../../src/study/runs/runner.ts';

const scenario = `name: desk
cluster: { pools: [{ name: p, nodes: 2, gpusPerNode: 1, gpuType: A, pricePerNodeHour: 2, powerPerNodeKW: 10, tariffPerKWh: 0.1 }] }
workload:
  synthetic:
    - name: w
      jobs: 1500
      arrivals: { ratePerHour: 18000 }
      gpus: { values: [1] }
      run: { kind: exponential, mean: 1s }
policies: { estimates: exact, scheduling: fifo, placement: count }
`;

const head = `name: small
scenario: desk.yaml
metrics: [utilisation]
replications: { atLeast: 6, atMost: 24 }
`;
const nodes = `nodes: { path: 'cluster.pools[0].nodes', from: 6, to: 16 }`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-plan-'));
  writeFileSync(join(folder, 'desk.yaml'), scenario);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function planned(text: string, journalName = `${Math.trunc(performance.now() * 1000)}`) {
  const study = studyOf(parseText(join(folder, 'study.yaml'), head + text));
  if (!hasPlan(study)) throw new RangeError('the study has no plan');
  const journal = Journal.open(join(folder, `${journalName}.jsonl`));
  const runner = new Runner(study, inProcess(), journal, new AbortController().signal, metricsOf(study));
  const result = await findPlan(study, runner);
  journal.close();
  return { runner, result };
}

/** Erlang C: probability that a customer waits longer than so many mean services. */
function waitsLonger(servers: number, erlang: number, services: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server++) blocked = (erlang * blocked) / (server + erlang * blocked);
  const waits = blocked / (1 - (erlang / servers) * (1 - blocked));
  return waits * Math.exp(-(servers - erlang) * services);
}

const nodesOf = ({ plan }: PlanResult): unknown => plan?.values['nodes'];

describe('a plan', () => {
  it('is the least number of servers of the Erlang C formula, with what just fails, and goes on where it was', async () => {
    const text = `plan:\n  variables: { ${nodes} }\n  targets: ['P(wait > 0.5s) <= 4%']\n  tolerance: 0.3\n  objective: nodes\n  headroom: false\n`;
    const exact = [8, 9, 10].find((servers) => waitsLonger(servers, 5, 0.5) <= 0.04);
    const { result, runner } = await planned(text, 'again');
    expect(nodesOf(result)).toBe(exact);
    expect(result.neighbours.map(({ values, verdict }) => [values['nodes'], verdict === 'met'])).toEqual([
      [exact! - 1, false],
    ]);
    expect(result.binding).toBe('P(wait > 0.5s) <= 4%');
    expect(result.sentence).toMatch(
      /^\d+ nodes: P\(wait > 0\.5s\) \S+ ± \S+ %; nodes \d+ (just fails|is not sure to do)/,
    );
    const again = await planned(text, 'again');
    expect(again.runner.made).toBe(0);
    expect(again.result).toEqual(result);
    expect(runner.made).toBe(result.runs);
  });

  it('says of targets that nothing meets which misses, and by how much', async () => {
    const text = `plan:\n  variables: { ${nodes.replace('16', '7')} }\n  targets: ['mean(wait) <= 1ms']\n  objective: nodes\n`;
    const { result } = await planned(text);
    expect(result.plan).toBeNull();
    expect(result.nearest!.values['nodes']).toBe(7);
    expect(result.sentence).toMatch(
      /^Nothing meets the targets: at best \(nodes 7\) mean\(wait\) .* % beyond the bound\.$/,
    );
  });

  it('counts a system that cannot keep up as one that misses', async () => {
    const text = `set: { 'workload.synthetic[0].jobs': 4000 }\nplan:\n  variables: { nodes: { path: 'cluster.pools[0].nodes', from: 3, to: 4 } }\n  targets: ['mean(wait) <= 1d']\n  objective: nodes\n`;
    const { result } = await planned(text);
    expect(result.plan).toBeNull();
    expect(result.nearest!.warnings[0]).toMatch(/^unstable/);
  });

  it('prices nodes and their power, and chooses among alternatives', async () => {
    const text = `plan:
  variables:
    ${nodes}
    policy: { path: policies.scheduling, values: [fifo, sjf] }
  targets: ['mean(wait) <= 200ms']
  objective: cost
  headroom: false
`;
    const { result } = await planned(text);
    expect(result.amount).toBe((nodesOf(result) as number) * (2 + 10 * 0.1));
    expect(result.judged.some(({ values }) => values['policy'] === 'sjf')).toBe(true);
  });
});

describe('what lies ahead of a plan', () => {
  it('is its headroom, what growth asks for and when to order it, and what an uncertain input would change', async () => {
    const text = `set: { 'workload.synthetic[0].jobs': 300 }
plan:
  variables: { ${nodes.replace('6, to: 16', '7, to: 12')} }
  targets: ['mean(wait) <= 200ms']
  tolerance: 0.9
  objective: nodes
  growth: { perQuarter: 0.2, quarters: 2, leadTime: 31d, from: 2026-12-01 }
  uncertain: [{ path: 'workload.synthetic[0].run.mean', low: 900ms, high: 1.2s }]
`;
    const { result } = await planned(text);
    const today = nodesOf(result) as number;
    expect(result.headroom!.factor).toBeGreaterThanOrEqual(1);
    expect(result.headroom!.factor).toBeLessThan(2);
    expect(result.growth.map(({ date, load }) => [date, Number(load.toFixed(6))])).toEqual([
      ['2027-03-01', 1.2],
      ['2027-06-01', 1.44],
    ]);
    const [first, second] = result.growth;
    expect(first!.nodes! - today).toBe(first!.more);
    expect(second!.nodes! - first!.nodes!).toBe(second!.more);
    expect(second!.nodes!).toBeGreaterThan(today);
    expect(result.growth.find(({ more }) => more! > 0)!.orderBy).toMatch(/^2027-0[15]-(29|01)$/);
    const [low, high] = result.sensitivity[0]!.ends;
    expect(low!.amount!).toBeLessThanOrEqual(today);
    expect(high!.amount!).toBeGreaterThanOrEqual(today);
    expect(result.sensitivity[0]).toMatchObject({ assumed: '1s', ends: [{ isMet: true }, { isMet: true }] });
    expect(result.growthAssumed).toMatchObject({ perQuarter: 0.2, leadTimeS: 31 * 86_400 });
    expect(result.growthAssumed!.from).toMatch(/^2026-12-01/);
  });
});

describe('a plan that makes a metric best', () => {
  it('ranks a few alternatives', async () => {
    const text = `set: { 'cluster.pools[0].nodes': 6, 'workload.synthetic[0].jobs': 400 }
plan:
  variables: { policy: { path: policies.scheduling, values: [lrf, fifo, sjf] } }
  objective: mean(completion)
  indifference: 0.05
  uncertain: [{ path: 'workload.synthetic[0].run.mean', low: 900ms, high: 1.1s }]
`;
    const { result } = await planned(text);
    expect(result.plan!.values['policy']).toBe('sjf');
    expect(result.amount).toBe(result.plan!.metrics['mean(completion)']!.mean);
    const [low, high] = result.sensitivity[0]!.ends;
    expect(low!.amount!).toBeLessThan(result.amount!);
    expect(high!.amount!).toBeGreaterThan(result.amount!);
  });
});

describe('the mistakes of a plan', () => {
  const plan = (rest: string): string => `plan:\n  variables: { ${nodes} }\n${rest}`;
  it.each([
    [plan(`  objective: nodes\n`), 'give targets that it must meet'],
    [plan(`  objective: noses\n  targets: ['utilisation >= 1%']\n`), 'did you mean "nodes"?'],
    [plan(`  objective: nodes\n  targets: ['p95(wiat) <= 1h']\n`), 'did you mean "wait"?'],
    [plan(`  objective: nodes\n  targets: ['p95(wait) < 1h']\n`), '< bounds nothing; write <= or >='],
    [plan(`  objective: nodes\n  targets: ['p95(wait) <= 1 fortnight']\n`), 'is not a unit of a duration'],
    [plan(`  objective: nodes\n  targets: ['ettr >= 93']\n`), 'write 99% or 0.99'],
    [plan(`  objective: nodes\n  targets: ['ettr >= 93% @ 20%']\n`), 'not between 50% and 100%'],
    [plan(`  objective: nodes\n  targets: ['finish(job=a) <= 2026-12-01']\n`), 'but the scenario has none'],
    [
      plan(`  objective: nodes\n  targets: ['utilisation >= 80%', 'utilisation <= 70%']\n`),
      'contradicts the target utilisation >= 80%',
    ],
    [
      `plan:\n  variables: { n: { path: seed, from: 5 } }\n  targets: ['ettr >= 0.9']\n  objective: nodes\n`,
      'give values',
    ],
    [`plan:\n  variables: {}\n  targets: ['ettr >= 0.9']\n  objective: nodes\n`, 'names nothing that may be chosen'],
  ])('%# is told with its line and its mend', (text, message) => {
    expect(() => studyOf(parseText(join(folder, 'study.yaml'), head + text))).toThrow(message);
    expect(() => studyOf(parseText(join(folder, 'study.yaml'), head + text))).toThrow(/study\.yaml:\d+ /);
  });

  it('of a path that the scenario does not know is told before the first run', async () => {
    const text = plan(`  objective: nodes\n  targets: ['utilisation >= 1%']\n`).replace('.nodes', '.noses');
    await expect(planned(text)).rejects.toThrow(
      /study\.yaml:\d+ {2}nodes?|plan\.variables\.nodes: .*did you mean "nodes"/,
    );
  });

  it('of a cost without prices is told', async () => {
    writeFileSync(join(folder, 'desk.yaml'), scenario.replace(/, pricePerNodeHour.*0\.1/, ''));
    const text = plan(`  objective: cost\n  targets: ['utilisation >= 1%']\n`);
    await expect(planned(text)).rejects.toThrow('give each pool a pricePerNodeHour');
    writeFileSync(join(folder, 'desk.yaml'), scenario);
  });
});
