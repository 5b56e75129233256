import { exp } from '../../sim/kernel/portable-math.ts';
import type { TimeUs } from '../../sim/kernel/clock.ts';

/**
 * Past use as Kueue's admission fair sharing sees it, in GPUs: at every sampling, usage = (1 - A) usage + A held, with
 * A = 1 - 0.5^(sampling / half-life); what is admitted between two samplings counts at once as a penalty of A x its
 * GPUs, which is added to the usage at the next. Samplings are at the multiples of their interval.
 * Source: Kueue, admission fair sharing (KEP 4136).
 */
export class SampledUsage {
  private readonly usage: Float64Array;
  private readonly penalty: Float64Array;
  private readonly held: Float64Array;
  private readonly samplingUs: TimeUs;
  private readonly keptPerSampling: number;
  private samplings = 0;

  /** Of so many users; both times > 0. */
  constructor(users: number, samplingUs: TimeUs, halfLifeUs: TimeUs) {
    this.usage = new Float64Array(users);
    this.penalty = new Float64Array(users);
    this.held = new Float64Array(users);
    this.samplingUs = samplingUs;
    this.keptPerSampling = (-samplingUs / halfLifeUs) * Math.LN2;
  }

  of(user: number): number {
    return this.usage[user]! + this.penalty[user]!;
  }

  /** Takes the samplings since the last time. Who has ended meanwhile is told to `release` after that. */
  advance(nowUs: TimeUs): void {
    const passed = Math.floor(nowUs / this.samplingUs) - this.samplings;
    if (passed === 0) return;
    this.samplings += passed;
    const kept = this.kept(passed);
    const keptPenalty = this.kept(passed - 1);
    for (let user = 0; user < this.usage.length; user++) {
      this.usage[user] = this.usage[user]! * kept + this.held[user]! * (1 - kept) + this.penalty[user]! * keptPenalty;
      this.penalty[user] = 0;
    }
  }

  /** A job was admitted now: it counts before the next sampling sees it. */
  penalise(user: number, gpus: number): void {
    this.penalty[user]! += gpus * (1 - this.kept(1));
  }

  hold(user: number, gpus: number): void {
    this.held[user]! += gpus;
  }

  /** GPUs are held no more since an instant, which may lie before the last sampling: that has not seen them then. */
  release(user: number, gpus: number, sinceUs: TimeUs): void {
    this.held[user]! -= gpus;
    const tooMany = this.samplings - Math.ceil(sinceUs / this.samplingUs) + 1;
    if (tooMany > 0) this.usage[user] = Math.max(0, this.usage[user]! - gpus * (1 - this.kept(tooMany)));
  }

  /** What is left of a use after so many samplings. */
  private kept(samplings: number): number {
    return exp(this.keptPerSampling * samplings);
  }
}
