import { describe, expect, it } from 'vitest';
import { Grants, RUN } from '../../src/sim/engine/grants.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import type { NodeId } from '../../src/sim/model/brand.ts';

/** GPUs of a job node by node, as the table tells it: 'node:gpus' of each. */
function told(grants: Grants, job: number): string {
  const parts: string[] = [];
  for (let run = 0; run < grants.runs[job]!; run++) {
    const at = grants.first[job]! + RUN * run;
    for (let next = 0; next < grants.data[at + 1]!; next++) {
      parts.push(`${grants.data[at]! + next}:${grants.data[at + 2]}`);
    }
  }
  return parts.join(' ');
}

/** Writes an answer of some runs with gaps and neighbours, and says it node by node. */
function write(grants: Grants, luck: AleaStream): string {
  const parts: string[] = [];
  const runs = 1 + Math.floor(luck.uniform() * 12);
  let node = Math.floor(luck.uniform() * 10);
  for (let run = 0; run < runs; run++) {
    const gpus = 1 + Math.floor(luck.uniform() * 2);
    const nodes = 1 + Math.floor(luck.uniform() * 3);
    grants.add(node as NodeId, gpus, nodes);
    for (let next = 0; next < nodes; next++) parts.push(`${node + next}:${gpus}`);
    node += nodes + Math.floor(luck.uniform() * 2);
  }
  return parts.join(' ');
}

describe('the table of grants', () => {
  it('tells for every job what was granted to it, while thousands come and go and the table is tidied', () => {
    const luck = new AleaStream('grants');
    const jobs = 4000;
    const grants = new Grants(jobs);
    const expected = new Map<number, string>();
    let tidied = 0;
    for (let job = 0; job < jobs; job++) {
      grants.begin();
      if (luck.uniform() < 0.3) {
        // A refused answer, of which nothing may stay.
        write(grants, luck);
        grants.begin();
      }
      expected.set(job, write(grants, luck));
      grants.keep(job);
      // The last one taken back at once, as when a plan is undone, or any one at its end.
      const ids = [...expected.keys()];
      if (luck.uniform() < 0.2) {
        grants.release(job);
        expected.delete(job);
      } else if (expected.size > 60) {
        const gone = ids[Math.floor(luck.uniform() * ids.length)]!;
        grants.release(gone);
        expected.delete(gone);
        expect(grants.runs[gone]).toBe(0);
      }
      if (job % 7 !== 0) continue;
      const before = grants.data;
      const holders = Int32Array.from(expected.keys());
      grants.tidy(holders, holders.length);
      if (grants.data === before) continue;
      tidied++;
      for (const [holder, text] of expected) expect(told(grants, holder)).toBe(text);
    }
    for (const [holder, text] of expected) expect(told(grants, holder)).toBe(text);
    expect(tidied).toBeGreaterThan(3);
    // Sixty jobs of a dozen runs are 2,200 numbers; without tidying there would be some 80,000.
    expect(grants.data.length).toBeLessThan(40_000);
  });

  it('keeps neighbours with the same number of GPUs as one run', () => {
    const grants = new Grants(2);
    grants.begin();
    grants.add(3 as NodeId, 2, 1);
    grants.add(4 as NodeId, 2, 5);
    grants.add(9 as NodeId, 1, 1);
    grants.add(11 as NodeId, 1, 1);
    grants.keep(0);
    expect(grants.runs[0]).toBe(3);
    expect(told(grants, 0)).toBe('3:2 4:2 5:2 6:2 7:2 8:2 9:1 11:1');
    // The next job's first run must not grow out of the last one's.
    grants.begin();
    grants.add(12 as NodeId, 1, 1);
    grants.keep(1);
    expect([told(grants, 0), told(grants, 1)]).toEqual(['3:2 4:2 5:2 6:2 7:2 8:2 9:1 11:1', '12:1']);
  });
});
