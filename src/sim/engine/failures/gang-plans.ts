import type { CheckpointPlan, RecoveryPolicy, StorageTimes } from '../../contract/recovery.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import type { FailureBoard } from './failure-board.ts';
import { GangRisks } from './gang-risk.ts';
import { StorageShare } from './storage-share.ts';

/** Beyond so many rounds gangs take the storage as it is by then. */
const ROUNDS_MAX = 100;

/**
 * By which plan each running gang writes checkpoints. Where their cost follows from a size and the storage that all share,
 * gangs plan anew, all together, when the storage has become busier or idler by more than a little: so that a start or a
 * stop costs, on average, a bounded number of new plans, however many gangs run.
 */
export class GangPlans {
  private readonly policyOf: (job: number) => RecoveryPolicy;
  private readonly board: FailureBoard;
  private readonly risks: GangRisks;
  private readonly share: StorageShare | undefined;
  /** Per job, on the GPUs that it holds or held last: mean time between its faults, us, and its nodes. */
  private readonly meanTimeToFaultUs: Float64Array;
  private readonly nodes: Int32Array;

  constructor(model: FailureModel, policyOf: (job: number) => RecoveryPolicy, board: FailureBoard) {
    const { count } = board.jobs;
    this.policyOf = policyOf;
    this.board = board;
    this.risks = new GangRisks(model, board.cluster, board.grants);
    this.share = model.storage && new StorageShare(model.storage, count);
    this.meanTimeToFaultUs = new Float64Array(count);
    this.nodes = new Int32Array(count);
  }

  /** A gang is about to run on so many nodes, at this pace. */
  begin(job: number, nodes: number, pace: number): void {
    const rate = this.risks.rateOf(job);
    this.meanTimeToFaultUs[job] = rate > 0 ? 1 / rate : NEVER;
    this.nodes[job] = nodes;
    const plan = this.planOf(job);
    this.share?.weigh(job, plan, nodes);
    this.board.state.checkpoints!.begin(job, plan, pace);
  }

  /** A gang has come off its GPUs. */
  leave(job: number): void {
    this.share?.leave(job);
  }

  /** What the storage makes of sizes for a gang, where the run says anything of it; for questions to its policy. */
  storageOf(job: number): { readonly storage?: StorageTimes } {
    return this.share === undefined ? {} : { storage: this.share.timesOf(job, this.nodes[job]!) };
  }

  /** After each event and decision: gangs plan for the storage as it has become, if it has changed. */
  balance(nowUs: TimeUs): void {
    const { share } = this;
    if (share?.hasDrifted() !== true) return;
    const { state, transitions } = this.board;
    const plans = new Map<number, CheckpointPlan>();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      let change = 0;
      for (let index = 0; index < state.runningCount; index++) {
        const job = state.running[index]!;
        const plan = this.planOf(job);
        plans.set(job, plan);
        change += Math.abs(share.weigh(job, plan, this.nodes[job]!));
      }
      if (share.isSettled(change)) break;
    }
    share.planned();
    for (const [job, plan] of plans) transitions.changePlan(job, plan, nowUs);
  }

  private planOf(job: number): CheckpointPlan {
    return this.policyOf(job).checkpoints({
      gpus: this.board.state.heldGpus[job]!,
      nodes: this.nodes[job]!,
      meanTimeToFaultUs: this.meanTimeToFaultUs[job]!,
      ...this.storageOf(job),
    });
  }
}
