import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellForest, NO_CELL } from '../../src/policies/cells/cell-forest.ts';
import { PrivateCluster } from '../../src/policies/cells/private-cluster.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { buildQuotaTree, type QuotaTree } from '../../src/sim/model/quota-tree.ts';
import { checkIdentities } from '../engine/exact-identities.ts';
import { clusterOf, runOf, scheduleOf, schedulingOf, type JobSketch, type RunSketch } from '../engine/run-builder.ts';
import { seed } from '../engine/seed.ts';

/** Queues with quotas in GPUs, each of the tenant of its name. */
function queues(quotas: Readonly<Record<string, number>>): (tenants: readonly string[]) => QuotaTree {
  return (tenants) =>
    buildQuotaTree(
      Object.entries(quotas).map(([name, quota]) => ({ name, tenants: [name], quota, weight: 1, priority: 0 })),
      tenants,
    );
}

describe('cells, by the buddy system', () => {
  // Two racks of two nodes of four GPUs: kinds of 1, 2, 4, 8 GPUs.
  const forest = new CellForest(clusterOf([{ nodes: 4, gpusPerNode: 4, nodesPerRack: 2 }]));
  const free = (): number[] => [0, 1, 2, 3].map((kind) => forest.freeOf(kind).length);

  it('are split when none is small enough, the smallest that is large enough first, and merged when all parts are back', () => {
    expect(forest.kindGpus).toEqual([1, 2, 4, 8]);
    expect(free()).toEqual([0, 0, 0, 2]);
    const gpu = forest.allocate(0);
    expect(free(), 'a rack, its node and its half are cut').toEqual([1, 1, 1, 1]);
    const half = forest.allocate(1);
    expect(free(), 'the half that is free already serves').toEqual([1, 0, 1, 1]);
    const node = forest.allocate(2);
    expect(free()).toEqual([1, 0, 0, 1]);
    const rack = forest.allocate(3);
    expect(forest.allocate(3)).toBe(NO_CELL);
    expect(forest.allocate(1), 'no half is whole').toBe(NO_CELL);
    forest.release(half);
    expect(free(), 'its sibling is in pieces').toEqual([1, 1, 0, 0]);
    forest.release(gpu);
    expect(free(), 'GPU and half make a node').toEqual([0, 0, 1, 0]);
    forest.release(node);
    forest.release(rack);
    expect(free()).toEqual([0, 0, 0, 2]);
  });

  it('are cut where the fewest lent GPUs are', () => {
    const other = new CellForest(clusterOf([{ nodes: 3, gpusPerNode: 2 }]));
    other.lend(1, 2);
    other.lend(2, 1);
    expect([1, 1, 1].map((kind) => other.firstNode[other.allocate(kind)])).toEqual([0, 2, 1]);
  });

  it('leave a rack with fewer nodes, and GPUs that cannot be halved, as what they are', () => {
    const odd = new CellForest(clusterOf([{ nodes: 5, gpusPerNode: 6, nodesPerRack: 2 }]));
    expect(odd.kindGpus).toEqual([1, 3, 6, 12]);
    expect([0, 1, 2, 3].map((kind) => odd.freeOf(kind).length)).toEqual([0, 0, 1, 2]);
  });
});

describe('a private cluster', () => {
  const forest = new CellForest(clusterOf([{ nodes: 4, gpusPerNode: 4, nodesPerRack: 2 }]));

  it('takes the node with the fewest free GPUs, for a larger gang idle ones and the rest', () => {
    const mine = new PrivateCluster();
    mine.add(forest, 3, 4);
    mine.add(forest, 1, 4);
    expect(mine.place(0, 1)).toEqual([{ node: 2, gpus: 1 }]);
    expect(mine.place(0, 6)).toEqual([
      { node: 0, gpus: 4 },
      { node: 1, gpus: 2 },
    ]);
    expect(mine.place(0, 3)).toBeUndefined();
    expect([mine.couldHold(0, 10), mine.couldHold(0, 11)]).toEqual([true, false]);
  });
});

describe('hived', () => {
  const pools = [{ nodes: 4, gpusPerNode: 4, nodesPerRack: 2 }];
  const scheduling = 'hived';
  const placement = 'best-fit';

  it('lends what an owner does not use, and takes it back from the last started of the lowest priority', () => {
    const jobs: JobSketch[] = [
      ...[0, 1, 2, 3].map((submitUs) => ({ gpus: 4, runUs: 100, submitUs, tenant: 'guest', priority: -1 })),
      { gpus: 8, runUs: 50, submitUs: 10, tenant: 'owner' },
    ];
    const run = runOf({ pools, jobs, scheduling, placement, quotas: queues({ owner: 8, guest: 0 }) });
    expect(scheduleOf(run)[4]).toEqual([10, 60]);
    // Two of the four had to go; they have run at least 7 and go on at 60, when the owner has ended.
    expect(run.log.of(FactKind.Preempt).map(({ timeUs }) => timeUs)).toEqual([10, 10]);
    expect(run.metrics.outcomes.preemptions.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(scheduleOf(run)[0]).toEqual([0, 100]);
  });

  it('lets nobody pass the borders of his cells, and runs what is beyond them if there is room', () => {
    const jobs: JobSketch[] = [
      { gpus: 4, runUs: 100, tenant: 'a' },
      { gpus: 4, runUs: 100, tenant: 'a' },
      { gpus: 16, runUs: 10, submitUs: 5, tenant: 'a' },
    ];
    const quotas = queues({ a: 4, b: 12 });
    const run = runOf({ pools, jobs, scheduling, placement, quotas });
    expect(scheduleOf(run)).toEqual([
      [0, 100],
      [100, 200],
      [200, 210],
    ]);
    const strict = runOf({ pools, jobs, scheduling: ['hived', { beyondCells: 'turn-away' }], placement, quotas });
    expect(strict.log.of(FactKind.Reject).map(({ subject, timeUs }) => [subject, timeUs])).toEqual([[2, 5]]);
  });

  it('refuses quotas that the cluster does not have', () => {
    const cluster = clusterOf(pools);
    const objection = (a: number): string | undefined =>
      schedulingOf(scheduling).objection?.(cluster, queues({ a, b: 6 })(['a', 'b']));
    expect(objection(10)).toBeUndefined();
    expect(objection(11)).toMatch(/17 GPUs together, and the cluster has 16.*lower the quotas/);
  });
});

const anyJob = fc.record({
  submitUs: fc.integer({ min: 0, max: 60 }),
  runUs: fc.integer({ min: 1, max: 30 }),
  gpus: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: 5, max: 16 }) },
  ),
  tenant: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom(-2, -1, 0, 0, 0, 1),
});
const shapesOfCluster = fc.record({
  nodes: fc.integer({ min: 2, max: 9 }),
  gpusPerNode: fc.constantFrom(1, 2, 3, 4, 6),
  nodesPerRack: fc.constantFrom(0, 2, 3),
  racksPerLeaf: fc.constantFrom(0, 2),
});
const shared = fc.record({
  pool: shapesOfCluster,
  jobs: fc.array(anyJob, { minLength: 20, maxLength: 60 }),
  parts: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
  placement: fc.constantFrom('best-fit', 'worst-fit', 'first-fit', 'count'),
  blocked: fc.constantFrom('skip', 'head'),
});

describe('the promise of cells', () => {
  it('a queue starts every guaranteed job when it would in a private cluster, whatever the others do', () => {
    const met = { jobs: 0, waited: 0, preempted: 0 };
    fc.assert(
      fc.property(shared, ({ pool, jobs, parts, placement, blocked }) => {
        const gpus = pool.nodes * pool.gpusPerNode;
        const whole = Math.max(1, parts[0] + parts[1] + parts[2]);
        const [a, b, c] = parts.map((part) => Math.floor((gpus * part) / whole));
        const quotas = queues({ a: a!, b: b!, c: c! });
        const fitting = jobs.filter((job) => job.gpus <= gpus && (placement === 'count' || job.gpus <= gpus));
        const sketch: Omit<RunSketch, 'jobs'> = {
          pools: [pool],
          scheduling: ['hived', { blocked }],
          placement,
          quotas,
        };
        const together = runOf({ ...sketch, jobs: fitting });
        checkIdentities(together);
        const all = scheduleOf(together);
        met.preempted += together.metrics.outcomes.preemptions.reduce((sum, count) => sum + count, 0);
        for (const [tenant, quota] of [
          ['a', a!],
          ['b', b!],
          ['c', c!],
        ] as const) {
          const isMine = (job: JobSketch): boolean => job.tenant === tenant && job.priority! >= 0 && job.gpus <= quota;
          const mine = fitting.filter(isMine);
          if (mine.length === 0) continue;
          // The same cells, and nobody else's jobs: a private cluster.
          const alone = scheduleOf(runOf({ ...sketch, jobs: mine, quotas }));
          const places = fitting.flatMap((job, place) => (isMine(job) ? [place] : []));
          expect(places.map((place) => all[place])).toEqual(alone);
          met.jobs += mine.length;
          met.waited += alone.filter(([start], index) => start > mine[index]!.submitUs).length;
        }
      }),
      { numRuns: 100, seed, endOnFailure: true },
    );
    expect(met.jobs).toBeGreaterThan(1000);
    expect(met.waited).toBeGreaterThan(200);
    expect(met.preempted).toBeGreaterThan(200);
  });

  it('guaranteed jobs are never preempted, and their queue never holds more than its quota through them', () => {
    let starts = 0;
    fc.assert(
      fc.property(shared, ({ pool, jobs, placement, blocked }) => {
        const gpus = pool.nodes * pool.gpusPerNode;
        const part = Math.floor(gpus / 3);
        const fitting = jobs.filter((job) => job.gpus <= gpus);
        const run = runOf({
          pools: [pool],
          jobs: fitting,
          scheduling: ['hived', { blocked }],
          placement,
          quotas: queues({ a: part, b: part, c: part }),
        });
        const { table, held } = { table: run.spec.jobs, held: new Map<number, number>() };
        const isGuaranteed = (job: number): boolean => table.priority[job]! >= 0 && table.gpus[job]! <= part;
        for (const { kind, subject: job } of run.log.facts) {
          if (kind === FactKind.Refusal || !isGuaranteed(job)) continue;
          expect(kind).not.toBe(FactKind.Preempt);
          const sign = kind === FactKind.Start ? 1 : kind === FactKind.Finish ? -1 : 0;
          const tenant = table.tenant[job]!;
          held.set(tenant, (held.get(tenant) ?? 0) + sign * table.gpus[job]!);
          expect(held.get(tenant)).toBeLessThanOrEqual(part);
          starts += sign === 1 ? 1 : 0;
        }
      }),
      { numRuns: 40, seed, endOnFailure: true },
    );
    expect(starts).toBeGreaterThan(500);
  });
});
