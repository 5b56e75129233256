/** Slow, obvious distribution functions to hold the samplers against; nothing here is shared with them. */

/** ln Γ(a) by Stirling's series after shifting a above 15; a > 0. */
function lnGamma(a: number): number {
  let shift = 0;
  let x = a;
  for (; x < 15; x++) shift -= Math.log(x);
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Continued fraction of 1 - P(a, x), for x >= a + 1 (modified Lentz). */
function upperGammaShare(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let term = 1; term < 1000; term++) {
    b += 2;
    const numerator = -term * (term - a);
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction * Math.exp(a * Math.log(x) - x - lnGamma(a));
}

/** Regularised lower incomplete gamma function P(a, x): the distribution function of a gamma of shape a and scale 1. */
export function lowerGammaShare(a: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= a + 1) return 1 - upperGammaShare(a, x);
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) sum += term *= x / (a + n);
  return sum * Math.exp(a * Math.log(x) - x - lnGamma(a));
}

/** P(Z <= z) of a standard normal; relative error about 1e-14 in the lower tail too. */
export function normalCdf(z: number): number {
  const half = (z * z) / 2;
  const upper = half >= 1.5 ? upperGammaShare(0.5, half) : 1 - lowerGammaShare(0.5, half);
  return z < 0 ? upper / 2 : 1 - upper / 2;
}
