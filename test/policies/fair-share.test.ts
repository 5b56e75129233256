import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairShare } from '../../src/policies/quota/fair-share.ts';
import { seed } from '../engine/seed.ts';

const queue = fc.record({
  deserved: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Infinity)),
  limit: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(2.5), fc.constant(Infinity)),
  overQuotaWeight: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 8, noNaN: true })),
  priority: fc.integer({ min: 0, max: 2 }),
  request: fc.integer({ min: 0, max: 80 }),
  usage: fc.double({ min: 0, max: 0.5, noNaN: true }),
});
const division = fc.record({
  queues: fc.array(queue, { minLength: 1, maxLength: 12 }),
  gpus: fc.integer({ min: 0, max: 200 }),
  kValue: fc.constantFrom<number[]>(0, 0.5, 4),
});

type Division = typeof division extends fc.Arbitrary<infer T> ? T : never;

function divide({ queues, gpus, kValue }: Division): { share: number[]; left: number } {
  const column = (key: keyof Division['queues'][number]): number[] => queues.map((one) => one[key]);
  const claims = {
    deserved: column('deserved'),
    limit: column('limit'),
    overQuotaWeight: column('overQuotaWeight'),
    priority: column('priority'),
    request: column('request'),
    usage: column('usage'),
  };
  const share = new Float64Array(queues.length);
  const order = queues.map((_, index) => index);
  const left = new FairShare(claims, order).divide(gpus, kValue, share);
  return { share: [...share], left };
}

const plain = { deserved: 0, limit: Infinity, overQuotaWeight: 1, priority: 0, request: 100, usage: 0 };

describe('the division of GPUs among queues', () => {
  it('gives 70 and 30 of 100 to queues that deserve 10 each and weigh 3 to 1', () => {
    const queues = [3, 1].map((overQuotaWeight) => ({ ...plain, deserved: 10, overQuotaWeight }));
    expect(divide({ queues, gpus: 100, kValue: 0 })).toEqual({ share: [70, 30], left: 0 });
  });

  it('gives the GPU that rounding leaves over to the largest fraction, and to the first of equal ones', () => {
    expect(divide({ queues: [plain, plain, plain], gpus: 10, kValue: 0 }).share).toEqual([4, 3, 3]);
    const weights = [1, 1, 1.2].map((overQuotaWeight) => ({ ...plain, overQuotaWeight }));
    // 10/3.2 = 3.125 twice and 3.75.
    expect(divide({ queues: weights, gpus: 10, kValue: 0 }).share).toEqual([3, 3, 4]);
  });

  it('takes from whoever used much in the past, the more the larger kValue is', () => {
    const queues = [0.3, 0.1].map((usage) => ({ ...plain, usage }));
    // Parts 0.5 + k (0.5 - usage): with k = 1, 0.7 and 0.9 of 1.6.
    expect(divide({ queues, gpus: 160, kValue: 0 }).share).toEqual([80, 80]);
    expect(divide({ queues, gpus: 160, kValue: 1 }).share).toEqual([70, 90]);
  });

  it('serves the higher priority first from what is left over, and nobody’s deserved share suffers for it', () => {
    const queues = [
      { ...plain, deserved: 20 },
      { ...plain, priority: 1, request: 60 },
    ];
    expect(divide({ queues, gpus: 100, kValue: 0 })).toEqual({ share: [40, 60], left: 0 });
    expect(divide({ queues, gpus: 50, kValue: 0 })).toEqual({ share: [20, 30], left: 0 });
  });

  it('gives everybody what he deserves, nobody more than he asks for or may have, and keeps nothing that is wanted', () => {
    const met = { limited: 0, leftOver: 0, scarce: 0 };
    fc.assert(
      fc.property(division, (one) => {
        const { share, left } = divide(one);
        const wanted = one.queues.map(({ request, limit }) => Math.min(request, limit));
        const owed = one.queues.map(({ deserved }, index) => Math.min(deserved, one.gpus, wanted[index]!));
        const sumOfOwed = owed.reduce((sum, gpus) => sum + gpus, 0);
        share.forEach((gpus, index) => {
          expect(gpus).toBeGreaterThanOrEqual(owed[index]!);
          expect(gpus).toBeLessThanOrEqual(wanted[index]! + 1e-9);
          if (wanted[index]! < one.queues[index]!.request && gpus === wanted[index]) met.limited++;
        });
        const given = share.reduce((sum, gpus) => sum + gpus, 0);
        expect(given + left).toBeCloseTo(Math.max(one.gpus, sumOfOwed), 6);
        if (sumOfOwed > one.gpus) met.scarce++;
        // Without past use, what remains is wanted by nobody who takes part in the division.
        if (one.kValue > 0 || left < 1e-6) return;
        met.leftOver++;
        one.queues.forEach(({ overQuotaWeight }, index) => {
          if (overQuotaWeight > 0) expect(share[index]).toBeCloseTo(wanted[index]!, 6);
        });
      }),
      { numRuns: 500, seed },
    );
    expect(Math.min(met.limited, met.leftOver, met.scarce)).toBeGreaterThan(20);
  });
});
