import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntegerSet, trailingZeros } from '../../src/sim/kernel/integer-set.ts';
import { seed } from '../engine/seed.ts';

const capacities = [0, 1, 31, 32, 33, 1024, 1025, 40_000];

/** Turns a stretch of members into non-members or the other way round: from `at`, as far as it goes, at most `most`. */
interface Flip {
  readonly at: number;
  readonly most: number;
}

function flip({ at, most }: Flip, capacity: number, set: IntegerSet, twin: Set<number>): void {
  if (capacity === 0) return;
  const from = at % capacity;
  const there = twin.has(from);
  let to = from;
  while (to < capacity && to - from < most && twin.has(to) === there) to++;
  for (let member = from; member < to; member++) {
    if (there) twin.delete(member);
    else twin.add(member);
  }
  if (to - from === 1 && there) set.remove(from);
  else if (to - from === 1) set.add(from);
  else if (there) set.removeRange(from, to);
  else set.addRange(from, to);
}

function nextOf(twin: Set<number>, from: number, capacity: number): number {
  for (let member = from; member < capacity; member++) if (twin.has(member)) return member;
  return -1;
}

function runOf(twin: Set<number>, from: number, most: number): number {
  let length = 0;
  while (length < most && twin.has(from + length)) length++;
  return length;
}

describe('the set of whole numbers', () => {
  it.each(capacities)('answers as a plain Set does with capacity %i', (capacity) => {
    const lengths = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 3000 }));
    const place = fc.oneof(fc.nat({ max: 130 }), fc.nat({ max: Math.max(0, capacity - 1) }));
    const flips = fc.array(fc.record({ at: place, most: lengths }), { maxLength: 60 });
    const questions = fc.array(fc.tuple(place, lengths), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(flips, questions, (changes, asked) => {
        const set = new IntegerSet(capacity);
        const twin = new Set<number>();
        for (const change of changes) {
          flip(change, capacity, set, twin);
          expect(set.size).toBe(twin.size);
        }
        for (const [at, most] of asked) {
          expect(set.next(at)).toBe(nextOf(twin, at, capacity));
          if (at >= capacity) continue;
          expect(set.has(at)).toBe(twin.has(at));
          expect(set.runFrom(at, most)).toBe(runOf(twin, at, most));
        }
        expect(set.next(capacity)).toBe(-1);
        const members: number[] = [];
        for (let member = set.next(0); member !== -1; member = set.next(member + 1)) members.push(member);
        expect(members).toEqual([...twin].sort((a, b) => a - b));
      }),
      { numRuns: capacity > 2000 ? 40 : 80, seed },
    );
  });

  it('can be filled to the brim and emptied again in one stretch', () => {
    for (const capacity of capacities) {
      const set = new IntegerSet(capacity);
      set.addRange(0, capacity);
      expect([set.size, set.runFrom(0, capacity + 5)]).toEqual([capacity, capacity]);
      expect(set.next(Math.max(0, capacity - 1))).toBe(capacity - 1);
      set.removeRange(0, capacity);
      expect([set.size, set.next(0)]).toEqual([0, -1]);
    }
  });

  it('knows the place of the lowest set bit of every word with one or two bits', () => {
    for (let low = 0; low < 32; low++) {
      expect(trailingZeros(1 << low)).toBe(low);
      for (let high = low + 1; high < 32; high++) expect(trailingZeros((1 << low) | (1 << high))).toBe(low);
    }
  });
});
