import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';

const kinds = Object.fromEntries(Object.entries(NodeFactKind).map(([name, kind]) => [kind, name]));
const statuses = Object.fromEntries(Object.entries(NodeStatus).map(([name, status]) => [status, name]));

/** What happened to components and nodes, in words: '130 Fault 2' is component 2, '130 node 5 In > Down' a node. */
export class NodeLog implements Fold {
  readonly lines: string[] = [];

  step(): void {}

  stepNode({ kind, timeUs, subject, from, to }: NodeFact): void {
    this.lines.push(
      kind === NodeFactKind.Shift
        ? `${timeUs} node ${subject} ${statuses[from]} > ${statuses[to]}`
        : `${timeUs} ${kinds[kind]} ${subject}`,
    );
  }

  done(): void {}

  /** Lines with one of the words. */
  with(...words: string[]): string[] {
    return this.lines.filter((line) => words.some((word) => line.includes(word)));
  }
}
