import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';

/** Free GPUs of one type from now on, as a step function: from times[i] until times[i + 1] there are free[i]. */
export class FreeProfile {
  private times: TimeUs[] = [0];
  private free: number[] = [0];

  /** Starts anew: so many free from now on. */
  reset(nowUs: TimeUs, free: number): void {
    this.times = [nowUs];
    this.free = [free];
  }

  /** Adds (or with a negative number takes) GPUs from `fromUs` until `toUs`; NEVER means for good. */
  add(gpus: number, fromUs: TimeUs, toUs: TimeUs): void {
    if (!(toUs > fromUs)) return;
    const first = this.cutAt(fromUs);
    const end = toUs === NEVER ? this.times.length : this.cutAt(toUs);
    for (let step = first; step < end; step++) this.free[step]! += gpus;
  }

  /** The earliest instant from `fromUs` on at which so many GPUs are free for so long; NEVER if there is none. */
  earliest(gpus: number, durationUs: TimeUs, fromUs: TimeUs): TimeUs {
    const { times, free } = this;
    let step = this.stepAt(fromUs);
    let startUs = Math.max(fromUs, times[step]!);
    while (step < times.length) {
      if (free[step]! >= gpus) {
        const nextUs = step + 1 < times.length ? times[step + 1]! : NEVER;
        if (nextUs - startUs >= durationUs) return startUs;
      } else {
        startUs = step + 1 < times.length ? times[step + 1]! : NEVER;
      }
      step++;
    }
    return NEVER;
  }

  /** The last step that begins at or before the instant. */
  private stepAt(timeUs: TimeUs): number {
    let low = 0;
    let high = this.times.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.times[middle]! <= timeUs) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The step that begins at the instant; cuts one in two if need be. */
  private cutAt(timeUs: TimeUs): number {
    const step = this.stepAt(timeUs);
    if (this.times[step] === timeUs || timeUs < this.times[0]!) return step;
    this.times.splice(step + 1, 0, timeUs);
    this.free.splice(step + 1, 0, this.free[step]!);
    return step + 1;
  }
}
