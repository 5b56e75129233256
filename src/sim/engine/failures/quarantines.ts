import { NEVER, type TimeUs } from '../../kernel/clock.ts';
import { Phase } from '../../kernel/phase.ts';
import { isHardwareOfNode, type Component } from '../../model/components.ts';
import { NodeStatus } from '../../model/node-status.ts';
import type { Quarantine } from '../../model/quarantine.ts';
import { EventCode } from '../transitions.ts';
import type { FailureBoard } from './failure-board.ts';

/** Something that was found on a node, and how much it counts. */
interface Mark {
  readonly atUs: TimeUs;
  readonly weight: number;
}

/**
 * Lemon nodes. Each fault that is found on a node counts against it, and each gang that it stopped; what lies within the
 * window is added up when the node has been mended, and from the threshold on it does not go back to work. Nobody has to
 * leave it, since it is out of service then anyhow. Which components are lemons by luck is told to the facts alone.
 */
export class Quarantines {
  private readonly plan: Quarantine;
  private readonly components: readonly Component[];
  private readonly board: FailureBoard;
  /** Marks against each node that has any, the oldest first. */
  private readonly marks = new Map<number, Mark[]>();
  private readonly kept = new Set<number>();
  /** Hardware of each node, made when it is first asked for. */
  private hardware: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(plan: Quarantine, components: readonly Component[], board: FailureBoard) {
    this.plan = plan;
    this.components = components;
    this.board = board;
  }

  /** A fault is found that has stopped gangs of so many nodes each. */
  found(component: number, gangNodes: readonly number[], nowUs: TimeUs): void {
    const broken = this.components[component]!;
    if (!isHardwareOfNode(broken.kind)) return;
    const { fault, multiNodeInterruption, singleNodeInterruption } = this.plan.weights;
    const ofGangs = gangNodes.map((nodes) => (nodes > 1 ? multiNodeInterruption : singleNodeInterruption));
    const weight = ofGangs.reduce((sum, each) => sum + each, fault);
    const marks = this.recentMarks(broken.from, nowUs);
    marks.push({ atUs: nowUs, weight });
    this.marks.set(broken.from, marks);
  }

  /** A component has been mended, and its node is about to go back to work: not if there is too much against it. */
  mended(component: number, nowUs: TimeUs): void {
    const { kind, from: node } = this.components[component]!;
    const { plan, board } = this;
    if (!isHardwareOfNode(kind) || this.kept.has(node) || this.kept.size >= plan.nodesMax) return;
    const score = this.recentMarks(node, nowUs).reduce((sum, { weight }) => sum + weight, 0);
    if (score < plan.threshold) return;
    this.kept.add(node);
    board.service.add(node, NodeStatus.RepairQueue);
    const lemons = this.hardwareOf(node).filter((each) => this.components[each]!.isLemon).length;
    board.recorder.recordQuarantine(nowUs, node, lemons);
    if (plan.lastsUs === NEVER) return;
    board.queue.schedule(nowUs + plan.lastsUs, Phase.Repair, EventCode.Release, node);
  }

  /** The node, or the one that stands in its place now, goes back to work. */
  release(node: number, nowUs: TimeUs): void {
    const { isReplaced } = this.plan;
    this.kept.delete(node);
    if (isReplaced) this.marks.delete(node);
    this.board.recorder.recordRelease(nowUs, node, isReplaced);
    this.board.service.remove(node, NodeStatus.RepairQueue);
  }

  /** Components that go with a node when another takes its place; none where it is the same that comes back. */
  replacedOn(node: number): readonly number[] {
    return this.plan.isReplaced ? this.hardwareOf(node) : [];
  }

  private recentMarks(node: number, nowUs: TimeUs): Mark[] {
    return (this.marks.get(node) ?? []).filter(({ atUs }) => nowUs - atUs < this.plan.windowUs);
  }

  private hardwareOf(node: number): readonly number[] {
    if (this.hardware === undefined) {
      const hardware = new Map<number, number[]>();
      this.components.forEach(({ kind, from }, component) => {
        if (!isHardwareOfNode(kind)) return;
        const here = hardware.get(from);
        if (here === undefined) hardware.set(from, [component]);
        else here.push(component);
      });
      this.hardware = hardware;
    }
    return this.hardware.get(node) ?? [];
  }
}
