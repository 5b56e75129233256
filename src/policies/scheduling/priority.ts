import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { SchedulingContext, SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { NOTHING_IDLE } from './idle-rule.ts';
import { Displacement } from './preemption/displacement.ts';

interface Memory {
  readonly displacement: Displacement;
  /** Since when a job has waited for others to give way; NEVER while it has not. */
  readonly warnedUs: Float64Array;
}

/** Priority with preemption: a job that does not fit takes the GPUs of as few jobs of lower priority as will do. */
export const priority: SchedulingDefinition = {
  name: 'priority',
  summary: 'Highest priority first; a job that does not fit stops as few jobs of lower priority as make room for it.',
  source:
    'Kueue classic preemption; KAI-Scheduler minruntime; Kokolis et al., arXiv 2410.21680 (two hours before preemption)',
  parameters: {
    grace: {
      type: 'duration',
      minimum: 0,
      default: 0,
      description: 'Jobs that are to give way go on for so long after a job first needs them to.',
    },
    minRun: {
      type: 'duration',
      minimum: 0,
      default: 0,
      description: 'A job gives way to nobody until it has run for so long since its last start.',
    },
    blocked: {
      type: 'string',
      enum: ['skip', 'head-of-line'],
      default: 'skip',
      description: 'A job that cannot start even so is passed by others, or holds up all behind it.',
    },
  },
  semantics: ({ grace, minRun, blocked }) => ({
    order: 'priority (larger first), then submit, then file order',
    victims:
      'running jobs of lower priority, the lowest first, of one priority the last started first, until the whole gang fits; who proves not to be needed stays, highest priority first',
    grace: `victims go on for ${Number(grace) / 1e6} s after they are first needed`,
    'minimum run': `no victim has run for less than ${Number(minRun) / 1e6} s since its start`,
    blocked: blocked === 'skip' ? 'a job that cannot start is passed over' : 'nobody passes a job that cannot start',
    idle: blocked === 'skip' ? NOTHING_IDLE : 'GPUs stay idle behind a job that cannot start, though others would fit',
    estimates: 'not used',
  }),
  create: (parameters) => {
    const graceUs = Number(parameters['grace']);
    const minRunUs = Number(parameters['minRun']);
    const headOfLine = parameters['blocked'] === 'head-of-line';
    return {
      order: (jobs, job) => -jobs.priority(job),
      looksAhead: false,
      workConserving: !headOfLine,
      initial: (jobs): Memory => ({
        displacement: new Displacement(),
        warnedUs: new Float64Array(jobs.count).fill(NEVER),
      }),
      decide: (context) => decide(context as SchedulingContext<Memory>, graceUs, minRunUs, headOfLine),
    };
  },
};

function decide(
  { view, plan, memory }: SchedulingContext<Memory>,
  graceUs: TimeUs,
  minRunUs: TimeUs,
  headOfLine: boolean,
): TimeUs {
  const { jobs, nowUs } = view;
  let wakeUs: TimeUs = NEVER;
  memory.displacement.run(view, plan, {
    keyOf: (job) => -jobs.priority(job),
    tieOf: (job) => jobs.startedUs(job),
    keyGap: 0,
    keyMax: Infinity,
    mayGiveWay: (job) => {
      const ripeUs = jobs.startedUs(job) + minRunUs;
      if (ripeUs > nowUs) wakeUs = Math.min(wakeUs, ripeUs);
      return ripeUs <= nowUs;
    },
    mayDisplace: (job) => {
      if (graceUs === 0) return true;
      const dueUs = Math.min(memory.warnedUs[job]!, nowUs) + graceUs;
      memory.warnedUs[job] = dueUs - graceUs;
      if (dueUs > nowUs) wakeUs = Math.min(wakeUs, dueUs);
      return dueUs <= nowUs;
    },
    headOfLine,
  });
  for (const job of memory.displacement.started) memory.warnedUs[job] = NEVER;
  return view.queue.length > 0 ? wakeUs : NEVER;
}
