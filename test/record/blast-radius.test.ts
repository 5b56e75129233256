import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainsOf } from '../../src/sim/model/domains.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { FactKind } from '../../src/sim/record/fact.ts';
import { BlastRadii } from '../../src/sim/record/blast-radius.ts';
import { runOf, specOf, type RunSketch } from '../engine/run-builder.ts';
import { worldOf } from '../failures/worlds.ts';

const HOUR_US = 3600e6;

/** Three racks of two nodes with two GPUs. Gangs: a on nodes 0-2 of ten hours, b on node 3 and c on node 4 of five. */
const hall: RunSketch = {
  pools: [{ nodes: 6, gpusPerNode: 2, nodesPerRack: 2, pricePerGpuHour: 3 }],
  jobs: [
    { runUs: 10 * HOUR_US, gpus: 6, tenant: 'red' },
    { runUs: 5 * HOUR_US, gpus: 2, tenant: 'red' },
    { runUs: 5 * HOUR_US, gpus: 2, tenant: 'blue' },
  ],
  scheduling: 'fifo',
  placement: 'first-fit',
  failures: {
    model: worldOf([{ lifetimes: recordedLifetimes([]) }]),
    recovery: ['restart', { restart: 0.5 * HOUR_US }],
  },
  horizonUs: 20 * HOUR_US,
};

describe('the blast radius of a domain', () => {
  it('is the whole of each gang with a GPU in it, over time, priced by what bringing them back takes', () => {
    const radii = runOf(hall).metrics.figures({ endUs: 20 * HOUR_US, events: 0, decisions: 0 }).blastRadius;
    const rack = radii.find(({ level }) => level === 'rack')!;
    expect(radii.map(({ level }) => level)).toEqual(['node', 'rack']);
    expect(rack).toMatchObject({ domains: 3, nodes: 2, gpus: 4 });
    // Rack 0: a. Rack 1: a and b. Rack 2: c. Half an hour of a GPU costs 1.5.
    expect(rack.worst).toEqual({ domain: 1, atS: 0, gangs: 2, gpus: 8, tenants: 1, services: 0, cost: 12 });
    // Gang hours in racks: a twice 10, b 5, c 5; over 20 h and three racks.
    expect(rack.mean.gangs).toBeCloseTo(30 / 60, 12);
    expect(rack.mean.gpus).toBeCloseTo((2 * 60 + 10 + 10) / 60, 12);
    expect(rack.mean.tenants).toBeCloseTo((10 + 10 + 5) / 60, 12);
    expect(rack.mean.cost).toBeCloseTo((1.5 * (2 * 60 + 10 + 10)) / 60, 12);
    const node = radii.find(({ level }) => level === 'node')!;
    expect(node.worst).toMatchObject({ domain: 0, gangs: 1, gpus: 6 });
    expect(node.mean.gpus).toBeCloseTo((3 * 60 + 10 + 10) / 120, 12);
  });

  it('is not priced where no pool has a price', () => {
    const [{ nodes, gpusPerNode, nodesPerRack }] = hall.pools as [
      { nodes: number; gpusPerNode: number; nodesPerRack: number },
    ];
    const run = runOf({ ...hall, pools: [{ nodes, gpusPerNode, nodesPerRack }] });
    expect(run.metrics.blasts!.figures().map(({ mean, worst }) => [mean.cost, worst.cost])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('takes a service below its need where too few replicas stand elsewhere', () => {
    const spec = specOf(hall);
    const of = (replicas: number[], needed: number): BlastRadii => {
      const services = [{ name: 'chat', replicas, needed }];
      return new BlastRadii({ cluster: spec.cluster, jobs: spec.jobs, services, restartUs: () => 0 });
    };
    const [twoOfThree, both] = [of([0, 1, 2], 2), of([0, 1], 2)];
    runOf(hall, [twoOfThree, both]);
    const rackOf = (radii: BlastRadii) => radii.figures().find(({ level }) => level === 'rack')!;
    // Two of three have two of them in rack 1; both need rack 0 and rack 1. For the five hours in which all run.
    expect(rackOf(twoOfThree).worst.services).toBe(1);
    expect(rackOf(twoOfThree).mean.services).toBeCloseTo(5 / 60, 12);
    expect(rackOf(both).mean.services).toBeCloseTo(10 / 60, 12);
  });

  it('is what counting gangs domain by domain at every fact gives', () => {
    const jobs = fc.array(
      fc.record({
        submitUs: fc.integer({ min: 0, max: 50 }),
        runUs: fc.integer({ min: 1, max: 40 }),
        gpus: fc.integer({ min: 1, max: 12 }),
        tenant: fc.constantFrom('red', 'blue', 'green'),
      }),
      { minLength: 1, maxLength: 15 },
    );
    fc.assert(
      fc.property(jobs, fc.constantFrom('first-fit', 'worst-fit', 'consolidate'), (sketches, placement) => {
        const failing = worldOf([{ scope: 'rack', only: 1, lifetimes: recordedLifetimes([{ fromUs: 30, toUs: 45 }]) }]);
        const run = runOf({
          ...hall,
          jobs: sketches,
          placement,
          failures: { model: failing, recovery: ['restart', {}] },
          horizonUs: 400,
        });
        const racks = domainsOf(run.spec.cluster, 'rack');
        const held = new Map<number, Set<number>>();
        let lastUs = 0;
        let gpuUs = 0;
        let most = 0;
        const hit = (): number[] =>
          Array.from({ length: racks.count }, (_, rack) =>
            [...held].reduce((sum, [job, inRacks]) => sum + (inRacks.has(rack) ? run.spec.jobs.gpus[job]! : 0), 0),
          );
        for (const { kind, timeUs, subject, grants } of run.log.facts) {
          gpuUs += hit().reduce((sum, gpus) => sum + gpus, 0) * (timeUs - lastUs);
          lastUs = timeUs;
          if (kind === FactKind.Start) held.set(subject, new Set(grants.map(({ node }) => racks.domainOf[node]!)));
          else if (kind === FactKind.Finish || kind === FactKind.Interrupt) held.delete(subject);
          most = Math.max(most, ...hit());
        }
        expect(held.size).toBe(0);
        const rack = run.metrics.blasts!.figures().find(({ level }) => level === 'rack')!;
        expect(rack.worst.gpus).toBe(most);
        expect(rack.mean.gpus).toBeCloseTo(gpuUs / 400 / racks.count, 9);
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});
