import { placeOf } from '../../scenario/origins.ts';
import { ScenarioError } from '../../scenario/problems.ts';
import { pointsOf } from '../design/points.ts';
import type { Study } from '../file/load-study.ts';
import type { Runner } from '../runs/runner.ts';
import { settlePoints, type SettledPoint } from '../runs/settle-points.ts';
import { settledAll } from '../runs/settled-all.ts';
import type { SweepProgress } from '../sweep.ts';
import { isOfShard, type Shard } from './shard.ts';
import { shardPlan, writeShardPlan } from './shard-plan.ts';

/**
 * Makes the runs of one shard and leaves its plan in the folder beside them. ScenarioError for a study in which the
 * number of runs follows from what they say: no shard sees all of them.
 */
export async function sweepShard(
  study: Study,
  shard: Shard,
  runner: Runner,
  folder: string,
  onProgress: (progress: SweepProgress) => void = () => undefined,
): Promise<void> {
  requireFixedRuns(study);
  const { atLeast } = study.data.replications;
  const points = settlePoints(study, pointsOf(study.data));
  const keysOf = async (settled: SettledPoint): Promise<string[]> => {
    const tasks = Array.from({ length: atLeast }, (_, replication) => runner.taskOf(settled, replication));
    return (await settledAll(tasks)).map(({ key }) => key);
  };
  const keys = await settledAll(points.map(keysOf));
  writeShardPlan(folder, shardPlan(study, shard, points, keys));
  const mine = points.map((_, at) => {
    const replications = Array.from({ length: atLeast }, (__, replication) => replication);
    return replications.filter((replication) => isOfShard(shard, at * atLeast + replication));
  });
  const runs = mine.reduce((sum, { length }) => sum + length, 0);
  const progress = { runsDone: 0, runs, pointsDone: 0, points: points.length };
  onProgress({ ...progress });
  const makeRun = async (at: number, replication: number): Promise<void> => {
    await runner.run(points[at]!, replication);
    progress.runsDone++;
    onProgress({ ...progress });
  };
  const ofPoints = mine.map(async (replications, at) => {
    await settledAll(replications.map((replication) => makeRun(at, replication)));
    progress.pointsDone++;
  });
  await settledAll(ofPoints);
}

function requireFixedRuns({ file, origins, data: { replications } }: Study): void {
  const { atLeast, atMost = atLeast } = replications;
  if (atMost <= atLeast) return;
  const message =
    `replications.atMost is ${atMost}: how many of ${atLeast} to ${atMost} runs a point gets follows from what they ` +
    'say, and no shard sees all of them; leave atMost out and set atLeast, or sweep without --shard';
  throw new ScenarioError([{ place: placeOf(file, origins, ['replications', 'atMost']), message }]);
}
