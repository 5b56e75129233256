/**
 * Quality and decision cost of every registered scheduling policy on three fixed workloads. Quality is compared value by
 * value with bench/policies.baseline.json; cost is reported. Writes reports/policies/report.html and table.md.
 * `--short` runs the smaller workloads alone, `--update` writes the baseline anew, `--only NAME[,NAME]` runs some
 * policies and compares no others, `--no-cost` leaves out the costs. Exits with 1 when a figure is not as it was.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { schedulingPolicies } from '../src/policies/registry.ts';
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
import { costOf, type PolicyCost } from './policies/cost.ts';
import { markdownOf } from './policies/markdown.ts';
import { overrides } from './policies/overrides.ts';
import { qualityOf, type PolicyQuality } from './policies/quality.ts';
import { benchReport } from './policies/report-page.ts';
import { whyLeftOut, workloads, type BenchForm } from './policies/workloads.ts';

const FOLDER = 'reports/policies';
/** Costs that grow more than this with ten times the nodes are pointed at. */
const TENFOLD_MOST = 1.5;
const CHANGES_PRINTED_MAX = 40;

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    only: { type: 'string' },
    'no-cost': { type: 'boolean', default: false },
  },
});

const registered = schedulingPolicies.map(({ name }) => name).filter((name) => overrides[name]?.leftOut === undefined);
const chosen = options.only === undefined ? registered : options.only.split(',');
for (const name of chosen) {
  if (!registered.includes(name)) fail([`there is no scheduling policy "${name}"; ${suggestion(name, registered)}`]);
}

const leftOut = workloads.map(whyLeftOut).filter((why) => why !== null);
for (const why of leftOut) console.warn(why);

const faults: string[] = [];
const forms: BenchRuns[] = [];
for (const form of options.short ? (['short'] as const) : (['full', 'short'] as const)) {
  forms.push({ form, qualities: await qualitiesOf(form) });
}
const costs: PolicyCost[] = [];
for (const policy of options['no-cost'] ? [] : chosen) {
  process.stderr.write(`cost of ${policy}\n`);
  costs.push(await costOf(policy, options.short ? 'short' : 'full'));
}

const baseline = readBaseline();
const found = compareWithBaseline(baseline, forms, registered, chosen);
const findings: BaselineFindings = { changes: found.changes, faults: [...faults, ...found.faults] };
const results = { forms, costs, findings, leftOut };
mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}/report.html`, await benchReport(results, process.version));
writeFileSync(`${FOLDER}/table.md`, markdownOf(results));
printResults();
if (options.update) {
  writeBaseline(updatedBaseline(baseline, forms, registered, chosen));
  console.log(`${baselineFile} written anew: read its diff before you commit it`);
  if (faults.length > 0) fail(faults);
} else if (findings.changes.length + findings.faults.length > 0) {
  fail([...findings.faults, ...changesInWords()]);
} else {
  console.log(`every figure is as in ${baselineFile}`);
}

async function qualitiesOf(form: BenchForm): Promise<PolicyQuality[]> {
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

function printResults(): void {
  for (const { form, qualities } of forms) {
    for (const { name } of workloads) {
      const rows = qualities.filter(({ workload }) => workload === name);
      if (rows.length === 0) continue;
      console.log(`\n${form} ${name}`);
      console.table(
        rows.map(({ policy, placement, values, decisions, fingerprint, cpuS }) => ({
          policy,
          placement,
          'mean wait s': rounded(values['waitMeanS']),
          'p95 wait s': rounded(values['waitP95S']),
          'mean completion s': rounded(values['completionMeanS']),
          'mean slowdown': rounded(values['boundedSlowdownMean']),
          preemptions: values['preemptions'],
          decisions,
          'CPU s': Number(cpuS.toFixed(2)),
          fingerprint,
        })),
      );
    }
  }
  if (costs.length > 0) {
    console.log('\ndecision cost');
    console.table(
      costs.map(({ policy, usPerDecision, toFifo, tenfoldNodes }) => ({
        policy,
        'CPU us a decision': Number(usPerDecision.toFixed(2)),
        'to fifo': Number(toFifo.toFixed(2)),
        '12,500 to 1,250 nodes': Number(tenfoldNodes.toFixed(2)),
      })),
    );
    const steep = costs.filter(({ tenfoldNodes }) => tenfoldNodes > TENFOLD_MOST).map(({ policy }) => policy);
    if (steep.length > 0)
      console.log(`cost grows by more than ${TENFOLD_MOST} with ten times the nodes: ${steep.join(', ')}`);
  }
  console.log(`\nwritten to ${FOLDER}/report.html and ${FOLDER}/table.md`);
}

function rounded(value: number | null | undefined): number | null {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : null;
}

function changesInWords(): string[] {
  const { changes } = findings;
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
