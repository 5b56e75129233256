import { usToSeconds, type TimeUs } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import type { PlannedStop } from '../model/planned-stop.ts';
import { speedOf } from '../model/speed.ts';
import type { Gang } from '../contract/placement.ts';
import type { Recovery } from '../contract/recovery.ts';
import type { Grants } from './grants.ts';
import { type DataReads, NO_READ } from './data-reads.ts';
import { NodeAccount, NO_TYPE } from './node-account.ts';
import { PolicyError } from './policy-error.ts';
import type { Shapes } from './shapes.ts';
import { JobState, type RunState } from './state.ts';
import type { Footing, Transitions } from './transitions.ts';
import type { Uplinks } from './uplinks.ts';

const STARTS = 'start jobs of the queue, each once';

/** What the present decision has planned for a job. */
const Planned = {
  Nothing: 0,
  Lifted: 1,
  PutBack: 2,
  Start: 3,
  /** A lifted job is given something; when the plan is applied it proves to be what it had, or not. */
  Restart: 4,
  StayPut: 5,
  FreeMove: 6,
  PaidMove: 7,
} as const;

/**
 * The one door: nothing starts, stops or is turned away but through here. The gate checks each grant against an account
 * of its own (node-account.ts), independent of the index that placements search.
 */
export class Gate {
  nowUs: TimeUs = 0;
  private readonly policy: string;
  private readonly cluster: Cluster;
  private readonly jobs: JobTable;
  private readonly state: RunState;
  private readonly grants: Grants;
  private readonly shapes: Shapes;
  private readonly transitions: Transitions;
  private readonly countOnly: boolean;
  /** Only where jobs read data. */
  private readonly reads: DataReads | undefined;
  /** Only where the network slows somebody. */
  private readonly uplinks: Uplinks | undefined;
  private readonly planned: Uint8Array;
  /** What each planned start will run on, and where a lifted job ran. */
  private readonly footings: { gpus: Int32Array; gpuType: Int8Array; speed: Float64Array; read: Uint8Array };
  private readonly footing: Footing = { gpus: 0, gpuType: NO_TYPE, speed: 1, read: NO_READ, readUs: 0 };
  /** Jobs lifted in this decision. */
  private lifted = new Int32Array(64);
  private liftedCount = 0;
  private readonly account: NodeAccount;
  /** Starts proposed in this decision and not yet applied. */
  private proposed = new Int32Array(64);
  private proposedCount = 0;

  constructor(
    policy: string,
    cluster: Cluster,
    jobs: JobTable,
    state: RunState,
    grants: Grants,
    shapes: Shapes,
    transitions: Transitions,
    countOnly: boolean,
    shares: boolean,
    reads?: DataReads,
    uplinks?: Uplinks,
  ) {
    this.policy = policy;
    this.cluster = cluster;
    this.jobs = jobs;
    this.state = state;
    this.grants = grants;
    this.shapes = shapes;
    this.transitions = transitions;
    this.countOnly = countOnly;
    this.reads = reads;
    this.uplinks = uplinks;
    this.planned = new Uint8Array(jobs.count);
    this.footings = {
      gpus: new Int32Array(jobs.count),
      gpuType: new Int8Array(jobs.count),
      speed: new Float64Array(jobs.count),
      read: new Uint8Array(reads === undefined ? 0 : jobs.count),
    };
    this.account = new NodeAccount(cluster, state, grants, shares, (job, where, why, mend) => {
      throw this.error(`start ${this.name(job)}${where}`, why, mend);
    });
  }

  /** A job is to start, or a lifted one to go on, with the grants that the placement wrote for it: checked and taken. */
  propose(job: number, gang: Gang): void {
    const lifted = this.planned[job] === Planned.Lifted;
    if (!lifted && (this.state.job[job] !== JobState.Waiting || this.planned[job] !== Planned.Nothing))
      this.refuseStart(job);
    const gpuType = this.account.take(job, gang);
    const speed = speedOf(this.jobs, job, gpuType, gang.gpus);
    if (!(speed > 0)) this.refuseSpeed(job, gang.gpus, gpuType);
    this.footings.gpus[job] = gang.gpus;
    this.footings.gpuType[job] = gpuType;
    this.footings.speed[job] = this.uplinks === undefined ? speed : speed * this.uplinks.paceOf(job);
    if (this.reads !== undefined) this.footings.read[job] = this.reads.readOf(job);
    this.planned[job] = lifted ? Planned.Restart : Planned.Start;
    if (this.proposedCount === this.proposed.length) this.proposed = widened(this.proposed);
    this.proposed[this.proposedCount++] = job;
  }

  /** Takes the last proposal back. */
  withdraw(job: number): void {
    const last = this.proposed[--this.proposedCount];
    if (last !== job)
      throw this.error(`take back the start of ${this.name(job)}`, 'it was not the last', 'undo in order');
    this.account.give(job, this.shapes.gangFor(job, this.footings.gpus[job]!, NO_TYPE));
    this.planned[job] = Planned.Nothing;
  }

  /** A running gang comes off its GPUs until the decision ends. True if that is the first time in this decision. */
  lift(job: number): boolean {
    const planned = this.planned[job];
    const mayLift = planned === Planned.Nothing || planned === Planned.PutBack;
    if (this.state.job[job] !== JobState.Running || !mayLift)
      throw this.error(
        `lift ${this.name(job)}`,
        `it is ${this.life(job)}`,
        'lift running jobs that are where they were',
      );
    this.account.give(job, this.shapes.gangFor(job, this.state.heldGpus[job]!, NO_TYPE));
    this.planned[job] = Planned.Lifted;
    if (planned === Planned.PutBack) return false;
    if (this.liftedCount === this.lifted.length) this.lifted = widened(this.lifted);
    this.lifted[this.liftedCount++] = job;
    return true;
  }

  isLifted(job: number): boolean {
    return this.planned[job] === Planned.Lifted;
  }

  /** A lifted gang stays where it was; false, and nothing has changed, if its place has been taken. */
  putBack(job: number): boolean {
    if (this.planned[job] !== Planned.Lifted)
      throw this.error(`put ${this.name(job)} back`, `it is ${this.life(job)}`, 'put back lifted jobs, each once');
    const gang = this.shapes.gangFor(job, this.state.heldGpus[job]!, NO_TYPE);
    if (!this.account.hasRoom(job, gang)) return false;
    this.account.take(job, gang, true);
    this.planned[job] = Planned.PutBack;
    return true;
  }

  /** Estimated time from now to the end of a job whose start is planned. */
  plannedSpanUs(job: number): TimeUs {
    return this.state.estimatedSpanUs(job, this.footings.speed[job]!) + this.readUs(job);
  }

  private readUs(job: number): TimeUs {
    return this.reads === undefined ? 0 : this.reads.costUs(job, this.footings.read[job]!);
  }

  /** Lets happen what was planned: who must go goes, then all that start do so in the order proposed. */
  apply(): void {
    for (let index = 0; index < this.liftedCount; index++) this.applyLift(this.lifted[index]!);
    for (let index = 0; index < this.proposedCount; index++) this.applyStart(this.proposed[index]!);
    for (let index = 0; index < this.liftedCount; index++) this.planned[this.lifted[index]!] = Planned.Nothing;
    this.proposedCount = 0;
    this.liftedCount = 0;
  }

  private applyLift(job: number): void {
    const { transitions, grants } = this;
    if (this.planned[job] === Planned.Lifted) {
      transitions.preempt(job, this.nowUs);
      grants.release(job);
    } else if (this.planned[job] === Planned.Restart) {
      this.planned[job] = this.kindOfRestart(job);
      if (this.planned[job] === Planned.StayPut) return;
      grants.swapAside(job);
      transitions.leave(job, this.nowUs);
      grants.swapAside(job);
    }
  }

  private applyStart(job: number): void {
    const { transitions, grants, footing, footings } = this;
    const planned = this.planned[job];
    footing.gpus = footings.gpus[job]!;
    footing.gpuType = footings.gpuType[job]!;
    footing.speed = footings.speed[job]!;
    footing.read = this.reads === undefined ? NO_READ : footings.read[job]!;
    footing.readUs = this.readUs(job);
    if (planned === Planned.Start) {
      this.planned[job] = Planned.Nothing;
      transitions.start(job, footing, this.nowUs);
      return;
    }
    if (planned !== Planned.StayPut) transitions.goOn(job, footing, planned === Planned.PaidMove, this.nowUs);
    grants.dropAside(job);
  }

  /** Where only totals count, another place alone is no move that costs anything. */
  private kindOfRestart(job: number): number {
    const { state, footings } = this;
    const sameSize = footings.gpus[job] === state.heldGpus[job] && footings.gpuType[job] === state.heldType[job];
    if (sameSize && this.grants.isAsBefore(job)) return Planned.StayPut;
    return sameSize && this.countOnly ? Planned.FreeMove : Planned.PaidMove;
  }

  checkPreempt(job: number): void {
    if (this.state.job[job] === JobState.Running && this.planned[job] === Planned.Nothing) return;
    throw this.error(`preempt ${this.name(job)}`, `it is ${this.life(job)}`, 'preempt running jobs only');
  }

  /** Stops a running job at once; what it held is free for the rest of the plan. */
  preempt(job: number, stop?: PlannedStop): void {
    this.checkPreempt(job);
    this.account.give(job, this.shapes.gangFor(job, this.state.heldGpus[job]!, NO_TYPE));
    this.transitions.preempt(job, this.nowUs, stop);
    this.grants.release(job);
  }

  /** A stalled gang comes off its GPUs, for what the world has done and no policy. */
  interrupt(job: number, recovery: Recovery): void {
    this.account.give(job, this.shapes.gangFor(job, this.state.heldGpus[job]!, NO_TYPE));
    this.transitions.interrupt(job, recovery, this.nowUs);
    this.grants.release(job);
  }

  /** A node takes no more work; gangs that stand on it may stay. */
  close(node: number): void {
    this.account.close(node);
  }

  reopen(node: number): void {
    this.account.reopen(node);
  }

  /** Whether gangs hold anything of a node. */
  isHeld(node: number): boolean {
    return this.account.isHeld(node);
  }

  /** As long as it stands still, no closed node has emptied. */
  get returns(): number {
    return this.account.returns;
  }

  reject(job: number): void {
    if (this.state.job[job] !== JobState.Waiting) this.refuseReject(job);
    this.transitions.reject(job, this.nowUs);
  }

  /** A running job has done its work: its GPUs come back. */
  finish(job: number): void {
    this.account.give(job, this.shapes.gangFor(job, this.state.heldGpus[job]!, NO_TYPE));
    this.transitions.finish(job, this.nowUs);
    this.grants.release(job);
  }

  refuseStart(job: number): never {
    throw this.error(`start ${this.name(job)}`, `it is ${this.life(job)}`, STARTS);
  }

  refuseReject(job: number): never {
    throw this.error(`turn away ${this.name(job)}`, `it is ${this.life(job)}`, 'only waiting jobs can be turned away');
  }

  error(action: string, why: string, mend: string): PolicyError {
    return new PolicyError(this.policy, this.nowUs, action, why, mend);
  }

  private refuseSpeed(job: number, gpus: number, gpuType: number): never {
    const { gpusMin, gpusMax } = this.jobs;
    const range = `it can run with ${gpusMin[job]} to ${gpusMax[job]} GPUs of a type on which its class has a speed`;
    throw this.error(
      `start ${this.name(job)} with ${gpus} GPUs of type ${this.cluster.gpuTypes[gpuType] ?? 'none'}`,
      range,
      'keep within it',
    );
  }

  private name(job: number): string {
    return `job ${this.jobs.ids[job] ?? `#${job}`}`;
  }

  private life(job: number): string {
    if (!(job >= 0 && job < this.jobs.count)) return 'not a job of this run';
    const since = usToSeconds(this.state.startUs[job]!);
    switch (this.state.job[job] as JobState) {
      case JobState.Expected:
        return 'not submitted yet';
      case JobState.Waiting:
        return this.proposed.subarray(0, this.proposedCount).includes(job) ? 'started in this plan already' : 'waiting';
      case JobState.Running:
        return this.planned[job] === Planned.Nothing ? `running since ${since} s` : 'lifted in this plan already';
      case JobState.Done:
        return 'done';
      case JobState.Rejected:
        return 'turned away';
      case JobState.Failed:
        return 'given up after its last fault';
      default:
        return 'unknown';
    }
  }
}

function widened(list: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(2 * list.length);
  wider.set(list);
  return wider;
}
