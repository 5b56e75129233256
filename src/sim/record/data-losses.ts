import { US_PER_SECOND, usToSeconds, type TimeUs } from '../kernel/clock.ts';
import { NO_DATA_SET, type DataSets } from '../model/data-sets.ts';
import type { JobTable } from '../model/job-table.ts';
import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const LISTED_MAX = 50;
const NOT_LOST = -1;

/** What became of the data sets of a run in which faults destroy data. */
export interface DataLossFigures {
  readonly sets: number;
  /** Those that have a backup. */
  readonly withBackup: number;
  /** Times that the last copy of a set was destroyed, that it came back, and sets that never will. */
  readonly losses: number;
  readonly restored: number;
  readonly gone: number;
  /** Over all restores. */
  readonly recoveryPointS: MeanAndMax;
  readonly recoveryTimeS: MeanAndMax;
  /** Jobs that were turned away because what they read was gone. */
  readonly turnedAway: number;
  /** Sets that were lost, the longest absent first; at most 50. */
  readonly bySet: readonly DataSetLossFigures[];
}

/** Null without a restore. */
export interface MeanAndMax {
  readonly mean: number | null;
  readonly max: number | null;
}

export interface DataSetLossFigures {
  readonly dataSet: string;
  readonly losses: number;
  readonly restored: number;
  /** No backup had it: it will not come back. */
  readonly isGone: boolean;
  /** Age of what the set was brought back with, at the instant of the loss: changes since were lost (RPO as observed). */
  readonly recoveryPointS: MeanAndMax;
  /** From the loss until the set was there again (RTO as observed). */
  readonly recoveryTimeS: MeanAndMax;
  /** From the loss until a job that reads it began again somewhere. */
  readonly readAgainS: MeanAndMax;
  /** Changes that were lost with it, GiB; null where the scenario gives no rate, or all is lost. */
  readonly changesLostGiB: number | null;
  /** Time for which it was not there, to the end of the run if it did not come back. */
  readonly absentS: number;
  readonly turnedAway: number;
}

/** Sum, greatest and number of some times. */
class Times {
  count = 0;
  sumUs = 0;
  maxUs = 0;

  add(us: TimeUs): void {
    this.count++;
    this.sumUs += us;
    this.maxUs = Math.max(this.maxUs, us);
  }

  addAll({ count, sumUs, maxUs }: Times): void {
    this.count += count;
    this.sumUs += sumUs;
    this.maxUs = Math.max(this.maxUs, maxUs);
  }

  figures(): MeanAndMax {
    if (this.count === 0) return { mean: null, max: null };
    return { mean: usToSeconds(this.sumUs / this.count), max: usToSeconds(this.maxUs) };
  }
}

interface Losses {
  readonly set: number;
  count: number;
  isGone: boolean;
  /** Since when it is lost, or NOT_LOST; and since when nobody has read it after a loss, or NOT_LOST. */
  lostUs: TimeUs;
  unreadSinceUs: TimeUs;
  absentUs: TimeUs;
  turnedAway: number;
  readonly points: Times;
  readonly times: Times;
  readonly again: Times;
}

/** Follows data sets that are lost and come back, from the facts. */
export class DataLosses implements Fold {
  private readonly data: DataSets;
  private readonly jobs: JobTable;
  private readonly ofSet = new Map<number, Losses>();

  constructor(data: DataSets, jobs: JobTable) {
    this.data = data;
    this.jobs = jobs;
  }

  step({ kind, subject: job, timeUs }: Fact): void {
    if (this.ofSet.size === 0 || (kind !== FactKind.Start && kind !== FactKind.Reject)) return;
    const set = this.jobs.dataSet[job]!;
    const losses = set === NO_DATA_SET ? undefined : this.ofSet.get(set);
    if (losses === undefined) return;
    if (kind === FactKind.Start && losses.unreadSinceUs !== NOT_LOST) {
      losses.again.add(timeUs - losses.unreadSinceUs);
      losses.unreadSinceUs = NOT_LOST;
    } else if (kind === FactKind.Reject && losses.isGone) losses.turnedAway++;
  }

  stepNode({ kind, subject, timeUs, sinceUs }: NodeFact): void {
    if (kind === NodeFactKind.DataLost) this.lose(subject, timeUs);
    else if (kind === NodeFactKind.DataBack) this.comeBack(this.ofSet.get(subject)!, timeUs, sinceUs);
    else if (kind === NodeFactKind.DataGone) this.ofSet.get(subject)!.isGone = true;
  }

  done(endUs: TimeUs): void {
    for (const losses of this.ofSet.values()) {
      if (losses.lostUs !== NOT_LOST) losses.absentUs += endUs - losses.lostUs;
    }
  }

  figures(): DataLossFigures {
    const all = [...this.ofSet.values()];
    const [points, times] = [new Times(), new Times()];
    for (const losses of all) {
      points.addAll(losses.points);
      times.addAll(losses.times);
    }
    const worst = all.toSorted((a, b) => b.absentUs - a.absentUs || a.set - b.set).slice(0, LISTED_MAX);
    return {
      sets: this.data.names.length,
      withBackup: this.data.keeps.filter((keep) => keep?.backup !== undefined).length,
      losses: all.reduce((sum, { count }) => sum + count, 0),
      restored: times.count,
      gone: all.filter(({ isGone }) => isGone).length,
      recoveryPointS: points.figures(),
      recoveryTimeS: times.figures(),
      turnedAway: all.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
      bySet: worst.map((losses) => this.figuresOf(losses)),
    };
  }

  private figuresOf({ set, count, isGone, points, times, again, absentUs, turnedAway }: Losses): DataSetLossFigures {
    const changes = this.data.keeps[set]?.changesGiBPerS;
    return {
      dataSet: this.data.names[set]!,
      losses: count,
      restored: times.count,
      isGone,
      recoveryPointS: points.figures(),
      recoveryTimeS: times.figures(),
      readAgainS: again.figures(),
      changesLostGiB: changes === undefined || isGone ? null : (changes * points.sumUs) / US_PER_SECOND,
      absentS: usToSeconds(absentUs),
      turnedAway,
    };
  }

  private lose(set: number, nowUs: TimeUs): void {
    let losses = this.ofSet.get(set);
    if (losses === undefined) {
      const [points, times, again] = [new Times(), new Times(), new Times()];
      const none = { count: 0, isGone: false, lostUs: NOT_LOST, unreadSinceUs: NOT_LOST, absentUs: 0, turnedAway: 0 };
      losses = { set, ...none, points, times, again };
      this.ofSet.set(set, losses);
    }
    losses.count++;
    losses.lostUs = nowUs;
    losses.unreadSinceUs = nowUs;
  }

  private comeBack(losses: Losses, nowUs: TimeUs, sinceUs: TimeUs): void {
    const { lostUs } = losses;
    losses.points.add(lostUs - sinceUs);
    losses.times.add(nowUs - lostUs);
    losses.absentUs += nowUs - lostUs;
    losses.lostUs = NOT_LOST;
  }
}
