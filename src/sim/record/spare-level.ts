import { usToSeconds } from '../kernel/clock.ts';
import { NodeStatus } from '../model/node-status.ts';
import type { Fact, Fold, NodeFact } from './fact.ts';
import { NodeFactKind } from './fact.ts';

/** The level of the spare pool over time. Changes are as rare as faults, so each is kept. */
export class SpareLevel implements Fold {
  private readonly fromUs: number[] = [0];
  private readonly nodes: number[] = [0];

  step(_fact: Fact): void {}

  stepNode({ kind, timeUs, from, to }: NodeFact): void {
    if (kind !== NodeFactKind.Shift) return;
    const change = Number(to === NodeStatus.Reserved) - Number(from === NodeStatus.Reserved);
    if (change === 0) return;
    const last = this.fromUs.length - 1;
    const level = this.nodes[last]! + change;
    if (this.fromUs[last] === timeUs) this.nodes[last] = level;
    else {
      this.fromUs.push(timeUs);
      this.nodes.push(level);
    }
  }

  done(): void {}

  /** Spares that stood ready from each instant on, up to the next; null where there never was one. */
  figures(): { readonly fromS: readonly number[]; readonly nodes: readonly number[] } | null {
    if (this.nodes.every((level) => level === 0)) return null;
    return { fromS: this.fromUs.map(usToSeconds), nodes: [...this.nodes] };
  }
}
