/** Why a gang was not started. Codes, because the hot path compares them; names for people are in `refusalName`. */
export const Refusal = {
  /** Not refused: it was placed. */
  None: 0,
  /** Fewer GPUs (or CPU, memory) are free in all than the gang needs. */
  NoCapacity: 1,
  /** Enough is free in all, but not in the shape the placement needs. */
  Fragmented: 2,
  /** It would fit now; the scheduling policy holds it back for jobs before it. */
  BehindHead: 3,
  /** It would fit now, but not near its data, and it still waits for room there. */
  NotLocal: 4,
  /** Every copy of the data set that it reads has been destroyed, and it is not back yet. */
  DataLost: 5,
  /** A fault has stopped it, and its recovery policy keeps it out of the queue for a while. */
  Backoff: 6,
  /** The control plane is out of order: nothing is decided. */
  NoControlPlane: 7,
} as const;
export type Refusal = (typeof Refusal)[keyof typeof Refusal];

/** A refusal's name in outputs, by code. */
export const refusalNames = [
  'none',
  'no-capacity',
  'fragmented',
  'behind-head',
  'not-local',
  'data-lost',
  'backoff',
  'no-control-plane',
] as const;
