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
import { NOTHING_IDLE } from './idle-rule.ts';
import { IDLE_AFTER_PREEMPTION, minRunParameter, tooLargeSemantics } from '../quota/quota-parameters.ts';
import { QuotaLedger } from '../quota/quota-ledger.ts';
import { RoomMaker, type TakingRules } from '../quota/room-maker.ts';

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
  create: (parameters) => ({
    order: (_, job, memory) => (memory as Memory).ledger.key(job),
    looksAhead: false,
    workConserving: isWorkConserving(parameters),
    initial: (jobs) => new Memory(jobs, parameters),
    decide: (context) => decide(context as SchedulingContext<Memory>),
  }),
};

function isWorkConserving(parameters: ParameterValues): boolean {
  return parameters['blocked'] === 'skip' && parameters['preempt'] === 'never';
}

function idleInQueues({ blocked }: ParameterValues): string {
  return blocked === 'skip'
    ? IDLE_AFTER_PREEMPTION
    : 'GPUs stay idle behind a queue’s first job if no other queue can use them';
}

class Memory implements TakingRules {
  readonly ledger: QuotaLedger;
  readonly maker = new RoomMaker();
  readonly skips: boolean;
  readonly preempts: boolean;
  /** The job of each queue that is to be tried next. */
  readonly candidate: Int32Array;
  /** Earliest instant at which somebody may be preempted who now has not run long enough. */
  wakeUs: TimeUs = NEVER;
  view: SchedulingView | undefined;
  gpus = 0;
  private readonly minRunUs: TimeUs;

  constructor(jobs: JobView, parameters: ParameterValues) {
    this.ledger = new QuotaLedger(jobs);
    this.skips = parameters['blocked'] === 'skip';
    this.preempts = parameters['preempt'] !== 'never';
    this.minRunUs = Number(parameters['minRun']);
    this.candidate = new Int32Array(jobs.quotas.count).fill(NO_JOB);
  }

  begin(view: SchedulingView): void {
    this.view = view;
    this.wakeUs = NEVER;
    this.gpus = 0;
    for (let type = 0; type < view.gpuTypes; type++) this.gpus += view.totalGpus(type);
  }

  /** Dominant share of a queue, with (sign 1) or without (-1) a job more than it holds, or (0) as it is. */
  share(queue: number, job: JobId, sign: 1 | 0 | -1): number {
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

  roomGpus(queue: number): number {
    return this.ledger.roomGpus(queue);
  }

  mayTake(victim: JobId, job: JobId): boolean {
    const { ledger } = this;
    const { jobs, nowUs } = this.view!;
    const from = ledger.queueOf(victim);
    const type = jobs.heldType(victim);
    if (!jobs.isRunning(victim) || (type >= 0 && ((jobs.typeMask(job) >>> type) & 1) === 0)) return false;
    if (this.share(ledger.queueOf(job), job, 1) >= this.share(from, victim, -1)) return false;
    const fromUs = ledger.running.startedUs(victim) + this.minRunUs;
    if (fromUs <= nowUs) return true;
    this.wakeUs = Math.min(this.wakeUs, fromUs);
    return false;
  }
}

/** Part of a total; none of what the cluster has not or does not count. */
function partOf(held: number, total: number): number {
  return total === 0 ? 0 : held / total;
}

function decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
  memory.begin(view);
  memory.ledger.catchUp(view, plan);
  allocate(view, plan, memory);
  if (memory.preempts && preempt(view, plan, memory)) allocate(view, plan, memory);
  return memory.wakeUs;
}

function allocate({ queue: waiting, jobs, nowUs }: SchedulingView, plan: Plan, memory: Memory): void {
  const { ledger, candidate } = memory;
  for (let queue = 0; queue < candidate.length; queue++) candidate[queue] = ledger.head(waiting, queue);
  for (let queue = poorest(memory); queue >= 0; queue = poorest(memory)) {
    const job = candidate[queue]! as JobId;
    const hasStarted = jobs.gpus(job) <= ledger.roomGpus(queue) && plan.start(job) === Refusal.None;
    if (hasStarted) ledger.started(job, nowUs);
    if (hasStarted && !memory.skips) candidate[queue] = ledger.head(waiting, queue);
    else candidate[queue] = memory.skips ? ledger.nextCandidate(waiting, job, ledger.roomGpus(queue)) : NO_JOB;
  }
}

/** The queue with a candidate that has the smallest share, the first on ties; -1 if there is none. */
function poorest(memory: Memory): number {
  const { candidate } = memory;
  let best = -1;
  let bestShare = Infinity;
  for (let queue = 0; queue < candidate.length; queue++) {
    if (candidate[queue] === NO_JOB) continue;
    const share = memory.share(queue, candidate[queue]! as JobId, 0);
    if (best >= 0 && share >= bestShare) continue;
    best = queue;
    bestShare = share;
  }
  return best;
}

/** Preempts for the first job of each queue, the one with the smallest share first. Whether anybody was preempted. */
function preempt(view: SchedulingView, plan: Plan, memory: Memory): boolean {
  const { ledger, candidate, maker } = memory;
  let hasPreempted = false;
  for (let queue = 0; queue < candidate.length; queue++) candidate[queue] = ledger.head(view.queue, queue);
  for (let queue = poorest(memory); queue >= 0; queue = poorest(memory)) {
    const job = candidate[queue]! as JobId;
    offerRicher(memory, queue, job);
    const hasStarted = maker.startInPlaceOf(view, plan, ledger, job, memory);
    if (hasStarted) hasPreempted = true;
    candidate[queue] = hasStarted ? ledger.head(view.queue, queue) : NO_JOB;
  }
  return hasPreempted;
}

/** Offers the jobs of queues with a larger share, those of the largest first. */
function offerRicher(memory: Memory, queue: number, job: JobId): void {
  const { ledger, maker } = memory;
  maker.clear();
  const own = memory.share(queue, job, 1);
  const shares = Array.from({ length: ledger.tree.count }, (_, other) => memory.share(other, job, 0));
  const richer = shares.flatMap((share, other) => (other !== queue && share > own ? [other] : []));
  richer.sort((a, b) => shares[b]! - shares[a]! || a - b);
  for (const other of richer) {
    for (let victim = ledger.running.first(other); victim !== NO_JOB; victim = ledger.running.next(victim)) {
      if (memory.mayTake(victim, job)) maker.offer(victim);
    }
  }
}
