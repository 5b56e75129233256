import type { SharedStorage } from '../../sim/model/shared-storage.ts';
import { amount } from '../quantities/quantity.ts';
import { rate } from '../quantities/rate.ts';
import type { Scenario } from '../schema/scenario-schema.ts';

/** Where the gangs of a scenario keep their checkpoints, as far as it says so. */
export function resolveStorage({ storage }: Scenario): SharedStorage | undefined {
  if (storage === undefined) return undefined;
  const { writeBandwidth, readBandwidth, nodeBandwidth } = storage;
  return {
    writeBytesPerUs: bytesPerUs(writeBandwidth),
    ...(readBandwidth !== undefined && { readBytesPerUs: bytesPerUs(readBandwidth) }),
    ...(nodeBandwidth !== undefined && { nodeBytesPerUs: bytesPerUs(nodeBandwidth) }),
  };
}

function bytesPerUs(bandwidth: string): number {
  return amount(rate, bandwidth) / 8e6;
}

/** Storage that nobody writes to by size. */
export function storageWarnings({ storage, failures }: Scenario): string[] {
  if (storage === undefined || isBySize(failures?.recovery)) return [];
  return ['storage is given, but no checkpoint has a size; give bytesPerGpu to failures.recovery'];
}

/** Whether the checkpoints of a policy have a size, from which their cost follows. */
export function isBySize(recovery: Readonly<Record<string, unknown>> | undefined): boolean {
  return (recovery?.['bytesPerGpu'] ?? '0B') !== '0B';
}
