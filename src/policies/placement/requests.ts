import type { Gang } from '../../sim/contract/placement.ts';

/** Thousandths of GPUs that a gang asks for in all. */
export function gpuMilliOf(gang: Gang): number {
  return gang.shareMilli > 0 ? gang.shareMilli : 1000 * gang.gpus;
}
