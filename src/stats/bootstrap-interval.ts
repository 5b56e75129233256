import jstat from 'jstat';
import { quantileSorted } from 'd3-array';
import { requireLevel, type Interval } from './interval.ts';

/**
 * Interval of any statistic of independent values by resampling them, bias-corrected and accelerated (Efron 1987).
 * `uniform` draws from [0, 1): the same draws give the same interval. Unbounded for fewer than two values.
 */
export function bootstrapInterval(
  values: Float64Array,
  statistic: (sample: Float64Array) => number,
  uniform: () => number,
  level: number,
  resamples = 2000,
): Interval {
  requireLevel(level);
  const samples = values.length;
  if (samples === 0) throw new RangeError('an empty sample has no statistic');
  const estimate = statistic(values);
  if (samples < 2) return { estimate, low: -Infinity, high: Infinity, level, samples };
  const draws = new Float64Array(resamples);
  const sample = new Float64Array(samples);
  for (let draw = 0; draw < resamples; draw++) {
    for (let index = 0; index < samples; index++) sample[index] = values[Math.floor(uniform() * samples)]!;
    draws[draw] = statistic(sample);
  }
  draws.sort();
  if (draws[0] === draws[resamples - 1]) return { estimate, low: estimate, high: estimate, level, samples };
  const shift = biasOf(draws, estimate);
  const skew = accelerationOf(values, statistic);
  const at = (probability: number): number => {
    const score = shift + jstat.jStat.normal.inv(probability, 0, 1);
    const share = jstat.jStat.normal.cdf(shift + score / (1 - skew * score), 0, 1);
    return quantileSorted(draws as unknown as number[], share)!;
  };
  return { estimate, low: at((1 - level) / 2), high: at((1 + level) / 2), level, samples };
}

/** By how many standard deviations the estimate lies beside the median of the resamples. */
function biasOf(draws: Float64Array, estimate: number): number {
  let below = 0;
  for (const draw of draws) below += draw < estimate ? 1 : draw === estimate ? 0.5 : 0;
  const share = Math.min(Math.max(below, 0.5), draws.length - 0.5) / draws.length;
  return jstat.jStat.normal.inv(share, 0, 1);
}

/** How much the spread of the statistic changes with its value, from leaving out one value after the other. */
function accelerationOf(values: Float64Array, statistic: (sample: Float64Array) => number): number {
  const without = Float64Array.from(values, (_, left) => statistic(values.filter((__, index) => index !== left)));
  const middle = without.reduce((sum, value) => sum + value, 0) / without.length;
  let squares = 0;
  let cubes = 0;
  for (const value of without) {
    squares += (middle - value) ** 2;
    cubes += (middle - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
