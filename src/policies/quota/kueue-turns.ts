import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import { ANY_TYPE, NO_JOB, type JobView, type Plan, type SchedulingView } from '../../sim/contract/scheduling.ts';
import { FairPreemption, type FairStrategy } from './fair-preemption.ts';
import { Flavours } from './flavours.ts';
import { QuotaLedger } from './quota-ledger.ts';
import { QuotaTurns } from './quota-policy.ts';
import type { WaitingLines } from './queue-lines.ts';
import { QueueTurns } from './queue-turns.ts';
import type { VictimOrder } from './room-maker.ts';
import { SampledUsage } from './sampled-usage.ts';
import { TenantTurns } from './tenant-turns.ts';

/** `guaranteedPriority` by which there are no classes: no job has a priority as low. */
export const ALL_GUARANTEED = -1_000_001;

const strategiesOf: Readonly<Record<string, readonly FairStrategy[]>> = {
  both: ['less-than-or-equal-to-final-share', 'less-than-initial-share'],
  'less-than-or-equal-to-final-share': ['less-than-or-equal-to-final-share'],
  'less-than-initial-share': ['less-than-initial-share'],
};

/** A run under Kueue's rules; see `kueue` for what they are. */
export class KueueTurns extends QuotaTurns {
  readonly ledger: QuotaLedger;
  readonly lines: WaitingLines;
  protected readonly passes: boolean;
  protected readonly preempts: boolean;
  private readonly flavours: Flavours;
  /** By dominant share, under fair sharing alone. */
  private readonly turns: QueueTurns | undefined;
  private readonly victimOrder: VictimOrder | undefined;
  /** What tenants have used, under admission fair sharing alone. */
  private readonly usage: SampledUsage | undefined;
  private readonly reclaim: unknown;
  private readonly borrow: unknown;
  private readonly within: unknown;
  /** Whether jobs may be preempted that are not opportunistic. */
  private readonly takesGuaranteed: boolean;
  private readonly sparesGangs: boolean;
  private readonly borrowsLast: boolean;
  private readonly preemptsAtOnce: boolean;
  /** Jobs of lower priority are opportunistic; -Infinity: nobody is. */
  private readonly guaranteedPriority: number;
  protected readonly hasClasses: boolean;
  /** The GPU type to which starting and preempting are confined for now; ANY_TYPE: none. */
  private onlyType = ANY_TYPE;

  constructor(jobs: JobView, parameters: ParameterValues) {
    super(jobs, parameters);
    const { quotas } = jobs;
    const least = Number(parameters['guaranteedPriority']);
    this.guaranteedPriority = least === ALL_GUARANTEED ? Number.NEGATIVE_INFINITY : least;
    this.hasClasses = least !== ALL_GUARANTEED;
    this.flavours = new Flavours(quotas);
    // What is available while nobody holds anything is the most that can ever be.
    const empty = new Flavours(quotas);
    this.ledger = new QuotaLedger(jobs, {
      mostGpus: (queue, type, job) => (this.isGuaranteed(job) ? empty.available(queue, type) : Infinity),
      onHeld: (job, sign, type, sinceUs) => this.account(job, sign, type, sinceUs),
    });
    if (parameters['admissionFairSharing'] === true) {
      const usage = new SampledUsage(
        jobs.tenants,
        Number(parameters['usageSampling']),
        Number(parameters['usageHalfLife']),
      );
      this.usage = usage;
      this.lines = new TenantTurns(jobs, (tenant) => usage.of(tenant));
    } else this.lines = this.ledger;
    this.passes = parameters['queueingStrategy'] !== 'strict-fifo';
    this.reclaim = parameters['reclaimWithinCohort'];
    const isFair = parameters['fairSharing'] === true;
    this.borrow = isFair ? this.reclaim : parameters['borrowWithinCohort'];
    this.within = parameters['withinClusterQueue'];
    this.takesGuaranteed = this.reclaim !== 'never' || this.borrow !== 'never' || this.within !== 'never';
    this.preempts = this.takesGuaranteed || this.hasClasses;
    this.sparesGangs = parameters['gangsAcrossQuota'] === 'spare';
    this.borrowsLast = parameters['whenCanBorrow'] === 'try-next-flavor';
    this.preemptsAtOnce = parameters['whenCanPreempt'] === 'preempt' && this.preempts && this.flavours.areTypes;
    if (!isFair) return;
    this.turns = new QueueTurns(quotas, (a, b, leafOfA, leafOfB) => this.hasSmallerShare(a, b, leafOfA, leafOfB));
    this.victimOrder = this.fairOrder(strategiesOf[String(parameters['preemptionStrategies'])]!);
  }

  override roomGpus(queue: number, type: number): number {
    const room = this.ledger.roomGpus(queue, type);
    // Opportunistic jobs need no quota, and nobody is to be passed over before that has been looked at.
    return this.hasClasses && !this.guaranteedOnly ? room : Math.min(room, this.flavours.available(queue, type));
  }

  override roomFor(job: JobId, type: number): number {
    const queue = this.ledger.queueOf(job);
    const room = this.ledger.roomGpus(queue, type);
    return this.isGuaranteed(job) ? Math.min(room, this.flavours.available(queue, type)) : room;
  }

  protected isGuaranteed(job: JobId): boolean {
    return this.jobs.priority(job) >= this.guaranteedPriority;
  }

  override start(view: SchedulingView, plan: Plan, job: JobId): boolean {
    if (!this.flavours.areTypes) return super.start(view, plan, job);
    if (!this.mayRun(job)) return false;
    for (let type = 0; type < view.gpuTypes; type++) {
      if (this.isOpenTo(job, type) && !(this.borrowsLast && this.wouldBorrow(job, type))) {
        if (this.startOn(plan, job, type)) return true;
      }
    }
    for (let type = 0; type < view.gpuTypes && this.borrowsLast; type++) {
      if (this.isOpenTo(job, type) && this.wouldBorrow(job, type) && this.startOn(plan, job, type)) return true;
    }
    return false;
  }

  protected override catchUp(view: SchedulingView, plan: Plan): void {
    this.usage?.advance(view.nowUs);
    super.catchUp(view, plan);
  }

  protected begin(): void {
    // The ledger has told all there is to know.
  }

  protected next(): number {
    if (this.turns !== undefined) {
      // Shares depend on the flavour that is next to have room, and so on what all others hold.
      this.turns.openWhere((queue) => this.candidate[queue] !== NO_JOB);
      return this.turns.next();
    }
    const { candidate } = this;
    let best = -1;
    for (let queue = 0; queue < candidate.length; queue++) {
      if (candidate[queue] === NO_JOB) continue;
      if (best < 0 || this.comesBefore(queue, best)) best = queue;
    }
    return best;
  }

  protected changed(): void {
    // Everything is looked up anew each time.
  }

  /** With `whenCanPreempt: preempt` the first job of a queue preempts on a type before it tries the next. */
  protected override tryToStart(view: SchedulingView, plan: Plan, job: JobId): boolean {
    const queue = this.ledger.queueOf(job);
    if (!this.preemptsAtOnce || job !== this.ledger.head(view.queue, queue)) return this.start(view, plan, job);
    for (let type = 0; type < view.gpuTypes; type++) {
      if (!this.isOpenTo(job, type) || (this.borrowsLast && this.wouldBorrow(job, type))) continue;
      this.onlyType = type;
      let hasStarted = this.start(view, plan, job);
      if (!hasStarted && this.mayMakeRoom(view, job)) {
        this.maker.clear();
        this.offer(queue, job);
        hasStarted = this.makeRoom(view, plan, job);
      }
      this.onlyType = ANY_TYPE;
      if (hasStarted) return true;
    }
    return this.start(view, plan, job);
  }

  protected override startOn(plan: Plan, job: JobId, type: number): boolean {
    if (!super.startOn(plan, job, type)) return false;
    this.usage?.penalise(this.jobs.tenant(job), this.jobs.gpus(job));
    return true;
  }

  /** Opportunistic jobs preempt nobody, and taking them brings no quota. */
  protected override mayMakeRoom(view: SchedulingView, job: JobId): boolean {
    return this.isGuaranteed(job) && (this.takesGuaranteed || this.hasRoomInQueue(view, job));
  }

  protected override makeRoom(view: SchedulingView, plan: Plan, job: JobId): boolean {
    return this.maker.startInPlaceOf(view, plan, this.ledger, job, this, this.victimOrder);
  }

  protected isTakeable(victim: JobId, job: JobId): boolean {
    const { ledger, jobs } = this;
    if (!jobs.isRunning(victim) || jobs.gpus(victim) === 0) return false;
    if (!this.isOpenTo(job, jobs.heldType(victim))) return false;
    if (!this.isGuaranteed(victim)) return true;
    if (this.sparesGuaranteed) return false;
    if (ledger.queueOf(victim) !== ledger.queueOf(job)) return this.mayReclaim(victim, job);
    return this.within === 'lower-priority' && jobs.priority(victim) < jobs.priority(job);
  }

  /** Offers whom the job may preempt: opportunistic jobs first, then those of other queues, by priority and start. */
  protected offer(own: number, job: JobId): void {
    const { ledger, maker } = this;
    const { running, tree } = ledger;
    for (let queue = 0; queue < tree.count; queue++) {
      // A look that costs nothing, before all are looked at.
      if (!this.hasClasses && (queue === own ? this.within === 'never' : !this.borrowsAny(queue))) continue;
      for (let victim = running.first(queue); victim !== NO_JOB; victim = running.next(victim)) {
        if (this.mayTake(victim, job)) maker.offer(victim);
      }
    }
    maker.sort((a, b) => {
      if (this.isGuaranteed(a) !== this.isGuaranteed(b)) return !this.isGuaranteed(a);
      const aIsOwn = ledger.queueOf(a) === own;
      return aIsOwn === (ledger.queueOf(b) === own) ? running.standsBefore(a, b) : !aIsOwn;
    });
  }

  private account(job: JobId, sign: 1 | -1, type: number, sinceUs: number): void {
    const { ledger, jobs, usage } = this;
    const gpus = jobs.gpus(job);
    if (this.isGuaranteed(job)) this.flavours.use(ledger.queueOf(job), type, sign * gpus);
    if (sign > 0) usage?.hold(jobs.tenant(job), gpus);
    else usage?.release(jobs.tenant(job), gpus, sinceUs);
  }

  private isOpenTo(job: JobId, type: number): boolean {
    return ((this.jobs.typeMask(job) >>> type) & 1) === 1 && (this.onlyType < 0 || type === this.onlyType);
  }

  /** Whether a job's queue has quota for it, its own or borrowed, on some type. */
  protected override hasRoomInQueue({ gpuTypes }: SchedulingView, job: JobId): boolean {
    const queue = this.ledger.queueOf(job);
    for (let type = 0; type < gpuTypes; type++) {
      if (this.isOpenTo(job, type) && this.jobs.gpus(job) <= this.flavours.available(queue, type)) return true;
    }
    return false;
  }

  /** Whether a queue would hold more than its quota with the job, of the flavour to which the type belongs. */
  private wouldBorrow(job: JobId, type: number): boolean {
    if (!this.isGuaranteed(job)) return false;
    const queue = this.ledger.queueOf(job);
    const held = this.flavours.held(queue, type);
    return held + this.jobs.gpus(job) > this.flavours.quota(queue, type);
  }

  /** Whether a queue holds more than its quota of some flavour. */
  private borrowsAny(queue: number): boolean {
    const { flavours, ledger } = this;
    const types = ledger.tree.quotaOfType?.length ?? 1;
    for (let type = 0; type < types; type++) {
      if (flavours.held(queue, type) > flavours.quota(queue, type)) return true;
    }
    return false;
  }

  private mayReclaim(victim: JobId, job: JobId): boolean {
    const { ledger, jobs, flavours } = this;
    const from = ledger.queueOf(victim);
    const type = jobs.heldType(victim);
    const quota = flavours.quota(from, type);
    const held = flavours.held(from, type);
    if (this.sparesGangs ? held - jobs.gpus(victim) < quota : held <= quota) return false;
    const rule = this.wouldBorrow(job, type) ? this.borrow : this.reclaim;
    return rule === 'any' || (rule === 'lower-priority' && jobs.priority(victim) < jobs.priority(job));
  }

  /** The flavour that a job is to use: the first with quota for it, without borrowing where that is to come last. */
  private wantedType(job: JobId): number {
    if (!this.flavours.areTypes) return ANY_TYPE;
    const types = this.ledger.tree.quotaOfType!.length;
    let fallback = -1;
    for (let type = 0; type < types; type++) {
      if (!this.isOpenTo(job, type)) continue;
      const hasRoom = this.jobs.gpus(job) <= this.roomFor(job, type);
      if (hasRoom && !(this.borrowsLast && this.wouldBorrow(job, type))) return type;
      if (fallback < 0 || (hasRoom && this.jobs.gpus(job) > this.roomFor(job, fallback))) fallback = type;
    }
    return Math.max(0, fallback);
  }

  /** Whether the first job of a queue is served before that of another. */
  private comesBefore(queue: number, other: number): boolean {
    const a = this.candidate[queue]! as JobId;
    const b = this.candidate[other]! as JobId;
    if (this.isGuaranteed(a) !== this.isGuaranteed(b)) return this.isGuaranteed(a);
    const aBorrows = this.wouldBorrow(a, this.wantedType(a));
    if (aBorrows !== this.wouldBorrow(b, this.wantedType(b))) return !aBorrows;
    return this.standsBefore(a, b);
  }

  /** Under fair sharing: whose share with its job is smaller, at the level where the two queues part. */
  private hasSmallerShare(queue: number, sibling: number, leaf: number, siblingLeaf: number): boolean {
    const a = this.candidate[leaf]! as JobId;
    const b = this.candidate[siblingLeaf]! as JobId;
    const shareOfA = this.flavours.shareWith(queue, leaf, this.wantedType(a), this.jobs.gpus(a));
    const shareOfB = this.flavours.shareWith(sibling, siblingLeaf, this.wantedType(b), this.jobs.gpus(b));
    return shareOfA === shareOfB ? this.standsBefore(a, b) : shareOfA < shareOfB;
  }

  private standsBefore(a: JobId, b: JobId): boolean {
    const byPriority = this.jobs.priority(b) - this.jobs.priority(a);
    // Jobs are numbered in the order of their arrival.
    return byPriority === 0 ? a < b : byPriority < 0;
  }

  private fairOrder(strategies: readonly FairStrategy[]): FairPreemption {
    const { ledger, flavours, jobs } = this;
    return new FairPreemption(
      {
        tree: ledger.tree,
        flavours,
        queueOf: (job) => ledger.queueOf(job),
        gpusOf: (job) => jobs.gpus(job),
        typeOf: (job) => ledger.typeOf(job),
        wantedType: (job) => this.wantedType(job),
        mayTake: (victim, job) => this.mayTake(victim, job),
      },
      strategies,
    );
  }
}
