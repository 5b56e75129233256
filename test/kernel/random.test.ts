import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AleaStream, RandomStreams, type RandomStream } from '../../src/sim/kernel/random.ts';

function draw(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uniform());
}

function correlation(a: readonly number[], b: readonly number[]): number {
  // Of uniforms with their known mean 1/2 and variance 1/12.
  return (a.reduce((sum, value, index) => sum + (value - 0.5) * (b[index]! - 0.5), 0) / a.length) * 12;
}

describe('a stream of uniforms', () => {
  it('gives the frozen first draws', () => {
    expect(draw(new AleaStream('plimsoll'), 4)).toEqual([
      0.7613786101574078, 0.8016361662885174, 0.8893738476326689, 0.19475297664757818,
    ]);
    expect(draw(new RandomStreams(1).stream('arrivals'), 3)).toEqual([
      0.8367532329866663, 0.7592730262549594, 0.3978730858070776,
    ]);
    expect(draw(new RandomStreams(1, 2).stream('failures', 7), 3)).toEqual([
      0.9959194062976167, 0.7534469837555662, 0.048932725680060685,
    ]);
  });

  it('lies strictly between 0 and 1 in the middle of 2^32 cells', () => {
    const outside = draw(new AleaStream('cells'), 100_000).filter(
      (u) => !(u > 0 && u < 1 && Number.isInteger(u * 2 ** 32 - 0.5)),
    );
    expect(outside).toEqual([]);
  });

  it('never reaches 0 or 1, even at the ends of the generator', () => {
    const stream = new AleaStream('ends');
    stream.restore({ c: 0, s0: 0, s1: 0, s2: 0 });
    expect(stream.uniform()).toBe(2 ** -33);
    // 2091639 · s0 + c · 2^-32 = 1 - 2^-32 is the largest draw there is.
    stream.restore({ c: 2 ** 32 - 1, s0: 0, s1: 0, s2: 0 });
    expect(stream.uniform()).toBe(1 - 2 ** -33);
  });

  it('draws the same after its state went through JSON and back', () => {
    const stream = new RandomStreams(5).stream('arrivals', 'a');
    draw(stream, 1000);
    const saved = JSON.stringify(stream.save());
    const later = draw(stream, 1000);
    expect(new Set(later).size).toBeGreaterThan(990);
    stream.restore(JSON.parse(saved));
    expect(draw(stream, 1000)).toEqual(later);
    const other = new AleaStream('someone else');
    other.restore(JSON.parse(saved));
    expect(draw(other, 1000)).toEqual(later);
  });

  it('is not moved by what happens to a state it gave', () => {
    const stream = new AleaStream('copy');
    const twin = new AleaStream('copy');
    stream.save().s0 = 0;
    expect(draw(stream, 10)).toEqual(draw(twin, 10));
  });

  it('refuses a state that is not one', () => {
    const stream = new AleaStream('state');
    for (const state of [null, 3, 'c', {}, { c: 1, s0: 0, s1: 0 }, { c: 1, s0: 0, s1: 0, s2: NaN }]) {
      expect(() => stream.restore(state)).toThrow(/give what save\(\) returned/);
    }
  });
});

describe('streams by name', () => {
  it('asked twice for a name, are two objects with the same draws', () => {
    const streams = new RandomStreams(3);
    const first = streams.stream('runs', 'a');
    const second = streams.stream('runs', 'a');
    const draws = draw(first, 100);
    expect(draw(second, 100)).toEqual(draws);
  });

  it("are not moved by another entity's draws", () => {
    const alone = draw(new RandomStreams(3).stream('failures', 1), 100);
    const streams = new RandomStreams(3);
    const one = streams.stream('failures', 1);
    const two = streams.stream('failures', 2);
    const beside = Array.from({ length: 100 }, () => {
      two.uniform();
      return one.uniform();
    });
    expect(beside).toEqual(alone);
  });

  it('differ when seed, replication, purpose or entity differ', () => {
    const starts = [
      new RandomStreams(1).stream('a'),
      new RandomStreams(2).stream('a'),
      new RandomStreams(1, 1).stream('a'),
      new RandomStreams(1).stream('b'),
      new RandomStreams(1).stream('a', 1),
      new RandomStreams(1).stream('a', '1'),
      new RandomStreams(1).stream('a', ''),
      new RandomStreams(1).stream('a,1'),
      new RandomStreams(1).stream('a","1'),
      new RandomStreams(11).stream('a'),
    ].map((stream) => stream.uniform());
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('with look-alike names do not start alike', () => {
    // Among 200,000 first draws of 2^32 values, 4.7 repeats are expected; without the warm-up draws it is many more.
    const count = 200_000;
    const streams = new RandomStreams(1);
    const starts = Array.from({ length: count }, (_, node) => streams.stream('failures', `node-${node}`).uniform());
    expect(count - new Set(starts).size).toBeLessThanOrEqual(12);
    // Neighbours' first draws are no more alike than strangers'.
    expect(Math.abs(correlation(starts.slice(1), starts.slice(0, -1))) * Math.sqrt(count)).toBeLessThan(4);
  });

  it('refuse an entity that has no name of its own', () => {
    for (const entity of [NaN, Infinity]) expect(() => new RandomStreams(1).stream('a', entity)).toThrow(/entity is/);
  });

  it('refuse a seed or replication that is not a whole number', () => {
    for (const seed of [NaN, 1.5, Infinity, 2 ** 53]) expect(() => new RandomStreams(seed)).toThrow(/seed is .*; give/);
    for (const replication of [-1, 0.5]) expect(() => new RandomStreams(1, replication)).toThrow(/replication is/);
  });
});

describe('the draws are as good as uniform', () => {
  const count = 500_000;
  const values = draw(new RandomStreams(42).stream('quality'), count);

  it('1,000 cells fill alike (chi-square)', () => {
    const cells = new Int32Array(1000);
    for (const u of values) cells[Math.floor(u * 1000)]!++;
    const expected = count / 1000;
    const chiSquare = cells.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    // 999 degrees of freedom: mean 999, standard deviation 44.7. Too even is as suspect as too uneven.
    expect(Math.abs(chiSquare - 999) / Math.sqrt(2 * 999)).toBeLessThan(4);
  });

  it('pairs of neighbours fill a 50 by 50 square alike', () => {
    const cells = new Int32Array(2500);
    for (let index = 0; index + 1 < count; index += 2) {
      cells[Math.floor(values[index]! * 50) * 50 + Math.floor(values[index + 1]! * 50)]!++;
    }
    const expected = count / 2 / 2500;
    const chiSquare = cells.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    expect(Math.abs(chiSquare - 2499) / Math.sqrt(2 * 2499)).toBeLessThan(4);
  });

  it('draws at distances 1, 2, 3 and 16 are uncorrelated', () => {
    for (const lag of [1, 2, 3, 16]) {
      const z = correlation(values.slice(lag), values.slice(0, -lag)) * Math.sqrt(count - lag);
      expect(Math.abs(z)).toBeLessThan(4);
    }
  });

  it('streams of neighbouring entities are uncorrelated', () => {
    // A population of pairs, not one pair: a single pair may stand out by chance (40 of 'failures' under seed 42 has
    // z = -4.3 after 20,000 draws and -0.9 after five million), a family of related streams spreads wider than normal.
    const pairs = 400;
    const length = 5_000;
    const streams = new RandomStreams(42);
    let previous = draw(streams.stream('failures', 0), length);
    let squares = 0;
    let worst = 0;
    for (let node = 1; node <= pairs; node++) {
      const current = draw(streams.stream('failures', node), length);
      const z = correlation(previous, current) * Math.sqrt(length);
      squares += z * z;
      worst = Math.max(worst, Math.abs(z));
      previous = current;
    }
    expect(Math.abs(squares - pairs) / Math.sqrt(2 * pairs)).toBeLessThan(4);
    // One in 370 families of 400 standard normals has a member beyond 4.5.
    expect(worst).toBeLessThan(4.5);
  });
});

it('a stream can be named by any text and any finite number', () => {
  const entity = fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.nat(),
      fc.string({ unit: 'binary' }),
      entity,
      (seed, replication, purpose, whose) => {
        const u = new RandomStreams(seed, replication).stream(purpose, whose).uniform();
        expect(u > 0 && u < 1).toBe(true);
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});
