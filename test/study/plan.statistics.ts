import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { duration } from '../../src/scenario/quantities/duration.ts';
import { amount } from '../../src/scenario/quantities/quantity.ts';
import { inProcess } from '../../src/study/executors/in-process.ts';
import { loadStudy } from '../../src/study/file/load-study.ts';
import type { PlanResult } from '../../src/study/plan/plan-result.ts';
import { findPlan, hasPlan, metricsOf } from '../../src/study/plan/plan.ts';
import { Journal } from '../../src/study/results/journal.ts';
import { Runner } from '../../src/study/runs/runner.ts';

const REPETITIONS = Number(process.env['PLIMSOLL_PLAN_REPETITIONS'] ?? 50);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-plans-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The plan of a committed study, with seeds of its own for each repetition. */
async function planned(name: string, repetition: number): Promise<PlanResult> {
  const study = loadStudy(join(import.meta.dirname, `../../scenarios/plan/${name}.yaml`));
  if (!hasPlan(study)) throw new RangeError(`${name} has no plan`);
  const plan = { ...study.data.plan, headroom: false };
  const seeded = { ...study, data: { ...study.data, plan, seed: 1 + 10_000 * repetition } };
  const journal = Journal.open(join(folder, `${name}-${repetition}.jsonl`));
  const runner = new Runner(seeded, inProcess(), journal, new AbortController().signal, metricsOf(seeded));
  const result = await findPlan(seeded, runner);
  journal.close();
  return result;
}

describe('the plans whose answers are known', () => {
  it.each([
    ['erlang', 107],
    ['erlang-loss', 107],
    ['spares', 1035],
  ])('%s answers %i in nine of ten repetitions with other seeds, and never less', async (name, exact) => {
    const answers: number[] = [];
    for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
      answers.push((await planned(name, repetition)).plan?.capacity.nodes ?? NaN);
    }
    process.stdout.write(`${name}: ${answers.join(' ')}\n`);
    expect(answers.filter((one) => one === exact).length).toBeGreaterThanOrEqual(0.9 * REPETITIONS);
    expect(Math.min(...answers)).toBeGreaterThanOrEqual(exact - 1);
  });

  it('checkpoints answers the exact 1.962010 h within a tenth in nine of ten repetitions', async () => {
    let near = 0;
    for (let repetition = 1; repetition <= REPETITIONS; repetition++) {
      const { plan } = await planned('checkpoints', repetition);
      const hours = amount(duration, plan!.values['interval'] as string) / 3600e6;
      if (Math.abs(hours / 1.96201 - 1) < 0.1) near++;
    }
    expect(near).toBeGreaterThanOrEqual(0.9 * REPETITIONS);
  });
});
