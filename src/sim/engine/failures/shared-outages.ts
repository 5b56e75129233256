import { Refusal } from '../../contract/refusal.ts';
import type { TimeUs } from '../../kernel/clock.ts';
import type { Component } from '../../model/components.ts';
import { isSharedPart } from '../../model/fault-scope.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';
import type { SharedParts } from './shared-parts.ts';

/**
 * What comes of faults in what all nodes share. They stop no gang. Without the storage none can save its work to it or
 * load what it has saved; without the control plane nothing is decided: no job starts, no spare takes over.
 */
export class SharedOutages {
  private readonly parts: SharedParts;
  private readonly board: FailureBoard;
  private readonly gangs: GangRecovery;

  constructor(parts: SharedParts, board: FailureBoard, gangs: GangRecovery) {
    this.parts = parts;
    this.board = board;
    this.gangs = gangs;
  }

  /** A component breaks; nothing happens unless it is one of what all nodes share. */
  breaks({ kind: { scope }, index }: Component, nowUs: TimeUs): void {
    if (!isSharedPart(scope) || !this.parts.breaks(scope)) return;
    if (scope === 'control-plane') return;
    this.parts.storageCause = index;
    this.gangs.plans.loseStorage(index, nowUs);
  }

  /** One is mended. */
  mends({ kind: { scope } }: Component, nowUs: TimeUs): void {
    if (!isSharedPart(scope) || !this.parts.mends(scope)) return;
    if (scope === 'storage') this.gangs.plans.regainStorage(nowUs);
    else this.gangs.serveMissed();
  }

  /** After each event: without the control plane that alone is what jobs in the queue wait for. */
  settle(nowUs: TimeUs): void {
    if (!this.mayDecide) this.board.causes.setAll(Refusal.NoControlPlane, nowUs);
  }

  get mayDecide(): boolean {
    return !this.parts.isAway('control-plane');
  }
}
