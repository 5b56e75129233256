import type { RecoveryPolicy, StoppedGang } from '../../contract/recovery.ts';
import { NEVER } from '../../kernel/clock.ts';
import type { Cluster } from '../../model/cluster.ts';
import { componentsOf, strikesNodes } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { loneStorage } from './storage-share.ts';

/**
 * What part of a gang's GPU-time the closed form expects to be useful: (1 - r (u0 + dt / 2)) / (1 + w / dt), with faults
 * at rate r on the nodes that it fills, from the first one on; u0 from a fault until work goes on (detection, load and
 * warm-up after a first fault; no wait for room, a storage that nobody else uses), and a stall of w after each dt of running. Null where nothing is kept, where nothing
 * breaks by luck, and where so much breaks that the form, which is one of first order, gives less than 0.
 * Source: Kokolis et al., Revisiting Reliability in Large-Scale Machine Learning Research Clusters (arXiv 2410.21680).
 */
export function expectedEttr(
  model: FailureModel,
  recovery: RecoveryPolicy,
  cluster: Cluster,
): (gpus: number) => number | null {
  const components = componentsOf(model, cluster);
  const gpusPerNode = cluster.nodeGpus.reduce((most, gpus) => Math.max(most, gpus), 1);
  return (gpus) => {
    const nodes = Math.ceil(gpus / gpusPerNode);
    let rate = 0;
    let undetected = 0;
    for (const component of components) {
      const { kind } = component;
      if (!strikesNodes(component, 0, nodes) || kind.meanTimeToFaultUs === NEVER || kind.slow?.isIgnored === true)
        continue;
      rate += 1 / kind.meanTimeToFaultUs;
      undetected += kind.detectionUs / kind.meanTimeToFaultUs;
    }
    if (rate === 0) return null;
    const storage = loneStorage(model, nodes);
    const { everyUs, stallUs } = recovery.checkpoints({ gpus, nodes, meanTimeToFaultUs: 1 / rate, ...storage });
    if (everyUs === NEVER) return null;
    const { loadUs, warmUpUs, delayUs } = recovery.recover({ ...struck(gpus, nodes), ...storage });
    const restartUs = undetected / rate + delayUs + loadUs + warmUpUs;
    const ettr = (1 - rate * (restartUs + everyUs / 2)) / (1 + stallUs / everyUs);
    return ettr < 0 ? null : ettr;
  };
}

/** A gang whose first fault is found, and for which no spare stands ready. */
function struck(gpus: number, nodes: number): StoppedGang {
  const gpusLeft = Math.floor((gpus * (nodes - 1)) / nodes);
  return { gpus, nodes, nodesLost: 1, gpusLeft, gpusMin: gpus, interruptions: 1, holdsWork: false, hasSpares: false };
}
