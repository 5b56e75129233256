import { join } from 'node:path';
import { Command } from 'commander';
import { renderPlan } from '../report/plan/plan-page.ts';
import { ScenarioError, plainText } from '../scenario/problems.ts';
import { loadStudy } from '../study/file/load-study.ts';
import { findPlan, hasPlan, metricsOf } from '../study/plan/plan.ts';
import type { PlanProgress } from '../study/plan/settings.ts';
import { writePlan } from '../study/plan/write-plan.ts';
import { StudyFolder } from '../study/results/study-folder.ts';
import { Runner } from '../study/runs/runner.ts';
import { withInterrupt } from './interrupt.ts';
import { planInWords } from './plan-in-words.ts';
import { redisOption, studyExecutor, type RedisOption } from './redis-option.ts';
import { workersOption } from './workers-option.ts';
import { writeReport } from './write-report.ts';
import { writeStore } from './write-store.ts';

const examples = `
Examples:
  plimsoll plan scenarios/plan/erlang.yaml                          the answer; plan.json and report.html in reports/NAME
  plimsoll plan scenarios/plan/erlang.yaml --out reports/servers    go on there if it was stopped
`;

interface PlanOptions extends RedisOption {
  readonly out?: string;
  readonly root?: string;
}

/** `plimsoll plan STUDY`: the cheapest choice that meets the targets of a study. */
export function planCommand(): Command {
  return new Command('plan')
    .summary('find the least that meets the targets of a study')
    .description(
      'Finds the cheapest choice of the variables under "plan" of a study that meets its targets, and says how sure that ' +
        'is, what just fails, and how much more load it bears. Runs that are stored in the folder are not made again.',
    )
    .argument('<study>', 'study file with a plan, YAML or JSON')
    .option('--out <dir>', 'folder for the results (default: reports/ and the name of the study)')
    .addOption(workersOption())
    .addOption(redisOption())
    .option('--root <dir>', 'refuse files outside this folder')
    .addHelpText('after', examples)
    .action((file: string, options: PlanOptions) => withInterrupt((signal) => run(file, options, signal)));
}

async function run(file: string, options: PlanOptions, signal: AbortSignal): Promise<void> {
  const study = loadStudy(file, options.root);
  if (!hasPlan(study)) {
    throw new ScenarioError([
      { place: plainText(file), message: 'plan is missing; add what may be chosen, and its targets' },
    ]);
  }
  const folder = options.out ?? join('reports', study.data.name);
  const metrics = metricsOf(study);
  const kept = StudyFolder.open(folder, { command: 'plan', study: study.data, metrics });
  const executor = await studyExecutor(options, study, folder);
  try {
    const runner = new Runner(study, executor, kept.journal, signal, metrics, kept.index);
    const result = await findPlan(study, runner, tell);
    writePlan(folder, result);
    writeReport(folder, await renderPlan(result));
    process.stdout.write(planInWords(result));
    await writeStore(kept);
    process.stderr.write(`${runner.made} runs made, ${runner.found} found in ${folder}\n`);
  } finally {
    kept.close();
    await executor.close();
  }
}

function tell({ runs, at }: PlanProgress): void {
  process.stderr.write(`${runs} runs so far; now ${plainText(at)}\n`);
}
