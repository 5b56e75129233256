import { describe, expect, it } from 'vitest';
import { exp, gammaFunction, ln, power } from '../../src/sim/kernel/portable-math.ts';

const INPUTS = 262_144;
const bits = new DataView(new ArrayBuffer(8));

/** Inputs by whole-number arithmetic alone, so that every machine tests the same ones. */
function* randomWords(count: number): Generator<readonly [number, number]> {
  let state = 0x2545f491;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0);
  for (let index = 0; index < count; index++) yield [next(), next()];
}

/** Positive finite doubles with every exponent alike, from the smallest subnormal to the largest. */
function positives(): Float64Array {
  return Float64Array.from(randomWords(INPUTS), ([high, low]) => {
    bits.setInt32(0, (high >>> 1) % 0x7ff00000);
    bits.setInt32(4, low);
    return bits.getFloat64(0);
  });
}

/** Uniforms in (0, 1), what the samplers feed to ln. */
function uniforms(): Float64Array {
  return Float64Array.from(randomWords(INPUTS), ([high]) => ((high >>> 0) + 0.5) / 4294967296);
}

/** Numbers at distances 2^-10 to 2^-41 from 1 on either side, where ln takes another path. */
function nearOne(): Float64Array {
  return Float64Array.from(randomWords(INPUTS), ([high, low]) => 1 + high / 2 ** 31 / 2 ** (10 + (low >>> 27)));
}

/** Exponents over the whole range of exp (even places) and small ones of either sign (odd places). */
function exponents(): Float64Array {
  return Float64Array.from(randomWords(INPUTS), ([high, low]) => {
    const share = (high >>> 0) / 4294967296;
    return (low & 256) === 0 ? share * 1460 - 748 : (share - 0.5) / (1 << (low >>> 27));
  });
}

/** FNV-1a over the 32-bit halves of the results. */
function checksum(values: Float64Array): string {
  let hash = 0x811c9dc5;
  for (const value of values) {
    bits.setFloat64(0, value);
    hash = Math.imul(hash ^ bits.getInt32(0), 0x01000193);
    hash = Math.imul(hash ^ bits.getInt32(4), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const edges = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, 2 ** -1022, Number.MAX_VALUE, 2, 0.5, Math.SQRT2]
  .concat([1 + 2 ** -52, 1 - 2 ** -53, 1 + 2 ** -20, 709.782712893384, 709.7827128933841, 709])
  .concat([-745.1332191019411, -745.1332191019412, -708.4, -709, 2 ** -28, 2 ** -29, 0.5 * Math.LN2, 1.5 * Math.LN2]);

/** Places at which two functions give other bits (NaN equals NaN, 0 is not -0). */
function differences(inputs: Iterable<number>, ours: (x: number) => number, theirs: (x: number) => number): number[] {
  return [...inputs].filter((x) => !Object.is(ours(x), theirs(x)));
}

describe('ln and exp have the same bits on every machine', () => {
  it('ln of 262,144 doubles of all exponents gives the frozen bits', () => {
    expect(checksum(positives().map(ln))).toBe('eb5122bc');
  });

  it('ln of 262,144 uniforms gives the frozen bits', () => {
    expect(checksum(uniforms().map(ln))).toBe('29a5795d');
  });

  it('ln of 262,144 numbers near 1 gives the frozen bits', () => {
    expect(checksum(nearOne().map(ln))).toBe('004fd1d2');
  });

  it('exp of 262,144 exponents gives the frozen bits', () => {
    expect(checksum(exponents().map(exp))).toBe('8009eed1');
  });

  const onNode20 = process.version.startsWith('v20.');
  describe.skipIf(!onNode20)(`beside node 20's own functions (skipped elsewhere; this is ${process.version})`, () => {
    it('ln equals Math.log bit for bit', () => {
      for (const inputs of [positives(), uniforms(), nearOne(), edges])
        expect(differences(inputs, ln, Math.log)).toEqual([]);
    });

    it('exp equals Math.exp bit for bit', () => {
      for (const inputs of [exponents(), edges]) expect(differences(inputs, exp, Math.exp)).toEqual([]);
    });
  });
});

describe('ln and exp answer as the logarithm and the exponential do', () => {
  it('the edges of ln are those of the logarithm', () => {
    expect([0, -0, 1, Infinity, -1, -Infinity, NaN].map(ln)).toEqual([
      -Infinity,
      -Infinity,
      0,
      Infinity,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it('the edges of exp are those of the exponential', () => {
    expect([0, 1, Infinity, -Infinity, NaN, 710, -746].map(exp)).toEqual([1, Math.E, Infinity, 0, NaN, Infinity, 0]);
  });

  it('ln undoes exp to the last digits', () => {
    for (let x = -700; x <= 700; x += 0.37)
      expect(Math.abs(ln(exp(x)) - x)).toBeLessThanOrEqual(3e-16 * Math.max(1, Math.abs(x)));
  });
});

describe('power', () => {
  it('stays within its stated error', () => {
    for (const x of [1e-9, 0.01, 0.7, 1, 3, 1234.5]) {
      for (const y of [-3, -0.5, 0.1, 1, 2, 5]) {
        const bound = (1 + 2 * Math.abs(y * Math.log(x)) + 2) * 2 ** -53;
        expect(Math.abs(power(x, y) / x ** y - 1)).toBeLessThanOrEqual(bound);
      }
    }
  });

  it('of zero is 0, 1 or Infinity by the sign of the exponent', () => {
    expect([2, 0, -2].map((y) => power(0, y))).toEqual([0, 1, Infinity]);
  });
});

describe('gammaFunction', () => {
  it('of whole numbers is the factorial', () => {
    let factorial = 1;
    for (let n = 1; n <= 170; n++) {
      expect(Math.abs(gammaFunction(n) / factorial - 1)).toBeLessThan(n <= 10 ? 4e-15 : 3e-13);
      factorial *= n;
    }
  });

  it('of halves is the known multiple of the root of pi', () => {
    expect(gammaFunction(0.5)).toBeCloseTo(Math.sqrt(Math.PI), 14);
    expect(gammaFunction(1.5)).toBeCloseTo(Math.sqrt(Math.PI) / 2, 14);
    expect(gammaFunction(0.1)).toBeCloseTo(9.513507698668732, 12);
  });

  it('overflows to Infinity only where the function does', () => {
    expect(gammaFunction(171.6)).toBeLessThan(Infinity);
    expect(gammaFunction(172)).toBe(Infinity);
  });

  it('refuses what it is not defined for', () => {
    for (const x of [0, -1, NaN]) expect(() => gammaFunction(x)).toThrow(/give a number > 0/);
  });
});
