import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { prepareRun, type PreparedRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument } from '../../src/scenario/settle.ts';

/** A scenario of 16 GPUs, of two types, with the given queues and a job each of ann, bob and nobody. */
function scenarioWith(queues: string, scheduling = 'fair-share'): Promise<PreparedRun> {
  const text = `name: t
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 8, gpuType: A}, {name: h, nodes: 1, gpusPerNode: 8, gpuType: H}]}
workload:
  jobs:
    - {id: one, gpus: 8, submit: 0, run: 1h, tenant: ann}
    - {id: two, gpus: 8, submit: 0, run: 1h, tenant: bob}
    - {id: three, gpus: 8, submit: 0, run: 1h}
${queues}
policies: {scheduling: ${scheduling}, placement: count}
`;
  return Promise.resolve().then(() => prepareRun(settleDocument(parseText('q.yaml', text))));
}

async function mistakesOf(queues: string): Promise<string[]> {
  const error: unknown = await scenarioWith(queues).catch((problem: unknown) => problem);
  if (!(error instanceof ScenarioError)) throw new Error(`no mistake was found in ${queues}`);
  return error.problems.map(({ place, message }) => `${place}  ${message}`);
}

describe('queues of a scenario', () => {
  test('are a tree, parents first, with a queue for each tenant', async () => {
    const { spec, warnings } = await scenarioWith(`queues:
  - {name: ann, parent: lab, quota: 4, limit: 8, weight: 2}
  - {name: lab, priority: 3}
  - {name: rest, parent: lab, tenants: [bob, "*"], quota: 6, lendingLimit: 1}`);
    const { names, parent, quota, limit, lendingLimit, weight, priority, queueOfTenant } = spec.quotas;
    expect(names).toEqual(['lab', 'ann', 'rest']);
    expect([...parent]).toEqual([-1, 0, 0]);
    // The parent has what its children have together.
    expect([...quota]).toEqual([10, 4, 6]);
    expect([...limit]).toEqual([Infinity, 8, Infinity]);
    expect([...lendingLimit]).toEqual([10, 4, 1]);
    expect([...weight]).toEqual([1, 2, 1]);
    expect([...priority]).toEqual([3, 0, 0]);
    expect(spec.jobs.tenants.map((tenant, index) => [tenant, names[queueOfTenant[index]!]])).toEqual([
      ['ann', 'ann'],
      ['bob', 'rest'],
      ['', 'rest'],
    ]);
    expect(warnings).toEqual([]);
  });

  test('may have quotas, limits and what they lend by GPU type; sums stand for all types', async () => {
    const { spec, warnings } = await scenarioWith(
      `queues:
  - {name: lab, limit: {A: 7}}
  - {name: ann, parent: lab, quota: {A: 4, H: 2}, lendingLimit: {A: 1}}
  - {name: rest, parent: lab, tenants: [bob, "*"], quota: {H: 6}, limit: 7}`,
      'kueue',
    );
    const { quota, quotaOfType, lendingLimit, lendingLimitOfType, limit, limitOfType } = spec.quotas;
    const lists = (columns: readonly Float64Array[] | undefined) => columns?.map((column) => [...column]);
    expect(lists(quotaOfType)).toEqual([[4, 4, 0], [8, 2, 6]]); // prettier-ignore
    expect([...quota]).toEqual([12, 6, 6]);
    expect(lists(lendingLimitOfType)).toEqual([[4, 1, 0], [8, 2, 6]]); // prettier-ignore
    expect([...lendingLimit]).toEqual([12, 3, 6]);
    expect(lists(limitOfType)).toEqual([[7, Infinity, Infinity], [Infinity, Infinity, Infinity]]); // prettier-ignore
    expect([...limit]).toEqual([Infinity, Infinity, 7]);
    expect(warnings).toEqual([]);
  });

  test('bring warnings where a type is promised twice, or the policy does not tell types apart', async () => {
    const queues = 'queues: [{name: all, tenants: ["*"], quota: {A: 9, H: 1}}]';
    expect((await scenarioWith(queues)).warnings).toEqual([
      'queues have quotas by GPU type, and fair-share counts GPUs of all types together: it knows their sums',
      'queues have quotas of 9 GPUs of A together, and the cluster has 8: not all can have theirs at once',
    ]);
  });

  test('are, where none are given, one for each tenant with an equal part of the GPUs', async () => {
    const { spec, warnings } = await scenarioWith('');
    expect(spec.quotas.names).toEqual(['ann', 'bob', '']);
    expect([...spec.quotas.quota]).toEqual([6, 5, 5]);
    expect(warnings).toEqual([]);
  });

  test('bring warnings where they promise more than there is, name nobody, or are not looked at', async () => {
    const queues = 'queues: [{name: ann, quota: 12}, {name: bobb, quota: 8}, {name: all, tenants: ["*"]}]';
    expect((await scenarioWith(queues)).warnings).toEqual([
      'queues have quotas of 20 GPUs together, and the cluster has 16: not all can have theirs at once',
      'no job belongs to tenant "bobb" of queues',
    ]);
    expect((await scenarioWith('queues: [{name: all, tenants: ["*"]}]', 'fifo')).warnings).toEqual([
      'queues are given, but fifo does not look at them',
    ]);
  });

  test.each<[string, string, ...RegExp[]]>([
    [
      'tenants without queue',
      'queues: [{name: ann}, {name: bobb}]',
      /^q\.yaml:8 {2}tenant "bob" is in no queue; .* did you mean "bobb"\?/,
      /^q\.yaml:8 {2}jobs without tenant are in no queue; .*tenants: \["\*"\]/,
    ],
    [
      'an unknown parent',
      'queues: [{name: all, tenants: ["*"], parent: lap}, {name: lab}]',
      /queues\[0\]\.parent is "lap"; no queue has that name; did you mean "lab"\?/,
    ],
    [
      'parents in a circle',
      'queues: [{name: a, parent: b}, {name: b, parent: a}, {name: all, tenants: ["*"]}]',
      /queues\[0\]\.parent is "b"; the parents go in a circle \(a → b → a\)/,
      /queues\[1\]\.parent is "a"; the parents go in a circle \(b → a → b\)/,
    ],
    [
      'a tenant in two queues',
      'queues: [{name: ann}, {name: all, tenants: [ann, "*"]}]',
      /queues\[1\]\.tenants\[0\] is "ann"; the tenant is in queues\[0\]\.name already/,
    ],
    [
      'tenants of a parent',
      'queues: [{name: lab, tenants: [ann]}, {name: all, tenants: ["*"], parent: lab}]',
      /queues\[0\]\.tenants stand in a queue that is the parent of others; put them into a child/,
    ],
    [
      'two queues of one name',
      'queues: [{name: all, tenants: ["*"]}, {name: all, tenants: []}]',
      /queues\[1\]\.name is "all"; as is queues\[0\]\.name; give each its own/,
    ],
    [
      'a negative quota',
      'queues: [{name: all, tenants: ["*"], quota: -1}]',
      /queues\[0\]\.quota is -1; must be at least 0/,
    ],
    [
      'a limit below the quota, and more to lend than there is',
      'queues: [{name: all, tenants: ["*"], quota: 8, limit: 4, lendingLimit: 9}]',
      /queues\[0\]\.limit is 4; less than its quota of 8/,
      /queues\[0\]\.lendingLimit is 9; more than its quota of 8/,
    ],
    [
      'a parent that has promised more than it has',
      'queues: [{name: lab, quota: 5}, {name: all, tenants: ["*"], parent: lab, quota: 8}]',
      /queues\[0\]\.quota is 5; the queues of which "lab" is the parent have 8 together; raise it/,
    ],
    [
      'a GPU type that no pool has',
      'queues: [{name: all, tenants: ["*"], quota: {A: 1, HH: 2}}]',
      /queues\[0\]\.quota names "HH"; no pool has that GPU type; did you mean "H"\?/,
    ],
    [
      'quotas of two kinds',
      'queues: [{name: ann, quota: 1}, {name: all, tenants: ["*"], quota: {A: 1}, lendingLimit: 1}]',
      /queues\[1\]\.quota is .*; that of "ann" is one number, and this is not; write all quotas alike/,
      /queues\[1\]\.lendingLimit is 1; its quota is by GPU type; write both alike/,
    ],
    [
      'amounts by type that contradict',
      'queues: [{name: lab, quota: {A: 3}}, {name: all, tenants: ["*"], parent: lab, quota: {A: 4}, limit: {A: 2, H: 1}, lendingLimit: {H: 1}}]',
      /queues\[1\]\.limit\.A is 2; less than its quota of 4/,
      /queues\[1\]\.lendingLimit\.H is 1; more than its quota of 0/,
      /queues\[0\]\.quota is .*; the queues of which "lab" is the parent have 4 of A together; raise it/,
    ],
  ])('are refused with %s', async (_, queues, ...messages) => {
    const mistakes = await mistakesOf(queues);
    expect(mistakes.length).toBe(messages.length);
    messages.forEach((message, index) => expect(mistakes[index]).toMatch(message));
  });
});
