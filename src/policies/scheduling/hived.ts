import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
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
import { CellBook, leafQuotas, objectionToQuotas } from '../cells/cell-book.ts';
import { LentNodes } from '../cells/lent-nodes.ts';
import type { Spot } from '../cells/private-cluster.ts';

/** Job priorities are within ±1,000,000: so a key has room for them beside the queue. */
const KEYS_PER_QUEUE = 1 << 21;

/**
 * HiveD: each queue has cells of its own (racks, nodes, halves of nodes) and can place in them at any time what it could
 * place in a private cluster of such cells. What is not used meanwhile is lent to jobs that may be preempted.
 */
export const hived: SchedulingDefinition = {
  name: 'hived',
  summary:
    'HiveD: queues own cells (racks, nodes, parts of nodes) as private clusters; idle ones are lent to jobs that give way.',
  source: 'Zhao et al., HiveD: Sharing a GPU Cluster for Deep Learning with Guarantees, OSDI 2020',
  usesQueues: true,
  parameters: {
    guaranteedPriority: {
      type: 'integer',
      minimum: -1_000_000,
      maximum: 1_000_000,
      default: 0,
      description: 'Jobs of at least this priority run in the cells of their queue; the others are opportunistic.',
    },
    blocked: {
      type: 'string',
      enum: ['skip', 'head'],
      default: 'skip',
      description:
        'Whether guaranteed jobs of a queue may pass one that finds no room in its cells, or wait behind it.',
    },
    beyondCells: {
      type: 'string',
      enum: ['opportunistic', 'turn-away'],
      default: 'opportunistic',
      description:
        'What becomes of guaranteed jobs that the cells of their queue could not hold even if they were empty.',
    },
  },
  semantics: (parameters) => ({
    cells:
      'the quota of each queue with tenants in whole GPUs, cut into the largest cells first (spine, leaf, rack, node, ' +
      'halves of a node, GPU), pool after pool; racks with fewer nodes than others count as nodes',
    binding:
      'a cell is bound to a real one when its first job starts and let go when its last ends, by the buddy system: the ' +
      'smallest free cell that is large enough is split; of up to 16 the one in which the fewest lent GPUs are',
    guaranteed: `priority ${String(parameters['guaranteedPriority'])} and more: within the cells of the queue, never preempted`,
    order: `priority, then submit; ${parameters['blocked'] === 'head' ? 'nobody passes one that finds no room' : 'those that find no room are passed over'}`,
    inCells:
      'on the node with the fewest free GPUs of the queue that holds the gang; a larger one on idle nodes, largest and ' +
      'lowest first, within one pool',
    opportunistic:
      'all others, after the guaranteed ones, by priority, then submit, wherever the placement finds room; preempted when ' +
      'a cell’s owner needs the node: lowest priority, then last started',
    beyondCells:
      parameters['beyondCells'] === 'turn-away'
        ? 'jobs that the queue’s cells could not hold even empty are turned away'
        : 'jobs that the queue’s cells could not hold even empty run opportunistically',
    'cpu and memory': 'a cell brings its part of the node; a job that asks for more with each GPU is beyond the cells',
    idle: 'a guaranteed job waits for its queue’s own cells, even if others’ or nobody’s GPUs are idle',
    estimates: 'not used',
  }),
  create: (parameters) => ({
    order: (_, job, memory) => (memory as Memory).keys[job]!,
    looksAhead: false,
    objection: (cluster, quotas) => objectionToQuotas(cluster, leafQuotas(quotas)),
    initial: (jobs, cluster) => new Memory(jobs, cluster, parameters),
    decide: (context) => decide(context as SchedulingContext<Memory>),
  }),
};

class Memory {
  readonly book: CellBook;
  readonly lent: LentNodes;
  /** By queue, then priority, then arrival; opportunistic jobs after all others. */
  readonly keys: Float64Array;
  /** The guaranteed job that stands last of the queues before; NO_JOB if there is none. The last entry: of all. */
  readonly before: Int32Array;
  readonly isStrict: boolean;
  readonly turnsAway: boolean;
  /** Where guaranteed jobs run in the cells of their queue. */
  readonly spots: (Spot[] | undefined)[];
  private readonly guaranteed: Uint8Array;
  private readonly queue: Int32Array;

  constructor(jobs: JobView, cluster: Cluster, parameters: ParameterValues) {
    const { quotas } = jobs;
    this.book = new CellBook(cluster, leafQuotas(quotas));
    this.lent = new LentNodes(this.book.forest, cluster.nodeCount, jobs.count);
    this.isStrict = parameters['blocked'] === 'head';
    this.turnsAway = parameters['beyondCells'] === 'turn-away';
    this.spots = new Array<Spot[] | undefined>(jobs.count).fill(undefined);
    this.keys = new Float64Array(jobs.count);
    this.guaranteed = new Uint8Array(jobs.count);
    this.queue = new Int32Array(jobs.count);
    const least = Number(parameters['guaranteedPriority']);
    const last = new Int32Array(quotas.count + 1).fill(NO_JOB);
    for (let id = 0; id < jobs.count; id++) {
      const job = id as JobId;
      this.queue[job] = quotas.queueOfTenant[jobs.tenant(job)]!;
      const asks = jobs.gpus(job) > 0 && jobs.priority(job) >= least;
      this.guaranteed[job] = asks && this.book.couldHold(this.queue[job], jobs, job) ? 1 : 0;
      const section = this.guaranteed[job] === 1 ? this.queue[job] : quotas.count;
      this.keys[job] = section * KEYS_PER_QUEUE + KEYS_PER_QUEUE / 2 - jobs.priority(job);
      if (asks && this.guaranteed[job] === 0 && this.turnsAway) this.keys[job] = -1;
      else if (last[section] === NO_JOB || this.keys[job] >= this.keys[last[section]!]!) last[section] = job;
    }
    this.before = new Int32Array(quotas.count + 1).fill(NO_JOB);
    for (let queue = 1; queue <= quotas.count; queue++) {
      this.before[queue] = last[queue - 1] === NO_JOB ? this.before[queue - 1]! : last[queue - 1]!;
    }
  }

  isGuaranteed(job: JobId): boolean {
    return this.guaranteed[job] === 1;
  }

  queueOf(job: JobId): number {
    return this.queue[job]!;
  }

  /** The job has ended. */
  ended(job: JobId): void {
    const spots = this.spots[job];
    if (spots === undefined) {
      this.lent.stopped(job);
      return;
    }
    this.book.leave(this.queue[job]!, spots);
    this.spots[job] = undefined;
  }
}

function decide({ view, plan, memory }: SchedulingContext<Memory>): TimeUs {
  for (let index = 0; index < view.ended.length; index++) memory.ended(view.ended.at(index));
  // Those to be turned away stand before all others.
  for (let job = view.queue.head(); job !== NO_JOB && memory.keys[job]! < 0; job = view.queue.head()) plan.reject(job);
  for (let queue = 0; queue < memory.book.queues.length; queue++) startGuaranteed(view, plan, memory, queue);
  startOpportunistic(view, plan, memory);
  return NEVER;
}

function startGuaranteed(view: SchedulingView, plan: Plan, memory: Memory, queue: number): void {
  const { jobs, queue: waiting } = view;
  const { book, before, isStrict } = memory;
  let refusedGpus = Infinity;
  let refusedMask = 0;
  const behind = before[queue]!;
  let job = behind === NO_JOB ? waiting.head() : waiting.after(behind as JobId);
  while (job !== NO_JOB && memory.isGuaranteed(job) && memory.queueOf(job) === queue) {
    if (!book.queues[queue]!.hasFree()) return;
    const next = waiting.after(job);
    // Who asks for no less of the same types than one that found no room finds none either.
    const isHopeless = jobs.gpus(job) >= refusedGpus && jobs.typeMask(job) === refusedMask;
    const spots = isHopeless ? undefined : book.place(queue, jobs, job);
    if (spots !== undefined) {
      memory.spots[job] = spots;
      startIn(view, plan, memory, job, book.bind(queue, spots));
    } else if (isStrict) return;
    else if (!isHopeless) {
      refusedGpus = jobs.gpus(job);
      refusedMask = jobs.typeMask(job);
    }
    job = next;
  }
}

/** Starts a job on its nodes; jobs that were let in there meanwhile give way, no more of them than need be. */
function startIn(view: SchedulingView, plan: Plan, { lent }: Memory, job: JobId, spots: readonly Spot[]): void {
  while (plan.startOn(job, spots) !== Refusal.None) {
    let victim: JobId | undefined;
    for (const { node, gpus } of spots) {
      if (plan.hasRoomOn(job, node, gpus)) continue;
      victim = lent.firstToGo(view.jobs, node);
      if (victim !== undefined) break;
    }
    if (victim === undefined)
      throw new Error('a cell is held by others than its owner: the promise of cells is broken');
    plan.preempt(victim);
    lent.stopped(victim);
  }
}

/** Starts the others wherever the placement finds room, in their order. */
function startOpportunistic(view: SchedulingView, plan: Plan, memory: Memory): void {
  const { queue: waiting } = view;
  const behind = memory.before.at(-1)!;
  let job = behind === NO_JOB ? waiting.head() : waiting.after(behind as JobId);
  if (job !== NO_JOB && plan.wouldFit(job) !== Refusal.None) job = waiting.nextCandidate(job, Infinity, NEVER);
  while (job !== NO_JOB) {
    if (plan.start(job) === Refusal.None) memory.lent.started(view, job);
    job = waiting.nextCandidate(job, Infinity, NEVER);
  }
}
