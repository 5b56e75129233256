/** A share of a study's runs that one process makes by itself. */
export interface Shard {
  /** 1 .. of. */
  readonly index: number;
  readonly of: number;
}

/** Whether a shard makes a run. Runs are dealt out like cards, so that every shard has of the dear points its part. */
export function isOfShard({ index, of }: Shard, run: number): boolean {
  return run % of === index - 1;
}

export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}
