import { Refusal } from '../../sim/contract/refusal.ts';
import type { Gang } from '../../sim/contract/placement.ts';
import { NEVER, usToSeconds } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { Cluster, NodePool } from '../../sim/model/cluster.ts';
import type { NodeChange, RequestChange } from './job-story.ts';
import type { Room, SceneGround } from './scene.ts';

/** A change to one job's request. */
export interface ChangedRequest {
  readonly gpus?: number;
  readonly typeMask?: number;
  readonly estimateUs?: number;
}

/** A change that fits the scene; whether the policy would have agreed only another run can tell. */
export interface Candidate {
  readonly told: Omit<RequestChange, 'startsAtOnce'>;
  readonly request: ChangedRequest;
}

/** The changes to the job's own request that would have fitted when it was first refused, the smallest of each kind. */
export function requestCandidates(ground: SceneGround, job: JobId): Candidate[] {
  const { scene, spec } = ground;
  const { cluster, jobs } = spec;
  const room = ground.room();
  const gang = ground.gangOf(job);
  const found: Candidate[] = [];
  if (scene.refusal !== Refusal.None) {
    const gpus = mostThatFits(room, gang);
    if (gpus > 0) found.push({ told: { change: 'gpus', to: gpus }, request: { gpus } });
    cluster.gpuTypes.forEach((name, type) => {
      const canRun = jobs.classes[jobs.jobClass[job]!]!.speedByType[type]! > 0;
      const isNew = name !== '' && canRun && ((gang.typeMask >>> type) & 1) === 0;
      if (!isNew || !room.fits({ ...gang, typeMask: 1 << type })) return;
      found.push({
        told: { change: 'gpu-type', to: name },
        request: { typeMask: (gang.typeMask | (1 << type)) >>> 0 },
      });
    });
    return found;
  }
  // It fitted and was held back for somebody's reservation: what ends before that delays nobody.
  const estimateUs = scene.holderUs - scene.nowUs;
  // Where estimates are learnt as the run goes by, none can be chosen for the job.
  if (estimateUs > 0 && estimateUs !== NEVER && spec.estimateLearner === undefined) {
    found.push({ told: { change: 'estimate', to: usToSeconds(estimateUs) }, request: { estimateUs } });
  }
  return found;
}

/** The largest part of the gang that fits, its CPU and memory cut in proportion; 0 if none does. */
function mostThatFits(room: Room, gang: Gang): number {
  for (let gpus = gang.gpus - 1; gpus > 0; gpus--) {
    if (room.fits(partOf(gang, gpus))) return gpus;
  }
  return 0;
}

function partOf(gang: Gang, gpus: number): Gang {
  const part = gpus / gang.gpus;
  return {
    ...gang,
    gpus,
    shareMilli: 0,
    cpuMilli: Math.ceil(gang.cpuMilli * part),
    memoryMiB: Math.ceil(gang.memoryMiB * part),
  };
}

/** Whether a type that the gang may use had as many GPUs free as it asks for. */
export function isInPieces(ground: SceneGround, job: JobId): boolean {
  if (ground.scene.refusal !== Refusal.Fragmented) return false;
  const room = ground.room();
  const { gpus, typeMask } = ground.gangOf(job);
  return ground.spec.cluster.gpuTypes.some((_, type) => ((typeMask >>> type) & 1) === 1 && room.freeGpus(type) >= gpus);
}

/** The fewest more idle nodes of one pool with which the job would have fitted; null if no number of nodes helps. */
export function moreNodes(ground: SceneGround, job: JobId): NodeChange | null {
  const { cluster } = ground.spec;
  const gang = ground.gangOf(job);
  let best: NodeChange | null = null;
  cluster.pools.forEach((pool, index) => {
    if (!isOfUse(pool, cluster, gang)) return;
    const alone = fewest(gang.gpus, (nodes) => ground.room(index, nodes).fits(gang));
    if (alone === undefined || (best !== null && best.nodesAlone <= alone)) return;
    best = {
      pool: pool.name,
      gpusPerNode: pool.gpusPerNode,
      nodesAlone: alone,
      nodesForAll: nodesForAll(ground, gang, index),
    };
  });
  return best;
}

function isOfUse(pool: NodePool, cluster: Cluster, gang: Gang): boolean {
  return pool.gpusPerNode > 0 && ((gang.typeMask >>> cluster.gpuTypes.indexOf(pool.gpuType)) & 1) === 1;
}

/** Enough for everybody ahead who may use such nodes, and then for the job. */
function nodesForAll(ground: SceneGround, gang: Gang, pool: number): number | null {
  const { scene, spec } = ground;
  const { cluster } = spec;
  if (scene.ahead === undefined) return null;
  const before = scene.ahead.map((job) => ground.gangOf(job));
  const gpus = before.reduce((sum, other) => sum + other.gpus, gang.gpus);
  const serves = (nodes: number): boolean => {
    const room = ground.room(pool, nodes);
    const all = before.every((other) => room.take(other) || !isOfUse(cluster.pools[pool]!, cluster, other));
    return all && room.fits(gang);
  };
  return fewest(gpus, serves) ?? null;
}

/** The least number up to `most` with which it is enough, where more is never worse. */
function fewest(most: number, isEnough: (nodes: number) => boolean): number | undefined {
  if (isEnough(0)) return 0;
  let tooFew = 0;
  let enough = 1;
  while (!isEnough(enough)) {
    if (enough >= most) return undefined;
    tooFew = enough;
    enough = Math.min(most, enough * 2);
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
