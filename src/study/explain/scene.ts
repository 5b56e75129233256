import type { Gang, PlacementPolicy } from '../../sim/contract/placement.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB } from '../../sim/contract/scheduling.ts';
import { FreeIndex, indexScope } from '../../sim/engine/free-index.ts';
import { Grants } from '../../sim/engine/grants.ts';
import { placementForRun } from '../../sim/engine/placement-run.ts';
import type { RunSpec } from '../../sim/engine/run-spec.ts';
import { Shapes } from '../../sim/engine/shapes.ts';
import type { Aftermath } from '../../sim/engine/watcher.ts';
import type { TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { buildCluster } from '../../sim/model/cluster.ts';

/** With more jobs ahead, room for all of them is not a change that anybody would make. */
const AHEAD_MAX = 2000;

/** A moment of a run, kept for questions that are asked after it. */
export interface Scene {
  readonly nowUs: TimeUs;
  readonly refusal: Refusal;
  /** The instant for which the policy kept a place for another job; NEVER if it kept none. */
  readonly holderUs: TimeUs;
  /** Jobs ahead in the queue, in its order; undefined if they are too many. */
  readonly ahead: readonly number[] | undefined;
  /** Jobs that held GPUs, and what: numbers as in the facts. */
  readonly holders: readonly { readonly job: number; readonly runs: number; readonly data: readonly number[] }[];
}

/** Copies what a later question may need. */
export function sceneOf(after: Aftermath, job: JobId, refusal: Refusal, holderUs: TimeUs): Scene {
  const { nowUs, queue, holders, holderCount, grants } = after;
  const ahead: number[] = [];
  for (let other = queue.head(); other !== job && other !== NO_JOB; other = queue.after(other)) {
    ahead.push(other);
    if (ahead.length > AHEAD_MAX) break;
  }
  const held = Array.from(holders.subarray(0, holderCount), (holder) => {
    const first = grants.first[holder]!;
    const runs = grants.runs[holder]!;
    let end = first + 3 * runs;
    // Where GPUs are told apart, the index of each follows.
    for (let at = first; at < first + 3 * runs; at += 3) end += grants.data[at + 1]! * grants.data[at + 2]!;
    return { job: holder, runs, data: Array.from(grants.data.subarray(first, end)) };
  });
  return { nowUs, refusal, holderUs, ahead: ahead.length > AHEAD_MAX ? undefined : ahead, holders: held };
}

/** What all questions about a scene need, made once. */
export class SceneGround {
  readonly placement: PlacementPolicy;
  readonly spec: RunSpec;
  readonly scene: Scene;
  private readonly shapes: Shapes;

  constructor(scene: Scene, spec: RunSpec) {
    this.scene = scene;
    this.spec = spec;
    this.placement = placementForRun(spec);
    const countOnly = this.placement.granularity === 'totals';
    const { shares } = indexScope(spec.jobs, this.placement);
    this.shapes = new Shapes(spec.jobs, countOnly, () => Refusal.None, shares);
  }

  /** What a job asks for, as its placement sees it. */
  gangOf(job: number): Gang {
    return this.shapes.gangOf(job);
  }

  /** What is free, with so many more idle nodes of a pool. */
  room(pool = 0, nodes = 0): Room {
    const { cluster, jobs, nodeRank } = this.spec;
    const pools = nodes === 0 ? cluster.pools : [...cluster.pools, { ...cluster.pools[pool]!, nodes }];
    const wider = buildCluster(pools);
    // More nodes rank behind those that there are.
    const rankOf = nodeRank && Int32Array.from({ length: wider.nodeCount }, (_, node) => nodeRank[node] ?? node);
    const free = new FreeIndex(wider, indexScope(jobs, this.placement, rankOf));
    for (const { job, runs, data } of this.scene.holders) {
      let held = 0;
      for (let run = 0; run < runs; run++) held += data[3 * run + 1]! * data[3 * run + 2]!;
      free.take(Int32Array.from(data), 0, runs, this.shapes.gangFor(job, held, -1));
    }
    return new Room(free, this.placement);
  }
}

/** Free capacity to ask whether gangs fit. */
export class Room {
  private readonly free: FreeIndex;
  private readonly grants: Grants;
  private readonly placement: PlacementPolicy;

  constructor(free: FreeIndex, placement: PlacementPolicy) {
    this.free = free;
    this.grants = new Grants(1, free.ledger);
    this.placement = placement;
  }

  fits(gang: Gang): boolean {
    return this.placement.fits(gang, this.free) === Refusal.None;
  }

  /** Takes room for a gang. False if there is none. */
  take(gang: Gang): boolean {
    const { free, grants } = this;
    grants.begin();
    if (this.placement.place(gang, free, grants) !== Refusal.None) return false;
    grants.keep(0);
    free.take(grants.data, grants.first[0]!, grants.runs[0]!, gang);
    grants.release(0);
    return true;
  }

  freeGpus(type: number): number {
    return this.free.freeGpus(type);
  }
}
