import type { JobId } from '../../sim/model/brand.ts';
import type { ParameterValues } from '../../sim/contract/definition.ts';
import { NO_JOB, type JobView, type SchedulingDefinition, type SchedulingView } from '../../sim/contract/scheduling.ts';
import { IDLE_AFTER_PREEMPTION, minRunParameter, tooLargeSemantics } from '../quota/quota-parameters.ts';
import { QuotaLedger } from '../quota/quota-ledger.ts';
import { quotaPolicy, QuotaTurns } from '../quota/quota-policy.ts';
import { NOTHING_IDLE } from './idle-rule.ts';

/**
 * Dominant resource fairness: the next job is one of the queue with the smallest dominant share, which is the largest
 * of its parts of all GPUs, all cores and all memory, over its weight.
 */
export const drf: SchedulingDefinition = {
  name: 'drf',
  summary: 'Dominant resource fairness: serves the queue whose largest part of GPUs, cores or memory is smallest.',
  source: 'Ghodsi et al., NSDI 2011; Volcano, design of its drf plugin',
  usesQueues: true,
  parameters: {
    blocked: {
      type: 'string',
      enum: ['skip', 'head-of-line'],
      default: 'skip',
      description: 'Whether later jobs of a queue may pass one that does not fit.',
    },
    preempt: {
      type: 'string',
      enum: ['never', 'larger-share'],
      default: 'never',
      description:
        'Whom a queue’s first job may preempt: nobody, or jobs of queues that have the larger dominant share even without them.',
    },
    minRun: minRunParameter,
  },
  semantics: (parameters) => ({
    queues:
      'one for each queue without children of the scenario’s queues, on one level; without queues one for each tenant',
    share: 'max(GPUs, cores, memory held / those of the cluster) / weight; what is not modelled plays no part',
    order: 'smallest share first, ties in file order; within a queue priority, then submit',
    blocked:
      parameters['blocked'] === 'skip'
        ? 'later jobs of the queue pass one that does not fit; other queues are served on'
        : 'a job that does not fit holds up its own queue; other queues are served on',
    preempt:
      parameters['preempt'] === 'never'
        ? 'nobody is preempted'
        : 'if the share with the job stays below what the other’s is without the preempted one; largest share first, lowest priority, then last started',
    idle: isWorkConserving(parameters) ? `${NOTHING_IDLE} and its queue’s limit allows` : idleInQueues(parameters),
    tooLarge: tooLargeSemantics,
    estimates: 'not used',
  }),
  create: (parameters) => {
    return quotaPolicy(isWorkConserving(parameters), (jobs) => new DominantShareTurns(jobs, parameters));
  },
};

function isWorkConserving(parameters: ParameterValues): boolean {
  return parameters['blocked'] === 'skip' && parameters['preempt'] === 'never';
}

function idleInQueues({ blocked }: ParameterValues): string {
  return blocked === 'skip'
    ? IDLE_AFTER_PREEMPTION
    : 'GPUs stay idle behind a queue’s first job if no other queue can use them';
}

class DominantShareTurns extends QuotaTurns {
  readonly ledger: QuotaLedger;
  readonly lines: QuotaLedger;
  protected readonly passes: boolean;
  protected readonly preempts: boolean;
  protected readonly hasClasses = false;
  private view: SchedulingView | undefined;
  private gpus = 0;

  constructor(jobs: JobView, parameters: ParameterValues) {
    super(jobs, parameters);
    this.ledger = new QuotaLedger(jobs);
    this.lines = this.ledger;
    this.passes = parameters['blocked'] === 'skip';
    this.preempts = parameters['preempt'] !== 'never';
  }

  protected isGuaranteed(): boolean {
    return true;
  }

  protected begin(view: SchedulingView): void {
    this.view = view;
    this.gpus = 0;
    for (let type = 0; type < view.gpuTypes; type++) this.gpus += view.totalGpus(type);
  }

  /** The queue with the smallest share, the first on ties. */
  protected next(): number {
    const { candidate } = this;
    let best = -1;
    let bestShare = Infinity;
    for (let queue = 0; queue < candidate.length; queue++) {
      if (candidate[queue] === NO_JOB) continue;
      const share = this.share(queue, candidate[queue]! as JobId, 0);
      if (best >= 0 && share >= bestShare) continue;
      best = queue;
      bestShare = share;
    }
    return best;
  }

  protected changed(): void {
    // Shares are looked up anew each time.
  }

  protected isTakeable(victim: JobId, job: JobId): boolean {
    const { ledger, jobs } = this;
    const type = jobs.heldType(victim);
    if (!jobs.isRunning(victim) || (type >= 0 && ((jobs.typeMask(job) >>> type) & 1) === 0)) return false;
    return this.share(ledger.queueOf(job), job, 1) < this.share(ledger.queueOf(victim), victim, -1);
  }

  /** Offers the jobs of queues with a larger share, those of the largest first. */
  protected offer(queue: number, job: JobId): void {
    const { ledger, maker } = this;
    const own = this.share(queue, job, 1);
    const shares = Array.from({ length: ledger.tree.count }, (_, other) => this.share(other, job, 0));
    const richer = shares.flatMap((share, other) => (other !== queue && share > own ? [other] : []));
    richer.sort((a, b) => shares[b]! - shares[a]! || a - b);
    for (const other of richer) {
      for (let victim = ledger.running.first(other); victim !== NO_JOB; victim = ledger.running.next(victim)) {
        if (this.mayTake(victim, job)) maker.offer(victim);
      }
    }
  }

  /** Dominant share of a queue, with (sign 1) or without (-1) a job more than it holds, or (0) as it is. */
  private share(queue: number, job: JobId, sign: 1 | 0 | -1): number {
    const { ledger, gpus } = this;
    const { jobs, totalCpuMilli, totalMemoryMiB } = this.view!;
    const part = Math.max(
      partOf(ledger.heldGpus[queue]! + sign * jobs.gpus(job), gpus),
      partOf(ledger.heldCpuMilli[queue]! + sign * jobs.cpuMilli(job), totalCpuMilli),
      partOf(ledger.heldMemoryMiB[queue]! + sign * jobs.memoryMiB(job), totalMemoryMiB),
    );
    const weight = ledger.tree.weight[queue]!;
    return part === 0 ? 0 : part / weight;
  }
}

/** Part of a total; none of what the cluster has not or does not count. */
function partOf(held: number, total: number): number {
  return total === 0 ? 0 : held / total;
}
