/**
 * What a node is there for. Where several hold at once (a node in maintenance breaks), the one with the greater number
 * does: all but In keep gangs off it.
 */
export const NodeStatus = {
  /** In service. */
  In: 0,
  /** Kept back as a spare. */
  Reserved: 1,
  Maintenance: 2,
  /** Broken, and nobody at work on it. */
  RepairQueue: 3,
  /** Being repaired, reset or tried out after that, or gone. */
  Down: 4,
} as const;
export type NodeStatus = (typeof NodeStatus)[keyof typeof NodeStatus];

export const nodeStatuses: readonly NodeStatus[] = Object.values(NodeStatus);
