import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/scenario/document/load.ts';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { speedOf } from '../../src/sim/model/speed.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { Outcome } from '../../src/sim/record/job-outcomes.ts';
import { RunMetrics } from '../../src/sim/record/run-metrics.ts';
import { put, temporaryFolder } from '../cli/call.ts';

const folder = temporaryFolder();

const cluster = `cluster:
  pools:
    - {name: cpu, nodes: 1, gpusPerNode: 0}
    - {name: new, nodes: 2, gpusPerNode: 4, gpuType: A100}
    - {name: old, nodes: 2, gpusPerNode: 4, gpuType: V100}`;
const classes = `  jobClasses:
    - {name: bert, speed: {A100: 2.5, V100: 1}, stepsPerSecond: 8, speedUp: {gpus: [1, 4, 8], speed: [1, 3, 4]}}
    - {name: hopper-only, speed: {A100: 1, V100: 0}}`;
const policies = 'policies: {estimates: exact, scheduling: fifo, placement: count}';

async function tableOfScenario(text: string) {
  const { spec } = await prepareRun(settleDocument(parseText(`${folder}/f.yaml`, text)));
  return spec;
}

describe('a job that asks for more GPUs than there are', () => {
  test.each(['optimus', 'elasticflow', 'pollux', 'sia'])('runs with fewer under %s if it can', async (scheduling) => {
    const spec = await tableOfScenario(`name: t
${cluster}
workload:
  jobs: [{id: a, gpus: 100, submit: 0, run: 1h, gpusMin: 2, gpusMax: 200}]
policies: {estimates: exact, scheduling: ${scheduling}, placement: count}
`);
    const metrics = new RunMetrics(spec.cluster, spec.jobs);
    const simulation = new Simulation(spec, [...metrics.folds]);
    while (simulation.advance(1000));
    expect(metrics.outcomes.outcome[0]).toBe(Outcome.Done);
  });
});

describe('job classes of a scenario', () => {
  test('give listed jobs their speed by type and by number of GPUs, and their deadline', async () => {
    const { jobs, cluster: made } = await tableOfScenario(`name: t
${cluster}
workload:
${classes}
  jobs:
    - {id: a, gpus: 4, submit: 1m, run: 1h, jobClass: bert, gpusMin: 2, gpusMax: 8, deadline: 3h}
    - {id: b, gpus: 2, submit: 2m, run: 1h, jobClass: hopper-only}
    - {id: c, gpus: 2, submit: 3m, run: 1h}
${policies}
`);
    expect(made.gpuTypes).toEqual(['', 'A100', 'V100']);
    expect([...jobs.deadlineUs]).toEqual([3 * 3600e6, NEVER, NEVER]);
    expect([1, 2, 4, 8].map((gpus) => speedOf(jobs, 0, 2, gpus))).toEqual([0, (1 + 2 / 3) / 3, 1, 4 / 3]);
    expect(speedOf(jobs, 0, 1, 4)).toBe(2.5);
    expect([1, 2].map((type) => speedOf(jobs, 1, type, 2))).toEqual([1, 0]);
    expect([1, 2].map((type) => speedOf(jobs, 2, type, 2))).toEqual([1, 1]);
    expect(jobs.classes.map(({ stepsPerS }) => stepsPerS && [...stepsPerS])).toEqual([
      undefined,
      [8, 20, 8],
      undefined,
    ]);
  });

  test('come from a column of a plain trace, beside sizes and deadlines, and deadlines move with arrivals', async () => {
    put(
      folder,
      'jobs.csv',
      `job_id,num_gpu,submit_time,duration,gpus_min,gpus_max,job_class,deadline_s
a,2,0,10,1,4,bert,60
b,2,100,10,,,,150
c,2,100,10,,,hopper-only,
`,
    );
    const { jobs } = await tableOfScenario(`name: t
${cluster}
workload:
${classes}
  traces: [{format: plain, file: jobs.csv, speed: 2}]
${policies}
`);
    expect(Array.from(jobs.jobClass, (index) => jobs.classes[index]!.name)).toEqual(['bert', '', 'hopper-only']);
    expect([[...jobs.gpusMin], [...jobs.gpusMax]]).toEqual([
      [1, 2, 2],
      [4, 2, 2],
    ]);
    expect([...jobs.submitUs]).toEqual([0, 50e6, 50e6]);
    expect([...jobs.deadlineUs]).toEqual([60e6, 100e6, NEVER]);
  });

  const GAVEL = 'job_id,job_type,scale_factor,total_steps,arrival_time,steps_per_s_A100,steps_per_s_V100\n';
  const gavelScenario = (pools: string): string => `name: t
cluster: {pools: ${pools}}
workload:
${classes.replace(/speed: \{.*?\}, stepsPerSecond: 8, /, '').replace(/\n.*hopper-only.*/, '')}
  traces: [{format: gavel, name: g, file: gavel.csv, speed: 2, limit: 2}]
  jobs: [{id: own, gpus: 1, submit: 0, run: 1h, jobClass: bert}]
${policies}
`;

  test('come with a trace that states speeds, beside those that the scenario declares, also under the same name', async () => {
    put(folder, 'gavel.csv', `${GAVEL}0,bert,1,100,0,4,1\n1,LM,2,100,20,5,0\n2,LM,2,9,40,5,0\n`);
    const { jobs } = await tableOfScenario(gavelScenario('[{name: p, nodes: 4, gpusPerNode: 1, gpuType: A100}]'));
    expect(jobs.ids).toEqual(['g/0', 'own', 'g/1']);
    expect(Array.from(jobs.jobClass, (index) => jobs.classes[index]!.name)).toEqual(['bert', 'bert', 'LM x 2']);
    expect(jobs.jobClass[0]).not.toBe(jobs.jobClass[1]);
    expect([...jobs.runUs]).toEqual([25e6, 3600e6, 20e6]);
    expect([...jobs.submitUs]).toEqual([0, 0, 10e6]);
  });

  test('of a trace say something of every GPU type of the cluster', async () => {
    put(folder, 'gavel.csv', `${GAVEL}0,LM,1,100,0,4,1\n`);
    const pools =
      '[{name: p, nodes: 4, gpusPerNode: 1, gpuType: V100}, {name: q, nodes: 4, gpusPerNode: 1, gpuType: K80}]';
    await expect(tableOfScenario(gavelScenario(pools))).rejects.toThrow(
      'gavel.csv  states no speed on the cluster\'s "K80"; give it one, 0 where its jobs cannot run, or name the pools\' gpuType as it does: "A100", "V100"',
    );
  });

  test('are checked against the GPU types of a node list when it has been read', async () => {
    put(folder, 'nodes.csv', 'sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\nn2,64000,262144,4,G3\n');
    const text = `name: t
cluster: {nodeList: {format: openb-nodes, file: nodes.csv}}
workload:
  jobClasses:
    - {name: bert, speed: {P100: 1, G4: 2}}
  jobs: [{id: a, gpus: 2, submit: 0, run: 1h, jobClass: bert}]
${policies}
`;
    const told = [
      'f.yaml:5  workload.jobClasses[0].speed.G4 is for a GPU type that the cluster does not have; did you mean "G3"?',
      "f.yaml:5  workload.jobClasses[0].speed lacks the cluster's G3; add the speed there, 0 where such jobs cannot run",
    ];
    const refused = tableOfScenario(text);
    for (const message of told) await expect(refused).rejects.toThrow(message);
  });
});
