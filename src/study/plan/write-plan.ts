import { makeWritable, writeWhole } from '../results/study-folder.ts';
import type { PlanResult } from './plan-result.ts';

/** Writes plan.json, under another name first. StoreError where it cannot be written. */
export function writePlan(folder: string, result: PlanResult): void {
  makeWritable(folder);
  writeWhole(folder, 'plan.json', `${JSON.stringify(result, null, 1)}\n`);
}
