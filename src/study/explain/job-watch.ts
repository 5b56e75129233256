import { Refusal, refusalNames } from '../../sim/contract/refusal.ts';
import { NO_JOB } from '../../sim/contract/scheduling.ts';
import type { Aftermath, Watcher } from '../../sim/engine/watcher.ts';
import { NEVER, usToSeconds, type TimeUs } from '../../sim/kernel/clock.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import { FactKind, type Fact, type Fold } from '../../sim/record/fact.ts';
import { holdingOf } from './holding.ts';
import type { Ahead, Chapter, NamedJob } from './job-story.ts';
import { sceneOf, type Scene } from './scene.ts';

const NAMED_MAX = 5;

type Stretch = Extract<Chapter, { readonly what: 'waited' }>;
type OpenStretch = { -readonly [Key in keyof Stretch]: Stretch[Key] };

/** Follows one job through a run: by the facts, and by how things stand after each decision while it waits. */
export class JobWatch implements Fold, Watcher {
  /** In order of time. */
  readonly chapters: Chapter[] = [];
  /** How things stood when the job was first refused; undefined if it started the moment it was submitted. */
  firstRefusal: Scene | undefined;
  private readonly job: JobId;
  private readonly cluster: Cluster;
  private readonly jobs: JobTable;
  private isWaiting = false;
  private hasStarted = false;
  private stretch: OpenStretch | undefined;
  /** The instant last told of, and the one that the policy named in the decision at hand. */
  private toldUs: TimeUs = NEVER;
  private namedUs: TimeUs = NEVER;
  /** For whom the policy reserved in the decision at hand. */
  private holder: JobId | typeof NO_JOB = NO_JOB;
  private holderUs: TimeUs = NEVER;
  /** Jobs started at `startsUs`, in case the watched one made room for them. */
  private starts: NamedJob[] = [];
  private startsUs: TimeUs = -1;
  private isPreempted = false;

  constructor(job: JobId, cluster: Cluster, jobs: JobTable) {
    this.job = job;
    this.cluster = cluster;
    this.jobs = jobs;
  }

  step(fact: Fact): void {
    const { kind, subject, timeUs } = fact;
    if (kind === FactKind.Refusal) return;
    if (subject !== this.job) {
      if (kind === FactKind.Start) this.noteStart(subject as JobId, timeUs);
      return;
    }
    const atS = usToSeconds(timeUs);
    switch (kind) {
      case FactKind.Arrive:
        this.isWaiting = true;
        this.chapters.push({ what: 'submitted', atS });
        break;
      case FactKind.Start:
        this.leaveQueue(timeUs);
        this.hasStarted = true;
        this.chapters.push({ what: 'started', atS, ...holdingOf(fact, this.cluster) });
        break;
      case FactKind.Preempt:
        this.isWaiting = true;
        this.isPreempted = true;
        break;
      case FactKind.Leave:
      case FactKind.Reshape:
      case FactKind.Ready:
      case FactKind.Rejoin:
        break;
      case FactKind.GoOn:
        this.chapters.push({ what: 'moved', atS, ...holdingOf(fact, this.cluster) });
        break;
      case FactKind.Finish:
        this.chapters.push({ what: 'finished', atS });
        break;
      case FactKind.Reject:
        this.leaveQueue(timeUs);
        this.chapters.push({ what: 'rejected', atS });
        break;
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
      case FactKind.Interrupt:
      case FactKind.GiveUp:
        break;
      case FactKind.CutOff:
        this.chapters.push({ what: 'cut-off', atS });
        break;
      default:
        kind satisfies never;
    }
  }

  reserved(job: JobId, atUs: TimeUs): void {
    this.holder = job;
    this.holderUs = atUs;
    if (job === this.job) this.namedUs = atUs;
  }

  decided(after: Aftermath): void {
    if (this.isPreempted) this.tellPreemption(after.nowUs);
    if (this.isWaiting) {
      const plannedUs = after.plannedUs(this.job);
      if (plannedUs !== NEVER) this.namedUs = plannedUs;
      this.tellCause(after);
      this.tellReservation(after.nowUs);
    }
    this.holder = NO_JOB;
    this.holderUs = NEVER;
    this.namedUs = NEVER;
  }

  done(endUs: TimeUs): void {
    if (!this.isWaiting) return;
    this.leaveQueue(endUs);
    this.chapters.push({ what: 'cut-off', atS: usToSeconds(endUs) });
  }

  /** What holds the job up now and who stands before it, if the cause is a new one. */
  private tellCause(after: Aftermath): void {
    const refusal = after.refusal(this.job);
    const cause = refusalNames[refusal === Refusal.None ? Refusal.BehindHead : refusal];
    if (this.firstRefusal === undefined && !this.hasStarted) {
      this.firstRefusal = sceneOf(after, this.job, refusal, this.holderUs);
    }
    if (this.stretch?.cause === cause) return;
    this.endStretch(after.nowUs);
    const atS = usToSeconds(after.nowUs);
    const freeGpus = freeFor(after, this.jobs.typeMask[this.job]!);
    const heldBy = cause === 'behind-head' ? this.holdingUp(after) : null;
    this.stretch = { what: 'waited', atS, untilS: atS, cause, freeGpus, ahead: this.aheadIn(after), heldBy };
    this.chapters.push(this.stretch);
  }

  /** An instant that is due at once but for the placement is no news: it would be told again at every decision. */
  private tellReservation(nowUs: TimeUs): void {
    const { namedUs, toldUs } = this;
    if (namedUs === NEVER || namedUs === toldUs || namedUs <= nowUs + 1) return;
    const beforeS = toldUs === NEVER ? null : usToSeconds(toldUs);
    this.chapters.push({ what: 'reserved', atS: usToSeconds(nowUs), forS: usToSeconds(namedUs), beforeS });
    this.toldUs = namedUs;
  }

  private tellPreemption(nowUs: TimeUs): void {
    const startedThen = this.startsUs === nowUs ? this.starts : [];
    this.chapters.push({ what: 'preempted', atS: usToSeconds(nowUs), startedThen });
    this.isPreempted = false;
  }

  private leaveQueue(timeUs: TimeUs): void {
    this.endStretch(timeUs);
    this.isWaiting = false;
    this.toldUs = NEVER;
  }

  private endStretch(timeUs: TimeUs): void {
    if (this.stretch !== undefined) this.stretch.untilS = usToSeconds(timeUs);
    this.stretch = undefined;
  }

  private noteStart(job: JobId, timeUs: TimeUs): void {
    if (timeUs !== this.startsUs) this.starts = [];
    this.startsUs = timeUs;
    if (this.starts.length < NAMED_MAX) this.starts.push(this.named(job));
  }

  private aheadIn({ queue }: Aftermath): Ahead {
    const first: NamedJob[] = [];
    let jobs = 0;
    let gpus = 0;
    for (let job = queue.head(); job !== this.job && job !== NO_JOB; job = queue.after(job)) {
      jobs++;
      gpus += this.jobs.gpus[job]!;
      if (first.length < NAMED_MAX) first.push(this.named(job));
    }
    return { jobs, gpus, first };
  }

  /** The job for which a place is kept, or else the head of the queue; null if that is the job itself. */
  private holdingUp({ queue }: Aftermath): NamedJob | null {
    const holder = this.holder === NO_JOB ? queue.head() : this.holder;
    return holder === this.job || holder === NO_JOB ? null : this.named(holder);
  }

  private named(job: JobId): NamedJob {
    return { id: this.jobs.ids[job]!, gpus: this.jobs.gpus[job]! };
  }
}

function freeFor({ free }: Aftermath, typeMask: number): number {
  let gpus = 0;
  for (let type = 0; type < free.typeCount; type++) {
    if (((typeMask >>> type) & 1) === 1) gpus += free.freeGpus(type);
  }
  return gpus;
}
