import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuctionRound, LOST } from '../../../src/policies/market/auction-round.ts';
import { priorityFactor, TokenPurses, urgency } from '../../../src/policies/market/bids.ts';
import { ExactAuction } from '../../../src/policies/market/exact-auction.ts';
import { GreedyAuction } from '../../../src/policies/market/greedy-auction.ts';
import { seed } from '../../engine/seed.ts';

interface Bidder {
  readonly gpus: number;
  readonly bid: number;
  readonly typeMask: number;
}

interface Outcome {
  readonly wonType: readonly number[];
  readonly price: readonly number[];
}

type Rule = (free: readonly number[], bidders: readonly Bidder[]) => Outcome;

function ruleOf(create: (bidders: number) => { run(round: AuctionRound): void }): Rule {
  return (free, bidders) => {
    const round = new AuctionRound(bidders.length, free.length);
    for (const gpus of free) round.offer(gpus);
    for (const { gpus, bid, typeMask } of bidders) round.add(gpus, bid, typeMask);
    create(bidders.length).run(round);
    return { wonType: [...round.wonType], price: [...round.price] };
  };
}

const greedy = ruleOf((bidders) => new GreedyAuction(bidders, 'skip'));
const greedyWaiting = ruleOf((bidders) => new GreedyAuction(bidders, 'wait'));
const exact = ruleOf((bidders) => new ExactAuction(bidders));
const rules: readonly (readonly [string, Rule])[] = [
  ['greedy', greedy],
  ['greedy that waits for a blocked gang', greedyWaiting],
  ['exact', exact],
];

const bidder = (types: number): fc.Arbitrary<Bidder> =>
  fc.record({
    gpus: fc.integer({ min: 1, max: 8 }),
    bid: fc.integer({ min: 0, max: 40 }),
    typeMask: fc.integer({ min: 1, max: 2 ** types - 1 }),
  });

/** Rounds in which about half of the bidders lose, ties included; the first bidder is the one who tries things. */
const sales = fc.integer({ min: 1, max: 2 }).chain((types) =>
  fc.record({
    free: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: types, maxLength: types }),
    bidders: fc.array(bidder(types), { minLength: 1, maxLength: 8 }),
    place: fc.nat({ max: 7 }),
  }),
);

/** What a bidder has of an outcome if its gang is worth this to it. */
function utility({ wonType, price }: Outcome, at: number, worth: number): number {
  return wonType[at] === LOST ? 0 : worth - price[at]!;
}

describe('one GPU for sale', () => {
  it.each(rules)('%s: the highest bid wins and pays the second: 7, 10, 4 -> the second bidder pays 7', (_, rule) => {
    const bidders = [7, 10, 4].map((bid) => ({ gpus: 1, bid, typeMask: 1 }));
    expect(rule([1], bidders)).toEqual({ wonType: [LOST, 0, LOST], price: [0, 7, 0] });
  });

  it.each(rules)('%s: who bids alone pays nothing, and of equal bids the first wins and pays it', (_, rule) => {
    expect(rule([1], [{ gpus: 1, bid: 9, typeMask: 1 }])).toEqual({ wonType: [0], price: [0] });
    const alike = [5, 5].map((bid) => ({ gpus: 1, bid, typeMask: 1 }));
    expect(rule([1], alike)).toEqual({ wonType: [0, LOST], price: [5, 0] });
  });
});

describe('gangs, by hand', () => {
  it('greedy serves by bid / sqrt(GPUs) and prices by the gang that would have stood in the way', () => {
    // 4 GPUs. Densities 12/2 = 6, 5, 3·2 = 6/sqrt 2 = 4.24: the gang of four wins; without it the others would.
    const bidders = [
      { gpus: 4, bid: 12, typeMask: 1 },
      { gpus: 1, bid: 5, typeMask: 1 },
      { gpus: 2, bid: 6, typeMask: 1 },
    ];
    // Behind the bidder of density 5 three GPUs are left, too few for four: critical value 5 · sqrt 4.
    expect(greedy([4], bidders)).toEqual({ wonType: [0, LOST, LOST], price: [10, 0, 0] });
    // Exact: 12 against 5 + 6: the gang of four wins here too, and pays what the others lose.
    expect(exact([4], bidders)).toEqual({ wonType: [0, LOST, LOST], price: [11, 0, 0] });
  });

  it('the exact rule finds what greedy misses: one of 5 GPUs for 10 against five of one GPU for 4', () => {
    const bidders = [
      { gpus: 5, bid: 10, typeMask: 1 },
      ...Array.from({ length: 5 }, () => ({ gpus: 1, bid: 4, typeMask: 1 })),
    ];
    expect(greedy([5], bidders).wonType).toEqual([0, LOST, LOST, LOST, LOST, LOST]);
    expect(exact([5], bidders)).toEqual({ wonType: [LOST, 0, 0, 0, 0, 0], price: [0, 0, 0, 0, 0, 0] });
  });

  it('waiting for a blocked gang leaves GPUs unsold', () => {
    const bidders = [
      { gpus: 3, bid: 30, typeMask: 1 },
      { gpus: 4, bid: 20, typeMask: 1 },
      { gpus: 1, bid: 1, typeMask: 1 },
    ];
    expect(greedy([5], bidders).wonType).toEqual([0, LOST, 0]);
    // The blocked gang's density 10 stands before the last: the first pays 10 · sqrt 3.
    expect(greedyWaiting([5], bidders)).toEqual({ wonType: [0, LOST, LOST], price: [10 * Math.sqrt(3), 0, 0] });
  });
});

describe.each(rules)('%s auction', (_, rule) => {
  it('sells no GPU twice, each gang whole and of a type that will do', () => {
    fc.assert(
      fc.property(sales, ({ free, bidders }) => {
        const { wonType } = rule(free, bidders);
        const left = [...free];
        wonType.forEach((type, at) => {
          if (type === LOST) return;
          expect((bidders[at]!.typeMask >>> type) & 1).toBe(1);
          left[type]! -= bidders[at]!.gpus;
        });
        expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300, seed },
    );
  });

  it('nobody pays above the bid, losers pay nothing, and some do pay', () => {
    let paid = 0;
    fc.assert(
      fc.property(sales, ({ free, bidders }) => {
        const { wonType, price } = rule(free, bidders);
        for (const [at, { bid }] of bidders.entries()) {
          expect(price[at]).toBeGreaterThanOrEqual(0);
          expect(price[at]).toBeLessThanOrEqual(wonType[at] === LOST ? 0 : bid);
          if (price[at]! > 0) paid++;
        }
      }),
      { numRuns: 300, seed },
    );
    expect(paid).toBeGreaterThan(200);
  });

  it('a raised bid never loses what would have been won, and the price stays', () => {
    let wins = 0;
    fc.assert(
      fc.property(sales, fc.integer({ min: 1, max: 40 }), ({ free, bidders, place }, more) => {
        const at = place % bidders.length;
        const before = rule(free, bidders);
        if (before.wonType[at] === LOST) return;
        wins++;
        const after = rule(free, bidders.with(at, { ...bidders[at]!, bid: bidders[at]!.bid + more }));
        expect(after.wonType[at]).not.toBe(LOST);
        expect(after.price[at]).toBe(before.price[at]);
      }),
      { numRuns: 600, seed },
    );
    expect(wins).toBeGreaterThan(200);
  });

  it('the price is the least bid that wins: just below it the gang is lost, just above it is won', () => {
    let priced = 0;
    fc.assert(
      fc.property(sales, ({ free, bidders }) => {
        const { wonType, price } = rule(free, bidders);
        for (const [at, own] of bidders.entries()) {
          if (wonType[at] === LOST) continue;
          const won = (bid: number): boolean => rule(free, bidders.with(at, { ...own, bid })).wonType[at] !== LOST;
          expect(won(price[at]! + 1e-6)).toBe(true);
          if (price[at] === 0) continue;
          expect(won(price[at]! - 1e-6)).toBe(false);
          priced++;
        }
      }),
      { numRuns: 300, seed },
    );
    expect(priced).toBeGreaterThan(100);
  });

  it('neither another bid nor a larger gang than needed raises the utility', () => {
    let changed = 0;
    fc.assert(
      fc.property(
        sales,
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 0, max: 4 }),
        ({ free, bidders, place }, said, moreGpus) => {
          const at = place % bidders.length;
          const own = bidders[at]!;
          const honest = rule(free, bidders);
          const lie = rule(free, bidders.with(at, { ...own, bid: said, gpus: own.gpus + moreGpus }));
          if (honest.wonType[at] !== lie.wonType[at]) changed++;
          expect(utility(lie, at, own.bid)).toBeLessThanOrEqual(utility(honest, at, own.bid) + 1e-9);
        },
      ),
      { numRuns: 1000, seed },
    );
    expect(changed).toBeGreaterThan(200);
  });
});

describe('the exact auction', () => {
  it('sells for the greatest worth of all choices of winners, and prices by the worth without each', () => {
    let better = 0;
    fc.assert(
      fc.property(sales, ({ free, bidders }) => {
        const { wonType, price } = exact(free, bidders);
        const worth = greatestWorth(free, bidders);
        const sum = bidders.reduce((total, { bid }, at) => (wonType[at] === LOST ? total : total + bid), 0);
        expect(sum).toBe(worth);
        for (const [at, { bid }] of bidders.entries()) {
          if (wonType[at] === LOST) continue;
          expect(price[at]).toBe(greatestWorth(free, bidders.toSpliced(at, 1)) - (worth - bid));
        }
        const byGreedy = greedy(free, bidders).wonType;
        if (worth > bidders.reduce((total, { bid }, at) => (byGreedy[at] === LOST ? total : total + bid), 0)) better++;
      }),
      { numRuns: 300, seed },
    );
    expect(better).toBeGreaterThan(20);
  });
});

/** The slow, obvious twin: every bidder on every type or on none. */
function greatestWorth(free: readonly number[], [first, ...others]: readonly Bidder[]): number {
  if (first === undefined) return 0;
  let worth = greatestWorth(free, others);
  for (const [type, gpus] of free.entries()) {
    if (((first.typeMask >>> type) & 1) === 0 || gpus < first.gpus) continue;
    worth = Math.max(worth, first.bid + greatestWorth(free.with(type, gpus - first.gpus), others));
  }
  return worth;
}

describe('bids', () => {
  it('urgency is 1 with a slack of the horizon, 2 with none, 3 when it is late by the horizon', () => {
    expect([Infinity, 200, 100, 50, 0, -100].map((slack) => urgency(slack, 100))).toEqual([1, 1, 1, 1.5, 2, 3]);
  });

  it('priority is a positive factor that grows with the class', () => {
    expect([-3, -1, 0, 1, 9].map(priorityFactor)).toEqual([0.25, 0.5, 1, 2, 10]);
  });

  it('purses are refilled at each window, without saving up, and debts are paid back', () => {
    const purses = new TokenPurses(3, 100, 10);
    purses.pay(0, 30);
    purses.pay(1, 250);
    expect([0, 1, 2].map((tenant) => purses.available(tenant))).toEqual([70, 0, 100]);
    purses.refill(9);
    expect(purses.available(0)).toBe(70);
    purses.refill(10);
    expect([0, 1, 2].map((tenant) => purses.available(tenant))).toEqual([100, 0, 100]);
    purses.refill(25);
    expect(purses.available(1)).toBe(50);
    purses.refill(1000);
    expect(purses.available(1)).toBe(100);
  });
});
