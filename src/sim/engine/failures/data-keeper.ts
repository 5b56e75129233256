import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { JobId } from '../../model/brand.ts';
import type { Component } from '../../model/components.ts';
import { lastBackupUs, NO_BACKUP, type BackupPlan } from '../../model/data-keep.ts';
import { copyStretches, nodesOf, NO_DATA_SET, type NodeStretches } from '../../model/data-sets.ts';
import { NodeFactKind } from '../../record/fact.ts';
import { JobState } from '../state.ts';
import { EventCode } from '../transitions.ts';
import type { QueueGuard } from '../queue-door.ts';
import type { FailureBoard } from './failure-board.ts';
import type { LiveDataSets } from './live-data-sets.ts';

/** Where a set stands, or stood. */
interface Copy {
  /** Its place in the list of all copies. */
  readonly index: number;
  readonly set: number;
  readonly node: number;
  /** Of the set as the scenario has it: written anew when its node is back. Else put there when the set was brought back. */
  readonly isHome: boolean;
  isThere: boolean;
  /** When it will be written; NEVER: it is not being written. */
  dueUs: TimeUs;
}

/** A node that keeps a backup. */
interface Holder {
  readonly node: number;
  /** Since when nothing has destroyed what it keeps. */
  sinceUs: TimeUs;
  /** The instant as of which its content is while the set is lost; NO_BACKUP: it has none. */
  pointUs: TimeUs;
  /** Whether it has what the set was brought back from last, though no backup since. */
  hasLast: boolean;
}

const Fate = { There: 0, Lost: 1, Returning: 2, Gone: 3 } as const;

interface Standing {
  readonly copies: Copy[];
  readonly plan: BackupPlan | undefined;
  readonly holders: readonly Holder[];
  fate: (typeof Fate)[keyof typeof Fate];
  /** Since when the set has been there without a break. */
  sinceUs: TimeUs;
  /** The component whose fault took the last copy. */
  lostBy: number;
  /** Waiting jobs that read it and are kept out of the queue. */
  readonly heldBack: number[];
}

/**
 * What becomes of data sets when faults destroy the copies of them: a copy is written anew when its node is back; a set
 * without any copy is brought back from its last backup once that is known, onto the nodes that keep the backup, while
 * jobs that read it wait outside the queue; without a backup it is gone, and they are turned away.
 */
export class DataKeeper implements QueueGuard {
  private readonly components: readonly Component[];
  private readonly board: FailureBoard;
  private readonly live: LiveDataSets;
  private readonly standings: readonly Standing[];
  private readonly copies: readonly Copy[];
  private readonly copiesOn = new Map<number, Copy[]>();
  private readonly holdersOn = new Map<number, Holder[]>();
  /** Per node: faults by which its data are destroyed and which are not mended yet. */
  private readonly wrecks: Int32Array;
  /** 1 for a component whose last fault destroyed data; one that was broken at instant 0 did not. */
  private readonly isWrecker: Uint8Array;
  private readonly stretches: (nodes: readonly number[]) => Record<'copies' | 'racks', NodeStretches>;

  constructor(components: readonly Component[], board: FailureBoard, live: LiveDataSets) {
    this.components = components;
    this.board = board;
    this.live = live;
    this.wrecks = new Int32Array(board.cluster.nodeCount);
    this.isWrecker = new Uint8Array(components.length);
    this.stretches = copyStretches(board.cluster);
    let index = 0;
    this.standings = live.copies.map((home, set) => {
      const standing = standingOf(set, nodesOf(home), live.keeps[set]?.backup, index);
      index += standing.copies.length;
      return standing;
    });
    this.copies = this.standings.flatMap(({ copies }) => copies);
    for (const copy of this.copies) file(this.copiesOn, copy.node, copy);
    for (const { holders } of this.standings) {
      for (const holder of holders) file(this.holdersOn, holder.node, holder);
    }
    board.planner.door.guard = this;
  }

  /** A component broke, and what its nodes held is destroyed. */
  destroy(component: number, nowUs: TimeUs): void {
    const { from, to } = this.components[component]!;
    const hit = new Set<number>();
    this.isWrecker[component] = 1;
    for (let node = from; node < to; node++) {
      this.wrecks[node]!++;
      for (const copy of this.copiesOn.get(node) ?? []) {
        copy.dueUs = NEVER;
        if (!copy.isThere) continue;
        copy.isThere = false;
        hit.add(copy.set);
      }
      for (const holder of this.holdersOn.get(node) ?? []) {
        holder.sinceUs = NEVER;
        holder.pointUs = NO_BACKUP;
        holder.hasLast = false;
      }
    }
    let isAnyLost = false;
    for (const set of [...hit].sort((a, b) => a - b)) {
      this.show(set);
      if (this.standings[set]!.copies.some(({ isThere }) => isThere)) continue;
      this.lose(set, component, nowUs);
      isAnyLost = true;
    }
    if (isAnyLost) this.clearQueue(nowUs);
  }

  /** A fault is known: bringing back what it took begins. */
  detect(component: number, nowUs: TimeUs): void {
    this.standings.forEach((standing, set) => {
      if (standing.fate !== Fate.Lost || standing.lostBy !== component) return;
      if (pointOf(standing) === NO_BACKUP) this.giveUp(set, nowUs);
      else {
        standing.fate = Fate.Returning;
        this.board.queue.schedule(nowUs + standing.plan!.copyUs, Phase.Repair, EventCode.DataBack, set);
      }
    });
  }

  /** A component whose fault destroyed data is mended: its nodes are empty, and are written to. */
  mend(component: number, nowUs: TimeUs): void {
    const { from, to } = this.components[component]!;
    if (this.isWrecker[component] === 0) return;
    this.isWrecker[component] = 0;
    for (let node = from; node < to; node++) {
      if (--this.wrecks[node]! > 0) continue;
      for (const holder of this.holdersOn.get(node) ?? []) holder.sinceUs = nowUs;
      for (const copy of this.copiesOn.get(node) ?? []) this.rewrite(copy, nowUs);
    }
  }

  /** A copy has been written, or a set is back. */
  handle(code: number, subject: number, nowUs: TimeUs): void {
    if (code === EventCode.DataBack) this.bringBack(subject, nowUs);
    else this.written(this.copies[subject]!, nowUs);
  }

  /** Jobs that were stopped meanwhile and read what is lost leave the queue. */
  settle(): void {
    this.board.planner.door.takeReturned();
  }

  holdsBack(job: number): boolean {
    const set = this.board.jobs.dataSet[job]!;
    return set !== NO_DATA_SET && this.standings[set]!.fate !== Fate.There;
  }

  /** A waiting job is noted, and comes back with its data; or is turned away where they are gone. */
  holdBack(job: number, nowUs: TimeUs): void {
    const { planner, causes, shapes } = this.board;
    const standing = this.standings[this.board.jobs.dataSet[job]!]!;
    if (standing.fate === Fate.Gone) {
      planner.turnAway(job as JobId);
      return;
    }
    standing.heldBack.push(job);
    causes.set(shapes.of[job]!, Refusal.DataLost, nowUs);
  }

  private lose(set: number, component: number, nowUs: TimeUs): void {
    const standing = this.standings[set]!;
    standing.fate = Fate.Lost;
    standing.lostBy = component;
    for (const copy of standing.copies) copy.dueUs = NEVER;
    for (const holder of standing.holders) holder.pointUs = heldPointUs(standing, holder, nowUs);
    this.board.recorder.recordData(NodeFactKind.DataLost, nowUs, set, 0);
  }

  /** Who waits for what is lost leaves the queue. */
  private clearQueue(nowUs: TimeUs): void {
    const { planner, state, jobs } = this.board;
    for (let job = 0; job < jobs.count; job++) {
      if (state.job[job] !== JobState.Waiting || !this.holdsBack(job)) continue;
      if (planner.door.leave(job as JobId)) this.holdBack(job, nowUs);
    }
  }

  private bringBack(set: number, nowUs: TimeUs): void {
    const { planner, recorder, shapes } = this.board;
    const standing = this.standings[set]!;
    const pointUs = pointOf(standing);
    if (pointUs === NO_BACKUP) {
      this.giveUp(set, nowUs);
      return;
    }
    standing.fate = Fate.There;
    standing.sinceUs = nowUs;
    for (const holder of standing.holders) {
      holder.hasLast = holder.pointUs === pointUs;
      if (holder.hasLast) standing.copies.find(({ node }) => node === holder.node)!.isThere = true;
    }
    recorder.recordData(NodeFactKind.DataBack, nowUs, set, pointUs);
    this.show(set);
    for (const copy of standing.copies) this.rewrite(copy, nowUs);
    shapes.released();
    for (const job of standing.heldBack.splice(0)) planner.door.rejoin(job as JobId, planner.nowUs);
  }

  private giveUp(set: number, nowUs: TimeUs): void {
    const { planner, recorder } = this.board;
    const standing = this.standings[set]!;
    standing.fate = Fate.Gone;
    recorder.recordData(NodeFactKind.DataGone, nowUs, set, 0);
    for (const job of standing.heldBack.splice(0)) planner.turnAway(job as JobId);
  }

  /** Writes a copy anew from another, where there is one and the node is whole. */
  private rewrite(copy: Copy, nowUs: TimeUs): void {
    const isDue = copy.isHome && !copy.isThere && copy.dueUs === NEVER && this.wrecks[copy.node] === 0;
    if (!isDue || this.standings[copy.set]!.fate !== Fate.There) return;
    copy.dueUs = nowUs + (this.live.keeps[copy.set]?.rewriteUs ?? 0);
    this.board.queue.schedule(copy.dueUs, Phase.Repair, EventCode.CopyWritten, copy.index);
  }

  /** Unless what was written was destroyed meanwhile. */
  private written(copy: Copy, nowUs: TimeUs): void {
    if (copy.dueUs !== nowUs) return;
    copy.dueUs = NEVER;
    copy.isThere = true;
    this.show(copy.set);
  }

  /** Lets everybody see where copies of a set stand now. */
  private show(set: number): void {
    const there = this.standings[set]!.copies.filter(({ isThere }) => isThere);
    const { copies, racks } = this.stretches(there.map(({ node }) => node));
    this.live.copies[set] = copies;
    this.live.racks[set] = racks;
    this.board.shapes.released();
  }
}

function standingOf(set: number, home: readonly number[], plan: BackupPlan | undefined, firstIndex: number): Standing {
  const nodes = plan?.nodes ?? [];
  return {
    copies: [...home, ...nodes].map((node, place) => {
      const isHome = place < home.length;
      return { index: firstIndex + place, set, node, isHome, isThere: isHome, dueUs: NEVER };
    }),
    plan,
    holders: nodes.map((node) => ({ node, sinceUs: 0, pointUs: NO_BACKUP, hasLast: false })),
    fate: Fate.There,
    sinceUs: 0,
    lostBy: -1,
    heldBack: [],
  };
}

/** As of when a holder's content is, if the set is lost now. What it was brought back from counts as it was then. */
function heldPointUs({ plan, sinceUs }: Standing, holder: Holder, nowUs: TimeUs): TimeUs {
  const fullUs = lastBackupUs(plan!, Math.max(sinceUs, holder.sinceUs), nowUs);
  return fullUs === NO_BACKUP && holder.hasLast ? sinceUs : fullUs;
}

/** The newest content that any holder has of a lost set. */
function pointOf({ holders }: Standing): TimeUs {
  return holders.reduce((newest, { pointUs }) => Math.max(newest, pointUs), NO_BACKUP);
}

function file<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
