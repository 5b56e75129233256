import type { ParameterSchema } from '../../sim/contract/definition.ts';
import type { StorageTimes } from '../../sim/contract/recovery.ts';

/** Parameters of checkpoints whose cost follows from their size. */
export const sizeParameters = {
  bytesPerGpu: {
    type: 'size',
    minimum: 0,
    maximum: 1e15,
    default: 0,
    description:
      'What each GPU writes of a checkpoint, and reads to go on from it. Times to write and to load it follow from `storage` ' +
      'and from how busy other gangs keep that; they are not given then. 0B: they are given.',
  },
  asynchronous: {
    type: 'boolean',
    default: false,
    description:
      'With bytesPerGpu: whether the gang goes on while a checkpoint is written. It stalls for `snapshot` then.',
  },
  snapshot: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description: 'With asynchronous: how long a copy to the own memory keeps the gang from working.',
  },
} as const satisfies Readonly<Record<string, ParameterSchema>>;

/** RangeError where the run says nothing of its storage, so that a size has no time. */
export function storageTimes(storage: StorageTimes | undefined): StorageTimes {
  if (storage === undefined) throw new RangeError('bytesPerGpu is given, but the run has no storage');
  return storage;
}
