import { describe, it } from 'vitest';
import { expectExact } from '../closed-form/replication.ts';
import { runServices, serviceHall } from './service-halls.ts';
import { nodesThatFail, worldOf } from './worlds.ts';

const HOUR_US = 3600e6;

describe('a service of k of n replicas, a node each, with independent repair', () => {
  it.each([
    { needed: 3, nodes: 4, mtbf: 10, mttr: 2, hours: 5000, runs: 30 },
    { needed: 32, nodes: 36, mtbf: 1000, mttr: 24, hours: 600_000, runs: 130 },
  ])(
    'is up as long, and down as long, as it should: $needed of $nodes',
    ({ needed, nodes, mtbf, mttr, hours, runs }) => {
      const A = mtbf / (mtbf + mttr);
      // C(n, i) A^i (1 - A)^(n - i), from all up down.
      let part = A ** nodes;
      let up = part;
      for (let serving = nodes - 1; serving >= needed; serving--) {
        part *= ((serving + 1) / (nodes - serving)) * ((1 - A) / A);
        up += part;
      }
      const falls = (part * needed) / mtbf;
      const measured = Array.from({ length: runs }, (_, seed) => {
        const model = worldOf([nodesThatFail(mtbf, { kind: 'exponential', mean: mttr * 3600 })], seed);
        const hall = { nodes, replicas: nodes, needed, model, horizonUs: hours * HOUR_US };
        const [service] = runServices(serviceHall(hall), false).figures.services;
        return { availability: service!.availability!, meanUpH: service!.meanUpH!, meanDownH: service!.meanDownH! };
      });
      const exact = { availability: up, meanUpH: up / falls, meanDownH: (1 - up) / falls };
      expectExact(`${needed} of ${nodes}`, measured, exact);
    },
  );
});
