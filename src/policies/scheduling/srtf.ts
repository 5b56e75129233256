import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { remainingFirst, remainingFirstParameters, remainingFirstSemantics } from './preemption/remaining-first.ts';

/** Shortest remaining time first: what ends soonest runs, and longer jobs are stopped for it. */
export const srtf: SchedulingDefinition = {
  name: 'srtf',
  summary: 'Shortest remaining time first: stops running jobs for waiting ones that have less left.',
  source: 'Schrage, Operations Research 1968; policy "shortest" of the Tiresias simulator, "srtf" of Lucid',
  parameters: {
    minGain: {
      type: 'duration',
      minimum: 0,
      default: 0,
      description:
        'A running job gives way only to one that has less left by more than this (in-place only); set it to what a preemption costs.',
    },
    ...remainingFirstParameters,
  },
  semantics: (parameters) =>
    remainingFirstSemantics('estimated time left, overheads included, smallest first', parameters),
  create: (parameters) =>
    remainingFirst((jobs, job) => jobs.remainingUs(job), parameters, Number(parameters['minGain'])),
};
