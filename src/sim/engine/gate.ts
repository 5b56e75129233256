import { usToSeconds, type TimeUs } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import type { JobTable } from '../model/job-table.ts';
import { shareOf } from './free-index.ts';
import { RUN, type Grants } from './grants.ts';
import { PolicyError } from './policy-error.ts';
import type { Shapes } from './shapes.ts';
import { JobState, type RunState } from './state.ts';
import type { Transitions } from './transitions.ts';

const NO_TYPE = -1;

/**
 * The one file to trust: nothing starts, stops or is turned away but through here. The gate keeps its own account of
 * what is free on every node, independent of the index that placements search, and checks each grant against it.
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
  ) {
    this.policy = policy;
    this.cluster = cluster;
    this.jobs = jobs;
    this.state = state;
    this.grants = grants;
    this.shapes = shapes;
    this.transitions = transitions;
  }

  /** A job is to start with the grants that the placement wrote for it: they are checked and taken at once. */
  propose(job: number): void {
    if (this.state.job[job] !== JobState.Waiting) this.refuseStart(job);
    this.takeGrants(job);
    if (this.proposedCount === this.proposed.length) {
      const wider = new Int32Array(this.proposed.length * 2);
      wider.set(this.proposed);
      this.proposed = wider;
    }
    this.proposed[this.proposedCount++] = job;
  }

  /** Takes the last proposal back. */
  withdraw(job: number): void {
    const last = this.proposed[--this.proposedCount];
    if (last !== job)
      throw this.error(`take back the start of ${this.name(job)}`, 'it was not the last', 'undo in order');
    this.giveGrants(job);
  }

  /** Lets start what was proposed, in the order proposed. */
  apply(): void {
    for (let index = 0; index < this.proposedCount; index++) this.transitions.start(this.proposed[index]!, this.nowUs);
    this.proposedCount = 0;
  }

  checkPreempt(job: number): void {
    if (this.state.job[job] === JobState.Running) return;
    throw this.error(`preempt ${this.name(job)}`, `it is ${this.life(job)}`, 'preempt running jobs only');
  }

  /** Stops a running job at once; what it held is free for the rest of the plan. */
  preempt(job: number): void {
    this.checkPreempt(job);
    this.giveGrants(job);
    this.transitions.preempt(job, this.nowUs);
    this.grants.release(job);
  }

  reject(job: number): void {
    if (this.state.job[job] !== JobState.Waiting) this.refuseReject(job);
    this.transitions.reject(job, this.nowUs);
  }

  /** A running job has done its work: its GPUs come back. */
  finish(job: number): void {
    this.giveGrants(job);
    this.transitions.finish(job, this.nowUs);
    this.grants.release(job);
  }

  refuseStart(job: number): never {
    throw this.error(`start ${this.name(job)}`, `it is ${this.life(job)}`, 'start jobs of the queue, each once');
  }

  refuseReject(job: number): never {
    throw this.error(`turn away ${this.name(job)}`, `it is ${this.life(job)}`, 'only waiting jobs can be turned away');
  }

  error(action: string, why: string, mend: string): PolicyError {
    return new PolicyError(this.policy, this.nowUs, action, why, mend);
  }

  private takeGrants(job: number): void {
    const { cluster, grants, state } = this;
    const gang = this.shapes.gangOf(job);
    const { data } = grants;
    const first = grants.first[job]!;
    const end = first + RUN * grants.runs[job]!;
    const needsMore = gang.cpuMilli > 0 || gang.memoryMiB > 0;
    const type = end > first ? cluster.nodeType[data[first]!]! : NO_TYPE;
    let granted = 0;
    for (let at = first; at < end; at += RUN) {
      const from = data[at]!;
      const to = from + data[at + 1]!;
      const gpus = data[at + 2]!;
      if (!(from >= 0 && from < to && to <= cluster.nodeCount) || gpus < 0)
        this.badGrant(job, from, 'there is no such node');
      for (let node = from; node < to; node++) {
        const free = state.freeGpus[node]! - gpus;
        if (cluster.nodeType[node] !== type) this.badGrant(job, node, 'a gang stays within one GPU type');
        if (free < 0) this.badGrant(job, node, `${gpus} GPUs wanted, ${state.freeGpus[node]} free`);
        state.freeGpus[node] = free;
        if (needsMore) this.takeCpuAndMemory(job, node, gpus);
      }
      granted += gpus * (to - from);
    }
    if (type !== NO_TYPE && ((gang.typeMask >>> type) & 1) === 0) {
      this.badGrant(job, data[first]!, `GPU type ${cluster.gpuTypes[type]} is not allowed for it`);
    }
    if (granted !== gang.gpus) {
      throw this.error(
        `start ${this.name(job)}`,
        `it was granted ${granted} of ${gang.gpus} GPUs`,
        'place gangs whole',
      );
    }
  }

  private takeCpuAndMemory(job: number, node: number, gpus: number): void {
    const { state } = this;
    const gang = this.shapes.gangOf(job);
    const cpu = state.freeCpuMilli[node]! - shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memory = state.freeMemoryMiB[node]! - shareOf(gang.memoryMiB, gpus, gang.gpus);
    if (cpu < 0) this.badGrant(job, node, `${-cpu / 1000} CPU cores are missing`);
    if (memory < 0) this.badGrant(job, node, `${-memory} MiB of memory are missing`);
    state.freeCpuMilli[node] = cpu;
    state.freeMemoryMiB[node] = memory;
  }

  private giveGrants(job: number): void {
    const { state, grants } = this;
    const gang = this.shapes.gangOf(job);
    const needsMore = gang.cpuMilli > 0 || gang.memoryMiB > 0;
    const { data } = grants;
    const first = grants.first[job]!;
    const end = first + RUN * grants.runs[job]!;
    for (let at = first; at < end; at += RUN) {
      const to = data[at]! + data[at + 1]!;
      const gpus = data[at + 2]!;
      for (let node = data[at]!; node < to; node++) {
        state.freeGpus[node]! += gpus;
        if (!needsMore) continue;
        state.freeCpuMilli[node]! += shareOf(gang.cpuMilli, gpus, gang.gpus);
        state.freeMemoryMiB[node]! += shareOf(gang.memoryMiB, gpus, gang.gpus);
      }
    }
  }

  private badGrant(job: number, node: number, why: string): never {
    throw this.error(`start ${this.name(job)} on node ${node}`, why, 'grant only what the free view shows');
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
        return `running since ${since} s`;
      case JobState.Done:
        return 'done';
      case JobState.Rejected:
        return 'turned away';
      default:
        return 'unknown';
    }
  }
}
