import { US_PER_SECOND } from '../kernel/clock.ts';
import { StopCause } from '../model/planned-stop.ts';
import type { Corruptions } from './corruptions.ts';
import type { CrashLoops } from './crash-loops.ts';
import type { CorruptionFigures, CrashLoopFigures, PlannedStopFigures, RestartFigures } from './failure-figures.ts';
import type { JobGpuTimes } from './job-gpu-times.ts';
import { RestartCause, type RestartCosts } from './restart-costs.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
const LOOPS_LISTED_MAX = 5;

/** What beginning runs cost that no fault had stopped. */
export function restartFigures({ restartGpuUs, waitGpuUs, teardownGpuUs, secondOrder }: RestartCosts): RestartFigures {
  return {
    firstStartGpuHours: restartGpuUs[RestartCause.FirstStart]! / US_PER_HOUR,
    preemptedGpuHours: restartGpuUs[RestartCause.Preempted]! / US_PER_HOUR,
    movedGpuHours: restartGpuUs[RestartCause.Moved]! / US_PER_HOUR,
    teardownGpuHours: teardownGpuUs / US_PER_HOUR,
    secondOrder: {
      preemptions: secondOrder,
      restartGpuHours: restartGpuUs[RestartCause.MadeRoom]! / US_PER_HOUR,
      waitGpuHours: waitGpuUs[RestartCause.MadeRoom]! / US_PER_HOUR,
    },
  };
}

/** What stopping gangs before anything hit them cost. */
export function plannedStopFigures({ plannedStops, restartGpuUs, waitGpuUs }: RestartCosts): PlannedStopFigures {
  return {
    maintenance: plannedStops[StopCause.Maintenance]!,
    prediction: plannedStops[StopCause.Prediction]!,
    reclaim: plannedStops[StopCause.Reclaim]!,
    restartGpuHours: restartGpuUs[RestartCause.Planned]! / US_PER_HOUR,
    waitGpuHours: waitGpuUs[RestartCause.Planned]! / US_PER_HOUR,
  };
}

/** What silent corruptions cost. */
export function corruptionFigures({ gangs, lostGpuUs, wrong }: Corruptions, ofJobs: JobGpuTimes): CorruptionFigures {
  const heldGpuUs = [...wrong].reduce((sum, job) => sum + ofJobs.heldGpuUs(job), 0);
  return {
    gangs,
    lostGpuHours: lostGpuUs / US_PER_HOUR,
    corruptedResults: wrong.size,
    corruptedResultGpuHours: heldGpuUs / US_PER_HOUR,
  };
}

/** What runs cost that got nowhere; `ids` are the jobs' names. */
export function crashLoopFigures(
  { requeues, gpuUs, preemptions }: CrashLoops,
  ids: readonly string[],
): CrashLoopFigures {
  const found = [...requeues.keys()].filter((job) => requeues[job]! > 0);
  return {
    jobs: found.length,
    requeues: requeues.reduce((sum, each) => sum + each, 0),
    gpuHours: gpuUs.reduce((sum, each) => sum + each, 0) / US_PER_HOUR,
    preemptions,
    worst: found
      .sort((a, b) => gpuUs[b]! - gpuUs[a]! || a - b)
      .slice(0, LOOPS_LISTED_MAX)
      .map((job) => ({ job: ids[job]!, requeues: requeues[job]!, gpuHours: gpuUs[job]! / US_PER_HOUR })),
  };
}
