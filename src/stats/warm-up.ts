/** Values are put together in fives, as MSER-5 does: single ones are too noisy to judge by. */
const GROUP = 5;

/**
 * How many values at the beginning of a series are warm-up, by MSER-5 (White 1997): that cut for which the mean of what is
 * left is known best, the least variance of its groups of five over the square of their number. Cuts are looked for in the
 * first half; NaN when the best is at its very end: the series is too short to tell, and its warm-up is not over.
 */
export function warmUpLength(series: ArrayLike<number>): number {
  const groups = Math.floor(series.length / GROUP);
  if (groups < 2) return NaN;
  let sum = 0;
  let squares = 0;
  let best = Infinity;
  let cut = 0;
  // From the end backwards, so that each cut adds one group to the sums of the one behind it. Deviations are taken from
  // the last group: large values far from 0 would lose their differences in the squares.
  const origin = groupMean(series, groups - 1);
  for (let first = groups - 1; first >= 0; first--) {
    const value = groupMean(series, first) - origin;
    sum += value;
    squares += value * value;
    const count = groups - first;
    if (2 * first > groups) continue;
    const score = Math.max(0, squares - (sum * sum) / count) / (count * count);
    if (score <= best) {
      best = score;
      cut = first;
    }
  }
  return cut === groups >> 1 ? NaN : cut * GROUP;
}

function groupMean(series: ArrayLike<number>, group: number): number {
  let sum = 0;
  for (let index = 0; index < GROUP; index++) sum += series[group * GROUP + index]!;
  return sum / GROUP;
}
