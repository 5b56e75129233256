import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsOf } from '../../src/sim/model/components.ts';
import { domainLevels, domainsOf, nodesPer, sitesOf } from '../../src/sim/model/domains.ts';
import { faultScopes } from '../../src/sim/model/fault-scope.ts';
import { recordedLifetimes } from '../../src/sim/model/lifetimes.ts';
import { NodeStatus } from '../../src/sim/model/node-status.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { call, put, smallScenario, temporaryFolder } from '../cli/call.ts';
import { clusterOf, runOf, scheduleOf } from '../engine/run-builder.ts';
import { worldOf } from './worlds.ts';

const campus = clusterOf([
  { nodes: 24, gpusPerNode: 8, nodesPerRack: 2, racksPerRow: 3, rowsPerRoom: 2, site: 'north' },
  { nodes: 5, gpusPerNode: 4, nodesPerRack: 2, racksPerRow: 2, rowsPerRoom: 1, site: 'north' },
  { nodes: 3, gpusPerNode: 8, nodesPerRack: 1, racksPerRow: 1, rowsPerRoom: 3, site: 'south' },
]);

/** The instants at which nodes go out and come back: [time, node, in or out]. */
class Shifts implements Fold {
  readonly seen: [timeUs: number, node: number, to: NodeStatus][] = [];

  step(): void {}

  stepNode({ kind, timeUs, subject, to }: NodeFact): void {
    if (kind === NodeFactKind.Shift) this.seen.push([timeUs, subject, to]);
  }

  done(): void {}
}

describe('failure domains', () => {
  it('rows are so many racks, rooms so many rows, within a pool; sites are pools of one name', () => {
    expect([...domainsOf(campus, 'row').firstNode]).toEqual([0, 6, 12, 18, 24, 28, 29, 30, 31]);
    expect([...domainsOf(campus, 'room').firstNode]).toEqual([0, 12, 24, 28, 29]);
    expect([...sitesOf(campus).firstNode]).toEqual([0, 29]);
    expect([...sitesOf(campus).endNode]).toEqual([29, 32]);
  });

  it('have a component each of a class of their scope, with the nodes beneath it', () => {
    const classes = faultScopes.map((scope) => ({ name: scope, scope, lifetimes: recordedLifetimes([]) }));
    const ranges = (name: string): string[] =>
      componentsOf(worldOf(classes), campus)
        .filter(({ kind }) => kind.name === name)
        .map(({ from, to }) => `${from}-${to}`);
    expect(ranges('row').slice(0, 5)).toEqual(['0-6', '6-12', '12-18', '18-24', '24-28']);
    expect(ranges('site')).toEqual(['0-29', '29-32']);
    expect(ranges('cluster')).toEqual(['0-32']);
    expect(ranges('node')).toHaveLength(32);
  });

  it('cover each node once at every level, and a rack lies in one row, a row in one room, a room in one site', () => {
    const pool = fc.record({
      nodes: fc.integer({ min: 1, max: 40 }),
      gpusPerNode: fc.constant(1),
      nodesPerRack: fc.integer({ min: 1, max: 5 }),
      racksPerRow: fc.integer({ min: 1, max: 4 }),
      rowsPerRoom: fc.integer({ min: 1, max: 3 }),
      racksPerLeaf: fc.integer({ min: 1, max: 4 }),
      leavesPerSpine: fc.integer({ min: 1, max: 3 }),
      site: fc.constantFrom('north', 'south'),
    });
    fc.assert(
      fc.property(fc.array(pool, { minLength: 1, maxLength: 4 }), (pools) => {
        const sorted = pools.toSorted((a, b) => a.site.localeCompare(b.site));
        const cluster = clusterOf(sorted);
        const levels = Object.fromEntries(domainLevels.map((level) => [level, domainsOf(cluster, level)]));
        levels['site'] = sitesOf(cluster);
        for (const [level, { firstNode, endNode, count, domainOf }] of Object.entries(levels)) {
          let next = 0;
          for (let domain = 0; domain < count; domain++) {
            expect(firstNode[domain]).toBe(next);
            next = endNode[domain]!;
            expect(new Set(domainOf.subarray(firstNode[domain], next))).toEqual(new Set([domain]));
          }
          expect(next, level).toBe(cluster.nodeCount);
        }
        for (const [inner, outer] of [
          ['rack', 'row'],
          ['row', 'room'],
          ['room', 'site'],
          ['rack', 'leaf'],
          ['leaf', 'spine'],
        ] as const) {
          const { firstNode, endNode, count } = levels[inner]!;
          for (let domain = 0; domain < count; domain++) {
            const [first, last] = [firstNode[domain]!, endNode[domain]! - 1];
            expect(levels[outer]!.domainOf[first]).toBe(levels[outer]!.domainOf[last]);
          }
        }
        expect(new Set(sorted.map(({ site }) => site)).size).toBe(levels['site'].count);
      }),
      { seed: 41, numRuns: 60 },
    );
  });

  it('the loss of a row stops every gang with a GPU in it, and only those, and takes all its nodes out', () => {
    const shifts = new Shifts();
    const run = runOf(
      {
        pools: [{ nodes: 8, gpusPerNode: 1, nodesPerRack: 2, racksPerRow: 2, rowsPerRoom: 2 }],
        jobs: [
          { runUs: 100, gpus: 2 },
          { runUs: 100, gpus: 3 },
          { runUs: 100, gpus: 2 },
        ],
        scheduling: 'fifo',
        placement: 'first-fit',
        failures: {
          model: worldOf([
            {
              name: 'busway',
              scope: 'row',
              only: 1,
              detectionUs: 5,
              lifetimes: recordedLifetimes([{ fromUs: 40, toUs: 70 }]),
            },
          ]),
          recovery: ['restart', {}],
        },
      },
      [shifts],
    );
    // Gangs stand on nodes 0-1, 2-4 and 5-6; the row is nodes 4-7. What it stopped is back with the row at 70.
    expect(scheduleOf(run).map(([, end]) => end)).toEqual([100, 170, 170]);
    const out = [4, 5, 6, 7].map((node) => [45, node, NodeStatus.Down]);
    const back = [4, 5, 6, 7].map((node) => [70, node, NodeStatus.In]);
    expect(shifts.seen).toEqual([...out, ...back]);
  });

  it('a node that its rack and its room have taken down is back when both are', () => {
    const shifts = new Shifts();
    const down = (fromUs: number, toUs: number) => recordedLifetimes([{ fromUs, toUs }]);
    runOf(
      {
        pools: [{ nodes: 2, gpusPerNode: 1, nodesPerRack: 1, racksPerRow: 1, rowsPerRoom: 2 }],
        jobs: [{ submitUs: 90, runUs: 10, gpus: 2 }],
        scheduling: 'fifo',
        placement: 'first-fit',
        failures: {
          model: worldOf([
            { name: 'rack', scope: 'rack', only: 0, lifetimes: down(10, 50) },
            { name: 'room', scope: 'room', lifetimes: down(30, 40) },
          ]),
          recovery: ['restart', {}],
        },
      },
      [shifts],
    );
    const { Down, In } = NodeStatus;
    expect(shifts.seen).toEqual([
      [10, 0, Down],
      [30, 1, Down],
      [40, 1, In],
      [50, 0, In],
    ]);
  });

  it('a pool counts as many nodes in a domain as its fields multiply to, and 0 where one is not said', () => {
    expect(nodesPer({ nodesPerRack: 4, racksPerRow: 3, rowsPerRoom: 5 }, 'room')).toBe(60);
    expect(nodesPer({ nodesPerRack: 4, rowsPerRoom: 5 }, 'room')).toBe(0);
    expect(nodesPer({ racksPerRow: 5 }, 'row')).toBe(0);
  });
});

describe('what is wrong with failure domains', () => {
  const folder = temporaryFolder();
  const broken = (pools: string, scope: string): string =>
    `${smallScenario.replace(/ {4}- \{name: a.*\n/, pools)}failures:
  components:
    - {name: busway, scope: ${scope}, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}}
`;
  const two = (first: string, second: string): string =>
    `    - {name: a, nodes: 2, gpusPerNode: 4, ${first}}\n    - {name: b, nodes: 2, gpusPerNode: 4, ${second}}\n`;

  it.each([
    [
      two('nodesPerRack: 1, racksPerRow: 2', 'nodesPerRack: 1'),
      'row',
      'components[0].scope is "row"; pool b has no such domain: it does not say its racksPerRow; give it, or another scope',
    ],
    [
      two('nodesPerRack: 1', 'nodesPerRack: 1'),
      'room',
      'scope is "room"; pool a has no such domain: it does not say its racksPerRow and rowsPerRoom; give it',
    ],
    [
      two('site: x', 'nodesPerRack: 1'),
      'site',
      'scope is "site"; pool b has no such domain: it does not say its site; give it',
    ],
    [
      two('racksPerRow: 2', 'nodesPerRack: 1'),
      'node',
      'pools[0].racksPerRow is 2; the pool has no row, for it does not say its nodesPerRack; give that too',
    ],
    [
      `${two('site: x', 'site: y')}    - {name: c, nodes: 1, gpusPerNode: 4, site: x}\n`,
      'node',
      'pools[2].site is "x"; cluster.pools[0] is there too, with other pools between them; list the pools of a site together',
    ],
  ])('%#: is told with its place and its mend', async (pools, scope, told) => {
    const { code, err } = await call('validate', put(folder, 'broken.yaml', broken(pools, scope)));
    expect(code).toBe(2);
    expect(err).toContain(told);
  });
});
