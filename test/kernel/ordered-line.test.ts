import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOBODY, OrderedLine } from '../../src/sim/kernel/ordered-line.ts';

interface Entry {
  readonly key: number;
  readonly member: number;
}

function before(a: Entry, b: Entry): boolean {
  return a.key < b.key || (a.key === b.key && a.member < b.member);
}

describe('an ordered line', () => {
  it('answers as a sorted list does while it grows to thousands of members and shrinks to none', () => {
    let longest = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.infiniteStream(fc.nat({ max: 999 })), (size, luck) => {
        const draw = (): number => Number(luck.next().value);
        const line = new OrderedLine();
        let twin: Entry[] = [];
        const check = (): void => {
          const probe = { key: draw() % 40, member: draw() };
          expect(line.length).toBe(twin.length);
          expect(line.first()).toBe(twin[0]?.member ?? NOBODY);
          expect(line.after(probe.key, probe.member)).toBe(
            twin.find((entry) => before(probe, entry))?.member ?? NOBODY,
          );
          expect(line.upTo(probe.key, probe.member)).toBe(
            twin.findLast((entry) => !before(probe, entry))?.member ?? NOBODY,
          );
          expect(line.remove(-7, probe.member)).toBe(false);
        };
        for (let member = 0; member < size; member++) {
          const entry = { key: draw() % 40, member };
          line.insert(entry.key, entry.member);
          const place = twin.findIndex((other) => before(entry, other));
          twin.splice(place === -1 ? twin.length : place, 0, entry);
          if (member % 17 === 0) check();
        }
        longest = Math.max(longest, twin.length);
        const order: number[] = [];
        for (let member = line.first(), at = 0; member !== NOBODY; member = line.after(twin[at - 1]!.key, member)) {
          order.push(member);
          at++;
        }
        expect(order).toEqual(twin.map((entry) => entry.member));
        while (twin.length > 0) {
          const gone = twin[draw() % twin.length]!;
          expect(line.remove(gone.key, gone.member)).toBe(true);
          twin = twin.filter((entry) => entry !== gone);
          if (twin.length % 17 === 0) check();
        }
      }),
      { numRuns: 15, seed: 3 },
    );
    expect(longest).toBeGreaterThan(1000);
  });
});
