import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';
import { exp } from '../../sim/kernel/portable-math.ts';

/** The rules by which an interval between checkpoints is chosen. */
export const intervalRules = ['fixed', 'young', 'daly', 'optimal'] as const;
export type IntervalRule = (typeof intervalRules)[number];

/** Young: sqrt(2 C M), with C the stall and M the mean time between faults, in the same unit. */
export function youngInterval(stall: number, meanTimeToFault: number): number {
  return Math.sqrt(2 * stall * meanTimeToFault);
}

/** Daly's higher-order estimate; M where a checkpoint takes twice that or longer. */
export function dalyInterval(stall: number, meanTimeToFault: number): number {
  if (stall >= 2 * meanTimeToFault) return meanTimeToFault;
  const ratio = stall / (2 * meanTimeToFault);
  return youngInterval(stall, meanTimeToFault) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - stall;
}

/** The exact optimum for exponential faults: M (1 + W0(-exp(-1 - C/M))). */
export function optimalInterval(stall: number, meanTimeToFault: number): number {
  return meanTimeToFault * (1 + lambertW0(-exp(-1 - stall / meanTimeToFault)));
}

/** The interval of a rule in whole us, at least 1; NEVER where no fault is expected. */
export function intervalUs(rule: Exclude<IntervalRule, 'fixed'>, stallUs: TimeUs, meanTimeToFaultUs: TimeUs): TimeUs {
  if (meanTimeToFaultUs === NEVER) return NEVER;
  const found = { young: youngInterval, daly: dalyInterval, optimal: optimalInterval }[rule](
    stallUs,
    meanTimeToFaultUs,
  );
  return Math.max(1, Math.round(found));
}

/**
 * Principal branch of Lambert's W for -1/e <= x < 0: w with w exp(w) = x, by Newton steps from the series at the branch
 * point. Relative error of 1 + w below 1e-9.
 */
function lambertW0(x: number): number {
  const p = Math.sqrt(Math.max(0, 2 * (1 + Math.E * x)));
  let w = -1 + p - (p * p) / 3 + (11 / 72) * p * p * p;
  if (p < 1e-4) return w;
  for (let step = 0; step < 50; step++) {
    const next = w - (w - x * exp(-w)) / (1 + w);
    if (!(Math.abs(next - w) > 1e-15)) return next;
    w = next;
  }
  return w;
}
