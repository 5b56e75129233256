import { fileURLToPath } from 'node:url';
import { prepareRun, type PreparedRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import type { Overrides } from '../../src/scenario/overrides.ts';
import { runScenario, type RunResult } from '../../src/study/run-scenario.ts';

/** Path of a scenario that is shipped. */
export function shippedScenario(name: string): string {
  return fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url));
}

/** A shipped scenario, ready to run. */
export async function prepareShipped(name: string, overrides: Overrides = {}): Promise<PreparedRun> {
  return prepareRun(await settleScenario(shippedScenario(name), overrides));
}

/** Runs a shipped scenario as `plimsoll run` does. */
export async function runShipped(
  name: string,
  overrides: Overrides = {},
): Promise<RunResult & { readonly prepared: PreparedRun }> {
  const prepared = await prepareShipped(name, overrides);
  return { ...(await runScenario(prepared)), prepared };
}
