import { GROWTH_MOST, isSteep, type NodeGrowth } from './growth.ts';
import type { BenchResults } from './results.ts';
import { workloads } from './workloads.ts';

/** Prints a table a workload, then what decisions cost. */
export function printResults({ forms, costs, growth }: BenchResults): void {
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
          'worst finish-time ratio': rounded(values['finishTimeRatioMax']),
          'deadlines missed': values['deadlinesMissed'],
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
      costs.map(({ policy, usPerDecision, toFifo }) => ({
        policy,
        'CPU us a decision': Number(usPerDecision.toFixed(2)),
        'to fifo': Number(toFifo.toFixed(2)),
      })),
    );
  }
  if (growth.length > 0) printGrowth(growth);
}

/** Prints what a decision costs with few and with many nodes. */
export function printGrowth(growth: readonly NodeGrowth[]): void {
  console.log('\nCPU time of a decision with ten times the nodes and the same jobs');
  console.table(
    growth.map((one) => ({
      role: one.role,
      policy: one.policy,
      beside: one.beside,
      'us, 1,250 nodes': Number(one.fewUs.toFixed(2)),
      'us, 12,500 nodes': Number(one.manyUs.toFixed(2)),
      ratio: Number(one.ratio.toFixed(2)),
      decisions:
        one.fewDecisions === one.manyDecisions ? one.fewDecisions : `${one.fewDecisions}, ${one.manyDecisions}`,
      '': remarkOf(one),
    })),
  );
}

function remarkOf(one: NodeGrowth): string {
  if (isSteep(one)) return `above ${GROWTH_MOST}`;
  return one.solves ? 'solves programs' : '';
}

function rounded(value: number | null | undefined): number | null {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : null;
}
