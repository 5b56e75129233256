/**
 * Logarithm and exponential with the same bits on every machine. ECMAScript leaves the last bits of Math.log, Math.exp
 * and Math.pow to the engine, and engines differ; + - * / and Math.sqrt are exact by IEEE 754. Only those, and reading
 * the bits of a double, are used here.
 *
 * `ln` and `exp` follow the algorithms and constants of fdlibm, which asks that its notice be kept:
 *
 *   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 *   Developed at SunPro, a Sun Microsystems, Inc. business.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Where the sign, exponent and leading 20 bits of the fraction lie in `words`: it depends on the machine's byte order. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** powersOfTwo[k + POWER_BIAS] = 2^k for k = -1074 .. 1023, each exact. */
const POWER_BIAS = 1074;
const powersOfTwo = new Float64Array(POWER_BIAS + 1024);
powersOfTwo[POWER_BIAS] = 1;
for (let k = 1; k <= 1023; k++) powersOfTwo[POWER_BIAS + k] = powersOfTwo[POWER_BIAS + k - 1]! * 2;
for (let k = -1; k >= -POWER_BIAS; k--) powersOfTwo[POWER_BIAS + k] = powersOfTwo[POWER_BIAS + k + 1]! / 2;

const TWO_54 = 18014398509481984;
/** ln 2 in two parts; n · LN2_HIGH is exact for |n| < 2000. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

/**
 * Natural logarithm, error below 1 ulp. ln(0) = -Infinity, ln(x < 0) = NaN. Same bits on every machine.
 * Source: fdlibm, e_log.c. x = 2^k · (1 + f) with sqrt(1/2) < 1 + f < sqrt(2); the scaling is a product with an exact
 * power of two rather than a rewrite of the exponent bits, which gives the same number and costs less.
 */
export function ln(x: number): number {
  double[0] = x;
  const high = words[HIGH]!;
  if (high < 0x00100000 || high >= 0x7ff00000) return lnOfUnusual(x);
  // Adding 0x95f64 carries into the exponent where the fraction is above sqrt(2).
  const k = ((high + 0x95f64) >>> 20) - 1023;
  double[0] = x * powersOfTwo[POWER_BIAS - k]! - 1;
  lnOfScaled(k, high & 0xfffff);
  return double[0];
}

/** ln of what is no positive normal number. */
function lnOfUnusual(x: number): number {
  if (x === 0) return -Infinity;
  if (x < 0) return NaN;
  if (!(x < TWO_MINUS_1000)) return x;
  double[0] = x * TWO_54;
  const high = words[HIGH]!;
  const k = ((high + 0x95f64) >>> 20) - 1023;
  double[0] = x * TWO_54 * powersOfTwo[POWER_BIAS - k]! - 1;
  lnOfScaled(k - 54, high & 0xfffff);
  return double[0];
}

/**
 * Writes ln(2^k · (1 + f)) where f stands, in double[0]; `fraction` holds the leading 20 bits of the fraction of the
 * double it comes from. A double that goes through a call costs an object unless the compiler puts the function where it
 * is called, for which this one is long: so it goes through the array, and Lg1 .. Lg7 and the two parts of ln 2 stand
 * here without their names.
 */
function lnOfScaled(k: number, fraction: number): void {
  const f = double[0]!;
  if ((0xfffff & (2 + fraction)) < 3) {
    double[0] = lnNearOne(f, k);
    return;
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r =
    z *
      (6.66666666666673513e-1 +
        w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1))) +
    w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const low = k * 1.90821492927058770002e-10;
  // fdlibm branches on k = 0 too; with k = 0 this is the same number, and a branch less to guess wrong.
  const high = k * 6.9314718036912381649e-1;
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) <= 0) {
    double[0] = high - (s * (f - r) - low - f);
    return;
  }
  const half = 0.5 * f * f;
  double[0] = high - (half - (s * (half + r) + low) - f);
}

/** ln(2^k · (1 + f)) for |f| < 2^-20. */
function lnNearOne(f: number, k: number): number {
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const r = f * f * (0.5 - 0.33333333333333333 * f);
  return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
}

/** Above this exp overflows to Infinity, below EXP_MIN it is 0. */
const EXP_MAX = 7.09782712893383973096e2;
const EXP_MIN = -7.4513321910194110842e2;
const INVERSE_LN2 = 1.442695040888963387;

const P1 = 1.66666666666666019037e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.6533902205465251539e-6;
const P5 = 4.13813679705723846039e-8;

const TWO_1023 = 2 ** 1023;
const TWO_MINUS_1000 = powersOfTwo[POWER_BIAS - 1000]!;

/**
 * e^x, error below 1 ulp; Infinity above 709.78, 0 below -745.13. Same bits on every machine.
 * Source: fdlibm, e_exp.c, with exp(1) = e exactly rounded as FreeBSD and V8 have it.
 */
export function exp(x: number): number {
  double[0] = x;
  const high = words[HIGH]! & 0x7fffffff;
  if (high >= 0x40862e42) {
    if (x !== x) return x;
    if (x > EXP_MAX) return Infinity;
    if (x < EXP_MIN) return 0;
  }
  if (high <= 0x3fd62e42) {
    if (high < 0x3e300000) return 1 + x;
    const c = expRemainder(x);
    return 1 - ((x * c) / (c - 2) - x);
  }
  let k: number;
  if (high < 0x3ff0a2b2) {
    if (x === 1) return Math.E;
    k = x < 0 ? -1 : 1;
  } else {
    k = (INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
  }
  const top = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = top - low;
  const c = expRemainder(r);
  const y = 1 - (low - (r * c) / (2 - c) - top);
  if (k === 1024) return y * 2 * TWO_1023;
  if (k >= -1021) return y * powersOfTwo[POWER_BIAS + k]!;
  return y * powersOfTwo[POWER_BIAS + k + 1000]! * TWO_MINUS_1000;
}

function expRemainder(r: number): number {
  const t = r * r;
  return r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
}

/**
 * x^y for x >= 0 as exp(y · ln x): relative error at most about (1 + 2 · |y · ln x|) · 2^-53, which is 1e-14 for
 * results between 1e-10 and 1e10. power(0, y) is 0 for y > 0, Infinity for y < 0 and 1 for y = 0.
 */
export function power(x: number, y: number): number {
  if (y === 0) return 1;
  return exp(y * ln(x));
}

/** Lanczos' coefficients for g = 7, nine terms (as computed by P. Godfrey). */
const LANCZOS_G = 7;
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const SQRT_TWO_PI = 2.5066282746310005;

/**
 * The gamma function for x > 0: relative error below 3e-13 (4e-15 up to x = 10); Infinity above 171.62.
 * RangeError unless x > 0. Source: Lanczos, SIAM J. Numer. Anal. B 1 (1964) 86.
 */
export function gammaFunction(x: number): number {
  if (!(x > 0)) throw new RangeError(`gammaFunction(${x}) is not defined here; give a number > 0`);
  // The series is good from 1/2 on: below, x · gamma(x) = gamma(x + 1).
  if (x < 0.5) return gammaFunction(x + 1) / x;
  let sum: number = lanczos[0];
  for (let term = 1; term < lanczos.length; term++) sum += lanczos[term]! / (x - 1 + term);
  const t = x - 0.5 + LANCZOS_G;
  // Half the power twice, so that nothing overflows before the result does.
  const half = power(t, (x - 0.5) / 2);
  return SQRT_TWO_PI * half * exp(-t) * half * sum;
}
