import type { Distribution } from '../kernel/distributions/distribution.ts';
import type { ResidualLife } from '../kernel/distributions/residual-life.ts';
import { NEVER, US_PER_SECOND, type TimeUs } from '../kernel/clock.ts';
import type { RandomStream } from '../kernel/random.ts';
import type { DrawUs, Lifetimes, Standing } from './failure-model.ts';

const CLOCK_MAX_US = 2 ** 52;

/** Faults and repairs by luck; the distributions are in s. After each repair the component is as good as new. */
export function drawnLifetimes(timeToFault: Distribution, timeToRepair: Distribution): Lifetimes {
  return {
    nextFaultUs: (luck) => Math.max(1, clockUs(timeToFault.sample(luck))),
    repairUs: (luck) => Math.round(timeToRepair.sample(luck) * US_PER_SECOND),
  };
}

/**
 * How components stand at instant 0 that have broken and been mended for ever: down in proportion to the mean repair,
 * and as far into their life or their repair as an instant falls that is chosen blindly. Both are in s.
 */
export function stationaryStart(fault: ResidualLife, repair: ResidualLife): (luck: RandomStream) => Standing {
  const down = repair.lifeMean / (fault.lifeMean + repair.lifeMean);
  return (luck) => {
    const isDown = luck.uniform() < down;
    return { isDown, leftUs: Math.max(1, clockUs((isDown ? repair : fault).sample(luck))) };
  };
}

/** Draws times from a distribution in s. */
export function drawnTime(distribution: Distribution): DrawUs {
  return (luck) => clockUs(distribution.sample(luck));
}

/** A distribution whose draws are those of another, for the same luck, divided by a factor > 0: what breaks oftener. */
export function hastened(distribution: Distribution, factor: number): Distribution {
  return {
    mean: distribution.mean / factor,
    variance: distribution.variance / (factor * factor),
    sample: (luck) => distribution.sample(luck) / factor,
  };
}

/** The same for what is left of a life. */
export function hastenedResidual(residual: ResidualLife, factor: number): ResidualLife {
  return {
    lifeMean: residual.lifeMean / factor,
    mean: residual.mean / factor,
    sample: (luck) => residual.sample(luck) / factor,
  };
}

/** Beyond what the clock can hold nothing happens. */
function clockUs(s: number): TimeUs {
  const us = Math.round(s * US_PER_SECOND);
  return us < CLOCK_MAX_US ? us : NEVER;
}

/** Time in which something does not work: [from, to), whole us; `to` may be NEVER. In lists ascending, without overlap. */
export interface DownTime {
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
}

/** Faults and repairs as somebody wrote them down. A down time without length is a fault that has passed by itself. */
export function recordedLifetimes(downTimes: readonly DownTime[]): Lifetimes {
  const from = Float64Array.from(downTimes, ({ fromUs }) => fromUs);
  return {
    nextFaultUs: (_, nowUs) => {
      let next = firstAtOrAfter(from, nowUs);
      // One without length that begins now is the one just mended: it would begin again for ever.
      if (next < downTimes.length && downTimes[next]!.toUs === nowUs) next++;
      return next === downTimes.length ? NEVER : from[next]! - nowUs;
    },
    repairUs: (_, nowUs) => {
      // Found late, or by somebody who had to be waited for, a fault that has passed by itself takes no time.
      const last = firstAtOrAfter(from, nowUs + 1) - 1;
      return Math.max(0, downTimes[last]!.toUs - nowUs);
    },
  };
}

/**
 * Down times in order, without overlap: those that overlap or follow each other without a gap are one, from the first
 * instant to the last. One without length stays where no other covers it.
 */
export function mergedDownTimes(downTimes: readonly DownTime[]): DownTime[] {
  const merged: DownTime[] = [];
  for (const { fromUs, toUs } of downTimes.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const last = merged.at(-1);
    if (last === undefined || fromUs > last.toUs) merged.push({ fromUs, toUs });
    else merged[merged.length - 1] = { fromUs: last.fromUs, toUs: Math.max(last.toUs, toUs) };
  }
  return merged;
}

/** The same down time again and again: first at `firstUs`, then every `everyUs`; forUs <= everyUs. */
export function repeatedLifetimes(firstUs: TimeUs, forUs: TimeUs, everyUs: TimeUs): Lifetimes {
  const begun = (nowUs: TimeUs): number => Math.floor((nowUs - firstUs) / everyUs);
  return {
    nextFaultUs: (_, nowUs) => firstUs + Math.max(0, Math.ceil((nowUs - firstUs) / everyUs)) * everyUs - nowUs,
    repairUs: (_, nowUs) => Math.max(0, firstUs + begun(nowUs) * everyUs + forUs - nowUs),
  };
}

/** Index of the first number >= bound in an ascending list; its length if there is none. */
function firstAtOrAfter(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
