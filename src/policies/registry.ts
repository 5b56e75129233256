import type { PlacementDefinition } from '../sim/contract/placement.ts';
import type { RecoveryDefinition } from '../sim/contract/recovery.ts';
import type { SchedulingDefinition } from '../sim/contract/scheduling.ts';
import { bestFitScore } from './placement/best-fit-score.ts';
import { bestFit } from './placement/best-fit.ts';
import { consolidate } from './placement/consolidate.ts';
import { count } from './placement/count.ts';
import { delayScheduling } from './placement/delay-scheduling.ts';
import { dotProduct } from './placement/dot-product.ts';
import { fgd } from './placement/fgd.ts';
import { firstFit } from './placement/first-fit.ts';
import { gpuClustering } from './placement/gpu-clustering.ts';
import { gpuPacking } from './placement/gpu-packing.ts';
import { kubernetesDefault } from './placement/kubernetes-default.ts';
import { leastUsed } from './placement/least-used.ts';
import { random } from './placement/random.ts';
import { spread } from './placement/spread.ts';
import { tetris } from './placement/tetris.ts';
import { topology } from './placement/topology.ts';
import { worstFit } from './placement/worst-fit.ts';
import { inMemoryCheckpoint } from './recovery/in-memory-checkpoint.ts';
import { justInTime } from './recovery/just-in-time.ts';
import { periodicCheckpoint } from './recovery/periodic-checkpoint.ts';
import { restart } from './recovery/restart.ts';
import { servingFailover } from './recovery/serving-failover.ts';
import { auction } from './scheduling/auction.ts';
import { conservativeBackfill } from './scheduling/conservative-backfill.ts';
import { drf } from './scheduling/drf.ts';
import { easyBackfill } from './scheduling/easy-backfill.ts';
import { edf } from './scheduling/edf.ts';
import { elasticflow } from './scheduling/elasticflow.ts';
import { fairShare } from './scheduling/fair-share.ts';
import { fifoSkip } from './scheduling/fifo-skip.ts';
import { fifo } from './scheduling/fifo.ts';
import { gavel } from './scheduling/gavel.ts';
import { genetic } from './scheduling/genetic.ts';
import { hived } from './scheduling/hived.ts';
import { kueue } from './scheduling/kueue.ts';
import { lpAllocation } from './scheduling/lp-allocation.ts';
import { lrf } from './scheduling/lrf.ts';
import { optimus } from './scheduling/optimus.ts';
import { pollux } from './scheduling/pollux.ts';
import { priority } from './scheduling/priority.ts';
import { qssf } from './scheduling/qssf.ts';
import { shockwave } from './scheduling/shockwave.ts';
import { sia } from './scheduling/sia.ts';
import { simulatedAnnealing } from './scheduling/simulated-annealing.ts';
import { sjf } from './scheduling/sjf.ts';
import { slurmMultifactor } from './scheduling/slurm-multifactor.ts';
import { srsf } from './scheduling/srsf.ts';
import { srtf } from './scheduling/srtf.ts';
import { themis } from './scheduling/themis.ts';
import { tiresias } from './scheduling/tiresias.ts';
import { tiresiasLateDemotion } from './compat/tiresias-late-demotion.ts';

/** Every scheduling policy, by name. A new one is one file and one line here. */
export const schedulingPolicies: readonly SchedulingDefinition[] = [
  auction,
  conservativeBackfill,
  drf,
  easyBackfill,
  edf,
  elasticflow,
  fairShare,
  fifo,
  fifoSkip,
  gavel,
  genetic,
  hived,
  kueue,
  lpAllocation,
  lrf,
  optimus,
  pollux,
  priority,
  qssf,
  shockwave,
  sia,
  simulatedAnnealing,
  sjf,
  slurmMultifactor,
  srsf,
  srtf,
  themis,
  tiresias,
  tiresiasLateDemotion,
];

/** Every placement policy, by name. */
export const placementPolicies: readonly PlacementDefinition[] = [
  bestFit,
  bestFitScore,
  consolidate,
  count,
  delayScheduling,
  dotProduct,
  fgd,
  firstFit,
  gpuClustering,
  gpuPacking,
  kubernetesDefault,
  leastUsed,
  random,
  spread,
  tetris,
  topology,
  worstFit,
];

/** Every recovery policy, by name. */
export const recoveryPolicies: readonly RecoveryDefinition[] = [
  inMemoryCheckpoint,
  justInTime,
  periodicCheckpoint,
  restart,
  servingFailover,
];
