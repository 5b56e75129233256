import type { Gang } from '../../src/sim/contract/placement.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import type { NodeGrant } from '../engine/fact-log.ts';
import type { PlacementChoice } from '../engine/random-runs.ts';
import { clusterOf, tableOfSketches, type JobSketch, type PoolSketch } from '../engine/run-builder.ts';
import { idleNodes, move, placeObviously } from './obvious-placement.ts';
import type { ObviousNode } from './obvious-node.ts';

/** A job with everything a rule may look at; `job` is its place in (submit, file) order. */
export interface ObviousJob {
  readonly job: number;
  readonly submitUs: number;
  readonly runUs: number;
  readonly estimateUs: number;
  readonly priority: number;
  readonly gang: Gang;
  startUs: number;
  endUs: number;
  grants: readonly NodeGrant[];
}

/** What a rule acts on at one instant. `queue` and `running` are rebuilt from the jobs each time somebody asks. */
export class Instant {
  readonly nowUs: number;
  readonly nodes: ObviousNode[];
  readonly #jobs: readonly ObviousJob[];
  readonly #placement: PlacementChoice;
  readonly #honour: boolean;

  constructor(
    nowUs: number,
    nodes: ObviousNode[],
    jobs: readonly ObviousJob[],
    placement: PlacementChoice,
    honour: boolean,
  ) {
    this.nowUs = nowUs;
    this.nodes = nodes;
    this.#jobs = jobs;
    this.#placement = placement;
    this.#honour = honour;
  }

  get queue(): ObviousJob[] {
    const waiting = this.#jobs.filter((one) => one.submitUs <= this.nowUs && one.startUs < 0 && one.endUs < 0);
    return this.#honour ? waiting.sort((a, b) => b.priority - a.priority || a.job - b.job) : waiting;
  }

  /** By max(estimated end, now), ties in job order. */
  get running(): ObviousJob[] {
    const running = this.#jobs.filter((one) => one.startUs >= 0 && one.endUs < 0);
    return running.sort((a, b) => this.endOf(a) - this.endOf(b) || a.job - b.job);
  }

  endOf(one: ObviousJob): number {
    return Math.max(this.nowUs, one.startUs + one.estimateUs);
  }

  place(one: ObviousJob, nodes: readonly ObviousNode[] = this.nodes): readonly NodeGrant[] | undefined {
    const answer = placeObviously(this.#placement, one.gang, nodes);
    return typeof answer === 'string' ? undefined : answer;
  }

  start(one: ObviousJob): boolean {
    const grants = this.place(one);
    if (grants === undefined) return false;
    one.startUs = this.nowUs;
    one.grants = grants;
    move(this.nodes, grants, one.gang, -1);
    return true;
  }

  reject(one: ObviousJob): void {
    one.endUs = this.nowUs;
  }
}

/** Acts at an instant; answers when it wants to act again although nothing happens. */
export type Rule = (instant: Instant) => number | void;

export interface ObviousCase {
  readonly pools: readonly PoolSketch[];
  readonly jobs: readonly JobSketch[];
  readonly placement: PlacementChoice;
  readonly honour?: boolean;
}

/** Goes from instant to instant: all ends, all arrivals, then the rule; start and end of each job in the order given. */
export function scheduleObviously({ pools, jobs: sketches, placement, honour = false }: ObviousCase, rule: Rule) {
  const cluster = clusterOf(pools);
  const table = tableOfSketches(sketches, cluster.gpuTypes);
  const jobs = table.ids.map((_, job): ObviousJob => {
    const estimateUs = table.requestedUs[job]! < 0 ? table.runUs[job]! : table.requestedUs[job]!;
    const cpu =
      placement === 'count'
        ? { cpuMilli: 0, memoryMiB: 0 }
        : { cpuMilli: table.cpuMilli[job]!, memoryMiB: table.memoryMiB[job]! };
    return {
      job,
      submitUs: table.submitUs[job]!,
      runUs: table.runUs[job]!,
      estimateUs,
      priority: table.priority[job]!,
      gang: { gpus: table.gpus[job]!, shareMilli: 0, typeMask: table.typeMask[job]!, ...cpu },
      startUs: -1,
      endUs: -1,
      grants: [],
    };
  });
  const nodes = idleNodes(cluster);
  let again = NEVER;
  let nowUs = -1;
  for (;;) {
    const ends = jobs.filter((one) => one.startUs >= 0 && one.endUs < 0).map((one) => one.startUs + one.runUs);
    const arrivals = jobs.map((one) => one.submitUs).filter((us) => us > nowUs);
    const nextUs = Math.min(again, ...ends, ...arrivals);
    if (nextUs === NEVER) break;
    nowUs = nextUs;
    for (const one of jobs) {
      if (one.startUs < 0 || one.endUs >= 0 || one.startUs + one.runUs !== nowUs) continue;
      one.endUs = nowUs;
      move(nodes, one.grants, one.gang, 1);
    }
    again = rule(new Instant(nowUs, nodes, jobs, placement, honour)) ?? NEVER;
  }
  const places = table.ids.map((id, job) => [Number(id.slice(1)), jobs[job]!] as const);
  return places.sort((a, b) => a[0] - b[0]).map(([, one]): [number, number] => [one.startUs, one.endUs]);
}

export const fifo: Rule = (instant) => {
  for (const one of instant.queue) if (!instant.start(one)) return;
};

export const fifoReject: Rule = (instant) => {
  for (const one of instant.queue) if (!instant.start(one)) instant.reject(one);
};

export const fifoSkip: Rule = (instant) => {
  for (const one of instant.queue) instant.start(one);
};

/** EASY by counts of processors, word for word: one GPU type, shadow time and extra processors. */
export const easyByCounts: Rule = (instant) => {
  const { nowUs } = instant;
  let free = instant.nodes.reduce((sum, node) => sum + node.gpus, 0);
  const queue = instant.queue;
  while (queue.length > 0 && queue[0]!.gang.gpus <= free) {
    instant.start(queue[0]!);
    free -= queue.shift()!.gang.gpus;
  }
  const head = queue.shift();
  if (head === undefined) return;
  let freeThen = free;
  let shadowUs = NEVER;
  for (const one of instant.running) {
    if (freeThen >= head.gang.gpus) break;
    freeThen += one.gang.gpus;
    shadowUs = instant.endOf(one);
  }
  let extra = freeThen - head.gang.gpus;
  for (const one of queue) {
    const { gpus } = one.gang;
    if (gpus > free) continue;
    const inTime = nowUs + one.estimateUs <= shadowUs;
    if (!inTime && gpus > extra) continue;
    if (!inTime) extra -= gpus;
    instant.start(one);
    free -= gpus;
  }
};

/**
 * EASY on nodes: a later job may run past the shadow time if the head's gang can still be placed beside it then. Jobs
 * that ask for the same as one for which it cannot are not tried again at that instant.
 */
export const easyOnNodes: Rule = (instant) => {
  const queue = instant.queue;
  while (queue.length > 0 && instant.start(queue[0]!)) queue.shift();
  const head = queue.shift();
  if (head === undefined) return;
  const then = instant.nodes.map((node) => ({ ...node }));
  let shadowUs = NEVER;
  for (const one of instant.running) {
    move(then, one.grants, one.gang, 1);
    if (instant.place(head, then) === undefined) continue;
    shadowUs = instant.endOf(one);
    break;
  }
  const refused = new Set<string>();
  for (const one of queue) {
    const grants = instant.place(one);
    if (grants === undefined) continue;
    if (instant.nowUs + one.estimateUs > shadowUs) {
      const like = JSON.stringify(one.gang);
      if (refused.has(like)) continue;
      move(then, grants, one.gang, -1);
      if (instant.place(head, then) === undefined) {
        move(then, grants, one.gang, 1);
        refused.add(like);
        continue;
      }
    }
    instant.start(one);
  }
};

/** Conservative backfilling by free totals of one GPU type, holes found by trying every instant at which one may begin. */
export function conservative(): Rule {
  const reservedUs = new Map<ObviousJob, number>();
  return (instant) => {
    const { nowUs } = instant;
    const gpus = instant.nodes.reduce((sum, node) => sum + node.size, 0);
    const holding = instant.running.map((one) => [one, nowUs, Math.max(nowUs + 1, instant.endOf(one))] as const);
    const idle = holding.length === 0;
    const lasting = (one: ObviousJob): number => Math.max(1, one.estimateUs);
    const hole = (one: ObviousJob, fromUs: number): number => {
      const reserved = [...reservedUs].map(([other, us]) => [other, us, us + lasting(other)] as const);
      const spans = [...holding, ...reserved];
      const freeAt = (us: number): number =>
        gpus - spans.reduce((sum, [other, from, to]) => sum + (from <= us && us < to ? other.gang.gpus : 0), 0);
      const instants = [fromUs, ...spans.flatMap(([, from, to]) => [from, to])].filter((us) => us >= fromUs);
      return instants
        .sort((a, b) => a - b)
        .find((from) => instants.every((us) => us < from || us >= from + lasting(one) || freeAt(us) >= one.gang.gpus))!;
    };
    // What came due and could not start is lost; what is due now holds as far as there is room, in queue order.
    const due = [...reservedUs].filter(([, us]) => us <= nowUs);
    const later = [...reservedUs].filter(([, us]) => us > nowUs);
    reservedUs.clear();
    for (const [one, us] of due.sort(([a], [b]) => instant.queue.indexOf(a) - instant.queue.indexOf(b))) {
      if (us === nowUs && hole(one, nowUs) === nowUs) reservedUs.set(one, nowUs);
    }
    for (const [one, us] of later) reservedUs.set(one, us);
    for (const one of instant.queue) {
      reservedUs.delete(one);
      const us = hole(one, nowUs);
      if (us > nowUs) reservedUs.set(one, us);
      else if (instant.start(one)) holding.push([one, nowUs, nowUs + lasting(one)]);
      else reservedUs.set(one, hole(one, nowUs + 1));
    }
    if (idle && holding.length === 0 && instant.queue.length > 0) instant.start(instant.queue[0]!);
    for (const one of reservedUs.keys()) if (one.startUs >= 0) reservedUs.delete(one);
    const withRoom = [...reservedUs].filter(([one]) => instant.place(one) !== undefined);
    return Math.min(...withRoom.map(([, us]) => us), NEVER);
  };
}
