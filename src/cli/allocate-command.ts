import { Command } from 'commander';
import { plainText } from '../scenario/problems.ts';
import type { AllocationAnswer, NodeKind } from '../study/allocation.ts';
import type { AllocationFile } from '../study/allocation-file.ts';

const examples = `
Examples:
  plimsoll allocate scenarios/lp-ten-nodes.yaml          infeasible, short by 10 cores; 15 such nodes carry the load
  plimsoll allocate scenarios/lp-ten-nodes.yaml --json   the same as data

The file gives kind: allocation, loadCores, and nodes: a list of { name, count, coresPerNode, costPerCore }.
That a load does not fit is an answer, not a failure: the exit code is 0. It is 2 for a mistake in the file.
`;

/** `plimsoll allocate FILE [--json]`: prints the least cost of a load on given nodes, or how far off it is. */
export function allocateCommand(): Command {
  return new Command('allocate')
    .summary('share a load over nodes at least cost')
    .description(
      'Shares a load over nodes at least cost. If it does not fit: by how much, and how many nodes it takes.',
    )
    .argument('<file>', 'allocation problem, YAML or JSON')
    .option('--json', 'print the answer as JSON')
    .option('--root <dir>', 'refuse files outside this folder')
    .addHelpText('after', examples)
    .action(async (file: string, options: { json?: true; root?: string }) => {
      // Loaded when asked for: the other commands need neither the solver nor a schema compiler.
      const { readAllocationFile } = await import('../study/allocation-file.ts');
      const { allocate } = await import('../study/allocation.ts');
      const given = readAllocationFile(file, options.root);
      const answer = await allocate(given.problem);
      process.stdout.write(options.json === true ? jsonAnswer(given, answer) : textAnswer(given, answer));
    });
}

function jsonAnswer({ name, description, problem }: AllocationFile, answer: AllocationAnswer): string {
  return `${JSON.stringify({ schema: 'plimsoll.allocation/1', name, description, problem, answer }, null, 2)}\n`;
}

function textAnswer({ name, problem }: AllocationFile, answer: AllocationAnswer): string {
  const { nodes, loadCores } = problem;
  const capacity = nodes.reduce((sum, kind) => sum + Math.round(kind.count * kind.coresPerNode * 1000), 0) / 1000;
  const held = `${list(nodes.map(describeKind))} hold ${cores(capacity)}; the load is ${cores(loadCores)}.`;
  const lines = answer.status === 'optimal' ? optimalLines(nodes, answer) : infeasibleLines(nodes, answer);
  // Names come from a file that somebody else may have written: they must not command the terminal.
  return plainText(`${name}: ${lines[0]}\n${held}\n${lines.slice(1).join('\n')}\n`);
}

type Answer<Status> = Extract<AllocationAnswer, { readonly status: Status }>;

function optimalLines(nodes: readonly NodeKind[], { cores: used, cost }: Answer<'optimal'>): string[] {
  const lines = [`feasible, at a least cost of ${roundedCost(cost)}`];
  let first = 0;
  for (const { name, count } of nodes) {
    lines.push(...evenRuns(used.slice(first, first + count)).map((run) => `  ${name} ${run}`));
    first += count;
  }
  return lines;
}

function infeasibleLines(nodes: readonly NodeKind[], answer: Answer<'infeasible'>): string[] {
  const present = nodes.reduce((sum, { count }) => sum + count, 0);
  const byKind = list(answer.nodesNeededByKind.map((count, index) => `${count} ${nodes[index]!.name}`));
  const mix = nodes.length > 1 ? ` (${byKind})` : '';
  return [
    `infeasible, short by ${cores(answer.shortfallCores)}`,
    `${answer.nodesNeeded} such nodes carry the load${mix}, ${answer.nodesNeeded - present} more than there are.`,
  ];
}

/** '1..4: 2 cores each': neighbours that carry the same amount share a line, so that ten thousand nodes fit a screen. */
function evenRuns(used: readonly number[]): string[] {
  const runs: string[] = [];
  for (let start = 0, end = 0; start < used.length; start = end) {
    while (end < used.length && used[end] === used[start]) end++;
    const nodes = end - start > 1 ? `${start + 1}..${end}` : `${start + 1}`;
    runs.push(`${nodes}: ${cores(used[start]!)}${end - start > 1 ? ' each' : ''}`);
  }
  return runs;
}

function describeKind({ name, count, coresPerNode }: NodeKind, _index: number, kinds: readonly NodeKind[]): string {
  return `${count} ${kinds.length > 1 ? `${name} ` : ''}${count === 1 ? 'node' : 'nodes'} of ${cores(coresPerNode)}`;
}

function cores(count: number): string {
  return `${count} ${count === 1 ? 'core' : 'cores'}`;
}

/** Cost with at most 6 decimals: the sum of many products has noise beyond. */
function roundedCost(cost: number): string {
  return String(Number(cost.toFixed(6)));
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
