import type { Gang } from '../../src/sim/contract/placement.ts';

/** A node with what is free on it. */
export interface ObviousNode {
  readonly node: number;
  readonly type: number;
  /** All its GPUs, busy or not. */
  readonly size: number;
  /** Its domain on each level. */
  readonly rack: number;
  readonly leaf: number;
  readonly spine: number;
  readonly cpuMilliSize: number;
  readonly memoryMiBSize: number;
  /** GPUs of each gang on it. */
  held: readonly number[];
  gpus: number;
  cpuMilli: number;
  memoryMiB: number;
}

/** What a node carries of a gang's CPU or memory beside so many of its GPUs. */
export function partOf(total: number, gpus: number, gang: Gang): number {
  return gang.gpus === 0 ? total : Math.ceil((total * gpus) / gang.gpus);
}

export function carries(one: ObviousNode, gpus: number, gang: Gang): boolean {
  return (
    one.gpus >= gpus &&
    one.cpuMilli >= partOf(gang.cpuMilli, gpus, gang) &&
    one.memoryMiB >= partOf(gang.memoryMiB, gpus, gang)
  );
}
