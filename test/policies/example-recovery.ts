import type { RecoveryDefinition } from '../../src/sim/contract/recovery.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';

/** Patient: a checkpoint every so often, and a gang that faults stop again and again waits longer each time. */
export const patient: RecoveryDefinition = {
  name: 'patient',
  summary: 'Checkpoints every hour for big gangs alone; waits a minute more after each fault.',
  source: 'example in docs/writing-a-policy.md',
  parameters: {
    gpusMin: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 64,
      description: 'Gangs with fewer GPUs write no checkpoints.',
    },
  },
  semantics: ({ gpusMin }) => ({
    checkpoints: `every hour, by gangs of ${String(gpusMin)} GPUs or more; each stalls them for 30 s`,
    fault: 'takes back what was done since the last checkpoint',
    goesOn: 'on spares, if there are enough; else from the queue, a minute later after each fault',
  }),
  create: ({ gpusMin }) => ({
    checkpoints: ({ gpus }) => ({ everyUs: gpus >= Number(gpusMin) ? 3600e6 : NEVER, stallUs: 30e6, persistUs: 0 }),
    recover: ({ hasSpares, interruptions }) => ({
      action: hasSpares ? 'replace' : 'requeue',
      delayUs: hasSpares ? 0 : 60e6 * interruptions,
      loadUs: 120e6,
      warmUpUs: 0,
    }),
  }),
};
