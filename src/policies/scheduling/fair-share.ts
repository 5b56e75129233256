import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import { NO_JOB, type JobView, type SchedulingDefinition, type SchedulingView } from '../../sim/contract/scheduling.ts';
import { DecayedUsage } from '../quota/decayed-usage.ts';
import {
  gangsAcrossQuota,
  IDLE_AFTER_PREEMPTION,
  minRunParameter,
  queueSemantics,
  tooLargeSemantics,
  withinQueueParameter,
} from '../quota/quota-parameters.ts';
import { QuotaLedger } from '../quota/quota-ledger.ts';
import { quotaPolicy, QuotaTurns } from '../quota/quota-policy.ts';
import { QueueTurns } from '../quota/queue-turns.ts';
import { ShareTree } from '../quota/share-tree.ts';

/** Priorities of jobs end below it. */
const NO_PRIORITY = 1_000_001;

/**
 * Fair share among a tree of queues, as in KAI-Scheduler. GPUs are divided among the queues (see `FairShare`); whoever
 * is below his share comes first, but nothing that somebody can use stays idle; whoever is below his share gets it back
 * by preempting jobs of queues that are above theirs.
 */
export const fairShare: SchedulingDefinition = {
  name: 'fair-share',
  summary: 'Divides the GPUs among queues by quota and weight; who is below his share reclaims it from who is above.',
  source: 'KAI-Scheduler, docs/fairness and plugin proportion',
  usesQueues: true,
  parameters: {
    kValue: {
      type: 'number',
      minimum: 0,
      maximum: 1000,
      default: 0,
      description: 'How much past use lessens a queue’s share of what is left over the quotas; 0: not at all.',
    },
    usageHalfLife: {
      type: 'duration',
      minimum: 1,
      default: 7 * 24 * 3_600_000_000,
      description: 'Past use counts half after this long; of no account while kValue is 0.',
    },
    reclaim: {
      type: 'string',
      enum: ['from-queues-above-share', 'never'],
      default: 'from-queues-above-share',
      description: 'Whether jobs of queues above their share are preempted for queues below theirs.',
    },
    gangsAcrossQuota: { ...gangsAcrossQuota, default: 'spare' },
    withinQueue: withinQueueParameter,
    guaranteedPriority: {
      type: 'integer',
      minimum: -1_000_000,
      maximum: NO_PRIORITY,
      default: NO_PRIORITY,
      description:
        'Jobs of at least this priority are guaranteed: served first, never preempted, and started within their queue’s ' +
        'quota alone. All others are opportunistic, and preempted for them. No job has a priority as high as the default.',
    },
    minRun: minRunParameter,
  },
  semantics: (parameters) => ({
    queues: queueSemantics,
    share: `quota first, then the rest by weight, priority before priority${Number(parameters['kValue']) > 0 ? ', less for who has used more' : ''}`,
    order:
      'queues below their share, then those below their quota, then by priority, then by held / share; ties in file order',
    inQueue: 'priority, then submit; jobs that do not fit are passed over',
    idle: `any queue may use idle GPUs up to its limit${isWorkConserving(parameters) ? '' : `; ${IDLE_AFTER_PREEMPTION}`}`,
    reclaim:
      parameters['reclaim'] === 'never'
        ? 'nobody is preempted for another queue'
        : `for the first job of a queue that stays within its share: from the queue furthest above its share, lowest priority, then last started; gangs that reach into the quota are ${parameters['gangsAcrossQuota'] === 'take' ? 'taken' : 'spared'}`,
    withinQueue: parameters['withinQueue'] === 'never' ? 'nobody is preempted' : 'jobs of lower priority are preempted',
    guaranteed:
      Number(parameters['guaranteedPriority']) === NO_PRIORITY
        ? 'no job: all may be preempted'
        : `jobs of priority ${String(parameters['guaranteedPriority'])} and more: served first, within the quota, never preempted; for them opportunistic jobs of queues above their quota and of their own go, the queue furthest above its share first, whatever reclaim and withinQueue say`,
    tooLarge: tooLargeSemantics,
    estimates: 'not used',
  }),
  create: (parameters) => {
    return quotaPolicy(isWorkConserving(parameters), (jobs) => new FairShareTurns(jobs, parameters));
  },
};

function isWorkConserving({ reclaim, withinQueue, guaranteedPriority }: ParameterValues): boolean {
  return reclaim === 'never' && withinQueue === 'never' && guaranteedPriority === NO_PRIORITY;
}

class FairShareTurns extends QuotaTurns {
  readonly ledger: QuotaLedger;
  readonly lines: QuotaLedger;
  protected readonly passes = true;
  protected readonly preempts: boolean;
  protected readonly hasClasses: boolean;
  private readonly shares: ShareTree;
  private readonly turns: QueueTurns;
  private readonly usage: DecayedUsage | undefined;
  private readonly kValue: number;
  private readonly reclaims: boolean;
  private readonly preemptsWithin: boolean;
  private readonly sparesGangs: boolean;

  constructor(jobs: JobView, parameters: ParameterValues) {
    super(jobs, parameters);
    this.kValue = Number(parameters['kValue']);
    this.usage = this.kValue > 0 ? new DecayedUsage(jobs.quotas.count, Number(parameters['usageHalfLife'])) : undefined;
    const guaranteedPriority = Number(parameters['guaranteedPriority']);
    this.ledger = new QuotaLedger(jobs, {
      guaranteedPriority,
      ...(this.usage === undefined ? {} : { usage: this.usage }),
    });
    this.lines = this.ledger;
    this.shares = new ShareTree(this.ledger);
    this.turns = new QueueTurns(jobs.quotas, (a, b, leafOfA, leafOfB) => this.comesBefore(a, b, leafOfA, leafOfB));
    this.reclaims = parameters['reclaim'] !== 'never';
    this.preemptsWithin = parameters['withinQueue'] !== 'never';
    this.hasClasses = guaranteedPriority < NO_PRIORITY;
    this.preempts = this.reclaims || this.preemptsWithin || this.hasClasses;
    this.sparesGangs = parameters['gangsAcrossQuota'] === 'spare';
  }

  override mayRun(job: JobId): boolean {
    return super.mayRun(job) && this.keepsGuarantee(job);
  }

  protected isGuaranteed(job: JobId): boolean {
    return this.ledger.isGuaranteed(job);
  }

  protected begin(view: SchedulingView): void {
    let gpus = 0;
    for (let type = 0; type < view.gpuTypes; type++) gpus += view.totalGpus(type);
    this.shares.update(gpus, this.kValue, this.usage, view.nowUs);
  }

  protected next(): number {
    return this.turns.next();
  }

  protected changed(queue: number): void {
    const { candidate, turns } = this;
    if (queue < 0) turns.openWhere((leaf) => candidate[leaf] !== NO_JOB);
    else turns.changed(queue, candidate[queue] !== NO_JOB);
  }

  protected isTakeable(victim: JobId, job: JobId): boolean {
    const { ledger, jobs } = this;
    const own = ledger.queueOf(victim) === ledger.queueOf(job);
    // Who was started in this decision is not on offer, and who holds no GPU makes no room.
    if (!jobs.isRunning(victim) || jobs.gpus(victim) === 0) return false;
    if (ledger.isGuaranteed(victim) || ((jobs.typeMask(job) >>> jobs.heldType(victim)) & 1) === 0) return false;
    if (ledger.isGuaranteed(job)) return own || this.isAboveQuota(ledger.queueOf(victim));
    return own ? jobs.priority(victim) < jobs.priority(job) : this.mayReclaim(victim, job);
  }

  protected offer(queue: number, job: JobId): void {
    if (this.ledger.isGuaranteed(job)) {
      this.offerOpportunistic(queue, job);
      return;
    }
    if (this.reclaims && this.staysWithinShare(job)) this.offerOthers(queue, job);
    if (this.preemptsWithin) this.offerOwn(queue, job);
  }

  protected override mayMakeRoom(_view: SchedulingView, job: JobId): boolean {
    return this.keepsGuarantee(job);
  }

  protected override hasRoomInQueue(_view: SchedulingView, job: JobId): boolean {
    return this.keepsGuarantee(job);
  }

  /** What may not be preempted stays within the quota. */
  private keepsGuarantee(job: JobId): boolean {
    const { ledger, jobs } = this;
    return !ledger.isGuaranteed(job) || jobs.gpus(job) <= ledger.guaranteedRoomGpus(ledger.queueOf(job));
  }

  private isAboveQuota(queue: number): boolean {
    return this.ledger.heldGpus[queue]! > this.ledger.tree.quota[queue]!;
  }

  /** Offers opportunistic jobs for a guaranteed one: of queues above their quota, then of its own. */
  private offerOpportunistic(queue: number, job: JobId): void {
    const { ledger, maker } = this;
    const above: number[] = [];
    for (let other = 0; other < ledger.tree.count; other++) {
      if (other !== queue && ledger.running.first(other) !== NO_JOB && this.isAboveQuota(other)) above.push(other);
    }
    const excess = (other: number): number => this.excess(this.rivalOf(other, queue));
    above.sort((a, b) => (excess(a) === excess(b) ? a - b : excess(b) - excess(a)));
    for (const other of above) {
      for (let victim = ledger.running.first(other); victim !== NO_JOB; victim = ledger.running.next(victim)) {
        if (this.mayTake(victim, job)) maker.offer(victim);
      }
    }
    this.offerOwn(queue, job);
  }

  /** Whether a job's queue and all above it would stay within their shares if it were started. */
  private staysWithinShare(job: JobId): boolean {
    const { ledger, shares, jobs } = this;
    const { parent } = ledger.tree;
    for (let at = ledger.queueOf(job); at >= 0; at = parent[at]!) {
      if (ledger.heldGpus[at]! + jobs.gpus(job) > shares.share[at]!) return false;
    }
    return true;
  }

  /** Offers jobs of queues that are above their share, those of the queue furthest above it first. */
  private offerOthers(queue: number, job: JobId): void {
    const { ledger, shares, maker } = this;
    const above: number[] = [];
    for (let other = 0; other < ledger.tree.count; other++) {
      if (other === queue || ledger.running.first(other) === NO_JOB) continue;
      const rival = this.rivalOf(other, queue);
      if (ledger.heldGpus[rival]! > shares.share[rival]!) above.push(other);
    }
    const excess = (other: number): number => this.excess(this.rivalOf(other, queue));
    above.sort((a, b) => (excess(a) === excess(b) ? a - b : excess(b) - excess(a)));
    for (const other of above) {
      let surplus = ledger.heldGpus[other]! - ledger.tree.quota[other]!;
      for (
        let victim = ledger.running.first(other);
        victim !== NO_JOB && surplus > 0;
        victim = ledger.running.next(victim)
      ) {
        if (!this.mayTake(victim, job)) continue;
        maker.offer(victim);
        surplus -= this.jobs.gpus(victim);
      }
    }
  }

  /** Offers jobs of the same queue that are of lower priority; they stand first in its list. */
  private offerOwn(queue: number, job: JobId): void {
    const { ledger, maker } = this;
    for (let victim = ledger.running.first(queue); victim !== NO_JOB; victim = ledger.running.next(victim)) {
      if (this.mayTake(victim, job)) maker.offer(victim);
    }
  }

  /** How far a queue is above its share, relative to it. */
  private excess(queue: number): number {
    return partOf(this.ledger.heldGpus[queue]!, this.shares.share[queue]!);
  }

  /** The queues of two jobs, each at the level below their common parent: shares are compared there. */
  private rivalOf(victimQueue: number, queue: number): number {
    const { parent } = this.ledger.tree;
    let rival = victimQueue;
    for (; parent[rival]! >= 0; rival = parent[rival]!) {
      for (let at = queue; at >= 0; at = parent[at]!) if (at === parent[rival]!) return rival;
    }
    return rival;
  }

  private mayReclaim(victim: JobId, job: JobId): boolean {
    const { ledger, jobs, shares } = this;
    const { parent, quota } = ledger.tree;
    const from = ledger.queueOf(victim);
    const rival = this.rivalOf(from, ledger.queueOf(job));
    if (ledger.heldGpus[rival]! <= shares.share[rival]!) return false;
    for (let at = from; ; at = parent[at]!) {
      const left = ledger.heldGpus[at]! - (this.sparesGangs ? jobs.gpus(victim) : 0);
      if (this.sparesGangs ? left < quota[at]! : left <= quota[at]!) return false;
      if (at === rival) return true;
    }
  }

  private comesBefore(a: number, b: number, leafOfA: number, leafOfB: number): boolean {
    const { ledger, shares, jobs } = this;
    const { quota, priority } = ledger.tree;
    const heldA = ledger.heldGpus[a]!;
    const heldB = ledger.heldGpus[b]!;
    const aIsAbove = heldA > shares.share[a]!;
    if (aIsAbove !== heldB > shares.share[b]!) return !aIsAbove;
    const withJobA = heldA + jobs.gpus(this.candidate[leafOfA]! as JobId);
    const withJobB = heldB + jobs.gpus(this.candidate[leafOfB]! as JobId);
    const aIsOwed = withJobA <= quota[a]!;
    if (aIsOwed !== withJobB <= quota[b]!) return aIsOwed;
    if (priority[a] !== priority[b]) return priority[a]! > priority[b]!;
    const partOfA = partOf(withJobA, shares.share[a]!);
    const partOfB = partOf(withJobB, shares.share[b]!);
    if (partOfA !== partOfB) return partOfA < partOfB;
    return this.excess(a) < this.excess(b);
  }
}

/** What is held over the share; the excess of whoever holds something without a share is infinite. */
function partOf(heldGpus: number, share: number): number {
  return heldGpus === 0 ? 0 : heldGpus / share;
}
