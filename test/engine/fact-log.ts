import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';

/** What a gang holds on one node. */
export interface NodeGrant {
  readonly node: number;
  readonly gpus: number;
}

/** A fact as plain data, its grants spelt out node by node. */
export interface LoggedFact {
  readonly kind: FactKind;
  readonly timeUs: number;
  readonly subject: number;
  readonly detail: number;
  readonly gpus: number;
  readonly grants: readonly NodeGrant[];
}

/** Keeps every fact of a run. */
export class FactLog implements Fold {
  readonly facts: LoggedFact[] = [];
  endUs = -1;

  step(fact: Fact): void {
    const { kind, timeUs, subject, detail, gpus } = fact;
    // Arrivals, rejections and changes of cause come with whatever the table holds for their subject.
    const grants = kind === FactKind.Refusal ? [] : nodesOf(fact);
    this.facts.push({ kind, timeUs, subject, detail, gpus, grants });
  }

  done(endUs: number): void {
    this.endUs = endUs;
  }

  of(kind: FactKind): LoggedFact[] {
    return this.facts.filter((fact) => fact.kind === kind);
  }
}

function nodesOf({ grants, grantsFirst, grantsEnd }: Fact): NodeGrant[] {
  const held: NodeGrant[] = [];
  for (let at = grantsFirst; at < grantsEnd; at += 3) {
    for (let next = 0; next < grants[at + 1]!; next++) held.push({ node: grants[at]! + next, gpus: grants[at + 2]! });
  }
  return held;
}
