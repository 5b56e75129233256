import type { ParameterSchema, ParameterValues, Semantics } from '../../sim/contract/definition.ts';
import type { Recovery, StoppedGang } from '../../sim/contract/recovery.ts';
import type { TimeUs } from '../../sim/kernel/clock.ts';
import { storageTimes } from './checkpoint-size.ts';

/** What every recovery policy has: the cost of bringing a gang back, where it goes on, and when it is given up. */
export const regainParameters = {
  restart: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description: 'Time without progress at the beginning of each run after a fault: load of what was kept.',
  },
  warmUp: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description: 'Time without progress after that: processes, communicators, caches.',
  },
  elastic: {
    type: 'boolean',
    default: false,
    description:
      'Whether a job that can run with fewer GPUs goes on at once on the nodes that are left, and grows back when there is room.',
  },
  attempts: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: 'A job that faults have stopped so many times is given up; 0: never.',
  },
  backoff: {
    type: 'duration',
    minimum: 0,
    default: 0,
    description: 'How long a job stays out of the queue after its first fault.',
  },
  backoffFactor: {
    type: 'number',
    minimum: 1,
    maximum: 1000,
    default: 2,
    description: 'By how much that is longer after each further fault.',
  },
  backoffMax: {
    type: 'duration',
    minimum: 0,
    default: 3600e6,
    description: 'The longest it gets.',
  },
} as const satisfies Readonly<Record<string, ParameterSchema>>;

/** Rules of `regain`, for the semantics of each policy. */
export function regainSemantics({ attempts, backoff, elastic }: ParameterValues): Semantics {
  return {
    goesOn: `with spares in place of the nodes that it lost, if there are enough${
      elastic === true ? '; else on those that are left, if it can' : ''
    }; else from the queue${backoff === 0 ? ' at once' : ', after a time that grows with each fault'}`,
    givenUp: attempts === 0 ? 'never' : `after ${String(attempts)} faults`,
  };
}

/**
 * The next run of a stopped gang: given up after so many faults, on spares, shrunk, or from the queue, in this order.
 * Left out, `loadUs` is that
 * of a checkpoint from the storage, by the parameter `restart` where it has no size.
 */
export function regain(
  parameters: ParameterValues,
  loadUs: (gang: StoppedGang) => TimeUs = storageLoad(parameters, 'restart'),
): (gang: StoppedGang) => Recovery {
  const { warmUp, elastic, attempts, backoff, backoffFactor, backoffMax } = parameters;
  const attemptsMax = attempts === 0 ? Infinity : (attempts as number);
  return (gang) => {
    const { interruptions, hasSpares, gpus, gpusLeft, gpusMin } = gang;
    const cost = { loadUs: loadUs(gang), warmUpUs: warmUp as number, delayUs: 0 };
    if (interruptions >= attemptsMax) return { action: 'giveUp', ...cost };
    if (hasSpares) return { action: 'replace', ...cost };
    if (elastic === true && gpusLeft < gpus && gpusLeft >= Math.max(1, gpusMin)) return { action: 'shrink', ...cost };
    const delayUs = backoffUs(interruptions, backoff as number, backoffFactor as number, backoffMax as number);
    return { action: 'requeue', ...cost, delayUs };
  };
}

/** The load of a checkpoint from the storage: as long as the parameter says, or by the size. */
export function storageLoad(parameters: ParameterValues, given: string): (gang: StoppedGang) => TimeUs {
  const { bytesPerGpu = 0, [given]: load } = parameters;
  if (bytesPerGpu === 0) return () => load as TimeUs;
  return ({ gpus, storage }) => storageTimes(storage).readUs(gpus * (bytesPerGpu as number));
}

/** first x factor^(faults - 1), at most `maxUs`, whole us. */
function backoffUs(faults: number, firstUs: number, factor: number, maxUs: number): number {
  if (factor === 1 || firstUs === 0) return Math.min(firstUs, maxUs);
  let us = firstUs;
  for (let fault = 1; fault < faults && us < maxUs; fault++) us *= factor;
  return Math.round(Math.min(us, maxUs));
}
