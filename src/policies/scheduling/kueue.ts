import type { ParameterValues } from '../../sim/contract/definition.ts';
import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import {
  gangsAcrossQuota,
  minRunParameter,
  queueSemantics,
  tooLargeSemantics,
  withinQueueParameter,
} from '../quota/quota-parameters.ts';
import { ALL_GUARANTEED, KueueTurns } from '../quota/kueue-turns.ts';
import { quotaPolicy } from '../quota/quota-policy.ts';

/**
 * Kueue: a job is admitted if its queue has quota for it, its own or borrowed from its cohorts, and if its gang can be
 * placed now. Who is within his quota may reclaim what others have borrowed.
 */
export const kueue: SchedulingDefinition = {
  name: 'kueue',
  summary: 'Kueue: admits jobs by quota, borrowing and lending within cohorts, and reclaims what was lent.',
  source: 'Kueue, concepts/cluster_queue, cohort, fair_sharing and admission_fair_sharing',
  usesQueues: 'by-type',
  parameters: {
    queueingStrategy: {
      type: 'string',
      enum: ['best-effort-fifo', 'strict-fifo'],
      default: 'best-effort-fifo',
      description: 'Whether jobs of a queue may pass one that cannot be admitted, or have to wait behind it.',
    },
    reclaimWithinCohort: {
      type: 'string',
      enum: ['never', 'lower-priority', 'any'],
      default: 'never',
      description: 'Whose borrowed GPUs a job may reclaim that stays within its queue’s quota.',
    },
    borrowWithinCohort: {
      type: 'string',
      enum: ['never', 'lower-priority'],
      default: 'never',
      description:
        'Whether a job that itself has to borrow may preempt jobs of lower priority that run on borrowed GPUs. Of no ' +
        'account under fair sharing.',
    },
    withinClusterQueue: withinQueueParameter,
    gangsAcrossQuota: { ...gangsAcrossQuota, default: 'take' },
    whenCanBorrow: {
      type: 'string',
      enum: ['borrow', 'try-next-flavor'],
      default: 'borrow',
      description:
        'Where queues have quotas by GPU type: whether a job borrows of a type, or first tries the types behind it (in ' +
        'the order of the pools) for one where it need not.',
    },
    whenCanPreempt: {
      type: 'string',
      enum: ['try-next-flavor', 'preempt'],
      default: 'try-next-flavor',
      description:
        'Where queues have quotas by GPU type: whether the first job of a queue preempts on a type, or first tries the ' +
        'types behind it for one where it need not.',
    },
    fairSharing: {
      type: 'boolean',
      default: false,
      description:
        'Whether cohorts share what they lend by the queues’ dominant resource shares: the smallest is served first, ' +
        'and reclaiming takes from the largest.',
    },
    preemptionStrategies: {
      type: 'string',
      enum: ['both', 'less-than-or-equal-to-final-share', 'less-than-initial-share'],
      default: 'both',
      description:
        'Under fair sharing, when a queue may take from another: its share with the job is at most the other’s without ' +
        'the victim (final), or less than the other’s with it (initial); both: the second where the first is not enough.',
    },
    admissionFairSharing: {
      type: 'boolean',
      default: false,
      description: 'Whether the tenants of a queue are served by what they have used in the past, the least first.',
    },
    usageHalfLife: {
      type: 'duration',
      minimum: 1,
      default: 168 * 3_600_000_000,
      description: 'Under admission fair sharing, past use counts half after this long.',
    },
    usageSampling: {
      type: 'duration',
      minimum: 1,
      default: 300_000_000,
      description: 'Under admission fair sharing, how often use is sampled.',
    },
    guaranteedPriority: {
      type: 'integer',
      minimum: ALL_GUARANTEED,
      maximum: 1_000_000,
      default: ALL_GUARANTEED,
      description:
        'Jobs of at least this priority are guaranteed: they share the quotas as if there were no others. All others are ' +
        'opportunistic: they need no quota, run on what is left, and are preempted first. No job has a priority as low as ' +
        'the default.',
    },
    minRun: minRunParameter,
  },
  semantics: (parameters) => ({
    queues: `${queueSemantics}; those at the top are one cohort`,
    quota:
      'own quota, and what the cohorts lend up to the limit; of each GPU type where the queues have quotas by type, else of all GPUs',
    types: `in the order of the pools; ${parameters['whenCanBorrow'] === 'borrow' ? 'the first with quota, borrowed or not' : 'borrowed ones last'}; ${parameters['whenCanPreempt'] === 'preempt' ? 'the first job of a queue preempts on a type before it tries the next' : 'preempting comes after all types'}`,
    order:
      parameters['fairSharing'] === true
        ? 'over the first jobs of all queues: smallest dominant share with the job at the level where two queues part, then priority, then submit'
        : 'over the first jobs of all queues: who need not borrow, then priority, then submit',
    share: 'GPUs borrowed over those that the cohort has to lend, over the weight; used under fair sharing alone',
    inQueue:
      parameters['queueingStrategy'] === 'strict-fifo'
        ? `${inQueueOf(parameters)}; nobody passes a job that cannot be admitted`
        : `${inQueueOf(parameters)}; jobs that cannot be admitted are passed over`,
    admission: 'only if the gang can be placed now: nothing is held for a job that quota alone would admit',
    preemption: `reclaim within the cohort ${String(parameters['reclaimWithinCohort'])}, ${parameters['fairSharing'] === true ? `by share (${String(parameters['preemptionStrategies'])}), from the largest` : `while borrowing ${String(parameters['borrowWithinCohort'])}`}, within the queue ${String(parameters['withinClusterQueue'])}; ${parameters['fairSharing'] === true ? '' : 'others’ jobs before own, '}lowest priority, then last started; who need not have gone stays`,
    classes: hasClasses(parameters)
      ? `jobs of priority ${String(parameters['guaranteedPriority'])} and more are guaranteed: they are served first and by quota, of which opportunistic ones use none, and may preempt any of those; opportunistic jobs run on whatever else is free, up to the limits, and preempt nobody`
      : 'all jobs are guaranteed: nobody runs without quota',
    gangs: `a running gang that reaches from borrowed GPUs into the quota is ${parameters['gangsAcrossQuota'] === 'take' ? 'taken' : 'spared'}`,
    idle: 'GPUs beyond all quotas, and what a queue does not lend or may not borrow, stay idle while jobs wait',
    tooLarge: tooLargeSemantics,
    estimates: 'not used',
  }),
  create: (parameters) => quotaPolicy(false, (jobs) => new KueueTurns(jobs, parameters), objectionTo(parameters)),
};

function hasClasses(parameters: ParameterValues): boolean {
  return parameters['guaranteedPriority'] !== ALL_GUARANTEED;
}

/** Classes are told apart by the order of jobs, or by the share of borrowed quota: some orders know neither. */
function objectionTo(parameters: ParameterValues): string | undefined {
  if (!hasClasses(parameters)) return undefined;
  if (parameters['admissionFairSharing'] !== true && parameters['fairSharing'] !== true) return undefined;
  return 'it does not tell guaranteed from opportunistic jobs under fair sharing; leave out guaranteedPriority, or fairSharing and admissionFairSharing';
}

function inQueueOf(parameters: ParameterValues): string {
  if (parameters['admissionFairSharing'] !== true) return 'priority, then submit';
  const [sampling, halfLife] = ['usageSampling', 'usageHalfLife'].map((name) => Number(parameters[name]) / 1e6);
  return `the tenant that has used least (sampled every ${sampling} s, half-life ${halfLife} s; admission counts as one sampling at once), then priority, then submit`;
}
