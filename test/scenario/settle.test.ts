import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { originOf, originText } from '../../src/scenario/origins.ts';
import type { Overrides } from '../../src/scenario/overrides.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { settleDocument, type SettledScenario } from '../../src/scenario/settle.ts';
import { smallScenario } from '../cli/call.ts';

const synthetic = `name: s
start: 2026-01-05
cluster:
  pools: [{name: a, nodes: 2, gpusPerNode: 4, memoryPerNode: 1024GiB}]
workload:
  synthetic:
    - name: w
      duration: 720h
      arrivals: {ratePerHour: 1}
      gpus: {values: [1]}
      run: {kind: exponential, mean: 60m}
policies: {scheduling: fifo, placement: count}
`;

function settle(text: string, overrides: Overrides = {}): SettledScenario {
  return settleDocument(parseText('f.yaml', text), overrides);
}

function mistakesOf(text: string, overrides: Overrides = {}): string[] {
  try {
    settle(text, overrides);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  throw new Error('was not refused');
}

describe('a settled scenario', () => {
  test('takes a bare name for a recovery policy, as for every other', () => {
    const components =
      '{ name: n, scope: node, timeToFault: { kind: exponential, mean: 9h }, timeToRepair: { kind: exponential, mean: 1h } }';
    const bare = settle(`${synthetic}failures: { recovery: restart, components: [${components}] }\n`);
    const written = settle(`${synthetic}failures: { recovery: { name: restart }, components: [${components}] }\n`);
    expect(bare.data.failures!.recovery).toMatchObject({ name: 'restart' });
    expect(bare.hash).toBe(written.hash);
  });

  test('has every default and quantities in one form', () => {
    const { data } = settle(synthetic);
    expect(data.seed).toBe(1);
    expect(data.start).toBe('2026-01-05T00:00:00Z');
    expect(data.preemption).toEqual({
      resumeOverhead: '0s',
      resumeOverheadBySize: [],
      unpaidOverhead: 'restart',
      startOverhead: '0s',
      teardown: '0s',
    });
    expect(data.policies.scheduling).toEqual({ name: 'fifo', priorities: 'ignore', whenBlocked: 'wait' });
    expect(data.cluster.pools![0]!.memoryPerNode).toBe('1TiB');
    expect(data.workload.synthetic[0]).toMatchObject({ duration: '30d', begin: '0s', run: { mean: '1h' } });
  });

  test('is itself a scenario with the same hash', () => {
    for (const text of [synthetic, smallScenario]) {
      const first = settle(text);
      const again = settle(JSON.stringify(first.data));
      expect(again.data).toEqual(first.data);
      expect(again.hash).toBe(first.hash);
    }
  });

  test('says where each value came from', () => {
    const { origins } = settle(smallScenario, { nodes: 4, seed: 9, set: ['policies.placement=count'] });
    const from = (pointer: string): string => originText(origins.get(pointer));
    expect(from('/name')).toBe('line 1');
    expect(from('/cluster/pools/0/gpusPerNode')).toBe('line 4');
    expect(from('/cluster/pools/0/nodes')).toBe('--nodes 4');
    expect(from('/seed')).toBe('--seed 9');
    expect(from('/policies/placement/name')).toBe('--set policies.placement=count');
    expect(from('/policies/scheduling/name')).toBe('line 13');
    expect(from('/policies/scheduling/priorities')).toBe('default');
    expect(from('/preemption/resumeOverhead')).toBe('default');
  });

  test('a group from an option brings its values along, and what it replaced is forgotten', () => {
    const text = smallScenario.replace('gpusPerNode: 4}', 'gpusPerNode: 4, labels: {zone: a}}');
    const { origins } = settle(text, { set: ['cluster.pools[0].labels={zone: b}'] });
    const path = ['cluster', 'pools', 0, 'labels', 'zone'];
    expect(originText(originOf(origins, path))).toBe('--set cluster.pools[0].labels={zone: b}');
  });
});

describe('the hash', () => {
  const { hash } = settle(synthetic);

  test('does not depend on the order of keys', () => {
    const labelled = settle(synthetic, { set: ['cluster.pools[0].labels={zone: a, row: b}'] });
    const turned = settle(synthetic, { set: ['cluster.pools[0].labels={row: b, zone: a}'] });
    expect(turned.hash).toBe(labelled.hash);
  });

  test.each([
    'seed=1',
    'description=',
    'preemption.resumeOverhead=0',
    'preemption={}',
    'policies.estimates=max-requested-run',
    'policies.estimates.name=max-requested-run',
    'policies.scheduling.priorities=ignore',
    'policies.scheduling=fifo',
    'workload.synthetic[0].begin=0ms',
    'workload.synthetic[0].duration=30d',
    'cluster.pools[0].gpuType=GPU',
    'workload.jobs=[]',
    'start=2026-01-05T01:00:00+01:00',
  ])('does not change when %s is set to what it is', (set) => {
    expect(settle(synthetic, { set: [set] }).hash).toBe(hash);
  });

  test.each([
    'seed=2',
    'name=t',
    'cluster.pools[0].nodes=3',
    'policies.scheduling.whenBlocked=reject',
    'workload.synthetic[0].run.mean=61m',
  ])('changes with %s', (set) => {
    expect(settle(synthetic, { set: [set] }).hash).not.toBe(hash);
  });
});

describe('--set', () => {
  test('takes numbers, lists, groups, and text where text belongs', () => {
    const { data } = settle(synthetic, {
      set: [
        'name=5',
        'description=a: b, [c',
        'workload.synthetic.0.gpus.values=[1, 2]',
        'cluster.pools[0].labels={zone: a}',
        'cluster.pools[0].labels["row.x"]=7',
        'policies.placement={name: count}',
      ],
    });
    expect(data.name).toBe('5');
    expect(data.description).toBe('a: b, [c');
    expect(data.workload.synthetic[0]!.gpus.values).toEqual([1, 2]);
    expect(data.cluster.pools![0]!.labels).toEqual({ zone: 'a', 'row.x': '7' });
  });

  test.each([
    ['seed', '--set seed  is not path=value'],
    ['=1', '--set =1  is not path=value'],
    ['a..b=1', '--set a..b=1  is not a path'],
    ['polices.scheduling=fifo', 'polices is an unknown key; did you mean "policies"?'],
    [
      'policies.scheduling.priority=honour',
      'policies.scheduling.priority is an unknown key; did you mean "priorities"?',
    ],
    ['cluster.pools[1].nodes=4', 'cluster.pools[1] does not exist; cluster.pools has 1 entries, counted from 0'],
    ['cluster.pools.nodes=4', 'cluster.pools is a list; name an entry of it, like cluster.pools[0]'],
    ['cluster[0]=4', 'cluster is no list that has an entry 0'],
    ['seed=abc', '--set seed=abc  seed is "abc"; must be a whole number'],
    ['seed=-1', '--set seed=-1  seed is -1; must be at least 0'],
    ['seed=', '--set seed=  has no value after the ='],
    ['horizon=30 parsecs', '--set horizon=30 parsecs  horizon is "30 parsecs"; "parsecs" is not a unit'],
    ['cluster.pools[0]=[', 'the value is not YAML'],
    ['__proto__.x=1', '__proto__ is a key that is never allowed'],
    ['cluster.constructor=1', 'cluster.constructor is a key that is never allowed'],
  ])('%s is refused', (set, message) => {
    expect(mistakesOf(synthetic, { set: [set] }).join('\n')).toContain(message);
  });

  test('mistakes of the options and of the file are told together', () => {
    const mistakes = mistakesOf(synthetic.replace('name: s', 'nam: s'), { set: ['x=1'], nodes: 2_000_000 });
    expect(mistakes).toHaveLength(4);
  });
});

test('--nodes needs a pool', () => {
  const listed = synthetic.replace(/pools: .*/, 'nodeList: {format: openb-nodes, file: x}');
  expect(mistakesOf(listed, { nodes: 5 })[0]).toContain('--nodes 5  the scenario has no pool whose size it could be');
});

test('each mistake of a file is told once, in file order, with its mend', () => {
  const mistakes = mistakesOf(`
nam: quick
seed: "7"
horizon: 30 parsecs
cluster:
  pools:
    - {name: h, nodes: -1, gpusPerNode: 8.5, memoryPerNode: 2}
    - {name: h, nodes: 1, gpusPerNode: 8, gpusType: X}
workload:
  synthetic:
    - {name: w, arrivals: {ratePerHour: 1, hourOfDay: [1]}, gpus: {values: []}, run: {kind: lognormall}, gpuTypes: [H10]}
policies:
  scheduling: fif0
  placement: {name: count, x: 1}
  estimates: 5
`);
  expect(mistakes).toEqual([
    'f.yaml:2  name is missing; add it (Name of the scenario)',
    expect.stringContaining('f.yaml:2  nam is an unknown key; did you mean "name"?'),
    'f.yaml:3  seed is "7"; must be a whole number; write it without quotes and unit',
    expect.stringContaining('f.yaml:4  horizon is "30 parsecs"; "parsecs" is not a unit of a duration'),
    'f.yaml:7  cluster.pools[0].nodes is -1; must be at least 0',
    'f.yaml:7  cluster.pools[0].gpusPerNode is 8.5; must be a whole number',
    expect.stringContaining('f.yaml:7  cluster.pools[0].memoryPerNode is 2; must be a size; write it like 80GiB'),
    expect.stringContaining('f.yaml:8  cluster.pools[1].gpusType is an unknown key; did you mean "gpuType"?'),
    'f.yaml:8  cluster.pools[1].name is "h"; as is cluster.pools[0].name; give each its own',
    'f.yaml:11  workload.synthetic[0].arrivals.hourOfDay is [1]; has 1 entries; must have exactly 24',
    'f.yaml:11  workload.synthetic[0].gpus.values is []; has 0 entries; must have at least 1',
    expect.stringContaining('f.yaml:11  workload.synthetic[0].run.kind is "lognormall"; did you mean "lognormal"?'),
    expect.stringContaining('f.yaml:11  workload.synthetic[0].gpuTypes[0] is "H10"; no pool has it; known: GPU'),
    expect.stringContaining('f.yaml:13  policies.scheduling.name is "fif0"; did you mean "fifo"?'),
    'f.yaml:14  policies.placement.x is an unknown key; known: name',
    'f.yaml:15  policies.estimates is 5; must be text or a group of keys; known names: exact, max-requested-run, noisy, requested, user-mean',
  ]);
});
