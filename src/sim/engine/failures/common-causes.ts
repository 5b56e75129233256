import type { TimeUs } from '../../kernel/clock.ts';
import type { Cluster } from '../../model/cluster.ts';
import { rangesOf, strikesNodes, type Component } from '../../model/components.ts';
import { isSharedPart, type FaultScope } from '../../model/fault-scope.ts';
import type { FaultLuck } from './fault-luck.ts';

/** A component that another one's fault brings down. */
export interface Strike {
  readonly component: number;
  readonly afterUs: TimeUs;
}

/** Which faults bring down more than their own component. */
export class CommonCauses {
  private readonly components: readonly Component[];
  private readonly cluster: Cluster;
  private readonly luck: FaultLuck;
  /** The components of each class, by number. */
  private readonly ofClass: readonly (readonly number[])[];
  private readonly ranges = new Map<FaultScope, readonly (readonly [number, number])[]>();

  constructor(components: readonly Component[], cluster: Cluster, luck: FaultLuck) {
    this.components = components;
    this.cluster = cluster;
    this.luck = luck;
    const ofClass: number[][] = [];
    components.forEach(({ index }, component) => (ofClass[index] ??= []).push(component));
    this.ofClass = ofClass;
  }

  /** The others of its class that the cause of a component's fault strikes as well, at the same instant. */
  struckWith(component: number): number[] {
    const { kind, index, name, from } = this.components[component]!;
    const { burst } = kind;
    if (burst === undefined || !this.luck.happens(name, 'burst', burst.probability)) return [];
    const [first, end] = this.rangesOf(burst.within).find((range) => range[0] <= from && from < range[1]) ?? [0, 0];
    // Everybody around draws, whether it works now or not: who stands in repair moves nobody else's luck.
    return this.ofClass[index]!.filter((other) => {
      const there = this.components[other]!;
      const isAround = other !== component && there.from >= first && there.to <= end;
      return isAround && this.luck.happens(name, 'spread', burst.spread);
    });
  }

  /** What follows from a component's fault, on the components of other classes above and beneath it. */
  followUps(component: number): Strike[] {
    const { kind, name, from, to } = this.components[component]!;
    return (kind.cascades ?? []).flatMap((cascade, number) => {
      const question = `cascade ${number}`;
      return (this.ofClass[cascade.to] ?? []).flatMap((other) => {
        const there = this.components[other]!;
        // What all nodes share is above every node.
        const isRelated = strikesNodes(there, from, to) || isSharedPart(kind.scope) || isSharedPart(there.kind.scope);
        if (!isRelated || !this.luck.happens(name, question, cascade.probability)) return [];
        return [{ component: other, afterUs: cascade.afterUs(this.luck.stream(name, `${question} after`)) }];
      });
    });
  }

  private rangesOf(scope: FaultScope): readonly (readonly [number, number])[] {
    let ranges = this.ranges.get(scope);
    if (ranges === undefined) {
      ranges = rangesOf({ scope }, this.cluster);
      this.ranges.set(scope, ranges);
    }
    return ranges;
  }
}
