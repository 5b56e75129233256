import { NodeStatus } from '../model/node-status.ts';
import {
  NodeFactKind,
  type DataFactKind,
  type Fact,
  type FactKind,
  type Fold,
  type NodeFact,
  type Spent,
} from './fact.ts';
import { Fingerprint } from './fingerprint.ts';

const WHOLE_MILLI = 1000;

/** Where a gang's runs (first node, nodes, GPUs on each) are found. */
export interface GrantTable {
  readonly data: Int32Array;
  readonly first: Int32Array;
  readonly runs: Int32Array;
  /** One past a gang's runs, and past the index of each of its GPUs on its node where jobs share GPUs. */
  endOf(subject: number): number;
}

/** Hands every fact to the fingerprint and to the folds, in order. */
export class Recorder {
  readonly fingerprint = new Fingerprint();
  private readonly folds: readonly Fold[];
  private readonly grants: GrantTable;
  /** Thousandths of GPUs that each job asks for; only where jobs share GPUs. */
  private readonly askedMilli: Int32Array | undefined;
  private readonly fact: Fact;
  private readonly nodeFact: NodeFact = {
    kind: 0,
    timeUs: 0,
    subject: 0,
    detail: 0,
    gpus: 0,
    from: NodeStatus.In,
    to: NodeStatus.In,
    sinceUs: 0,
  };

  constructor(folds: readonly Fold[], grants: GrantTable, spent: Readonly<Spent>, askedMilli?: Int32Array) {
    this.folds = folds;
    this.grants = grants;
    this.askedMilli = askedMilli;
    this.fact = {
      kind: 0,
      timeUs: 0,
      subject: 0,
      detail: 0,
      gpus: 0,
      grants: grants.data,
      grantsFirst: 0,
      grantsEnd: 0,
      gpusEnd: 0,
      gpuMilli: 0,
      spent,
    };
  }

  /** For facts about jobs the subject is the job, whose grants are shown along. */
  record(kind: FactKind, timeUs: number, subject: number, detail: number, gpus: number): void {
    const { fact, grants, folds } = this;
    fact.kind = kind;
    fact.timeUs = timeUs;
    fact.subject = subject;
    fact.detail = detail;
    fact.gpus = gpus;
    fact.grants = grants.data;
    fact.grantsFirst = grants.first[subject]!;
    fact.grantsEnd = fact.grantsFirst + 3 * grants.runs[subject]!;
    fact.gpusEnd = grants.endOf(subject);
    fact.gpuMilli = gpus === 0 ? 0 : this.heldMilli(subject, gpus);
    this.fingerprint.step(fact);
    for (let index = 0; index < folds.length; index++) folds[index]!.step(fact);
  }

  recordComponent(
    kind: Exclude<
      NodeFactKind,
      typeof NodeFactKind.Shift | typeof NodeFactKind.Quarantine | typeof NodeFactKind.Release | DataFactKind
    >,
    timeUs: number,
    component: number,
    cls: number,
  ): void {
    this.recordNode(kind, timeUs, component, cls, 0, NodeStatus.In, NodeStatus.In);
  }

  /** Something has become of a data set. */
  recordData(kind: DataFactKind, timeUs: number, set: number, sinceUs: number): void {
    this.nodeFact.sinceUs = sinceUs;
    this.recordNode(kind, timeUs, set, 0, 0, NodeStatus.In, NodeStatus.In);
    this.nodeFact.sinceUs = 0;
  }

  /** So many GPUs of a node go from one use to another. */
  recordShift(timeUs: number, node: number, gpus: number, from: NodeStatus, to: NodeStatus): void {
    this.recordNode(NodeFactKind.Shift, timeUs, node, 0, gpus, from, to);
  }

  /** A node with so many lemons in it is kept out of service. */
  recordQuarantine(timeUs: number, node: number, lemons: number): void {
    this.recordNode(NodeFactKind.Quarantine, timeUs, node, lemons, 0, NodeStatus.In, NodeStatus.In);
  }

  recordRelease(timeUs: number, node: number, isReplaced: boolean): void {
    this.recordNode(NodeFactKind.Release, timeUs, node, Number(isReplaced), 0, NodeStatus.In, NodeStatus.In);
  }

  private recordNode(
    kind: NodeFactKind,
    timeUs: number,
    subject: number,
    detail: number,
    gpus: number,
    from: NodeStatus,
    to: NodeStatus,
  ): void {
    const { nodeFact, folds } = this;
    nodeFact.kind = kind;
    nodeFact.timeUs = timeUs;
    nodeFact.subject = subject;
    nodeFact.detail = detail;
    nodeFact.gpus = gpus;
    nodeFact.from = from;
    nodeFact.to = to;
    this.fingerprint.stepNode(nodeFact);
    for (let index = 0; index < folds.length; index++) folds[index]!.stepNode?.(nodeFact);
  }

  /** A share holds what it asks for; a gang its GPUs. */
  private heldMilli(job: number, gpus: number): number {
    const asked = this.askedMilli === undefined ? WHOLE_MILLI : this.askedMilli[job]!;
    return gpus === 1 && asked < WHOLE_MILLI ? asked : WHOLE_MILLI * gpus;
  }

  done(endUs: number): void {
    this.fingerprint.done(endUs);
    for (const fold of this.folds) fold.done(endUs);
  }
}
