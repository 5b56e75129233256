import type { RandomStreams } from '../sim/kernel/random.ts';
import { JobList } from '../sim/model/job-list.ts';

/** How other demand of the same shape is made of a trace. */
export interface Resampling {
  /** Length of the blocks that are drawn, whole us > 0. */
  readonly blockUs: number;
  /** How much is made, whole us > 0. */
  readonly lengthUs: number;
  /** Demand as a multiple of the trace's, > 0. */
  readonly scale: number;
}

/** Whole blocks of a trace, from instant 0 to its last submission. */
export function blocksOf({ submitUs, count }: JobList, { blockUs }: Pick<Resampling, 'blockUs'>): number {
  let lastUs = -1;
  for (let row = 0; row < count; row++) lastUs = Math.max(lastUs, submitUs[row]!);
  return Math.floor((lastUs + 1) / blockUs);
}

/**
 * Jobs of blocks drawn with replacement (block bootstrap): each block of the time to come is as many drawn blocks laid
 * over each other as `scale` says, of the last of them a part of the jobs, each by luck of its own. Times within a block,
 * and what belongs to a job, stay together; what reaches over the border of a block does not. Every layer has its luck, so
 * that a larger scale adds jobs and changes none. RangeError for a trace shorter than a block.
 */
export function resampled(list: JobList, how: Resampling, streams: RandomStreams, entity: string): JobList {
  const { blockUs, lengthUs, scale } = how;
  const blocks = rowsByBlock(list, how);
  if (blocks.length === 0) throw new RangeError('the trace is shorter than a block');
  const made = new JobList(list.source);
  made.ownClasses.push(...list.ownClasses);
  for (let layer = 0; layer < scale; layer++) {
    const draws = streams.stream('resampled blocks', `${entity} ${layer}`);
    const part = scale - layer;
    const thins = streams.stream('resampled jobs', `${entity} ${layer}`);
    for (let fromUs = 0, index = 1; fromUs < lengthUs; fromUs += blockUs, index++) {
      const block = Math.floor(draws.uniform() * blocks.length);
      for (const row of blocks[block]!) {
        const isKept = part >= 1 || thins.uniform() < part;
        const submitUs = fromUs + list.submitUs[row]! - block * blockUs;
        if (!isKept || submitUs >= lengthUs) continue;
        const draft = list.draft(row);
        made.add({
          ...draft,
          id: `${index}.${layer + 1}/${draft.id}`,
          submitUs,
          deadlineUs: submitUs + list.deadlineUs[row]! - list.submitUs[row]!,
        });
      }
    }
  }
  return made;
}

function rowsByBlock(list: JobList, how: Resampling): number[][] {
  const blocks = Array.from({ length: blocksOf(list, how) }, (): number[] => []);
  for (let row = 0; row < list.count; row++) blocks[Math.floor(list.submitUs[row]! / how.blockUs)]?.push(row);
  return blocks;
}
