import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { StopCause } from '../../src/sim/model/planned-stop.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';

const told: Partial<Record<FactKind, string>> = {
  [FactKind.Start]: 'starts',
  [FactKind.Preempt]: 'stops',
  [FactKind.Finish]: 'ends',
  [FactKind.Stall]: 'stalls',
  [FactKind.Interrupt]: 'comes off',
  [FactKind.CutOff]: 'is cut off',
};
const statusName = namesOf(NodeStatus);
const causeName = namesOf(StopCause);

/** What happened to jobs and nodes, a line each: '10 j0 stops for Maintenance', '12 n1 In > Down'. Times in us. */
export class Story implements Fold {
  readonly lines: string[] = [];

  step({ kind, timeUs, subject, detail, grants, grantsFirst, grantsEnd }: Fact): void {
    const verb = told[kind];
    if (verb === undefined) return;
    const nodes: number[] = [];
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      for (let next = 0; next < grants[run + 1]!; next++) nodes.push(grants[run]! + next);
    }
    const where = kind === FactKind.Start ? ` on ${nodes.map((node) => `n${node}`).join(' ')}` : '';
    const why = kind === FactKind.Preempt && detail > 0 ? ` for ${causeName[detail]}` : '';
    this.lines.push(`${timeUs} j${subject} ${verb}${where}${why}`);
  }

  stepNode({ kind, timeUs, subject, from, to }: NodeFact): void {
    if (kind !== NodeFactKind.Shift) return;
    this.lines.push(`${timeUs} n${subject} ${statusName[from]} > ${statusName[to]}`);
  }

  done(): void {}
}

function namesOf(numbers: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, number] of Object.entries(numbers)) names[number] = name;
  return names;
}
