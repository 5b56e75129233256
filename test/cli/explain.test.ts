import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JobStory } from '../../src/study/explain/job-story.ts';
import { call, put, temporaryFolder } from './call.ts';

const folder = temporaryFolder();

/** Runs a scenario and answers where its output is. */
async function outputOf(name: string, text: string): Promise<string> {
  const out = join(folder, `${name}-out`);
  const { code, err } = await call('run', put(folder, `${name}.yaml`, text), '--out', out);
  if (code !== 0) throw new Error(err);
  return out;
}

async function storyOf(out: string, job: string): Promise<JobStory> {
  const { code, out: printed, err } = await call('explain', out, '--job', job, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(printed) as JobStory;
}

/**
 * Two nodes of 4 A, one of 4 B. "left" takes 3 GPUs of a/0 until 100 s, "right" 3 of a/1 until 60 s (it says 80 s).
 * "pair" comes at 10 s and finds one GPU on each. At 20 s "short" takes the one on a/0 until 50 s; that is when the
 * policy works out when "pair" fits: at 80 s. At 60 s "right" ends.
 */
const pieces = `name: pieces
cluster:
  pools:
    - {name: a, nodes: 2, gpusPerNode: 4, gpuType: A}
    - {name: b, nodes: 1, gpusPerNode: 4, gpuType: B}
workload:
  jobs:
    - {id: left, gpus: 3, gpuTypes: [A], submit: 0, run: 100, requested: 100}
    - {id: right, gpus: 3, gpuTypes: [A], submit: 0, run: 60, requested: 80}
    - {id: pair, gpus: 2, gpuTypes: [A], submit: 10, run: 50, requested: 50, tenant: red}
    - {id: short, gpus: 1, gpuTypes: [A], submit: 20, run: 30, requested: 200}
policies: {scheduling: easy-backfill, placement: best-fit, estimates: requested}
`;

/** One node of 8. "first" holds 6 until 100 s, "wide" wants 8 from 10 s on, "narrow" 2 from 20 s on, for 200 s. */
const blocked = (scheduling: string): string => `name: blocked
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 8}]}
workload:
  jobs:
    - {id: first, gpus: 6, submit: 0, run: 100, requested: 100}
    - {id: wide, gpus: 8, submit: 10, run: 10, requested: 10}
    - {id: narrow, gpus: 2, submit: 20, run: 200, requested: 200}
policies: {scheduling: ${scheduling}, placement: count, estimates: requested}
`;

const nobody = { jobs: 0, gpus: 0, first: [] };

describe('plimsoll explain', () => {
  test('tells each refusal, the reservation, start and end of a job', async () => {
    const story = await storyOf(await outputOf('pieces', pieces), 'pair');
    const waited = { what: 'waited', ahead: nobody, heldBy: null };
    expect(story.chapters).toEqual([
      { what: 'submitted', atS: 10 },
      { ...waited, atS: 10, untilS: 20, cause: 'fragmented', freeGpus: 2 },
      { ...waited, atS: 20, untilS: 50, cause: 'no-capacity', freeGpus: 1 },
      { what: 'reserved', atS: 20, forS: 80, beforeS: null },
      { ...waited, atS: 50, untilS: 60, cause: 'fragmented', freeGpus: 2 },
      { what: 'started', atS: 60, gpuType: 'A', gpus: 2, nodes: [{ node: 'a/1', last: 'a/1', nodes: 1, gpus: 2 }] },
      { what: 'finished', atS: 110 },
    ]);
    expect(story.waitS).toBe(50);
    expect(story.waitByCause).toEqual([
      { cause: 'no-capacity', seconds: 30 },
      { cause: 'fragmented', seconds: 20 },
    ]);
    expect(story.job).toMatchObject({ id: 'pair', gpus: 2, tenant: 'red', gpuTypes: ['A'], runS: 50, estimateS: 50 });
  });

  test('tries what would have let it start at once: fewer GPUs, another type, one more node', async () => {
    const { remedies } = await storyOf(await outputOf('pieces', pieces), 'pair');
    expect(remedies).toEqual({
      requests: [
        { change: 'gpus', to: 1, startsAtOnce: true },
        { change: 'gpu-type', to: 'B', startsAtOnce: true },
      ],
      nodes: { pool: 'a', gpusPerNode: 4, nodesAlone: 1, nodesForAll: 1 },
      freeInPieces: true,
    });
  });

  test('says it in words', async () => {
    const { code, out } = await call('explain', await outputOf('pieces', pieces), '--job', 'pair');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'job pair of red: 2 GPUs of type A, estimated 50.0 s, true running time 50.0 s',
      '  in pieces, scheduling easy-backfill, placement best-fit',
      '',
      '  00:00:10  submitted',
      '  00:00:10  waits 10.0 s: GPUs enough, but not in the shape that the placement needs (2 GPUs free, it asks for 2)',
      '            nobody ahead',
      '  00:00:20  waits 30.0 s: too few GPUs (1 GPU free, it asks for 2)',
      '  00:00:20  a place is kept for it at 00:01:20',
      '  00:00:50  waits 10.0 s: GPUs enough, but not in the shape that the placement needs (2 GPUs free, it asks for 2)',
      '  00:01:00  starts on 1 node of A (a/1: 2 GPUs)',
      '  00:01:50  ends',
      '',
      '  Waited 50.0 s in all: capacity 30.0 s (60.0 %), GPUs in the right shape 20.0 s (40.0 %).',
      '',
      '  What would have let it start when it was submitted:',
      '  - 1 GPU instead of 2 (tried: it starts at once)',
      '  - leave to run on B (tried: it starts at once)',
      '  - 1 more idle node in pool a (4 GPUs each), with everybody ahead served first',
      '  - its 2 GPUs were free on more nodes than the placement would spread it over',
      '',
    ]);
  });

  test('a job behind the head names whom it was held back for, and what the policy would have let pass', async () => {
    const easy = await storyOf(await outputOf('easy', blocked('easy-backfill')), 'narrow');
    const behind = { what: 'waited', atS: 20, freeGpus: 2, cause: 'behind-head', heldBy: { id: 'wide', gpus: 8 } };
    const ahead = { jobs: 1, gpus: 8, first: [{ id: 'wide', gpus: 8 }] };
    expect(easy.chapters[1]).toEqual({ ...behind, ahead, untilS: 100 });
    expect(easy.remedies).toEqual({
      requests: [{ change: 'estimate', to: 80, startsAtOnce: true }],
      nodes: { pool: 'a', gpusPerNode: 8, nodesAlone: 0, nodesForAll: 1 },
      freeInPieces: false,
    });
    const strict = await storyOf(await outputOf('strict', blocked('fifo')), 'narrow');
    expect(strict.chapters[1]).toEqual({ ...behind, ahead, untilS: 100 });
    // Nobody passes under strict FIFO, so nothing in its own request would have helped.
    expect(strict.remedies).toMatchObject({ requests: [], nodes: { nodesAlone: 0, nodesForAll: 1 } });
  });

  test('fewer GPUs that fit but do not pass the policy are told as such', async () => {
    const out = await outputOf('held', blocked('fifo').replace('gpus: 2', 'gpus: 3'));
    expect((await storyOf(out, 'narrow')).remedies).toMatchObject({
      requests: [{ change: 'gpus', to: 2, startsAtOnce: false }],
    });
    const { out: words } = await call('explain', out, '--job', 'narrow');
    expect(words).toContain('- 2 GPUs instead of 3 (it would have fitted; tried: the policy still holds it back');
  });

  test('a reservation that moves is told again', async () => {
    const moving = `name: moving
cluster: {pools: [{name: a, nodes: 1, gpusPerNode: 8}]}
workload:
  jobs:
    - {id: early, gpus: 8, submit: 0, run: 50, requested: 100}
    - {id: next, gpus: 8, submit: 10, run: 10, requested: 10}
    - {id: last, gpus: 8, submit: 20, run: 10, requested: 10}
policies: {scheduling: conservative-backfill, placement: count, estimates: requested}
`;
    const out = await outputOf('moving', moving);
    const { chapters } = await storyOf(out, 'last');
    expect(chapters.filter(({ what }) => what === 'reserved')).toEqual([
      { what: 'reserved', atS: 20, forS: 110, beforeS: null },
      { what: 'reserved', atS: 50, forS: 60, beforeS: 110 },
    ]);
    const { out: words } = await call('explain', out, '--job', 'last');
    expect(words).toContain('00:00:50  its place moves to 00:01:00, 50.0 s earlier\n');
  });

  test('a job that starts at once has nothing to mend; one that a horizon cuts off still waits', async () => {
    const out = await outputOf('cut', `horizon: 50\n${blocked('fifo')}`);
    const first = await storyOf(out, 'first');
    expect(first.chapters.map(({ what }) => what)).toEqual(['submitted', 'started', 'cut-off']);
    expect(first).toMatchObject({ waitS: 0, waitByCause: [], remedies: null });
    const wide = await storyOf(out, 'wide');
    expect(wide.chapters.map(({ what }) => what)).toEqual(['submitted', 'waited', 'cut-off']);
    expect(wide.waitS).toBe(40);
  });

  test('the wait and its causes are those of the run', async () => {
    const out = join(folder, 'quick');
    await call('run', 'scenarios/quickstart.yaml', '--set', 'workload.synthetic[0].duration=4d', '--out', out);
    const rows = readFileSync(join(out, 'jobs.csv'), 'utf8').trimEnd().split('\n').slice(1);
    const waits = rows.map((row) => row.split(',')).map((cells) => ({ id: cells[0]!, waitS: Number(cells[6]) }));
    const longest = waits.sort((a, b) => b.waitS - a.waitS)[0]!;
    expect(longest.waitS).toBeGreaterThan(1000);
    const story = await storyOf(out, longest.id);
    expect(story.waitS).toBe(longest.waitS);
    expect(story.run.fingerprint).toBe(story.run.recordedFingerprint);
  });

  test('an unknown job is refused with the nearest ids', async () => {
    const { code, out, err } = await call('explain', await outputOf('pieces', pieces), '--job', 'par');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/jobs\.csv {2}there is no job "par" in this run; did you mean "pair"\? ids are/);
  });

  test('a folder without a run, or whose files are gone, is refused', async () => {
    expect((await call('explain', join(folder, 'nowhere'), '--job', 'x')).code).toBe(2);
    const trace = put(folder, 'gone.csv', 'job_id,num_gpu,submit_time,duration\na,2,0,100\n');
    const text = blocked('fifo').replace(
      /workload:[^]*?policies/,
      `workload: {traces: [{format: plain, file: gone.csv}]}\npolicies`,
    );
    const out = await outputOf('traced', text);
    writeFileSync(trace, 'job_id,num_gpu,submit_time,duration\na,2,0,200\n');
    const { code, err } = await call('explain', out, '--job', 'a');
    expect(code).toBe(0);
    expect(err).toMatch(/warning: the run came out differently .*: a file that it reads has changed since/);
    const summary = join(out, 'summary.json');
    writeFileSync(summary, readFileSync(summary, 'utf8').replaceAll('gone.csv', 'lost.csv'));
    const lost = await call('explain', out, '--job', 'a');
    expect(lost.code).toBe(2);
    expect(lost.err).toMatch(/lost\.csv", which does not exist.*\n.*summary\.json {2}this is the scenario kept here/);
  });
});
