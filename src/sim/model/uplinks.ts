/** The network above the leaf switches, as far as gangs feel it. */
export interface UplinkModel {
  /** Bandwidth of a leaf's nodes over that of its uplinks, >= 1; 1 blocks nobody. */
  readonly oversubscription: number;
  /** Part of the running time that a gang spends in exchange between its GPUs where nothing blocks, 0..1. */
  readonly exchange: number;
}

/**
 * Speed of a gang that lies under several leaves, relative to one that lies under one: its exchange takes as many times
 * as long as the uplinks are oversubscribed, the rest of its time stays. This is the case in which all nodes of a leaf use
 * the uplinks at once; a gang that has them to itself for some of the time is faster.
 */
export function paceAcrossLeaves({ oversubscription, exchange }: UplinkModel): number {
  return 1 / (1 - exchange + exchange * oversubscription);
}
