import { RUN, type Grants } from '../grants.ts';
import type { RunState } from '../state.ts';

/** GPUs that a gang holds on a node. */
export interface Spot {
  readonly node: number;
  readonly gpus: number;
}

/** Where running gangs stand. (Faults are rare: gangs are looked for, not indexed.) */
export class GangSpots {
  private readonly state: RunState;
  private readonly grants: Grants;

  constructor(state: RunState, grants: Grants) {
    this.state = state;
    this.grants = grants;
  }

  /** Running gangs that hold GPUs on nodes from .. to-1, in job order. */
  gangsOn(from: number, to: number): number[] {
    const { state, grants } = this;
    const { data } = grants;
    const found: number[] = [];
    for (let index = 0; index < state.runningCount; index++) {
      const job = state.running[index]!;
      const end = grants.first[job]! + RUN * grants.runs[job]!;
      for (let at = grants.first[job]!; at < end; at += RUN) {
        if (data[at]! >= to || data[at]! + data[at + 1]! <= from) continue;
        found.push(job);
        break;
      }
    }
    return found.sort((a, b) => a - b);
  }

  /** Nodes that a gang holds GPUs on. */
  nodesOf(job: number): number {
    const { data, first, runs } = this.grants;
    const end = first[job]! + RUN * runs[job]!;
    let nodes = 0;
    for (let at = first[job]!; at < end; at += RUN) nodes += data[at + 1]!;
    return nodes;
  }

  /** Those nodes one by one, in the order of its grants. */
  spotsOf(job: number): Spot[] {
    const { data, first, runs } = this.grants;
    const spots: Spot[] = [];
    const end = first[job]! + RUN * runs[job]!;
    for (let at = first[job]!; at < end; at += RUN) {
      for (let node = data[at]!; node < data[at]! + data[at + 1]!; node++) spots.push({ node, gpus: data[at + 2]! });
    }
    return spots;
  }
}

export function gpusOf(spots: readonly Spot[]): number {
  return spots.reduce((sum, { gpus }) => sum + gpus, 0);
}
