import { describe, expect, it } from 'vitest';
import { ClassicShares, FairTree } from '../../src/policies/quota/account-shares.ts';
import { DecayedUsage } from '../../src/policies/quota/decayed-usage.ts';
import { multifactorPriority, type PriorityRules } from '../../src/policies/quota/multifactor-priority.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { buildQuotaTree, type QuotaTree } from '../../src/sim/model/quota-tree.ts';

/** Accounts and users as 'name parent weight', the parent of the top being '-'. */
function treeOf(...lines: string[]): QuotaTree {
  const drafts = lines.map((line) => {
    const [name, parent, weight] = line.split(' ');
    return {
      name: name!,
      ...(parent === '-' ? {} : { parent: parent! }),
      weight: Number(weight),
      priority: 0,
      tenants: [],
    };
  });
  return buildQuotaTree(drafts, []);
}

/** Past use of each queue by name; 0 where nothing is said. */
function usageOf({ names }: QuotaTree, used: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(names, (name) => used[name] ?? 0);
}

function factorsOf(shares: ClassicShares | FairTree, { names }: QuotaTree, queues: readonly string[]): number[] {
  return queues.map((name) => shares.factor[names.indexOf(name)]!);
}

describe('classic fair share', () => {
  // The worked example of Slurm's manual, classic_fair_share.html. Its users used 0.7 of the machine; the other 0.3 went
  // to an account without shares.
  const tree = treeOf(
    'A - 40', 'D - 60', 'gone - 0', 'B A 30', 'C A 10', 'E D 25', 'F D 35',
    'user1 B 1', 'user2 C 1', 'user3 C 1', 'user4 E 1', 'user5 F 1',
  ); // prettier-ignore
  const users = ['user1', 'user2', 'user3', 'user4', 'user5'];

  it('gives the factors of the example in Slurm’s manual', () => {
    const shares = new ClassicShares(tree);
    shares.update(usageOf(tree, { user1: 0.2, user2: 0.25, user4: 0.25, gone: 0.3 }));
    const printed = [0.408479, 0.022097, 0.125, 0.5, 0.749154];
    factorsOf(shares, tree, users).forEach((factor, index) => expect(factor).toBeCloseTo(printed[index]!, 4));
    expect(factorsOf(shares, tree, ['user1'])[0]).toBeCloseTo(2 ** (-0.3875 / 0.3), 12);
  });

  it('is 0.5 for whoever used just his share, and 1 for all while nobody has used anything', () => {
    const pair = treeOf('a - 3', 'b - 1');
    const shares = new ClassicShares(pair);
    shares.update(usageOf(pair, { a: 3, b: 1 }));
    expect(factorsOf(shares, pair, ['a', 'b'])).toEqual([0.5, 0.5]);
    shares.update(usageOf(pair, {}));
    expect(factorsOf(shares, pair, ['a', 'b'])).toEqual([1, 1]);
  });

  it('is 0 for an account without shares', () => {
    const pair = treeOf('a - 1', 'b - 0');
    const shares = new ClassicShares(pair);
    shares.update(usageOf(pair, { a: 1 }));
    expect(factorsOf(shares, pair, ['b'])).toEqual([0]);
  });

  it('draws the factors together by dampening', () => {
    const pair = treeOf('a - 1', 'b - 1');
    const shares = new ClassicShares(pair, 2);
    shares.update(usageOf(pair, { a: 1 }));
    expect(factorsOf(shares, pair, ['a', 'b'])).toEqual([0.5, 1]);
  });
});

describe('Fair Tree', () => {
  it('puts all users of the account that is served worse before all of the other, whatever they used themselves', () => {
    const tree = treeOf('A - 1', 'B - 1', 'a1 A 1', 'a2 A 1', 'b1 B 1', 'b2 B 1');
    const shares = new FairTree(tree);
    // A used 0.7 of all, B 0.3. Within A: a1 0, a2 7; within B: b1 1, b2 2.
    shares.update(usageOf(tree, { a2: 7, b1: 1, b2: 2 }));
    expect(factorsOf(shares, tree, ['b1', 'b2', 'a1', 'a2'])).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it('weighs use by shares at each level', () => {
    const tree = treeOf('A - 3', 'B - 1', 'a A 1', 'b B 1');
    const shares = new FairTree(tree);
    shares.update(usageOf(tree, { a: 2.9, b: 1 }));
    expect(factorsOf(shares, tree, ['a', 'b'])).toEqual([1, 0.5]);
    shares.update(usageOf(tree, { a: 3.1, b: 1 }));
    expect(factorsOf(shares, tree, ['a', 'b'])).toEqual([0.5, 1]);
  });

  it('gives users on a par the same rank, and the next the rank that he would have anyway', () => {
    const tree = treeOf('u - 1', 'v - 1', 'w - 1');
    const shares = new FairTree(tree);
    shares.update(usageOf(tree, { u: 2, v: 2, w: 5 }));
    expect(factorsOf(shares, tree, ['u', 'v', 'w'])).toEqual([1, 1, 1 / 3]);
    shares.update(usageOf(tree, {}));
    expect(factorsOf(shares, tree, ['u', 'v', 'w'])).toEqual([1, 1, 1]);
  });

  it('orders the children of accounts on a par as one list', () => {
    const tree = treeOf('A - 1', 'B - 1', 'a1 A 3', 'a2 A 1', 'b1 B 1', 'b2 B 1');
    const shares = new FairTree(tree);
    // Within A: 0.75 / 0.5 and 0.25 / 0.5; within B: 0.5 / 0.25 and 0.5 / 0.75.
    shares.update(usageOf(tree, { a1: 2, a2: 2, b1: 1, b2: 3 }));
    expect(factorsOf(shares, tree, ['b1', 'a1', 'b2', 'a2'])).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it('gives a user on a par with an account the rank of its first user', () => {
    const tree = treeOf('A - 1', 'u - 1', 'a1 A 1', 'a2 A 1');
    const shares = new FairTree(tree);
    shares.update(usageOf(tree, { u: 4, a1: 1, a2: 3 }));
    expect(factorsOf(shares, tree, ['u', 'a1', 'a2'])).toEqual([1, 1, 1 / 3]);
  });
});

describe('decayed usage', () => {
  it('halves every half-life, and grows towards GPUs · half-life / ln 2', () => {
    const usage = new DecayedUsage(2, 1000);
    usage.advance(1000, Float64Array.of(3, 0));
    expect(usage.gpuUs[0]).toBeCloseTo((3 * 1000 * 0.5) / Math.LN2, 9);
    const held = usage.gpuUs[0]!;
    usage.advance(3000, Float64Array.of(0, 2));
    expect(usage.gpuUs[0]).toBeCloseTo(held / 4, 9);
    expect(usage.gpuUs[1]).toBeCloseTo((2 * 1000 * 0.75) / Math.LN2, 9);
  });

  it('is the same however often one looks, and plain GPU-time if nothing is forgotten', () => {
    const often = new DecayedUsage(1, 700);
    for (let nowUs = 0; nowUs <= 5000; nowUs += 10) often.advance(nowUs, Float64Array.of(4));
    const once = new DecayedUsage(1, 700);
    once.advance(5000, Float64Array.of(4));
    expect(often.gpuUs[0]).toBeCloseTo(once.gpuUs[0]!, 6);
    const all = new DecayedUsage(1, NEVER);
    all.advance(5000, Float64Array.of(4));
    expect(all.gpuUs[0]).toBe(20_000);
  });

  it('takes back what was charged after an end that one learns of later', () => {
    const late = new DecayedUsage(1, 700);
    late.advance(5000, Float64Array.of(4));
    late.takeBack(0, 4, 3000);
    const exact = new DecayedUsage(1, 700);
    exact.advance(3000, Float64Array.of(4));
    exact.advance(5000, Float64Array.of(0));
    expect(late.gpuUs[0]).toBeCloseTo(exact.gpuUs[0]!, 6);
  });
});

const rules: PriorityRules = {
  ageWeight: 0, fairShareWeight: 0, jobSizeWeight: 0, partitionWeight: 0, qosWeight: 0,
  ageMaxUs: 1000, favourSmall: false, clusterGpus: 64, qosMax: 10, partitionMax: 4,
}; // prettier-ignore
const claims = { waitUs: 0, fairShare: 0, gpus: 0, qos: 0, partition: 0 };

describe('multifactor priority', () => {
  it('is the weighted sum of factors from 0 to 1', () => {
    const weights = {
      ageWeight: 1000,
      fairShareWeight: 10_000,
      jobSizeWeight: 2000,
      partitionWeight: 300,
      qosWeight: 50,
    };
    const job = { waitUs: 250, fairShare: 0.59534, gpus: 16, qos: 2, partition: 1 };
    // 250 + 5953.4 + 500 + 75 + 10, cut to a whole number.
    expect(multifactorPriority({ ...rules, ...weights }, job)).toBe(6788);
  });

  it('ages until the age has its most', () => {
    const priorities = [0, 500, 1000, 5000].map((waitUs) =>
      multifactorPriority({ ...rules, ageWeight: 100 }, { ...claims, waitUs }),
    );
    expect(priorities).toEqual([0, 50, 100, 100]);
  });

  it('prefers large jobs, or small ones if told so', () => {
    const sizes = [0, 16, 64];
    const by = (favourSmall: boolean): number[] =>
      sizes.map((gpus) => multifactorPriority({ ...rules, jobSizeWeight: 100, favourSmall }, { ...claims, gpus }));
    expect(by(false)).toEqual([0, 25, 100]);
    expect(by(true)).toEqual([100, 75, 0]);
  });

  it.each(['classic', 'fair tree'])(
    'turns the order of two users with equal shares where their decayed uses cross, by %s fair share',
    (kind) => {
      const tree = treeOf('a - 1', 'b - 1');
      const halfLifeUs = 1e9;
      // a held 8 GPUs for 1e9 us; from then on b holds 2. With d = 2^(-t/h) their uses are a0 d and 2 h/ln2 (1 - d):
      // they cross where d = r / (1 + r), r = (2 h/ln2) / a0 = 2 / (8 (1 - 1/2)) = 0.5, so d = 1/3, t = h log2(3).
      const crossingUs = halfLifeUs * Math.log2(3);
      const priorityGap = (afterUs: number): number => {
        const usage = new DecayedUsage(2, halfLifeUs);
        usage.advance(1e9, Float64Array.of(8, 0));
        usage.advance(1e9 + afterUs, Float64Array.of(0, 2));
        const shares = kind === 'classic' ? new ClassicShares(tree) : new FairTree(tree);
        shares.update(usage.gpuUs);
        const weighted = { ...rules, fairShareWeight: 1e12 };
        const [a, b] = [0, 1].map((user) =>
          multifactorPriority(weighted, { ...claims, fairShare: shares.factor[user]! }),
        );
        return a! - b!;
      };
      expect(priorityGap(crossingUs - 1)).toBeLessThan(0);
      expect(priorityGap(crossingUs + 1)).toBeGreaterThan(0);
    },
  );
});
