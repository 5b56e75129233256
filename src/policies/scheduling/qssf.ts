import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { blockedOf, blockedParameter, blockedRules, inOrder } from './start-in-order.ts';

/** Quasi-shortest service first: least estimated GPU time first, without preemption. */
export const qssf: SchedulingDefinition = {
  name: 'qssf',
  summary: 'Starts the job with the least estimated running time times GPUs first; nobody is preempted.',
  source:
    'Hu et al., Helios, SC 2021 (QSSF), its predictor being the choice of policies.estimates here; with placement ' +
    'consolidate also Lucid (ASPLOS 2023: estimated time times GPUs, nobody is stopped) without its packing',
  parameters: { blocked: blockedParameter },
  semantics: (parameters) => ({
    order: 'least estimated running time (at speed 1) times GPUs asked for, then submit, then file order',
    ...blockedRules(blockedOf(parameters)),
    preemption: 'never',
    estimates: 'as the scenario states',
  }),
  create: (parameters) => inOrder(blockedOf(parameters), (jobs, job) => jobs.estimateUs(job) * jobs.gpus(job)),
};
