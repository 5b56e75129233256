import type { CheckpointPlan } from '../../src/sim/contract/recovery.ts';
import { FactKind, type Fact, type Spent } from '../../src/sim/record/fact.ts';
import { SafeWork } from './safe-work.ts';

/** How gangs of a world keep their work. */
export interface Keeping {
  /** 'by-storage': the storage makes them what they are, so that all work since the start may be at risk. */
  readonly checkpoints: CheckpointPlan | 'by-storage';
  /** Whether machines that are left of a gang may hold more than its checkpoints do. */
  readonly machinesHold: boolean;
  /** Whether gangs may leave with a last checkpoint. */
  readonly mayLeave: boolean;
}

/** A gang from the instant it has its GPUs until it has them no more: throws where its facts cannot be. */
export class GangLife {
  readonly job: number;
  readonly gpus: number;
  /** GPUs on each node that it holds. */
  readonly spots: ReadonlyMap<number, number>;
  /** A fault has stopped it, and nobody has found that yet. */
  isStalled = false;
  /** Its job works on what a silent corruption has spoilt, as far as anybody can tell from what it has kept since. */
  isSpoilt: boolean;
  /** Of the stretch closed last, what was stalled for a checkpoint out of turn, us. */
  savingUs = 0;
  /** Since the beginning of the present stretch; who stands still or has done its work does not care. */
  private isStorageAway: boolean;
  private readonly keeping: Keeping;
  private readonly safe: SafeWork | undefined;
  /** Work done on these GPUs, us. */
  private doneUs = 0;
  /** Beginning of the present stretch. */
  sinceUs: number;
  /** Of a stalled gang: what was not safe when it stopped, and what of it is lost by now. */
  private atRiskUs = 0;
  private lostUs = 0;

  constructor(fact: Fact, keeping: Keeping, isSpoilt: boolean, isStorageAway: boolean) {
    this.isSpoilt = isSpoilt;
    this.isStorageAway = isStorageAway;
    this.job = fact.subject;
    this.gpus = fact.gpus;
    this.spots = spotsOf(fact);
    this.keeping = keeping;
    if (keeping.checkpoints !== 'by-storage') this.safe = new SafeWork(keeping.checkpoints);
    this.sinceUs = fact.timeUs;
    const held = sum(this.spots.values());
    this.must(held === this.gpus, `holds ${held} GPUs and says that it holds ${this.gpus}`);
  }

  /** A stretch ends; whether there is a storage by then. */
  close(fact: Fact, isStorageAway: boolean): void {
    const { kind, timeUs, spent } = fact;
    const spots = spotsOf(fact);
    const isWhole = spots.size === this.spots.size && [...spots].every(([node, gpus]) => this.spots.get(node) === gpus);
    this.must(isWhole && fact.gpus === this.gpus, 'does not hold what it began with');
    this.must(sum(Object.values(spent)) === timeUs - this.sinceUs, 'has spent more or less time than has passed');
    this.must(spent.corruptUs === 0 || this.isSpoilt || kind === FactKind.Corrupt, 'works for nothing on sound nodes');
    if (this.isStalled) this.standStill(kind, spent);
    else this.work(kind, timeUs, spent);
    this.sinceUs = timeUs;
    this.isStalled ||= kind === FactKind.Stall;
    if (isStorageAway && !this.isStorageAway) this.safe?.loseStorage(timeUs);
    this.isStorageAway = isStorageAway;
  }

  private work(kind: FactKind, nowUs: number, spent: Readonly<Spent>): void {
    this.savingUs = this.safe?.pass(this.sinceUs, spent, this.isStorageAway) ?? 0;
    const standsStill = this.isStorageAway && spent.loadUs > 0 && !this.keeping.machinesHold;
    this.must(!standsStill || spent.loadUs === nowUs - this.sinceUs, 'loads and goes on without the storage');
    this.doneUs += spent.usefulUs + spent.lostUs;
    this.must(this.savingUs === 0 || this.keeping.mayLeave, 'stalls for no checkpoint');
    this.must(spent.undetectedUs === 0, 'waits for somebody to find no fault');
    if (kind === FactKind.Corrupt) this.beSpoilt(nowUs, spent);
    // Good work, kept or not, says that it has gone back to where nothing was spoilt.
    else if (spent.usefulUs > 0 || spent.lostUs > 0) this.isSpoilt = false;
    if (this.isSpoilt) return;
    if (kind !== FactKind.Stall) {
      this.must(spent.lostUs === 0 && spent.usefulUs >= 0, 'loses work to no fault');
      return;
    }
    this.atRiskUs = this.safe?.atRiskUs(nowUs) ?? this.doneUs;
    this.lostUs = spent.lostUs;
    this.requireLoss(this.safe !== undefined && !this.keeping.machinesHold);
  }

  /** What was not safe is worth nothing, unless the gang worked for nothing before. */
  private beSpoilt(nowUs: number, { usefulUs, corruptUs }: Readonly<Spent>): void {
    const slackUs = this.safe?.slackUs ?? 0;
    const atRiskUs = this.safe?.atRiskUs(nowUs) ?? this.doneUs;
    const isSpoiltAnew = this.isSpoilt && usefulUs === 0;
    const isExact = Math.abs(corruptUs - atRiskUs) <= slackUs;
    this.must(isSpoiltAnew || isExact, `has ${corruptUs} us spoilt; ${atRiskUs} us were not safe`);
    this.isSpoilt = true;
  }

  /** From a fault on, until a further one strikes it or it comes off its GPUs. */
  private standStill(kind: FactKind, spent: Readonly<Spent>): void {
    this.savingUs = 0;
    this.must(kind !== FactKind.Pace, 'is stopped and changes its pace');
    this.must(spent.usefulUs === -spent.lostUs, 'works while a fault stops it');
    if (this.isSpoilt) {
      this.must(spent.lostUs === 0 && spent.corruptUs === 0, 'has something to lose');
      return;
    }
    this.must(kind === FactKind.Stall ? spent.lostUs > 0 : spent.lostUs === 0, 'loses work only when it is struck');
    if (kind !== FactKind.Stall) return;
    this.lostUs += spent.lostUs;
    this.requireLoss(this.safe !== undefined);
  }

  /** Never more than was at risk, and all of that where no machine holds it. */
  private requireLoss(ofAll: boolean): void {
    const { lostUs, atRiskUs } = this;
    const slackUs = this.safe?.slackUs ?? 0;
    const what = `loses ${lostUs} us of work; ${atRiskUs} us were not safe`;
    this.must(lostUs <= atRiskUs + slackUs && (!ofAll || lostUs >= atRiskUs - slackUs), what);
  }

  private must(holds: boolean, otherwise: string): void {
    must(holds, `job ${this.job} ${otherwise}`);
  }
}

/** Asked for thousands of times a run: `expect` would take longer than the run. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function spotsOf({ grants, grantsFirst, grantsEnd }: Fact): Map<number, number> {
  const spots = new Map<number, number>();
  for (let run = grantsFirst; run < grantsEnd; run += 3) {
    for (let node = grants[run]!; node < grants[run]! + grants[run + 1]!; node++) {
      spots.set(node, (spots.get(node) ?? 0) + grants[run + 2]!);
    }
  }
  return spots;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
