/**
 * Quality and decision cost of every registered scheduling policy on three fixed workloads. Quality is compared value by
 * value with bench/policies.baseline.json; cost is reported. Writes reports/policies/report.html and table.md.
 * `--short` runs the smaller workloads alone, `--update` writes the baseline anew, `--only NAME[,NAME]` runs some
 * policies and compares no others, `--no-cost` leaves out the costs. Exits with 1 when a figure is not as it was.
 * `--nodes` instead measures how the cost of a decision grows from 1,250 to 12,500 nodes, for every scheduling and every
 * placement policy, writes reports/policies/nodes.json and exits with 1 if one grows too much.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { suggestion } from '../src/scenario/suggestions.ts';
import {
  baselineFile,
  compareWithBaseline,
  readBaseline,
  updatedBaseline,
  writeBaseline,
  type BaselineFindings,
  type BenchRuns,
} from './policies/baseline.ts';
import { printGrowth, printResults } from './policies/console.ts';
import { costOf, type PolicyCost } from './policies/cost.ts';
import { GROWTH_MOST, growthCases, growthOf, isSteep, type GrowthCase, type NodeGrowth } from './policies/growth.ts';
import { markdownOf } from './policies/markdown.ts';
import { overrides } from './policies/overrides.ts';
import { qualityOf, type PolicyQuality } from './policies/quality.ts';
import { benchReport } from './policies/report-page.ts';
import { whyLeftOut, workloads, type BenchForm } from './policies/workloads.ts';

const FOLDER = 'reports/policies';
const CHANGES_PRINTED_MAX = 40;

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    only: { type: 'string' },
    'no-cost': { type: 'boolean', default: false },
    nodes: { type: 'boolean', default: false },
  },
});

const cases = growthCases();
const registered = cases.filter(({ role }) => role === 'scheduling').map(({ policy }) => policy);
const known = options.nodes ? cases.map(({ policy }) => policy) : registered;
const chosen = options.only === undefined ? known : options.only.split(',');
const unknown = chosen.filter((name) => !known.includes(name));
mkdirSync(FOLDER, { recursive: true });
if (unknown.length > 0) {
  const kind = options.nodes ? 'policy' : 'scheduling policy';
  fail(unknown.map((name) => `there is no ${kind} "${name}"; ${suggestion(name, known)}`));
} else if (options.nodes) await measureGrowth();
else await compareQuality();

async function measureGrowth(): Promise<void> {
  const growth = await growthOfChosen();
  printGrowth(growth);
  writeFileSync(`${FOLDER}/nodes.json`, `${JSON.stringify({ node: process.version, growth }, null, 2)}\n`);
  console.log(`written to ${FOLDER}/nodes.json`);
  const steep = growth.filter(isSteep).map(({ policy }) => policy);
  if (steep.length > 0)
    fail([`a decision costs more than ${GROWTH_MOST} times as much with ten times the nodes: ${steep.join(', ')}`]);
}

async function growthOfChosen(): Promise<NodeGrowth[]> {
  const growth: NodeGrowth[] = [];
  const isChosen = ({ policy }: GrowthCase): boolean => options.only === undefined || chosen.includes(policy);
  for (const one of cases.filter(isChosen)) {
    process.stderr.write(`nodes ${one.policy}\n`);
    growth.push(await growthOf(one));
  }
  return growth;
}

async function compareQuality(): Promise<void> {
  const leftOut = workloads.map(whyLeftOut).filter((why) => why !== null);
  for (const why of leftOut) console.warn(why);
  const faults: string[] = [];
  const forms: BenchRuns[] = [];
  for (const form of options.short ? (['short'] as const) : (['full', 'short'] as const)) {
    forms.push({ form, qualities: await qualitiesOf(form, faults) });
  }
  const costs: PolicyCost[] = [];
  for (const policy of options['no-cost'] ? [] : chosen) {
    process.stderr.write(`cost of ${policy}\n`);
    costs.push(await costOf(policy, options.short ? 'short' : 'full'));
  }
  const growth = options['no-cost'] ? [] : await growthOfChosen();
  const baseline = readBaseline();
  const found = compareWithBaseline(baseline, forms, registered, chosen);
  const findings: BaselineFindings = { changes: found.changes, faults: [...faults, ...found.faults] };
  const results = { forms, costs, growth, findings, leftOut };
  writeFileSync(`${FOLDER}/report.html`, await benchReport(results, process.version));
  writeFileSync(`${FOLDER}/table.md`, markdownOf(results));
  printResults(results);
  console.log(`\nwritten to ${FOLDER}/report.html and ${FOLDER}/table.md`);
  if (options.update) {
    writeBaseline(updatedBaseline(baseline, forms, registered, chosen));
    console.log(`${baselineFile} written anew: read its diff before you commit it`);
    if (faults.length > 0) fail(faults);
  } else if (findings.changes.length + findings.faults.length > 0) {
    fail([...findings.faults, ...changesInWords(findings)]);
  } else {
    console.log(`every figure is as in ${baselineFile}`);
  }
}

async function qualitiesOf(form: BenchForm, faults: string[]): Promise<PolicyQuality[]> {
  const qualities: PolicyQuality[] = [];
  for (const workload of workloads.filter((one) => whyLeftOut(one) === null)) {
    for (const policy of chosen) {
      if (form === 'full' && overrides[policy]?.shortOnly !== undefined) continue;
      process.stderr.write(`${form} ${workload.name} ${policy}\n`);
      try {
        qualities.push(await qualityOf(workload, form, policy));
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return qualities;
}

function changesInWords({ changes }: BaselineFindings): string[] {
  const lines = changes
    .slice(0, CHANGES_PRINTED_MAX)
    .map(
      ({ form, workload, policy, metric, was, is }) =>
        `${form} ${workload} ${policy}: ${metric} was ${String(was ?? 'none')}, is ${String(is ?? 'none')}`,
    );
  if (changes.length > CHANGES_PRINTED_MAX) lines.push(`and ${changes.length - CHANGES_PRINTED_MAX} more figures`);
  if (changes.length > 0) {
    lines.push(`if the change is meant: npm run bench:policies -- --update, and commit ${baselineFile}`);
  }
  return lines;
}

function fail(reasons: readonly string[]): void {
  for (const reason of reasons) console.error(`error: ${reason}`);
  process.exitCode = 1;
}
