import type { CheckpointPlan, RecoveryPolicy, StorageTimes } from '../../contract/recovery.ts';
import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import type { RunState } from '../state.ts';
import type { FailureBoard } from './failure-board.ts';
import { GangRisks } from './gang-risk.ts';
import { NO_CHECKPOINTS } from './checkpoint-cycle.ts';
import type { SharedParts } from './shared-parts.ts';
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
  private readonly parts: SharedParts;
  /** Per job, on the GPUs that it holds or held last: mean time between its faults, us, and its nodes. */
  private readonly meanTimeToFaultUs: Float64Array;
  private readonly nodes: Int32Array;

  constructor(model: FailureModel, policyOf: (job: number) => RecoveryPolicy, board: FailureBoard, parts: SharedParts) {
    const { count } = board.jobs;
    this.parts = parts;
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
    this.board.state.setStorage(job, this.parts.isAway('storage'));
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
    for (const [job, plan] of this.plansFor(share)) this.board.transitions.changePlan(job, plan, nowUs);
  }

  /** The storage is away, by a fault of the class `cause`: gangs go on and write nothing. */
  loseStorage(cause: number, nowUs: TimeUs): void {
    const { state, transitions } = this.board;
    for (const job of running(state)) {
      transitions.loseStorage(job, cause, nowUs);
      this.share?.weigh(job, NO_CHECKPOINTS, this.nodes[job]!);
    }
    this.share?.planned();
  }

  /** It is back: they write as before. */
  regainStorage(nowUs: TimeUs): void {
    const { share, parts } = this;
    const plans = share === undefined ? this.plansAlone() : this.plansFor(share);
    for (const [job, plan] of plans) this.board.transitions.regainStorage(job, plan, parts.storageCause, nowUs);
  }

  private plansAlone(): Map<number, CheckpointPlan> {
    return new Map(running(this.board.state).map((job) => [job, this.planOf(job)]));
  }

  /** Plans of all running gangs, each of which is made for the storage as the others keep it busy by theirs. */
  private plansFor(share: StorageShare): Map<number, CheckpointPlan> {
    const { state } = this.board;
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
    return plans;
  }

  private planOf(job: number): CheckpointPlan {
    if (this.parts.isAway('storage')) return NO_CHECKPOINTS;
    return this.policyOf(job).checkpoints({
      gpus: this.board.state.heldGpus[job]!,
      nodes: this.nodes[job]!,
      meanTimeToFaultUs: this.meanTimeToFaultUs[job]!,
      ...this.storageOf(job),
    });
  }
}

function running({ running: jobs, runningCount }: RunState): number[] {
  return [...jobs.subarray(0, runningCount)];
}
