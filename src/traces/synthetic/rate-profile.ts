import type { ArrivalSpec } from './spec.ts';

const HOURS_PER_DAY = 24;
const DAYS_PER_WEEK = 7;
const HOURS_PER_WEEK = HOURS_PER_DAY * DAYS_PER_WEEK;
const S_PER_HOUR = 3600;

/**
 * How the arrival rate follows the week: a factor for each of its 168 hours, with mean 1, constant within an hour.
 * "Load" is time weighed by that factor, in hours: over whole weeks, load and time pass alike. A process with gaps that
 * are exponential in load is Poisson with the profile's rate in time (Çinlar, Introduction to Stochastic Processes,
 * 1975). It gives what thinning a process at the peak rate gives, but never has to reject: thinning would draw billions
 * of arrivals in vain where a closed night meets a high peak.
 */
export class RateProfile {
  readonly #factors: Float64Array;
  /** loads[h] = load from the start of the week to hour h, 0 .. 168. */
  readonly #loads: Float64Array;
  /** Hour of the week at instant 0 of the run. */
  readonly #offsetHours: number;

  /** The weights of `arrivals` must be good: `syntheticProblems` checks them. */
  constructor({ hourOfDay, dayOfWeek, startWeekday = 0, startHour = 0 }: ArrivalSpec) {
    const weights = new Float64Array(HOURS_PER_WEEK).map(
      (_, hour) => (hourOfDay?.[hour % HOURS_PER_DAY] ?? 1) * (dayOfWeek?.[Math.floor(hour / HOURS_PER_DAY)] ?? 1),
    );
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / HOURS_PER_WEEK;
    this.#factors = weights.map((weight) => weight / mean);
    this.#loads = new Float64Array(HOURS_PER_WEEK + 1);
    this.#factors.forEach((factor, hour) => (this.#loads[hour + 1] = this.#loads[hour]! + factor));
    this.#offsetHours = startWeekday * HOURS_PER_DAY + startHour;
  }

  /** Load that has passed at an instant (s since the start of the run, >= 0), from the start of the run's first week. */
  loadAt(timeS: number): number {
    const hours = this.#offsetHours + timeS / S_PER_HOUR;
    const weeks = Math.floor(hours / HOURS_PER_WEEK);
    const hour = Math.floor(hours - weeks * HOURS_PER_WEEK);
    const within = hours - weeks * HOURS_PER_WEEK - hour;
    return weeks * this.#loads[HOURS_PER_WEEK]! + this.#loads[hour]! + within * this.#factors[hour]!;
  }

  /**
   * The instant (s since the start of the run, >= 0) at which so much load has passed: the inverse of `loadAt`. Load at
   * which closed hours begin has passed when they end.
   */
  timeAt(load: number): number {
    const weekly = this.#loads[HOURS_PER_WEEK]!;
    let weeks = Math.floor(load / weekly);
    let rest = Math.max(0, load - weeks * weekly);
    // The product may round down so far that a whole week seems left.
    if (rest >= weekly) {
      weeks++;
      rest = 0;
    }
    const hour = this.#hourOfLoad(rest);
    const within = (rest - this.#loads[hour]!) / this.#factors[hour]!;
    // At the very start the way to load and back may round to just before 0.
    return Math.max(0, (weeks * HOURS_PER_WEEK + hour + within - this.#offsetHours) * S_PER_HOUR);
  }

  /** The hour in which the load passes `rest`, which is below a week's: the first whose end has more. */
  #hourOfLoad(rest: number): number {
    const loads = this.#loads;
    let low = 0;
    let high = HOURS_PER_WEEK - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (loads[middle + 1]! > rest) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
