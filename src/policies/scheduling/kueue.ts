import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import {
  NO_JOB,
  type JobView,
  type Plan,
  type SchedulingContext,
  type SchedulingDefinition,
  type SchedulingView,
} from '../../sim/contract/scheduling.ts';
import { CohortQuota } from '../quota/cohort-quota.ts';
import {
  gangsAcrossQuota,
  minRunParameter,
  queueSemantics,
  tooLargeSemantics,
  withinQueueParameter,
} from '../quota/quota-parameters.ts';
import { QuotaLedger } from '../quota/quota-ledger.ts';
import { RoomMaker, type TakingRules } from '../quota/room-maker.ts';

/**
 * Kueue: a job is admitted if its queue has quota for it, its own or borrowed from its cohorts, and if its gang can be
 * placed now. Who is within his quota may reclaim what others have borrowed.
 */
export const kueue: SchedulingDefinition = {
  name: 'kueue',
  summary: 'Kueue: admits jobs by quota, borrowing and lending within cohorts, and reclaims what was lent.',
  source: 'Kueue, concepts/cluster_queue and cohort',
  usesQueues: true,
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
        'Whether a job that itself has to borrow may preempt jobs of lower priority that run on borrowed GPUs.',
    },
    withinClusterQueue: withinQueueParameter,
    gangsAcrossQuota: { ...gangsAcrossQuota, default: 'take' },
    minRun: minRunParameter,
  },
  semantics: (parameters) => ({
    queues: `${queueSemantics}; those at the top are one cohort`,
    quota: 'own quota, and what the cohorts lend up to the limit; GPU types are not told apart',
    order: 'over the first jobs of all queues: who need not borrow, then priority, then submit',
    inQueue:
      parameters['queueingStrategy'] === 'strict-fifo'
        ? 'priority, then submit; nobody passes a job that cannot be admitted'
        : 'priority, then submit; jobs that cannot be admitted are passed over',
    admission: 'only if the gang can be placed now: nothing is held for a job that quota alone would admit',
    preemption: `reclaim within the cohort ${String(parameters['reclaimWithinCohort'])}, while borrowing ${String(parameters['borrowWithinCohort'])}, within the queue ${String(parameters['withinClusterQueue'])}; others’ jobs before own, lowest priority, then last started; who need not have gone stays`,
    gangs: `a running gang that reaches from borrowed GPUs into the quota is ${parameters['gangsAcrossQuota'] === 'take' ? 'taken' : 'spared'}`,
    idle: 'GPUs beyond all quotas, and what a queue does not lend or may not borrow, stay idle while jobs wait',
    tooLarge: tooLargeSemantics,
    estimates: 'not used',
  }),
  create: (parameters) => ({
    order: (_, job, memory) => (memory as Memory).ledger.key(job),
    looksAhead: false,
    initial: (jobs) => new Memory(jobs, parameters),
    decide: (context) => decide(context as SchedulingContext<Memory>),
  }),
};

class Memory implements TakingRules {
  readonly ledger: QuotaLedger;
  readonly cohorts: CohortQuota;
  readonly maker = new RoomMaker();
  readonly isStrict: boolean;
  readonly preempts: boolean;
  /** The job of each queue that is to be tried next. */
  readonly candidate: Int32Array;
  /** Earliest instant at which somebody may be preempted who now has not run long enough. */
  wakeUs: TimeUs = NEVER;
  nowUs: TimeUs = 0;
  private readonly jobs: JobView;
  private readonly reclaim: unknown;
  private readonly borrow: unknown;
  private readonly within: unknown;
  private readonly sparesGangs: boolean;
  private readonly minRunUs: TimeUs;

  constructor(jobs: JobView, parameters: ParameterValues) {
    const { quotas } = jobs;
    this.jobs = jobs;
    this.cohorts = new CohortQuota(quotas);
    // While nobody holds anything, what is available is the most that can ever be.
    const most = Float64Array.from(quotas.names, (_, queue) => this.cohorts.available(queue));
    this.ledger = new QuotaLedger(jobs, {
      mostGpus: (queue) => most[queue]!,
      onHeld: (queue, gpus) => this.cohorts.use(queue, gpus),
    });
    this.candidate = new Int32Array(quotas.count).fill(NO_JOB);
    this.isStrict = parameters['queueingStrategy'] === 'strict-fifo';
    this.reclaim = parameters['reclaimWithinCohort'];
    this.borrow = parameters['borrowWithinCohort'];
    this.within = parameters['withinClusterQueue'];
    this.preempts = this.reclaim !== 'never' || this.borrow !== 'never' || this.within !== 'never';
    this.sparesGangs = parameters['gangsAcrossQuota'] === 'spare';
    this.minRunUs = Number(parameters['minRun']);
  }

  roomGpus(queue: number): number {
    return this.cohorts.available(queue);
  }

  /** Whether a queue would hold more than its quota with the job. */
  wouldBorrow(job: JobId): boolean {
    const queue = this.ledger.queueOf(job);
    return this.ledger.heldGpus[queue]! + this.jobs.gpus(job) > this.ledger.tree.quota[queue]!;
  }

  mayTake(victim: JobId, job: JobId): boolean {
    const { ledger, jobs } = this;
    if (!jobs.isRunning(victim) || jobs.gpus(victim) === 0) return false;
    if (((jobs.typeMask(job) >>> jobs.heldType(victim)) & 1) === 0) return false;
    if (ledger.queueOf(victim) === ledger.queueOf(job) ? !this.mayTakeOwn(victim, job) : !this.mayReclaim(victim, job))
      return false;
    const fromUs = ledger.running.startedUs(victim) + this.minRunUs;
    if (fromUs <= this.nowUs) return true;
    this.wakeUs = Math.min(this.wakeUs, fromUs);
    return false;
  }

  /** Whether a job of a queue might be preempted for one of `own`: a look that costs nothing, before all are looked at. */
  mayHaveVictims(queue: number, own: number): boolean {
    const { heldGpus, tree } = this.ledger;
    return queue === own ? this.within !== 'never' : heldGpus[queue]! > tree.quota[queue]!;
  }

  /** Whether the first job of a queue is served before that of another. */
  comesBefore(queue: number, other: number): boolean {
    const { candidate, jobs } = this;
    const a = candidate[queue]! as JobId;
    const b = candidate[other]! as JobId;
    const aBorrows = this.wouldBorrow(a);
    if (aBorrows !== this.wouldBorrow(b)) return !aBorrows;
    const byPriority = jobs.priority(b) - jobs.priority(a);
    // Jobs are numbered in the order of their arrival.
    return byPriority === 0 ? a < b : byPriority < 0;
  }

  private mayTakeOwn(victim: JobId, job: JobId): boolean {
    return this.within === 'lower-priority' && this.jobs.priority(victim) < this.jobs.priority(job);
  }

  private mayReclaim(victim: JobId, job: JobId): boolean {
    const { ledger, jobs } = this;
    const from = ledger.queueOf(victim);
    const quota = ledger.tree.quota[from]!;
    const held = ledger.heldGpus[from]!;
    if (this.sparesGangs ? held - jobs.gpus(victim) < quota : held <= quota) return false;
    const rule = this.wouldBorrow(job) ? this.borrow : this.reclaim;
    return rule === 'any' || (rule === 'lower-priority' && jobs.priority(victim) < jobs.priority(job));
  }
}

function decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
  memory.ledger.catchUp(view, plan);
  memory.nowUs = view.nowUs;
  memory.wakeUs = NEVER;
  admit(view, plan, memory);
  if (memory.preempts && preempt(view, plan, memory)) admit(view, plan, memory);
  return memory.wakeUs;
}

function admit({ queue: waiting, jobs, nowUs }: SchedulingView, plan: Plan, memory: Memory): void {
  const { ledger, candidate } = memory;
  for (let queue = 0; queue < candidate.length; queue++) candidate[queue] = ledger.head(waiting, queue);
  for (let queue = firstOf(memory); queue >= 0; queue = firstOf(memory)) {
    const job = candidate[queue]! as JobId;
    const hasStarted = jobs.gpus(job) <= memory.roomGpus(queue) && plan.start(job) === Refusal.None;
    if (hasStarted) ledger.started(job, nowUs);
    if (hasStarted && memory.isStrict) candidate[queue] = ledger.head(waiting, queue);
    else candidate[queue] = memory.isStrict ? NO_JOB : ledger.nextCandidate(waiting, job, memory.roomGpus(queue));
  }
}

/** The queue with a candidate that comes first; -1 if there is none. */
function firstOf(memory: Memory): number {
  const { candidate } = memory;
  let best = -1;
  for (let queue = 0; queue < candidate.length; queue++) {
    if (candidate[queue] === NO_JOB) continue;
    if (best < 0 || memory.comesBefore(queue, best)) best = queue;
  }
  return best;
}

/** Preempts for the first job of each queue. Whether anybody was preempted. */
function preempt(view: SchedulingView, plan: Plan, memory: Memory): boolean {
  const { ledger, candidate, maker } = memory;
  let hasPreempted = false;
  for (let queue = 0; queue < candidate.length; queue++) candidate[queue] = ledger.head(view.queue, queue);
  for (let queue = firstOf(memory); queue >= 0; queue = firstOf(memory)) {
    const job = candidate[queue]! as JobId;
    offerVictims(memory, job);
    const hasStarted = maker.startInPlaceOf(view, plan, ledger, job, memory);
    if (hasStarted) hasPreempted = true;
    candidate[queue] = hasStarted ? ledger.head(view.queue, queue) : NO_JOB;
  }
  return hasPreempted;
}

/** Offers whom the job may preempt: jobs of other queues first, then by priority and start. */
function offerVictims(memory: Memory, job: JobId): void {
  const { ledger, maker } = memory;
  const { running, tree } = ledger;
  const own = ledger.queueOf(job);
  maker.clear();
  for (let queue = 0; queue < tree.count; queue++) {
    if (!memory.mayHaveVictims(queue, own)) continue;
    for (let victim = running.first(queue); victim !== NO_JOB; victim = running.next(victim)) {
      if (memory.mayTake(victim, job)) maker.offer(victim);
    }
  }
  maker.sort((a, b) => {
    const aIsOwn = ledger.queueOf(a) === own;
    return aIsOwn === (ledger.queueOf(b) === own) ? running.standsBefore(a, b) : !aIsOwn;
  });
}
