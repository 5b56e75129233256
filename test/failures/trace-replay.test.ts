import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import type { RunSpec } from '../../src/sim/engine/run-spec.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { componentsOf } from '../../src/sim/model/components.ts';
import { mergedDownTimes } from '../../src/sim/model/lifetimes.ts';
import { NodeFactKind, type Fold, type NodeFact } from '../../src/sim/record/fact.ts';
import { importDownTimes } from '../../src/traces/registry.ts';
import { runScenario } from '../../src/study/run-scenario.ts';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LANL = 'data/lanl/LA-UR-05-7318-failure-data-1996-2005.csv.gz';

/** Us that each node was known to be broken; for runs in which one component at most breaks in each. */
class OutTime implements Fold {
  readonly us: number[] = [];
  private readonly nodeOf: readonly number[];
  private readonly since = new Map<number, number>();

  constructor({ failures, cluster }: RunSpec) {
    this.nodeOf = componentsOf(failures!.model, cluster).map(({ from }) => from);
  }

  step(): void {}

  stepNode({ kind, subject, timeUs }: NodeFact): void {
    if (kind === NodeFactKind.Detect) this.since.set(subject, timeUs);
    else if (kind === NodeFactKind.Mended) this.comeBack(subject, timeUs);
  }

  done(endUs: number): void {
    for (const component of this.since.keys()) this.comeBack(component, endUs);
  }

  private comeBack(component: number, nowUs: number): void {
    const node = this.nodeOf[component]!;
    this.us[node] = (this.us[node] ?? 0) + nowUs - this.since.get(component)!;
    this.since.delete(component);
  }
}

let files = 0;
function scenario(
  nodes: number,
  trace: string,
  changes: { readonly horizon?: string; readonly job?: string } = {},
): string {
  const file = join(folder, `${files++}.yaml`);
  const job = changes.job ?? '{ id: a, gpus: 1, submit: 0s, run: 1h }';
  writeFileSync(
    file,
    `name: replay
horizon: ${changes.horizon ?? '20y'}
cluster:
  pools: [{ name: spare, nodes: 2, gpusPerNode: 1 }, { name: lanl, nodes: ${nodes}, gpusPerNode: 1 }]
workload: { jobs: [${job}] }
policies: { scheduling: fifo, placement: first-fit }
failures:
  traces:
    - { name: recorded, pool: lanl, ${trace} }
`,
  );
  return file;
}

/** Us out of service of each node of the pool, through the whole engine. */
async function replayed(file: string): Promise<number[]> {
  const { spec } = await prepareRun(await settleScenario(file));
  const out = new OutTime(spec);
  const simulation = new Simulation(spec, [out]);
  while (simulation.advance(1_000_000));
  return Array.from({ length: spec.cluster.nodeCount }, (_, node) => out.us[node] ?? 0).slice(2);
}

describe.skipIf(!hasShared)(`a replay of a failure trace${needsShared}`, () => {
  it.each([
    [18, 1024, 964],
    [20, 512, 400],
    [2, 49, 49],
    [16, 16, 16],
    [7, 1, 1],
  ])(
    'of LANL system %i on %i nodes gives back its down time, node by node and to the us',
    async (system, nodes, failed) => {
      const file = join(SHARED, LANL);
      const trace = await importDownTimes('lanl', file, { system });
      expect(trace.nodes).toHaveLength(failed);
      const expected = Array.from({ length: nodes }, (_, node) =>
        (trace.nodes[node]?.downTimes ?? []).reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0),
      );
      const measured = await replayed(scenario(nodes, `format: lanl, system: ${system}, file: ${file}`));
      expect(measured).toEqual(expected);
      expect(measured.reduce((sum, us) => sum + us, 0) / 1e6).toBe(trace.report.recorded['downNodeS']);
    },
  );

  it('of a spot trace of 16 instances leaves as many nodes as it counts, for as long', async () => {
    const file = join(SHARED, 'data/spot/skypilot/availability/16-node/aws-08-27-2023/us-east-2b_v100_1.json.gz');
    const { report } = await importDownTimes('skypilot', file);
    const measured = await replayed(scenario(16, `format: skypilot, file: ${file}`));
    expect(measured.reduce((sum, us) => sum + us, 0) / 1e6).toBe(report.recorded['downNodeS']);
    expect(measured).toEqual(measured.toSorted((a, b) => a - b));
    expect(measured[0]).toBeLessThan(measured[15]!);
  });
});

describe('a recorded fault', () => {
  const list = join(folder, 'list.csv');
  const write = (rows: string): string => {
    writeFileSync(list, `node,from,to\n${rows}`);
    return `format: down-times, file: ${list}`;
  };

  it('can begin anywhere in its trace, and one that lies across the beginning holds from instant 0', async () => {
    const trace = write('a,100,200\nb,150,400\na,1000,1300\n');
    expect(await replayed(scenario(3, `${trace}, skip: 180s`))).toEqual([320e6, 220e6, 0]);
    const dated = write('a,2024-01-01,2024-01-02\nb,2024-01-03,2024-01-04T12:00\n');
    expect(await replayed(scenario(3, `${dated}, start: 2024-01-04`))).toEqual([0, 43_200e6, 0]);
    expect(await replayed(scenario(3, `${dated}, start: 2023-12-31`, { horizon: '36h' }))).toEqual([43_200e6, 0, 0]);
  });

  it('is put on the nodes that are named, from the node that is named on', async () => {
    const trace = write('a,0,10\nb,0,20\nc,0,30\n');
    expect(await replayed(scenario(4, `${trace}, only: [c, a], firstNode: 1`))).toEqual([0, 30e6, 10e6, 0]);
  });

  it('that is found late is out of service for the rest of its time, and no technician is asked', async () => {
    const trace = write('a,100,200\nb,100,110\n');
    expect(await replayed(scenario(2, `${trace}, detection: 30s`))).toEqual([70e6, 0]);
  });

  it('without length stops a job and takes no time', async () => {
    const trace = write('a,3600,3600\nb,3600,3600\n');
    const file = scenario(2, trace, { horizon: '1d', job: '{ id: a, gpus: 4, submit: 0s, run: 2h }' });
    const { summary } = await runScenario(await prepareRun(await settleScenario(file)));
    const { failures } = summary.figures;
    expect(failures).toMatchObject({ faults: 2, interruptions: 1, nodeAvailability: 1 });
    expect(failures?.byClass).toMatchObject([{ component: 'recorded', faults: 2 }]);
    expect(summary.figures.makespanS).toBe(24 * 3600);
  });

  it('is expected by policies that plan, as often as the trace has it', async () => {
    const trace = write('a,100,200\nb,400,500\na,900,1000\n');
    const { spec } = await prepareRun(await settleScenario(scenario(2, trace)));
    expect(spec.failures?.model.classes[0]?.meanTimeToFaultUs).toBe((2 * 1000e6) / 3);
  });
});

describe('down times that are merged', () => {
  it('are in order, apart from each other, and cover what they covered', () => {
    const sketch = (pairs: number[][]) => pairs.map(([fromUs, toUs]) => ({ fromUs: fromUs!, toUs: toUs! }));
    const given = [
      [5, 9],
      [0, 2],
      [2, 3],
      [6, 7],
      [8, 12],
      [20, 20],
      [11, 11],
    ];
    expect(mergedDownTimes(sketch(given))).toEqual(
      sketch([
        [0, 3],
        [5, 12],
        [20, 20],
      ]),
    );
    expect(
      mergedDownTimes(
        sketch([
          [4, Infinity],
          [1, 2],
          [9, 10],
        ]),
      ),
    ).toEqual(
      sketch([
        [1, 2],
        [4, Infinity],
      ]),
    );
  });
});
