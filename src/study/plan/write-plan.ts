import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanResult } from './plan-result.ts';

/** Writes plan.json, under another name first. */
export function writePlan(folder: string, result: PlanResult): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, '.plan.json.new');
  writeFileSync(temporary, `${JSON.stringify(result, null, 1)}\n`);
  renameSync(temporary, join(folder, 'plan.json'));
}
