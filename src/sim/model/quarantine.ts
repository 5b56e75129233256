import type { TimeUs } from '../kernel/clock.ts';

/** What counts against a node, and how much, each >= 0. */
export interface LemonWeights {
  /** A fault of the node itself that was found, */
  readonly fault: number;
  /** a gang of several nodes that it stopped, */
  readonly multiNodeInterruption: number;
  /** and one on this node alone. */
  readonly singleNodeInterruption: number;
}

/** How many of so many nodes are in a share of them, rounded down (0.29 of 100 is 29). */
export function nodesInShare(share: number, nodes: number): number {
  return Math.floor(share * nodes + 1e-9);
}

/** Nodes with too much against them are kept out of service when they have been mended. */
export interface Quarantine {
  /** What was found longer ago does not count any more, whole us > 0. */
  readonly windowUs: TimeUs;
  readonly weights: LemonWeights;
  /** From this sum on, > 0, a node is kept. */
  readonly threshold: number;
  /** At once; beyond that nodes go back to work whatever is against them. */
  readonly nodesMax: number;
  /** How long each is kept, whole us; NEVER: to the end of the run. */
  readonly lastsUs: TimeUs;
  /** Whether another node stands there after that, as good as new and with luck of its own. */
  readonly isReplaced: boolean;
}
