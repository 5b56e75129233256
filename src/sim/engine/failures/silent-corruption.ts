import type { TimeUs } from '../../kernel/clock.ts';
import type { Component } from '../../model/components.ts';
import { JobState } from '../state.ts';
import type { FailureBoard } from './failure-board.ts';
import type { ComingBack, GangRecovery } from './gang-recovery.ts';

/**
 * Components that compute wrongly. Nobody notices: gangs go on, on work that is worth nothing, and carry that wherever
 * they go. When a validation finds it they go back to the last checkpoint that was safe before it began.
 */
export class SilentCorruption {
  private readonly components: readonly Component[];
  private readonly board: FailureBoard;
  private readonly gangs: GangRecovery;
  /** Those that nobody has found yet: a few of very many. */
  private readonly corrupt = new Set<number>();

  constructor(components: readonly Component[], board: FailureBoard, gangs: GangRecovery) {
    this.components = components;
    this.board = board;
    this.gangs = gangs;
  }

  begin(component: number, nowUs: TimeUs): void {
    this.corrupt.add(component);
    this.spoilGangs(component, nowUs);
  }

  /** After a decision: gangs that have been started there are spoilt from the beginning. */
  spoilNewcomers(nowUs: TimeUs): void {
    for (const component of this.corrupt) this.spoilGangs(component, nowUs);
  }

  /** A validation has found it: all that it has spoilt go back. Those that run have stopped, for `comeOff`. */
  find(component: number, nowUs: TimeUs): readonly number[] {
    const { state, transitions, planner } = this.board;
    const { index } = this.components[component]!;
    this.corrupt.delete(component);
    const spoilt = state.corrupt!.spoiltBy(component);
    for (const job of spoilt) {
      if (state.job[job] === JobState.Running) {
        transitions.stopCorrupt(job, component, index, nowUs);
        this.gangs.holdsNothing(job);
      } else {
        state.goBack(job, component);
        planner.estimateAnew(job);
      }
    }
    return spoilt.filter((job) => state.job[job] === JobState.Running);
  }

  /** Of the gangs that were found, those that stand on other nodes by now come off them. */
  comeOff(found: readonly number[], nowUs: TimeUs): ComingBack[] {
    const { state } = this.board;
    return found
      .filter((job) => state.job[job] === JobState.Running)
      .flatMap((job) => this.gangs.stopSound(job, nowUs));
  }

  private spoilGangs(component: number, nowUs: TimeUs): void {
    const { from, to, index } = this.components[component]!;
    const { state, transitions } = this.board;
    for (const job of this.gangs.gangsOn(from, to)) {
      // Who stands still, or only writes down what it has done, computes nothing.
      const computes = state.stalled[job] === 0 && !state.isSaving(job) && !state.isWorkDone(job, nowUs);
      if (!computes || state.corrupt!.isSpoiltBy(job, component)) continue;
      transitions.corrupt(job, component, index, this.gangs.handsOut(job), nowUs);
    }
  }
}
