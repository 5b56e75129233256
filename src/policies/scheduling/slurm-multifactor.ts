import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';
import {
  NO_JOB,
  type JobView,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import { ClassicShares, FairTree, type AccountShares } from '../quota/account-shares.ts';
import { DecayedUsage } from '../quota/decayed-usage.ts';
import { multifactorPriority, type PriorityRules } from '../quota/multifactor-priority.ts';
import { QuotaLedger } from '../quota/quota-ledger.ts';
import { queueSemantics, tooLargeSemantics } from '../quota/quota-parameters.ts';
import { SlurmLoops } from '../quota/slurm-loops.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;

function weight(preset: number, description: string): ParameterSchema {
  return { type: 'integer', minimum: 0, maximum: 4_294_967_295, default: preset, description };
}

function duration(preset: number, minimum: number, description: string): ParameterSchema {
  return { type: 'duration', minimum, default: preset, description };
}

function count(preset: number, description: string): ParameterSchema {
  return { type: 'integer', minimum: 1, maximum: 1_000_000, default: preset, description };
}

/**
 * Slurm's scheduler: jobs in the order of their multifactor priority; the main loop starts them from the head until one
 * does not fit, the backfill loop reserves for those that do not and lets later ones start if they delay nobody.
 */
export const slurmMultifactor: SchedulingDefinition = {
  name: 'slurm-multifactor',
  summary: 'Slurm: multifactor priority with fair share by decayed use, main loop and backfill loop with their limits.',
  source: 'Slurm manual: priority_multifactor, fair_tree, classic_fair_share, sched_config',
  usesQueues: true,
  parameters: {
    ageWeight: weight(1000, 'PriorityWeightAge: what a job that has waited maxAge gets.'),
    fairShareWeight: weight(10_000, 'PriorityWeightFairshare: what a job of an account with factor 1 gets.'),
    jobSizeWeight: weight(1000, 'PriorityWeightJobSize: what a job of the size of the cluster gets.'),
    partitionWeight: weight(1000, 'PriorityWeightPartition: what a job of the queue of highest priority gets.'),
    qosWeight: weight(0, 'PriorityWeightQOS: what a job of the highest priority gets; a job’s priority is its QOS.'),
    favorSmall: { type: 'boolean', default: false, description: 'PriorityFavorSmall: small jobs get the size weight.' },
    maxAge: duration(7 * DAY_US, 1, 'PriorityMaxAge: waiting longer adds nothing.'),
    fairShare: {
      type: 'string',
      enum: ['fair-tree', 'classic'],
      default: 'fair-tree',
      description: 'How decayed use becomes a factor from 0 to 1.',
    },
    dampening: {
      type: 'number',
      minimum: 0.001,
      maximum: 1000,
      default: 1,
      description: 'FairShareDampeningFactor of the classic rule.',
    },
    decayHalfLife: duration(7 * DAY_US, 0, 'PriorityDecayHalfLife: past use counts half after this long; 0: for ever.'),
    calcPeriod: duration(300 * SECOND_US, 0, 'PriorityCalcPeriod: how often priorities are worked out anew at most.'),
    defaultQueueDepth: count(100, 'default_queue_depth: jobs that the main loop looks at when something has happened.'),
    schedInterval: duration(60 * SECOND_US, 1, 'sched_interval: how often it looks at all jobs.'),
    bfInterval: duration(30 * SECOND_US, 1, 'bf_interval: from one backfill loop to the next at least.'),
    bfMaxJobTest: count(100, 'bf_max_job_test: jobs that a backfill loop looks at.'),
    bfWindow: duration(DAY_US, 1, 'bf_window: how far ahead it reserves.'),
    bfResolution: duration(60 * SECOND_US, 1, 'bf_resolution: it counts with ends rounded up to steps of this.'),
  },
  semantics: (parameters) => ({
    queues: `accounts and users: ${queueSemantics}; weight is the shares, priority the partition’s, limit GrpTRES`,
    order: 'priority = sum of weight × factor, cut to a whole number; then submit, then file order',
    fairShare:
      parameters['fairShare'] === 'classic'
        ? 'classic: 2^(−effective use / share); use is GPU-time'
        : 'Fair Tree: rank by share / use among siblings, depth first; use is GPU-time',
    whenPriorities: 'worked out anew at most once in calcPeriod, while jobs wait',
    mainLoop:
      'when jobs come or end, and every schedInterval: from the head until one does not fit; later ones then use other GPU types alone',
    backfill:
      'at most once in bfInterval and only if something has changed: the first bfMaxJobTest jobs; reservations in the free totals of a GPU type, within bfWindow',
    limit: 'a job that its queue’s limit holds back is passed over and nothing is reserved for it',
    idle: 'GPUs stay idle for reservations, until the next backfill loop, and for jobs beyond what the loops look at',
    tooLarge: tooLargeSemantics,
    estimates: 'as the scenario states; a job that outlives its estimate counts as ending at any moment',
  }),
  create: (parameters) => ({
    order: (jobs, job, memory) => -(memory as Memory).priority(jobs, job),
    orderChanges: true,
    looksAhead: true,
    initial: (jobs) => new Memory(jobs, parameters),
    decide: (context) => decide(context as SchedulingContext<Memory>),
  }),
};

class Memory {
  readonly ledger: QuotaLedger;
  readonly loops: SlurmLoops;
  readonly calcPeriodUs: TimeUs;
  /** When priorities were last worked out. */
  calculatedUs: TimeUs = -Infinity;
  private readonly usage: DecayedUsage;
  private readonly shares: AccountShares;
  private readonly rules: PriorityRules & { clusterGpus: number };
  /** The one being asked about; kept, because it is asked for every waiting job. */
  private readonly claims = { waitUs: 0, fairShare: 0, gpus: 0, qos: 0, partition: 0 };

  constructor(jobs: JobView, parameters: ParameterValues) {
    const { quotas } = jobs;
    const halfLifeUs = Number(parameters['decayHalfLife']);
    this.usage = new DecayedUsage(quotas.count, halfLifeUs === 0 ? NEVER : halfLifeUs);
    this.ledger = new QuotaLedger(jobs, { usage: this.usage });
    this.shares =
      parameters['fairShare'] === 'classic'
        ? new ClassicShares(quotas, Number(parameters['dampening']))
        : new FairTree(quotas);
    this.calcPeriodUs = Number(parameters['calcPeriod']);
    this.loops = new SlurmLoops(this.ledger, {
      queueDepth: Number(parameters['defaultQueueDepth']),
      schedIntervalUs: Number(parameters['schedInterval']),
      backfillIntervalUs: Number(parameters['bfInterval']),
      backfillTests: Number(parameters['bfMaxJobTest']),
      windowUs: Number(parameters['bfWindow']),
      resolutionUs: Number(parameters['bfResolution']),
    });
    let qosMax = 0;
    for (let job = 0; job < jobs.count; job++) qosMax = Math.max(qosMax, jobs.priority(job as JobId));
    this.rules = {
      ageWeight: Number(parameters['ageWeight']),
      fairShareWeight: Number(parameters['fairShareWeight']),
      jobSizeWeight: Number(parameters['jobSizeWeight']),
      partitionWeight: Number(parameters['partitionWeight']),
      qosWeight: Number(parameters['qosWeight']),
      ageMaxUs: Number(parameters['maxAge']),
      favourSmall: parameters['favorSmall'] === true,
      clusterGpus: 0,
      qosMax,
      partitionMax: quotas.priority.reduce((most, priority) => Math.max(most, priority), 0),
    };
  }

  priority(jobs: JobView, job: JobId): number {
    const { claims, ledger } = this;
    const queue = ledger.queueOf(job);
    claims.waitUs = Math.max(0, this.calculatedUs - jobs.submitUs(job));
    claims.fairShare = this.shares.factor[queue]!;
    claims.gpus = jobs.gpus(job);
    claims.qos = jobs.priority(job);
    claims.partition = ledger.tree.priority[queue]!;
    return multifactorPriority(this.rules, claims);
  }

  /** Works priorities out anew, if it is time to. */
  calculate(view: SchedulingView): boolean {
    if (view.nowUs - this.calculatedUs < this.calcPeriodUs) return false;
    this.calculatedUs = view.nowUs;
    this.rules.clusterGpus = 0;
    for (let type = 0; type < view.gpuTypes; type++) this.rules.clusterGpus += view.totalGpus(type);
    this.shares.update(this.usage.gpuUs);
    return true;
  }
}

function decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
  const { ledger, loops, calcPeriodUs } = memory;
  const hasHappened = ledger.catchUp(view, plan);
  const isReordered = memory.calculate(view);
  if (isReordered) plan.reorder();
  const wakeUs = loops.run(view, plan, hasHappened, isReordered);
  if (view.queue.head() === NO_JOB) return NEVER;
  return calcPeriodUs === 0 ? wakeUs : Math.min(wakeUs, memory.calculatedUs + calcPeriodUs);
}
