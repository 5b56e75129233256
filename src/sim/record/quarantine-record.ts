import { isHardwareOfNode, type Component } from '../model/components.ts';
import { NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';
import type { QuarantineFigures } from './failure-figures.ts';

const US_PER_HOUR = 3600e6;

/** Nodes in quarantine, and whether they were lemons: which the run itself never knew. */
export class QuarantineRecord implements Fold {
  private readonly lemonNodes: number;
  private readonly sinceUs = new Map<number, number>();
  private times = 0;
  private lemons = 0;
  private replaced = 0;
  private nodeUs = 0;

  constructor(components: readonly Component[]) {
    const lemons = components.filter(({ isLemon, kind }) => isLemon && isHardwareOfNode(kind));
    this.lemonNodes = new Set(lemons.map(({ from }) => from)).size;
  }

  step(_fact: Fact): void {}

  stepNode({ kind, subject: node, timeUs, detail }: NodeFact): void {
    if (kind === NodeFactKind.Quarantine) {
      this.times++;
      if (detail > 0) this.lemons++;
      this.sinceUs.set(node, timeUs);
    } else if (kind === NodeFactKind.Release) {
      this.replaced += detail;
      this.end(node, timeUs);
    }
  }

  done(endUs: number): void {
    for (const sinceUs of this.sinceUs.values()) this.nodeUs += endUs - sinceUs;
    this.sinceUs.clear();
  }

  figures(): QuarantineFigures {
    const { times, lemons, replaced, nodeUs, lemonNodes } = this;
    return { times, lemons, others: times - lemons, replaced, nodeHours: nodeUs / US_PER_HOUR, lemonNodes };
  }

  private end(node: number, nowUs: number): void {
    this.nodeUs += nowUs - this.sinceUs.get(node)!;
    this.sinceUs.delete(node);
  }
}
