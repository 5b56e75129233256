import { Command } from 'commander';
import { Document, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import { originOf, originText } from '../scenario/origins.ts';
import type { Step } from '../scenario/problems.ts';
import { settleScenario, type SettledScenario } from '../scenario/settle.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './override-options.ts';

const examples = `
Examples:
  plimsoll show scenarios/quickstart.yaml
  plimsoll show scenarios/kth-easy.yaml --nodes 128 --set policies.scheduling=fifo
  plimsoll show scenarios/quickstart.yaml > complete.yaml       a scenario again, with the same hash
`;

/** `plimsoll show SCENARIO`: the scenario with every default, and where each value came from. */
export function showCommand(): Command {
  const command = new Command('show')
    .summary('print a scenario with all defaults')
    .description('Prints the scenario that would be run, with every default filled in and where each value came from.')
    .argument('<scenario>', 'scenario file, YAML or JSON');
  return addOverrideOptions(command)
    .addHelpText('after', examples)
    .action(async (file: string, options: OverrideOptions) => {
      const settled = await settleScenario(file, overridesOf(options), options.root);
      for (const warning of settled.warnings) process.stderr.write(`warning: ${warning}\n`);
      process.stdout.write(annotated(settled));
    });
}

/** The settled scenario as YAML with the origin of each value as a comment. */
function annotated({ data, hash, origins }: SettledScenario): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  document.commentBefore = ` sha-256 ${hash}`;
  const annotate = (node: unknown, path: readonly Step[]): void => {
    if (!isNode(node)) return;
    if (isMap(node)) {
      for (const { key, value } of node.items) annotate(value, [...path, String(isScalar(key) ? key.value : key)]);
    } else if (isSeq(node)) {
      const isShort = node.items.every(isScalar);
      if (isShort) {
        node.flow = true;
        comment(node, path);
      } else node.items.forEach((item, index) => annotate(item, [...path, index]));
    } else comment(node, path);
  };
  const comment = (node: Node, path: readonly Step[]): void => {
    const text = originText(originOf(origins, path));
    if (text !== '') node.comment = ` ${text}`;
  };
  annotate(document.contents, []);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
