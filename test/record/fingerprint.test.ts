import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FactKind, nothingSpent, type Fact } from '../../src/sim/record/fact.ts';
import { Fingerprint } from '../../src/sim/record/fingerprint.ts';
import { seed } from '../engine/seed.ts';

interface PlainFact {
  readonly kind: FactKind;
  readonly timeUs: number;
  readonly subject: number;
  readonly detail: number;
  /** Shown with a start: first node, nodes, GPUs on each, run by run. */
  readonly grants: readonly number[];
}

function fingerprintOf(facts: readonly PlainFact[], endUs: number): string {
  const fingerprint = new Fingerprint();
  for (const { grants, ...fact } of facts) {
    // Grants lie anywhere in the table: where is no part of what happened.
    const data = Int32Array.from([7, ...grants, 9]);
    const shown: Fact = {
      ...fact,
      gpus: 0,
      gpuMilli: 0,
      spent: nothingSpent(),
      grants: data,
      grantsFirst: 1,
      grantsEnd: 1 + grants.length,
      gpusEnd: 1 + grants.length,
    };
    fingerprint.step(shown);
  }
  fingerprint.done(endUs);
  return fingerprint.toString();
}

const factArbitrary: fc.Arbitrary<PlainFact> = fc.record({
  kind: fc.constantFrom(...Object.values(FactKind)),
  timeUs: fc.oneof(fc.nat({ max: 100 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  subject: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 31 - 1 })),
  detail: fc.nat({ max: 3 }),
  grants: fc
    .array(fc.tuple(fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 8 })), {
      maxLength: 4,
    })
    .map((runs) => runs.flat()),
});
const factsArbitrary = fc.array(factArbitrary, { minLength: 1, maxLength: 20 });

describe('the fingerprint', () => {
  it('is 16 hex digits, the same for the same facts, wherever their grants are kept', () => {
    fc.assert(
      fc.property(factsArbitrary, fc.nat(), (facts, endUs) => {
        expect(fingerprintOf(facts, endUs)).toMatch(/^[0-9a-f]{16}$/);
        expect(fingerprintOf(structuredClone(facts), endUs)).toBe(fingerprintOf(facts, endUs));
      }),
      { numRuns: 100, seed },
    );
  });

  it('is another when any field of any fact is, or the end of the run', () => {
    fc.assert(
      fc.property(factsArbitrary, fc.nat(), fc.integer({ min: 1, max: 2 ** 30 }), (facts, endUs, by) => {
        const first = fingerprintOf(facts, endUs);
        facts.forEach((fact, place) => {
          const changed: PlainFact[] = [
            { ...fact, kind: ((fact.kind + 1) % 7) as FactKind },
            { ...fact, timeUs: fact.timeUs > 0 ? fact.timeUs - 1 : 1 },
            { ...fact, timeUs: fact.timeUs >= 2 ** 32 ? fact.timeUs - 2 ** 32 : fact.timeUs + 2 ** 32 },
            { ...fact, subject: (fact.subject + by) % 2 ** 31 },
            { ...fact, detail: fact.detail + 1 },
          ];
          if (fact.kind === FactKind.Start) {
            fact.grants.forEach((value, at) => changed.push({ ...fact, grants: fact.grants.with(at, value + 1) }));
            changed.push({ ...fact, grants: [...fact.grants, 1, 1, 1] });
          }
          for (const other of changed) expect(fingerprintOf(facts.with(place, other), endUs)).not.toBe(first);
        });
        expect(fingerprintOf(facts, endUs + by)).not.toBe(first);
      }),
      { numRuns: 150, seed },
    );
  });

  it('is another when a fact is missing, comes twice, or changes places with a different one', () => {
    fc.assert(
      fc.property(factsArbitrary, fc.nat(), (facts, endUs) => {
        const first = fingerprintOf(facts, endUs);
        facts.forEach((fact, place) => {
          expect(fingerprintOf(facts.toSpliced(place, 1), endUs)).not.toBe(first);
          expect(fingerprintOf(facts.toSpliced(place, 0, fact), endUs)).not.toBe(first);
          const next = facts[place + 1];
          if (next === undefined || JSON.stringify(next) === JSON.stringify(fact)) return;
          // What only a start shows makes no difference to others.
          const seen = ({ grants, ...rest }: PlainFact) =>
            JSON.stringify([rest, rest.kind === FactKind.Start && grants]);
          if (seen(next) === seen(fact)) return;
          expect(fingerprintOf(facts.toSpliced(place, 2, next, fact), endUs)).not.toBe(first);
        });
      }),
      { numRuns: 150, seed },
    );
  });

  it('scatters a hundred thousand neighbouring facts without a collision', () => {
    const seen = new Set<string>();
    for (let timeUs = 0; timeUs < 200; timeUs++) {
      for (let subject = 0; subject < 500; subject++) {
        seen.add(fingerprintOf([{ kind: FactKind.Arrive, timeUs, subject, detail: 0, grants: [] }], 1000));
      }
    }
    expect(seen.size).toBe(100_000);
  });
});
