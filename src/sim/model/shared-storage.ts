import type { TimeUs } from '../kernel/clock.ts';

/** The storage that all gangs write their checkpoints to and load them from; bytes an us, all > 0. */
export interface SharedStorage {
  /** Of all gangs that write, together. */
  readonly writeBytesPerUs: number;
  /** Of all gangs that read. Left out: reads share what there is for writes. */
  readonly readBytesPerUs?: number;
  /** Of each node. Left out: the storage alone bounds it. */
  readonly nodeBytesPerUs?: number;
}

/**
 * Time in which a gang of so many nodes writes so many bytes, whole us, while `others` nodes of other gangs write too: all
 * nodes that write get the same part of the bandwidth, and none more than its own.
 */
export function writeTimeUs(storage: SharedStorage, bytes: number, nodes: number, others: number): TimeUs {
  return sharedTimeUs(bytes, nodes, others, storage.writeBytesPerUs, storage.nodeBytesPerUs);
}

/** The same for a read; gangs that write slow it down only where reads have no bandwidth of their own. */
export function readTimeUs(storage: SharedStorage, bytes: number, nodes: number, others: number): TimeUs {
  const { writeBytesPerUs, readBytesPerUs, nodeBytesPerUs } = storage;
  if (readBytesPerUs !== undefined) return sharedTimeUs(bytes, nodes, 0, readBytesPerUs, nodeBytesPerUs);
  return sharedTimeUs(bytes, nodes, others, writeBytesPerUs, nodeBytesPerUs);
}

function sharedTimeUs(
  bytes: number,
  nodes: number,
  others: number,
  bytesPerUs: number,
  nodeBytesPerUs = Infinity,
): TimeUs {
  if (bytes === 0) return 0;
  const sharedUs = (bytes * (nodes + others)) / (nodes * bytesPerUs);
  return Math.max(1, Math.round(Math.max(sharedUs, bytes / (nodes * nodeBytesPerUs))));
}
