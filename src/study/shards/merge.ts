import { join } from 'node:path';
import { canonicalHash } from '../../scenario/canonical-hash.ts';
import { parseMetric } from '../metrics/expression.ts';
import { Journal, StoreError } from '../results/journal.ts';
import { StudyFolder } from '../results/study-folder.ts';
import { pointResult } from '../results/point-result.ts';
import { writeResults, type StudyResult } from '../results/write-results.ts';
import type { RunOutcome } from '../runs/task.ts';
import type { SweptPoint } from '../sweep.ts';
import { isOfShard, shardText } from './shard.ts';
import { readShardPlan, type ShardPlan } from './shard-plan.ts';

/**
 * Puts the runs of a study's shards into one folder and writes its results: the same bytes as without shards. StoreError,
 * before anything is written, for folders that do not belong together and for runs that no folder has.
 */
export async function mergeShards(out: string, folders: readonly string[]): Promise<StudyResult> {
  const plans = folders.map(readShardPlan);
  const plan = plans[0]!;
  plans.forEach((other, index) => requireSame(plan, other, folders[0]!, folders[index]!));
  const outcomes = new Map<string, RunOutcome>();
  for (const folder of folders) {
    for (const outcome of Journal.read(join(folder, 'runs.jsonl'))) outcomes.set(outcome.key, outcome);
  }
  requireAll(plan, outcomes);
  const swept = plan.points.map((planned) => sweptPoint(plan, planned, outcomes));
  const { study: data, codeVersion } = plan;
  const kept = StudyFolder.open(out, { command: 'merge', study: data, metrics: data.metrics, codeVersion });
  try {
    for (const { settled, outcomes: ofPoint } of swept) {
      ofPoint.forEach((outcome, replication) => {
        kept.journal.add(outcome);
        kept.index.addRun(settled, replication, outcome.key);
      });
    }
    // Pilots, by which warm-ups are judged, belong to no point.
    for (const outcome of outcomes.values()) kept.journal.add(outcome);
    kept.index.complete();
  } finally {
    kept.close();
  }
  const study = { data: plan.study, metrics: plan.study.metrics.map(parseMetric) };
  return writeResults(out, study, swept, plan.codeVersion);
}

function sweptPoint(
  { study }: ShardPlan,
  { settled: plain, point, hash, keys }: ShardPlan['points'][number],
  all: ReadonlyMap<string, RunOutcome>,
): SweptPoint {
  const settled = { point, hash, settled: { ...plain, origins: new Map() } };
  const outcomes = keys.map((key) => all.get(key)!);
  const result = pointResult(settled, outcomes, study.metrics, study.confidence);
  return { settled, outcomes, result };
}

function requireSame(first: ShardPlan, other: ShardPlan, firstFolder: string, folder: string): void {
  const refuse = (what: string): never => {
    throw new StoreError(`${folder} and ${firstFolder} do not belong together: ${what}`);
  };
  if (other.codeVersion !== first.codeVersion) {
    refuse(
      `they were made by different code (${other.codeVersion} and ${first.codeVersion}); make one of them anew with the version of the other`,
    );
  }
  if (canonicalHash(other.study) !== canonicalHash(first.study)) {
    refuse(`they are shards of different studies (${other.study.name} and ${first.study.name})`);
  }
  if (canonicalHash(other.points.map(runsOf)) !== canonicalHash(first.points.map(runsOf))) {
    refuse('the scenario of the study, or a file that it names, was another; make one of them anew');
  }
}

/** What decides the results; where the scenario's file lay does not. */
function runsOf({ point: { index, variant, values }, hash, keys }: ShardPlan['points'][number]): unknown {
  return { index, variant, values, hash, keys };
}

function requireAll({ shard: { of }, points }: ShardPlan, outcomes: ReadonlyMap<string, RunOutcome>): void {
  const keys = points.flatMap((point) => point.keys);
  const missing = keys.flatMap((key, run) => (outcomes.has(key) ? [] : [run]));
  if (missing.length === 0) return;
  const shards = Array.from({ length: of }, (_, at) => ({ index: at + 1, of }));
  const lacking = shards.filter((shard) => missing.some((run) => isOfShard(shard, run))).map(shardText);
  const more = lacking.length > 10 ? `, and ${lacking.length - 10} more` : '';
  throw new StoreError(
    `${missing.length} of ${keys.length} runs are missing, of shard ${lacking.slice(0, 10).join(', ')}${more}; ` +
      'name the folders of all shards, and run those that were stopped again',
  );
}
