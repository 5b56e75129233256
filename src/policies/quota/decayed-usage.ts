import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import { exp } from '../../sim/kernel/portable-math.ts';

const LN_2 = Math.LN2;

/**
 * GPU-time of each queue, of which half is forgotten every half-life: u(t) = ∫ gpus(s) · 2^((s − t) / halfLife) ds.
 * The GPUs that a queue holds change only at instants, so the integral is exact; there are no sampling periods.
 */
export class DecayedUsage {
  /** GPU-us of each queue as of the last `advance`. */
  readonly gpuUs: Float64Array;
  private readonly halfLifeUs: TimeUs;
  private asOfUs: TimeUs = 0;

  /** `halfLifeUs` > 0; NEVER: nothing is forgotten. */
  constructor(queues: number, halfLifeUs: TimeUs) {
    this.gpuUs = new Float64Array(queues);
    this.halfLifeUs = halfLifeUs;
  }

  /** Goes on to `nowUs`; since the last call each queue held `gpus` of its own. */
  advance(nowUs: TimeUs, gpus: Float64Array): void {
    const passedUs = nowUs - this.asOfUs;
    if (passedUs === 0) return;
    this.asOfUs = nowUs;
    const kept = this.keptAfter(passedUs);
    const perGpu = this.remembered(passedUs);
    for (let queue = 0; queue < this.gpuUs.length; queue++) {
      this.gpuUs[queue] = this.gpuUs[queue]! * kept + gpus[queue]! * perGpu;
    }
  }

  /** Takes back what a queue was charged too much: so many GPUs from `sinceUs` until the last `advance`. */
  takeBack(queue: number, gpus: number, sinceUs: TimeUs): void {
    this.gpuUs[queue] = Math.max(0, this.gpuUs[queue]! - gpus * this.remembered(this.asOfUs - sinceUs));
  }

  /** What is remembered of one GPU that was held for so long until now, in GPU-us. */
  remembered(durationUs: TimeUs): number {
    if (this.halfLifeUs === NEVER) return durationUs;
    return (1 - this.keptAfter(durationUs)) * (this.halfLifeUs / LN_2);
  }

  private keptAfter(durationUs: TimeUs): number {
    return this.halfLifeUs === NEVER ? 1 : exp((-durationUs / this.halfLifeUs) * LN_2);
  }
}
