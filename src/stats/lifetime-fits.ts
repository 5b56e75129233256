/** Lengths of times in any one unit, all > 0. */
export interface LifetimeSample {
  /** Times that came to their end. */
  readonly ended: readonly number[];
  /** Times that had not ended when the record did: each was at least so long. */
  readonly censored: readonly number[];
}

/** Maximum likelihood, with the logarithm of the likelihood, so that families can be compared on one sample. */
export interface ExponentialFit {
  readonly mean: number;
  readonly logLikelihood: number;
}
export interface WeibullFit {
  readonly shape: number;
  readonly scale: number;
  readonly logLikelihood: number;
}
export interface LognormalFit {
  readonly median: number;
  /** Of the logarithm. */
  readonly sigma: number;
  readonly logLikelihood: number;
}

const SHAPE_MIN = 0.01;
const SHAPE_MAX = 100;
/** Halvings of the bracket of the shape: beyond these a double holds no finer answer. */
const BISECTIONS = 100;

/** Total time over the times that ended. RangeError unless one has. */
export function fitExponential({ ended, censored }: LifetimeSample): ExponentialFit {
  requireTimes(ended, 1);
  const mean = (total(ended) + total(censored)) / ended.length;
  return { mean, logLikelihood: -ended.length * (Math.log(mean) + 1) };
}

/**
 * The Weibull shape solves sum(x^k ln x)/sum(x^k) - 1/k = mean of ln x over what ended, sums over all; the left side
 * rises with k, so it is bisected. RangeError unless two ended times differ. Source: Cohen, Technometrics 1965.
 */
export function fitWeibull({ ended, censored }: LifetimeSample): WeibullFit {
  requireTimes(ended, 2);
  const all = [...ended, ...censored];
  const largest = all.reduce((most, value) => Math.max(most, value), 0);
  // In units of the largest no power overflows.
  const logs = all.map((value) => Math.log(value / largest));
  const endedMean = total(logs.slice(0, ended.length)) / ended.length;
  const excess = (shape: number): number => {
    let powers = 0;
    let weighted = 0;
    for (const log of logs) {
      const power = Math.exp(shape * log);
      powers += power;
      weighted += power * log;
    }
    return weighted / powers - 1 / shape - endedMean;
  };
  let low = SHAPE_MIN;
  let high = SHAPE_MAX;
  if (excess(low) > 0 || excess(high) < 0) throw new RangeError('no Weibull fits: the times are as good as equal');
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  const shape = (low + high) / 2;
  const powers = total(logs.map((log) => Math.exp(shape * log)));
  const scale = largest * Math.pow(powers / ended.length, 1 / shape);
  const logSum = ended.reduce((sum, value) => sum + Math.log(value / scale), 0);
  return { shape, scale, logLikelihood: ended.length * (Math.log(shape / scale) - 1) + (shape - 1) * logSum };
}

/** Mean and deviation of the logarithms. For times that have all ended; RangeError unless two differ. */
export function fitLognormal(ended: readonly number[]): LognormalFit {
  requireTimes(ended, 2);
  const logs = ended.map((value) => Math.log(value));
  const mu = total(logs) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mu) ** 2, 0) / logs.length;
  if (variance === 0) throw new RangeError('no lognormal fits: the times are equal');
  const logLikelihood = -total(logs) - (logs.length / 2) * (Math.log(2 * Math.PI * variance) + 1);
  return { median: Math.exp(mu), sigma: Math.sqrt(variance), logLikelihood };
}

/**
 * The largest distance between the Kaplan-Meier estimate of a sample and a distribution function, 0 to 1: the
 * Kolmogorov-Smirnov distance where nothing is censored. Source: Kaplan and Meier, JASA 1958.
 */
export function kaplanMeierDistance({ ended, censored }: LifetimeSample, cdf: (time: number) => number): number {
  const times = [
    ...ended.map((time) => ({ time, isEnded: true })),
    ...censored.map((time) => ({ time, isEnded: false })),
  ].sort((a, b) => a.time - b.time || Number(b.isEnded) - Number(a.isEnded));
  let alive = times.length;
  let surviving = 1;
  let distance = 0;
  times.forEach(({ time, isEnded }, at) => {
    if (isEnded) {
      const before = surviving;
      surviving *= (alive - 1) / alive;
      const beats = Math.abs(1 - cdf(time) - before);
      // Of several that end together only the whole step counts.
      const isLastOfTie = times[at + 1]?.time !== time || times[at + 1]?.isEnded === false;
      if (times[at - 1]?.time !== time) distance = Math.max(distance, beats);
      if (isLastOfTie) distance = Math.max(distance, Math.abs(1 - cdf(time) - surviving));
    }
    alive--;
  });
  return distance;
}

/** Distribution function of a Weibull. */
export function weibullCdf({ shape, scale }: Pick<WeibullFit, 'shape' | 'scale'>): (time: number) => number {
  return (time) => -Math.expm1(-Math.pow(time / scale, shape));
}

/** Distribution function of a lognormal, to 10⁻⁷. */
export function lognormalCdf({ median, sigma }: Pick<LognormalFit, 'median' | 'sigma'>): (time: number) => number {
  return (time) => normalCdf(Math.log(time / median) / sigma);
}

/** Abramowitz and Stegun 26.2.17: at most 7.5e-8 off. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z < 0 ? tail : 1 - tail;
}

function requireTimes(ended: readonly number[], least: number): void {
  if (ended.length >= least && ended.every((value) => value > 0 && Number.isFinite(value))) return;
  throw new RangeError(`a fit needs at least ${least} times that ended, all above 0`);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
