import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { placementPolicies, schedulingPolicies } from '../../src/policies/registry.ts';

let loadsOfHighs = 0;

// Files of tests share their modules: what another one has loaded already would not be loaded here.
beforeAll(() => {
  vi.resetModules();
  // Preparing a run solves nothing: a library that knows its version is enough.
  vi.doMock('highs', () => {
    loadsOfHighs++;
    return { default: () => Promise.resolve({ version: { string: 'of the test' } }) };
  });
});

afterAll(() => {
  vi.doUnmock('highs');
  vi.resetModules();
});

const scenario = fileURLToPath(new URL('../../bench/scenarios/policies-overload.yaml', import.meta.url));

async function prepareWith(role: 'scheduling' | 'placement', name: string): Promise<void> {
  const { settleScenario } = await import('../../src/scenario/settle.ts');
  const { prepareRun } = await import('../../src/scenario/resolve/prepare.ts');
  const set = [`policies.${role}=${name}`, 'workload.synthetic.0.jobs=20'];
  await prepareRun(await settleScenario(scenario, { set }));
}

it('HiGHS is loaded only once a policy is chosen that solves programs', async () => {
  const [withSolver, without] = [true, false].map((solves) =>
    schedulingPolicies.filter((policy) => (policy.solver === true) === solves).map(({ name }) => name),
  );
  expect(without!.length).toBeGreaterThan(15);
  for (const name of without!) await prepareWith('scheduling', name);
  for (const { name, solver } of placementPolicies) {
    expect(solver, name).toBeUndefined();
    await prepareWith('placement', name);
  }
  expect(loadsOfHighs).toBe(0);
  expect(withSolver!.length).toBeGreaterThan(2);
  for (const name of withSolver!) await prepareWith('scheduling', name);
  expect(loadsOfHighs).toBe(1);
});
