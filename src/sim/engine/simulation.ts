import { NEVER, type TimeUs } from '../kernel/clock.ts';
import { EventQueue, type EventHandle } from '../kernel/event-queue.ts';
import { Phase } from '../kernel/phase.ts';
import type { Gang } from '../contract/placement.ts';
import type { JobsView, JobView, SchedulingContext } from '../contract/scheduling.ts';
import type { JobId } from '../model/brand.ts';
import type { EstimateLearner } from '../contract/estimates.ts';
import { Refusal, refusalNames } from '../contract/refusal.ts';
import { FactKind, type Fold } from '../record/fact.ts';
import { Recorder } from '../record/recorder.ts';
import { DataReads } from './data-reads.ts';
import { Failures } from './failures/failures.ts';
import { liveDataSets, type LiveDataSets } from './failures/live-data-sets.ts';
import { FreeIndex, indexScope } from './free-index.ts';
import { Gate } from './gate.ts';
import { Grants } from './grants.ts';
import { jobView } from './job-view.ts';
import { KeyedLine } from './keyed-line.ts';
import { Patience } from './patience.ts';
import { placementForRun } from './placement-run.ts';
import { Planner } from './planner.ts';
import type { PlanningBoard } from './planning-board.ts';
import { Projection } from './projection.ts';
import { recoveryOf, Replicas } from './replicas.ts';
import { RunningLine } from './running-line.ts';
import type { RunSpec } from './run-spec.ts';
import { ServiceBoard } from './failures/service-board.ts';
import { Shapes } from './shapes.ts';
import { RunState } from './state.ts';
import { EventCode, Transitions } from './transitions.ts';
import { Uplinks } from './uplinks.ts';
import { WaitCauses } from './wait-causes.ts';
import { WaitingLine } from './waiting-line.ts';
import type { Aftermath, Watcher } from './watcher.ts';

/**
 * One run, pure: the same spec gives the same facts. `advance` handles a number of events and returns, so that whoever
 * runs it can show progress; where it is cut into pieces makes no difference.
 */
export class Simulation {
  nowUs: TimeUs = 0;
  /** Events handled (arrivals, ends, wake-ups). */
  events = 0;
  decisions = 0;
  readonly shapes: Shapes;

  private readonly spec: RunSpec;
  private readonly queue: EventQueue;
  private readonly state: RunState;
  private readonly grants: Grants;
  private readonly gate: Gate;
  private readonly recorder: Recorder;
  private readonly planner: Planner;
  private readonly board: PlanningBoard;
  private readonly transitions: Transitions;
  private readonly causes: WaitCauses;
  private readonly context: SchedulingContext<unknown>;
  private readonly learner: EstimateLearner | undefined;
  private readonly watcher: Watcher | undefined;
  /** Only where something can break. */
  private readonly failures: Failures | undefined;
  /** Only where there are services. */
  private readonly replicas: Replicas | undefined;
  private nextArrival = 0;
  private undecided = false;
  private wakeUs: TimeUs = NEVER;
  private wakeHandle: EventHandle = 0;
  private ended = false;

  constructor(spec: RunSpec, folds: readonly Fold[], watcher?: Watcher) {
    const { cluster, jobs, scheduling } = spec;
    const live = liveDataSets(spec);
    const data = live ?? spec.data;
    const placement = placementForRun(data === undefined ? spec : { ...spec, data });
    const countOnly = placement.granularity === 'totals';
    const scope = indexScope(jobs, placement, spec.nodeRank);
    const free = new FreeIndex(cluster, scope);
    this.spec = spec;
    this.queue = new EventQueue(1024);
    this.state = new RunState(cluster, jobs, spec.estimateUs, spec.overheads, spec.failures !== undefined);
    this.grants = new Grants(jobs.count, free.ledger);
    this.recorder = new Recorder(folds, this.grants, this.state.spent, scope.shares ? jobs.gpuMilli : undefined);
    this.transitions = new Transitions(this.state, this.queue, this.recorder);
    const fits = (gang: Gang): Refusal => placement.fits(gang, free);
    this.shapes = new Shapes(jobs, countOnly, fits, scope.shares, scope.nearData, live !== undefined);
    this.gate = new Gate(
      spec.schedulingName,
      cluster,
      jobs,
      this.state,
      this.grants,
      this.shapes,
      this.transitions,
      countOnly,
      scope.shares,
      data && new DataReads(data, jobs, this.grants),
      spec.uplinks && new Uplinks(spec.uplinks, cluster, this.grants),
    );
    // Nothing is taken yet: what does not fit now never will.
    const neverFits = (shape: number): boolean => placement.fits(this.shapes.gangs[shape]!, free) !== Refusal.None;
    const patience =
      placement.patience && new Patience(placement.patience, this.shapes, this.state, this.recorder, neverFits);
    const view: JobView = jobView(jobs, spec.quotas, this.state, this);
    const running = new RunningLine(scheduling.looksAhead ? jobs.count : 0, (job) => this.state.heldType[job]!);
    const memory = scheduling.initial(view, cluster);
    const keyOf = (job: JobId): number => scheduling.order(view, job, memory);
    this.learner = spec.estimateLearner?.();
    // What is learnt is not known before a job comes, so its place in the queue is not either.
    const Line = scheduling.orderChanges === true || this.learner !== undefined ? KeyedLine : WaitingLine;
    // Where nodes go out of service, totals alone do not tell what goes with them.
    const nodes = !countOnly || spec.failures !== undefined;
    const ahead = scheduling.looksAhead ? new FreeIndex(cluster, { ...scope, nodes }) : undefined;
    this.board = {
      jobs: view,
      free,
      grants: this.grants,
      shapes: this.shapes,
      line: new Line(jobs.count, keyOf, this.state.estimateLeftUs, this.shapes),
      active: runningJobs(this.state),
      ended: endedJobs(this.state),
      totalGpus: Int32Array.from(cluster.gpuTypes, (_, type) => free.freeGpus(type)),
      totalCpuMilli: cluster.nodeCpuMilli.reduce((sum, cpuMilli) => sum + cpuMilli, 0),
      totalMemoryMiB: cluster.nodeMemoryMiB.reduce((sum, memoryMiB) => sum + memoryMiB, 0),
      running,
      placement,
      projection: ahead && new Projection(ahead, running, this.grants, this.shapes, placement),
      patience,
      gate: this.gate,
      watcher,
    };
    this.watcher = watcher;
    this.planner = new Planner(this.board);
    this.causes = new WaitCauses(this.shapes, this.recorder);
    this.context = { view: this.planner, plan: this.planner, memory, random: spec.random };
    this.failures = this.failuresOf(spec, ahead, live);
    this.replicas = spec.services && new Replicas(spec.services, this.state, this.queue, this.recorder);
    this.transitions.beforeRun = this.beforeRun();
    if (this.replicas !== undefined) {
      this.transitions.restartOf = (job) => this.replicas!.restartOf(job);
      this.transitions.afterWait = (job) => this.replicas!.expect(job);
    }
    if (this.failures !== undefined) this.transitions.afterRun = (job) => this.failures!.gangs.plans.leave(job);
    this.expectArrival();
  }

  /** Handles up to so many events. False when the run has ended. PolicyError if the policy does what cannot be. */
  advance(eventsMax: number): boolean {
    const { queue } = this;
    for (let count = 0; count < eventsMax && !this.ended; count++) {
      let atUs = queue.peekTimeUs();
      if (this.undecided && atUs > this.nowUs && this.failures?.mayDecide !== false) {
        this.decide();
        atUs = queue.peekTimeUs();
      }
      if (atUs > this.spec.horizonUs || atUs === NEVER || this.isOver()) {
        this.end(atUs);
        break;
      }
      queue.next();
      this.nowUs = atUs;
      this.gate.nowUs = atUs;
      this.events++;
      this.handle(queue.code, queue.subject);
      this.failures?.settle(this.nowUs);
    }
    return !this.ended;
  }

  /** Jobs that have ended or been turned away. */
  get settled(): number {
    return this.transitions.settled;
  }

  /** 16 hex digits that stand for everything that happened. */
  get fingerprint(): string {
    return this.recorder.fingerprint.toString();
  }

  private handle(code: number, job: number): void {
    if (code === EventCode.Finish) {
      this.planner.comeOff(job as JobId);
      this.gate.finish(job);
      this.learner?.ended(job as JobId);
      this.undecided = true;
    } else if (code === EventCode.Arrive) {
      if (this.learner !== undefined) this.state.estimate(job, this.learner.estimateUs(job as JobId));
      this.board.patience?.joins(job, this.nowUs);
      this.transitions.arrive(job, this.shapes.of[job]!, this.nowUs);
      this.planner.door.join(job as JobId);
      this.expectArrival();
      this.undecided = true;
    } else if (code === EventCode.Wake) {
      this.wakeUs = NEVER;
      this.undecided = true;
    } else if (code === EventCode.Ready) {
      this.replicas!.handle(job, this.nowUs);
    } else {
      this.failures!.handle(code, job, this.nowUs);
      this.undecided = true;
    }
  }

  /** What breaks goes on breaking; a run to the end of its jobs does not wait for that. */
  private isOver(): boolean {
    const { spec, failures } = this;
    return failures !== undefined && spec.horizonUs === NEVER && this.transitions.settled === spec.jobs.count;
  }

  /** Undefined where nothing is to be done: then a start costs nothing more. */
  private beforeRun(): ((job: number) => void) | undefined {
    const { failures, replicas } = this;
    if (failures === undefined && replicas === undefined) return undefined;
    return (job) => {
      failures?.prepare(job, this.nowUs);
      replicas?.expect(job);
    };
  }

  private failuresOf(
    { failures, cluster }: RunSpec,
    ahead: FreeIndex | undefined,
    live: LiveDataSets | undefined,
  ): Failures | undefined {
    if (failures === undefined) return undefined;
    const { queue, state, grants, planner, transitions, recorder, gate, shapes, causes } = this;
    const indices = ahead === undefined ? [this.board.free] : [this.board.free, ahead];
    const service = new ServiceBoard(cluster, indices, gate, shapes, recorder);
    const { jobs } = this.spec;
    const world = { cluster, jobs, queue, state, grants, shapes, planner, transitions, recorder, service, causes };
    return new Failures(failures.model, recoveryOf(this.spec), world, live);
  }

  private decide(): void {
    this.undecided = false;
    this.decisions++;
    this.grants.tidy(this.state.running, this.state.runningCount);
    const { planner } = this;
    const { patience, line } = this.board;
    planner.nowUs = this.nowUs;
    this.failures?.deciding();
    patience?.widen(this.nowUs, line);
    const { scheduling } = this.spec;
    const isAsked = line.length > 0 || (scheduling.actsOnRunning === true && this.state.runningCount > 0);
    const policyWakeUs = isAsked ? scheduling.decide(this.context) : NEVER;
    planner.commit();
    const wakeUs = patience === undefined ? policyWakeUs : Math.min(policyWakeUs, patience.count(this.nowUs));
    this.failures?.decided(this.nowUs);
    if (isAsked) this.state.endedCount = 0;
    this.causes.update(this.nowUs);
    if (this.watcher !== undefined) this.watcher.decided(this.aftermath());
    if (wakeUs !== this.wakeUs) this.wakeAt(wakeUs);
  }

  /** The policy's last answer holds: a wake-up that nobody waits for any more must not make the run longer. */
  private wakeAt(wakeUs: TimeUs): void {
    const { queue } = this;
    if (!(wakeUs > this.nowUs)) {
      throw this.gate.error(`be asked again at ${wakeUs} us`, 'that is not later than now', 'name a later time');
    }
    if (this.wakeUs !== NEVER) queue.cancel(this.wakeHandle);
    this.wakeUs = wakeUs;
    if (wakeUs === NEVER) return;
    queue.schedule(wakeUs, Phase.Decide, EventCode.Wake, 0);
    this.wakeHandle = queue.lastHandle;
  }

  private aftermath(): Aftermath {
    const { board, shapes, state, spec, context, planner } = this;
    return {
      nowUs: this.nowUs,
      queue: board.line,
      free: board.free,
      holders: state.running,
      holderCount: state.runningCount,
      grants: this.grants,
      refusal: (job) => (planner.door.isHeldBack(job) ? Refusal.DataLost : shapes.reasonNow(shapes.of[job]!)),
      plannedUs: (job) => spec.scheduling.plannedUs?.(context.memory, job) ?? NEVER,
    };
  }

  private expectArrival(): void {
    if (this.nextArrival === this.spec.jobs.count) return;
    const job = this.nextArrival++;
    this.queue.schedule(this.spec.jobs.submitUs[job]!, Phase.Arrive, EventCode.Arrive, job);
  }

  private end(nextUs: TimeUs): void {
    const { horizonUs } = this.spec;
    const { line } = this.board;
    if (nextUs === NEVER && line.length > 0) {
      const head = line.head();
      const why = refusalNames[this.shapes.refusalNow(this.shapes.of[head]!)];
      throw this.gate.error(
        `end the run: ${line.length} jobs still wait, first job ${this.spec.jobs.ids[head]} (${why})`,
        'nothing runs and nothing will happen any more',
        'let the policy start them, or choose a placement or a cluster that can hold them',
      );
    }
    // Where something can break, the time after the last job counts too.
    if (nextUs > horizonUs && (nextUs !== NEVER || this.failures !== undefined)) this.nowUs = horizonUs;
    this.ended = true;
    const { running, runningCount } = this.state;
    for (const job of running.slice(0, runningCount).sort()) {
      this.state.settle(job, this.nowUs);
      this.recorder.record(FactKind.CutOff, this.nowUs, job, 0, this.state.heldGpus[job]!);
    }
    this.recorder.done(this.nowUs);
  }
}

function runningJobs(state: RunState): JobsView {
  return {
    get length() {
      return state.runningCount;
    },
    at: (index) => state.running[index]! as JobId,
  };
}

function endedJobs(state: RunState): JobsView {
  return {
    get length() {
      return state.endedCount;
    },
    at: (index) => state.ended[index]! as JobId,
  };
}
