import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { call, put, smallScenario, temporaryFolder } from '../cli/call.ts';

const folder = temporaryFolder();

/** The small scenario with a line or a word changed. */
function changed(from: string | RegExp, to: string): string {
  const text = smallScenario.replace(from, to);
  if (text === smallScenario) throw new Error(`nothing to change: ${String(from)}`);
  return text;
}

const twoNodes = 'pools: [{name: a, nodes: 2, gpusPerNode: 4}]';

function traceScenario(trace: string, cluster = twoNodes): string {
  return `name: t
cluster: {${cluster}}
workload:
  traces:
    - ${trace}
policies: {scheduling: fifo, placement: count}
`;
}

function syntheticScenario(entry: string): string {
  return `name: t
cluster: {pools: [{name: a, nodes: 2, gpusPerNode: 4}]}
workload:
  synthetic:
    - {name: w, ${entry}}
policies: {scheduling: fifo, placement: count}
`;
}

const sound = 'arrivals: {ratePerHour: 1}, gpus: {values: [1]}, run: {kind: exponential, mean: 1h}';
const plainHeader = 'job_id,num_gpu,submit_time,duration\n';
put(folder, 'empty.csv', '');
put(folder, 'headOnly.csv', plainHeader);
put(folder, 'text.csv', `${plainHeader}1,1,0,10\n2,four,5,10\n3,1,x,10\n`);
put(folder, 'huge.csv', `${plainHeader}1,1,0,10\n2,64,5,10\n`);
put(folder, 'repeat.csv', `${plainHeader}1,1,0,10\n1,1,5,10\n`);
put(folder, 'good.csv', `${plainHeader}1,1,0,10\n`);
put(folder, 'broken.csv.gz', gzipSync(`${plainHeader}${'1,1,0,10\n'.repeat(1000)}`).subarray(0, 40));
put(folder, 'latin.csv', Buffer.from(`${plainHeader}caf\u00e9,1,0,10\n`, 'latin1'));

put(folder, 'classes.csv', 'job_id,num_gpu,submit_time,duration,job_class\n1,1,0,10,\n2,1,0,10,brt\n');
put(
  folder,
  'ranges.csv',
  `job_id,num_gpu,submit_time,duration,gpus_min,gpus_max,deadline_s
1,2,0,10,3,,
2,2,0,10,,1,
3,0.5,0,10,,2,
4,2,50,10,0,,40
5,2,50,10,1,8,60
`,
);

/** Two GPU types and one job class. */
function classScenario(jobClass: string, jobs: string): string {
  return `name: t
cluster: {pools: [{name: a, nodes: 2, gpusPerNode: 4, gpuType: A100}, {name: v, nodes: 2, gpusPerNode: 4, gpuType: V100}]}
workload:
  jobClasses:
    - ${jobClass}
  ${jobs}
policies: {scheduling: fifo, placement: count}
`;
}
const bert = '{name: bert, speed: {A100: 2, V100: 0}}';
function bertJob(rest: string): string {
  return classScenario(bert, `jobs: [{id: a, gpus: 2, submit: 10s, run: 1h, ${rest}}]`);
}

/** What is wrong, the scenario, what stderr must say, one regular expression a mistake; all of them and no more lines. */
const table: readonly (readonly [string, string, ...RegExp[]])[] = [
  [
    'a job class that nobody declared',
    bertJob('jobClass: brt'),
    /:6 {2}workload\.jobs\[0\]\.jobClass is "brt"; no entry of workload\.jobClasses has that name; did you mean "bert"\? known: bert/,
  ],
  [
    'a job class that no one could have declared',
    changed('id: one', 'id: one, jobClass: gpt'),
    /jobClass is "gpt"; no entry .*; declare it under workload\.jobClasses/,
  ],
  [
    'an unknown job class in a mix',
    classScenario(bert, `synthetic: [{name: w, jobs: 2, ${sound}, jobClasses: [{name: bert}, {name: gpt}]}]`),
    /synthetic\[0\]\.jobClasses\[1\]\.name is "gpt"; no entry/,
  ],
  [
    'a speed on a GPU type that there is not',
    classScenario('{name: bert, speed: {A10: 2, V100: 1}}', 'jobs: [{id: a, gpus: 2, submit: 0, run: 1h}]'),
    /:5 {2}workload\.jobClasses\[0\]\.speed\.A10 is for a GPU type that the cluster does not have; did you mean "A100"\? known: A100, V100/,
    /:5 {2}workload\.jobClasses\[0\]\.speed lacks the cluster's A100; add the speed there, 0 where such jobs cannot run/,
  ],
  [
    'a job class that runs nowhere',
    classScenario('{name: bert, speed: {A100: 0, V100: 0}}', 'jobs: [{id: a, gpus: 2, submit: 0, run: 1h}]'),
    /:5 {2}workload\.jobClasses\[0\]\.speed is 0 on every GPU type of the cluster \(A100, V100\); give at least one a speed/,
  ],
  [
    'a job confined to types on which its class cannot run',
    bertJob('jobClass: bert, gpuTypes: [V100]'),
    /:6 {2}workload\.jobs\[0\]\.jobClass is "bert"; the class has speed 0 on V100, and gpuTypes allows no other/,
  ],
  [
    'a speed-up curve that is none',
    classScenario(
      '{name: bert, speedUp: {gpus: [1, 4, 4], speed: [1, 3]}}',
      'jobs: [{id: a, gpus: 2, submit: 0, run: 1h}]',
    ),
    /speedUp\.speed has 2 entries, and gpus beside it 3; give one speed a number of GPUs/,
    /speedUp\.gpus\[2\] is 4; not more than the one before; sort them/,
  ],
  [
    'the same job class twice',
    classScenario('{name: bert}\n    - {name: bert}', 'jobs: [{id: a, gpus: 2, submit: 0, run: 1h}]'),
    /jobClasses\[1\]\.name is "bert"; as is workload\.jobClasses\[0\]\.name; give each its own/,
  ],
  [
    'sizes of an elastic job the wrong way round',
    bertJob('gpusMin: 3, gpusMax: 1'),
    /gpusMin is 3; more than the 2 GPUs that the job asks for; write at most that/,
    /gpusMax is 1; less than the 2 GPUs that the job asks for; write at least that/,
  ],
  [
    'a share of a GPU that is elastic',
    changed('gpus: 0.5', 'gpus: 0.5, gpusMax: 4'),
    /gpusMax is 4; the job asks for 0\.5 GPUs; leave it out: only jobs of whole GPUs are elastic/,
  ],
  [
    'a deadline before the submission',
    bertJob('deadline: 9s'),
    /deadline is "9s"; before its submission at "10s"; both count from the start of the run/,
  ],
  [
    'elastic factors out of range',
    syntheticScenario(`jobs: 2, ${sound}, elastic: {gpusMinFactor: 2, gpusMaxFactor: 0.5}`),
    /elastic\.gpusMinFactor is 2; must be at most 1/,
    /elastic\.gpusMaxFactor is 0\.5; must be at least 1/,
  ],
  [
    'a law of deadlines with mistakes',
    syntheticScenario(`jobs: 2, ${sound}, deadlineFactor: {kind: uniform, min: 2, max: 1}`),
    /synthetic\[0\]\.deadlineFactor: /,
  ],
  [
    'a trace with a job class that nobody declared',
    traceScenario('{format: plain, file: classes.csv}'),
    /classes\.csv:3 {2}job_class is "brt"; the scenario has no such job class; declare it under workload\.jobClasses/,
  ],
  [
    'a trace with wrong sizes and deadlines',
    traceScenario('{format: plain, file: ranges.csv}'),
    /ranges\.csv:2 {2}gpus_min is 3, more than num_gpu \(2\)/,
    /ranges\.csv:3 {2}gpus_max is 1, less than num_gpu \(2\)/,
    /ranges\.csv:4 {2}gpus_max belongs to jobs of whole GPUs, and num_gpu is 0\.5/,
    /ranges\.csv:5 {2}deadline_s is 40, before submit_time/,
    /ranges\.csv:5 {2}gpus_min is 0; write at least 1/,
  ],
  [
    'unknown key',
    changed('name: small', 'name: small\nsed: 2'),
    /:2 {2}sed is an unknown key; did you mean "seed"\? known: /,
  ],
  [
    'unknown key deep inside',
    changed('gpusPerNode: 4', 'gpusPerNode: 4, cpuPerNode: 3'),
    /:4 {2}cluster\.pools\[0\]\.cpuPerNode is an unknown key; did you mean "cpusPerNode"\?/,
  ],
  ['missing name', changed('name: small\n', ''), /:1 {2}name is missing; add it/],
  ['missing policies', changed(/policies:[^]*/, ''), /:1 {2}policies is missing; add it/],
  [
    'missing needed key of a job',
    changed('gpus: 8, submit: 0, run: 1h', 'gpus: 8, run: 1h'),
    /:7 {2}workload\.jobs\[0\]\.submit is missing; add it/,
  ],
  [
    'text where a number belongs',
    changed('nodes: 2', 'nodes: two'),
    /:4 {2}cluster\.pools\[0\]\.nodes is "two"; must be a whole number/,
  ],
  [
    'number in quotes',
    changed('nodes: 2', 'nodes: "2"'),
    /nodes is "2"; must be a whole number; write it without quotes/,
  ],
  ['fraction where a whole number belongs', changed('nodes: 2', 'nodes: 2.5'), /nodes is 2\.5; must be a whole number/],
  [
    'null where a number belongs',
    changed('nodes: 2', 'nodes: '),
    /nodes is null; must be a whole number; write one, or leave the key out/,
  ],
  [
    'list where a group belongs',
    changed(/policies:[^]*/, 'policies: [fifo]'),
    /:12 {2}policies is \["fifo"\]; must be a group of keys/,
  ],
  ['group where text belongs', changed('name: small', 'name: {a: 1}'), /:1 {2}name is \{"a":1\}; must be text/],
  [
    'wrong unit of a duration',
    changed('run: 30m', 'run: 30 parsecs'),
    /:8 {2}workload\.jobs\[1\]\.run is "30 parsecs"; "parsecs" is not a unit of a duration; use one of y, w, d, h, m/,
  ],
  ['duration that is none', changed('run: 30m', 'run: soon'), /run is "soon"; not a duration; write it like 90s/],
  [
    'size without a unit',
    changed('gpusPerNode: 4', 'gpusPerNode: 4, memoryPerNode: "64"'),
    /memoryPerNode is "64"; a size needs a unit; write it like 80GiB/,
  ],
  [
    'size as a number',
    changed('gpusPerNode: 4', 'gpusPerNode: 4, memoryPerNode: 64'),
    /memoryPerNode is 64; must be a size; write it like 80GiB/,
  ],
  ['negative number of nodes', changed('nodes: 2', 'nodes: -2'), /nodes is -2; must be at least 0/],
  ['negative duration', changed('run: 30m', 'run: -30m'), /run is "-30m"; must be at least 0s/],
  ['absurd number of nodes', changed('nodes: 2', 'nodes: 1e12'), /nodes is 1000000000000; must be at most 1000000/],
  [
    'absurd number of GPUs in all',
    changed('nodes: 2, gpusPerNode: 4', 'nodes: 1000000, gpusPerNode: 1000'),
    /cluster\.pools have 1000000000 GPUs; at most 10000000 fit/,
  ],
  [
    'absurd horizon',
    changed('name: small', 'name: small\nhorizon: 200y'),
    /:2 {2}horizon is "200y"; must be at most 100y/,
  ],
  [
    'number beyond counting',
    changed('name: small', 'name: small\nseed: 1e300'),
    /:2 {2}seed is 1e\+300; must be at most 9007199254740991/,
  ],
  ['not a number', changed('nodes: 2', 'nodes: .nan'), /nodes is \.nan; write a finite number/],
  ['infinity', changed('nodes: 2', 'nodes: .inf'), /nodes is \.inf; write a finite number/],
  ['number with a leading zero', changed('nodes: 2', 'nodes: 010'), /nodes is 010; write 10 or "010"/],
  ['no nodes', changed('nodes: 2', 'nodes: 0'), /:4 {2}cluster\.pools have no nodes; give at least one pool some/],
  [
    'date that is none',
    changed('name: small', 'name: small\nstart: 2026-02-30'),
    /:2 {2}start is "2026-02-30"; no such date/,
  ],
  [
    'time without a zone',
    changed('name: small', 'name: small\nstart: 2026-02-03T10:00:00'),
    /start is "2026-02-03T10:00:00"; has a time but no zone/,
  ],
  [
    'misspelt policy',
    changed('scheduling: easy-backfill', 'scheduling: easy-bakfill'),
    /:13 {2}policies\.scheduling\.name is "easy-bakfill"; did you mean "easy-backfill"\?/,
  ],
  [
    'unknown parameter of a policy',
    changed('placement: best-fit', 'placement: {name: count, split: x}'),
    /:14 {2}policies\.placement\.split is an unknown key/,
  ],
  [
    'unknown value of a parameter',
    changed('scheduling: easy-backfill', 'scheduling: {name: fifo, priorities: honor}'),
    /priorities is "honor"; did you mean "honour"\? known: ignore, honour/,
  ],
  [
    'unknown estimate source',
    changed('placement: best-fit', 'placement: best-fit\n  estimates: guess'),
    /:15 {2}policies\.estimates\.name is "guess"; known: exact, max-requested-run, noisy, requested, user-mean/,
  ],
  [
    'two pools of one name',
    changed('gpusPerNode: 4}', 'gpusPerNode: 4}\n    - {name: a, nodes: 1, gpusPerNode: 1}'),
    /:5 {2}cluster\.pools\[1\]\.name is "a"; as is cluster\.pools\[0\]\.name; give each its own/,
  ],
  [
    'two jobs of one id',
    changed('id: two', 'id: one'),
    /:8 {2}workload\.jobs\[1\]\.id is "one"; as is workload\.jobs\[0\]\.id; give each its own/,
  ],
  [
    'pools and a node list',
    changed('cluster:\n', 'cluster:\n  nodeList: {format: openb-nodes, file: n.csv}\n'),
    /:3 {2}cluster\.nodeList stands beside cluster\.pools; keep one/,
  ],
  [
    'neither pools nor a node list',
    changed(/cluster:[^]*workload/, 'cluster: {}\nworkload'),
    /:2 {2}cluster has no nodes; add cluster\.pools or cluster\.nodeList/,
  ],
  [
    'no workload',
    changed(/workload:[^]*policies/, 'workload: {}\npolicies'),
    /:5 {2}workload has no jobs; add workload\.traces/,
  ],
  [
    'GPU type that no pool has',
    changed('run: 1h, tenant: red', 'run: 1h, gpuTypes: [H100]'),
    /:7 {2}workload\.jobs\[0\]\.gpuTypes\[0\] is "H100"; no pool has it; known: GPU/,
  ],
  [
    '33 GPU types',
    changed(
      / {4}- \{name: a.*\n/,
      Array.from({ length: 33 }, (_, i) => `    - {name: p${i}, nodes: 1, gpusPerNode: 1, gpuType: t${i}}\n`).join(''),
    ),
    /:4 {2}cluster\.pools have 33 GPU types .*; at most 32 can be told apart/,
  ],
  [
    'part of several GPUs',
    changed('gpus: 8, submit: 0', 'gpus: 1.5, submit: 0'),
    /gpus is 1\.5; must be whole, or a share below 1/,
  ],
  [
    'a stationary start of components whose life has no mean',
    `${smallScenario}failures:
  start: stationary
  components:
    - {name: GPU, timeToFault: {kind: pareto, shape: 1, scale: 9h}, timeToRepair: {kind: deterministic, value: 1h}}
`,
    /failures\.components\[0\]\.timeToFault is .*; has no finite mean, so that nothing is stationary; give it a shape above 1, or start: fresh/,
  ],
  [
    'a negative time to fault',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: -9h}, timeToRepair: {kind: deterministic, value: 1h}}
`,
    /timeToFault\.mean is "-9h"; must be at least 1us/,
  ],
  [
    'a share of faults above 1',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, transient: {share: 1.5, reset: 5m}}
`,
    /transient\.share is 1\.5; must be at most 1/,
  ],
  [
    'faults that are missed, and nothing about when they are found',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, missed: 0.1}
`,
    /missedDetection is missing; say when the 0\.1 of faults are found that the first check misses/,
  ],
  [
    'a time to detection that is no time',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, detection: true}
`,
    /detection is true; must be a duration; write it like/,
  ],
  [
    'a cascade to a component that is not there',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, cascades: [{to: GPUs, probability: 0.5}]}
`,
    /cascades\[0\]\.to is "GPUs"; did you mean "GPU"\? known: GPU/,
  ],
  [
    'a fault that follows from itself',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, cascades: [{to: fan, probability: 0.5}]}
    - {name: fan, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, cascades: [{to: GPU, probability: 1}]}
`,
    /cascades\[0\]\.to is "GPU"; leads back to fan; a fault must not follow from itself/,
  ],
  [
    'a component that grows slow, and nothing about how slow',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, effect: slow}
`,
    /slowFactor is missing; say at what part of their speed gangs run on/,
  ],
  [
    'a slow factor where a fault stops gangs',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, slowFactor: 0.5}
`,
    /slowFactor is 0\.5; has no meaning with effect: stop; give effect: slow, or leave it out/,
  ],
  [
    'bursts within domains that no pool has',
    `${smallScenario}failures:
  components:
    - {name: GPU, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}, burst: {probability: 1, spread: 1, within: rack}}
`,
    /burst\.within is "rack"; .* does not say its nodesPerRack/,
  ],
  [
    'spares above nodes',
    `${smallScenario}failures:
  spares: [{ nodes: 2 }]
`,
    /failures\.spares\[0\]\.nodes is 2; must be below 2, the nodes of pool .*: somebody has to work/,
  ],
  [
    'spares of some jobs, above nodes with the others',
    `${smallScenario}failures:
  spares: [{ nodes: 1 }, { nodes: 1, jobs: { tenant: a } }]
`,
    /failures\.spares\[1\]\.nodes is 1; must be below 2, the nodes of pool .*, with the 1 spares before: somebody has to work/,
  ],
  [
    'spares of a class that is not there',
    `${smallScenario}failures:
  spares: [{ nodes: 1, jobs: { jobClass: vison } }]
`,
    /failures\.spares\[0\]\.jobs\.jobClass is "vison"; /,
  ],
  [
    'spares of a pool that is not there',
    `${smallScenario}failures:
  spares: [{ pool: other, nodes: 1 }]
`,
    /failures\.spares\[0\]\.pool is "?other"?; no pool has that name; known: /,
  ],
  [
    'job larger than the cluster',
    changed('gpus: 8, submit: 0', 'gpus: 9, submit: 0'),
    /:7 {2}job "one" never fits the cluster: it needs 9 GPUs; the most it may use are 8 GPUs of type GPU; make the job smaller/,
  ],
  [
    'elastic job larger than the cluster under a policy that does not size jobs',
    changed('gpus: 8, submit: 0', 'gpus: 9, gpusMin: 4, submit: 0'),
    /job "one" never fits the cluster: it needs 9 GPUs; .*; with 4, its fewest, it would fit, but easy-backfill starts jobs with the GPUs they ask for \(elasticflow, optimus, pollux, sia size them\); make the job smaller/,
  ],
  [
    'job that the placement can never place',
    changed('gpus: 8, submit: 0', 'gpus: 1, memory: 1TiB, submit: 0').replace(
      'gpusPerNode: 4',
      'gpusPerNode: 4, memoryPerNode: 1GiB',
    ),
    /:7 {2}job "one" never fits the cluster: best-fit finds no place for 1 GPUs, 1024 GiB even when all nodes are free/,
  ],
  [
    'key given twice',
    changed('name: small', 'name: small\nname: big'),
    /:2 {2}name is given twice, first in line 1; keep one/,
  ],
  [
    '__proto__ key',
    changed('name: small', 'name: small\n__proto__: {polluted: true}'),
    /:2 {2}__proto__ is a key that is never allowed/,
  ],
  [
    'alias bomb',
    `name: &a0 x\n${Array.from({ length: 9 }, (_, i) => `k${i}: &a${i + 1} [${`*a${i},`.repeat(9)} *a${i}]`).join('\n')}\n`,
    /aliases unfold into more than 100000 values/,
  ],
  ['nothing but brackets', '['.repeat(100_000), /:1 {2}nests deeper than 64 levels/],
  ['YAML that is none', changed('cluster:', 'cluster: ['), /is not YAML: /, /is not YAML: /],
  ['two documents', `${smallScenario}---\nname: other\n`, /:15 {2}starts a second document/],
  ['empty file', '', / {2}is empty; write a scenario into it/],
  ['a list', '- name: small', /:1 {2}is no scenario; start with keys like name: and cluster:/],
  [
    'a trace shorter than the blocks to be drawn from it',
    traceScenario('{format: plain, file: good.csv, resample: {block: 1d}}'),
    /resample draws blocks of 1d, but the trace is shorter; make block shorter/,
  ],
  [
    'a network without leaf switches',
    traceScenario('{format: plain, file: good.csv}', `${twoNodes}, network: {oversubscription: 2, exchange: 0.1}`),
    /cluster\.pools\[0\] has no leaf switches for cluster\.network; give nodesPerRack and racksPerLeaf/,
    /policies\.placement is count, which takes GPUs wherever they are: no gang has a place in cluster\.network; choose another/,
  ],
  [
    'missing trace',
    traceScenario('{format: plain, file: nowhere.csv}'),
    /:5 {2}workload\.traces\[0\]\.file is ".*nowhere\.csv", which does not exist/,
  ],
  [
    'trace that is a folder',
    traceScenario('{format: plain, file: .}'),
    /:5 {2}workload\.traces\[0\]\.file is ".*", which is a (folder|directory)/,
  ],
  ['empty trace', traceScenario('{format: plain, file: empty.csv}'), /empty/],
  ['trace with a header alone', traceScenario('{format: plain, file: headOnly.csv}'), /no (rows|jobs)|empty/],
  [
    'text where a number belongs in a trace',
    traceScenario('{format: plain, file: text.csv}'),
    /text\.csv:3 {2}.*num_gpu.*four/,
    /text\.csv:4 {2}.*submit_time.*x/,
  ],
  ['truncated gzip', traceScenario('{format: plain, file: broken.csv.gz}'), /broken\.csv\.gz.*ends early/],
  ['trace that is no UTF-8', traceScenario('{format: plain, file: latin.csv}'), /latin\.csv.*UTF-8/],
  [
    'job of a trace larger than the cluster',
    traceScenario('{format: plain, file: huge.csv}'),
    /huge\.csv:3 {2}job "2" never fits the cluster: it needs 64 GPUs; .*set largerThanCluster: drop/,
  ],
  [
    'only jobs larger than the cluster',
    traceScenario(
      '{format: plain, file: huge.csv, largerThanCluster: drop, limit: 1}',
      'pools: [{name: a, nodes: 1, gpusPerNode: 0}]',
    ),
    /workload leaves no job to run; all 1 are larger than the cluster/,
  ],
  ['job id twice in a trace', traceScenario('{format: plain, file: repeat.csv}'), /repeat\.csv:3 {2}.*1/],
  [
    'job id in two traces',
    traceScenario('{format: plain, file: good.csv}\n    - {format: plain, file: good.csv}'),
    /:6 {2}workload\.traces\[1\] has a job "1", and so has workload\.traces\[0\]; give a trace a name/,
  ],
  [
    'misspelt format',
    traceScenario('{format: swff, file: good.csv}'),
    /:5 {2}workload\.traces\[0\]\.format is "swff"; did you mean "swf"\?/,
  ],
  [
    'option of another format',
    traceScenario('{format: plain, file: good.csv, timeZero: recorded}'),
    /traces\[0\]\.timeZero is an unknown key/,
  ],
  [
    'missing node list',
    traceScenario('{format: plain, file: good.csv}', 'nodeList: {format: openb-nodes, file: nodes.csv}'),
    /:2 {2}cluster\.nodeList\.file is ".*nodes\.csv", which does not exist/,
  ],
  [
    'synthetic workload without an end',
    syntheticScenario(sound),
    /:5 {2}workload\.synthetic\[0\] has no end; add jobs or duration/,
  ],
  [
    'synthetic workload of far too many jobs',
    syntheticScenario(`duration: 100y, ${sound.replace('ratePerHour: 1', 'ratePerHour: 1e9')}`),
    /workload\.synthetic makes about 8\.8e\+14 jobs; at most 10000000 fit/,
  ],
  [
    'probabilities that do not sum to 1',
    syntheticScenario(
      `jobs: 5, ${sound.replace('{kind: exponential, mean: 1h}', '{kind: hyperexponential, branches: [{probability: 0.5, mean: 1h}]}')}`,
    ),
    /workload\.synthetic\[0\]\.run: .*sum to 1/,
  ],
  [
    'lognormal of two minds',
    syntheticScenario(
      `jobs: 5, ${sound.replace('{kind: exponential, mean: 1h}', '{kind: lognormal, mean: 1h, median: 1h}')}`,
    ),
    /workload\.synthetic\[0\]\.run: .*either mean and scv or median and sigma/,
  ],
  [
    'weights that do not match',
    syntheticScenario(`jobs: 5, ${sound.replace('values: [1]', 'values: [1, 2], weights: [1]')}`),
    /workload\.synthetic\[0\]\.gpus\.weights.*2 weights/,
  ],
  [
    'missing kind of distribution',
    syntheticScenario(`jobs: 5, ${sound.replace('kind: exponential, ', '')}`),
    /workload\.synthetic\[0\]\.run\.kind is missing/,
  ],
];

describe('each mistake in a scenario ends with exit code 2, one message at its place, and no output', () => {
  for (const [name, text, ...messages] of table) {
    test(`refuses: ${name}`, async () => {
      const file = put(folder, 'scenario.yaml', text);
      const out = join(folder, 'out', name);
      const { code, out: printed, err } = await call('run', file, '--out', out);
      const lines = err.trimEnd().split('\n');
      expect({ code, printed, lines: lines.length, err }).toEqual({
        code: 2,
        printed: '',
        lines: messages.length,
        err,
      });
      messages.forEach((message, index) => expect(lines[index]).toMatch(message));
      expect(err).not.toMatch(/\n\s+at |Error:|undefined|\[object/);
      expect(existsSync(out)).toBe(false);
    });
  }

  test('the table has at least forty of them', () => {
    expect(table.length).toBeGreaterThanOrEqual(40);
  });
});

describe('a scenario file that cannot be read', () => {
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    ['missing', () => join(folder, 'nowhere.yaml'), /nowhere\.yaml {2}does not exist; check the path/],
    ['a folder', () => folder, / {2}is a folder; name a file in it/],
    ['a device', () => '/dev/zero', /\/dev\/zero {2}is not a regular file/],
    [
      '100 MB',
      () => put(folder, 'big.yaml', Buffer.alloc(100_000_000, 35)),
      /big\.yaml {2}holds 100000000 bytes; at most 1000000 are read/,
    ],
    [
      'latin-1',
      () => put(folder, 'latin.yaml', Buffer.from('a: 1\nname: caf\u00e9\n', 'latin1')),
      /latin\.yaml {2}is not UTF-8 text \(line 2\); save it as UTF-8/,
    ],
    [
      'UTF-16',
      () => put(folder, 'wide.yaml', Buffer.from('\ufeffname: small\n', 'utf16le')),
      /wide\.yaml {2}is not UTF-8 text/,
    ],
    [
      'gzip',
      () => put(folder, 'packed.yaml', gzipSync(smallScenario)),
      /packed\.yaml {2}is gzip-compressed; unpack it first/,
    ],
    ['binary zeros', () => put(folder, 'zeros.yaml', Buffer.alloc(1000)), /zeros\.yaml/],
  ];
  test.each(cases)('%s', async (_, file, message) => {
    const path = file();
    const beganMs = performance.now();
    const { code, err } = await call('run', path);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });
});

describe('--root', () => {
  const inside = join(folder, 'inside');
  mkdirSync(inside);
  put(inside, 'good.csv', `${plainHeader}1,1,0,10\n`);
  symlinkSync(join(folder, 'good.csv'), join(inside, 'link.csv'));

  test.each([
    ['a path that climbs out', '../good.csv'],
    ['an absolute path', join(folder, 'good.csv')],
    ['a symbolic link that leads out', 'link.csv'],
    ['a missing file outside', '../nowhere.csv'],
  ])('refuses %s', async (_, trace) => {
    const file = put(inside, 's.yaml', traceScenario(`{format: plain, file: ${JSON.stringify(trace)}}`));
    const { code, err } = await call('run', file, '--root', inside);
    expect(code).toBe(2);
    expect(err).toMatch(/s\.yaml:5 {2}workload\.traces\[0\]\.file is ".*", which lies outside the allowed root/);
  });

  test('refuses a scenario and a --trace outside', async () => {
    const outside = put(folder, 'outside.yaml', traceScenario('{format: plain, file: inside/good.csv}'));
    expect((await call('validate', outside, '--root', inside)).err).toMatch(
      /outside\.yaml {2}lies outside the allowed root/,
    );
    const file = put(inside, 's.yaml', traceScenario('{format: plain, file: good.csv}'));
    const { code, err } = await call('run', file, '--root', inside, '--trace', join(folder, 'good.csv'));
    expect(code).toBe(2);
    expect(err).toMatch(/--trace .*good\.csv {2}lies outside the allowed root/);
  });

  test('lets files inside pass, by any way that leads there', async () => {
    const file = put(inside, 's.yaml', traceScenario('{format: plain, file: ../inside/good.csv}'));
    expect((await call('run', file, '--root', folder)).code).toBe(0);
    expect((await call('run', file, '--root', inside)).code).toBe(0);
  });
});

describe('options', () => {
  const file = put(folder, 'sound.yaml', smallScenario);

  test.each([
    ['no command', [], /Usage: plimsoll/],
    ['an unknown command', ['rum', file], /unknown command 'rum'/],
    ['an unknown option', ['run', file, '--sed', '3'], /unknown option '--sed'/],
    ['no scenario', ['run'], /missing required argument 'scenario'/],
    ['text for --nodes', ['run', file, '--nodes', 'many'], /Give a whole number/],
    ['a negative --nodes', ['run', file, '--nodes', '-4'], /Give a whole number/],
    [
      'an absurd --nodes',
      ['run', file, '--nodes', '2000000'],
      /--nodes 2000000 {2}cluster\.pools\[0\]\.nodes is 2000000; must be at most 1000000/,
    ],
    ['a fraction for --seed', ['run', file, '--seed', '1.5'], /Give a whole number/],
    [
      '--trace without a trace to replace',
      ['run', file, '--trace', join(folder, 'good.csv')],
      /--trace .* {2}the scenario has no trace that it could take the place of/,
    ],
    [
      'a misspelt --set',
      ['run', file, '--set', 'cluster.pool[0].nodes=3'],
      /--set cluster\.pool\[0\]\.nodes=3 {2}cluster\.pool is an unknown key; did you mean "pools"\?/,
    ],
    ['an unknown policy', ['policies', 'fif0'], /there is no policy "fif0"; did you mean "fifo"\?/],
    [
      'a report of nothing',
      ['report', folder],
      /summary\.json {2}does not exist; name a folder that plimsoll run --out wrote/,
    ],
    [
      'two bad scenarios',
      ['validate', join(folder, 'x1.yaml'), join(folder, 'x2.yaml')],
      /x1\.yaml {2}does not exist[^]*x2\.yaml {2}does not exist/,
    ],
  ])('%s', async (_, argv, message) => {
    const { code, err } = await call(...argv);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('--trace whose format cannot be told', async () => {
    const withTrace = put(folder, 'traced.yaml', traceScenario('{format: plain, file: good.csv}'));
    const strange = put(folder, 'strange.csv', 'a,b,c\n1,2,3\n');
    const { code, err } = await call('run', withTrace, '--trace', strange);
    expect(code).toBe(2);
    expect(err).toMatch(/strange\.csv:1 {2}begins with "a,b,c", which is none of the formats/);
  });
});

describe('an output folder that cannot be written', () => {
  const file = put(folder, 'sound.yaml', smallScenario);

  test('holds other files', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    const { code, err, out } = await call('run', file, '--out', foreign);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/--out .*foreign {2}holds other files \(thesis\.txt\); choose an empty or a new folder/);
    expect(readdirSync(foreign)).toEqual(['thesis.txt']);
  });

  test('is a file, or lies below one', async () => {
    const target = put(folder, 'target', 'mine');
    expect((await call('run', file, '--out', target)).err).toMatch(/is a file; choose a folder/);
    const below = await call('run', file, '--out', join(target, 'deep', 'er'));
    expect(below.code).toBe(2);
    expect(below.err).toMatch(/a part of the path is a file; choose another folder/);
  });

  // Root may write anywhere; /proc refuses it too.
  test('is not writable', async () => {
    const { code, err, out } = await call('run', file, '--out', '/proc/plimsoll/out');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/--out \/proc\/plimsoll\/out {2}cannot be written: /);
  });

  test.skipIf(process.getuid?.() === 0)('is read-only (cannot be tested as root)', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    const { code, err } = await call('run', file, '--out', join(closed, 'out'));
    expect(code).toBe(2);
    expect(err).toMatch(/you may not write there; choose another folder/);
    expect(readdirSync(closed)).toEqual([]);
  });
});
