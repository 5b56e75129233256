import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { Component } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';
import type { GangRecovery } from './gang-recovery.ts';
import type { PlannedStops } from './planned-stops.ts';

/**
 * Faults that are known beforehand: predicted ones, some of them wrongly, and nodes that their owner wants back. From the
 * notice on the nodes take no more work, and gangs that can save their work in time leave.
 */
export class Announcements {
  private readonly components: readonly Component[];
  private readonly board: FailureBoard;
  private readonly stops: PlannedStops;
  private readonly gangs: GangRecovery;
  private readonly luckOf: (name: string) => RandomStream;
  /** Streams of those components that were asked about. */
  private readonly luck = new Map<string, RandomStream>();
  /** Per component: when the fault that is expected now comes. */
  private readonly faultUs = new Map<number, TimeUs>();
  /** Components whose fault is announced and has not been found yet. */
  private readonly announced = new Set<number>();

  constructor(
    model: FailureModel,
    components: readonly Component[],
    board: FailureBoard,
    stops: PlannedStops,
    gangs: GangRecovery,
  ) {
    this.components = components;
    this.board = board;
    this.stops = stops;
    this.gangs = gangs;
    this.luckOf = model.luck;
    components.forEach((_, component) => this.expectWrongOne(component, 0));
  }

  handle(code: number, component: number, nowUs: TimeUs): void {
    if (code === EventCode.Announce) this.announce(component, nowUs);
    else if (code === EventCode.Foretell) this.foretell(component, nowUs);
    else this.lapse(component);
  }

  /** A component works, and its next fault will come at an instant: it may be announced before. */
  expects(component: number, faultUs: TimeUs, nowUs: TimeUs): void {
    const { kind, name } = this.components[component]!;
    if (kind.announced === undefined) return;
    const { share, leadUs } = kind.announced;
    // One draw a fault: with a greater share, what was announced with a smaller one still is.
    if (this.stream(`${name} announced`).uniform() >= share || faultUs === NEVER) return;
    this.faultUs.set(component, faultUs);
    // What works for less than the notice is announced as soon as it works.
    this.board.queue.schedule(Math.max(nowUs, faultUs - leadUs), Phase.Fail, EventCode.Announce, component);
  }

  /** The fault has come and been found, and other reasons keep the nodes out of service from now on. */
  found(component: number): void {
    this.faultUs.delete(component);
    if (this.announced.delete(component)) this.release(component);
  }

  private announce(component: number, nowUs: TimeUs): void {
    const faultUs = this.faultUs.get(component);
    // A fault that came sooner, by another cause, has overtaken its notice; the next one is not due for notice yet.
    const isDue = faultUs !== undefined && faultUs - this.components[component]!.kind.announced!.leadUs <= nowUs;
    if (!isDue || this.announced.has(component)) return;
    this.announced.add(component);
    this.withdraw(component, faultUs, nowUs);
  }

  private expectWrongOne(component: number, nowUs: TimeUs): void {
    const { kind, name } = this.components[component]!;
    const inUs = kind.announced?.falseUs?.(this.stream(`${name} announced wrongly`)) ?? NEVER;
    if (inUs !== NEVER) this.board.queue.schedule(nowUs + inUs, Phase.Fail, EventCode.Foretell, component);
  }

  /** Nothing is going to happen, but that is known only when the time has passed. */
  private foretell(component: number, nowUs: TimeUs): void {
    const { leadUs } = this.components[component]!.kind.announced!;
    this.withdraw(component, nowUs + leadUs, nowUs);
    this.board.queue.schedule(nowUs + leadUs, Phase.Repair, EventCode.Lapse, component);
    this.expectWrongOne(component, nowUs + leadUs);
  }

  private lapse(component: number): void {
    this.release(component);
  }

  private withdraw(component: number, byUs: TimeUs, nowUs: TimeUs): void {
    const { from, to, kind } = this.components[component]!;
    const { status, cause } = kind.announced!;
    for (let node = from; node < to; node++) this.board.service.add(node, status);
    for (const job of this.gangs.gangsOn(from, to)) this.stops.leave(job, cause, byUs, nowUs);
  }

  private release(component: number): void {
    const { from, to, kind } = this.components[component]!;
    for (let node = from; node < to; node++) this.board.service.remove(node, kind.announced!.status);
  }

  private stream(name: string): RandomStream {
    let stream = this.luck.get(name);
    if (stream === undefined) {
      stream = this.luckOf(name);
      this.luck.set(name, stream);
    }
    return stream;
  }
}
