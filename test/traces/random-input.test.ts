import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  TraceError,
  type ImportedDownTimes,
  type ImportedJobs,
  type ImportedNodes,
} from '../../src/traces/import-report.ts';
import { detectJobFormat } from '../../src/traces/format-detection.ts';
import {
  failureFormats,
  importDownTimes,
  importJobs,
  importNodes,
  jobFormats,
  traceFormats,
} from '../../src/traces/registry.ts';
import { swfLine, TraceFolder } from './trace-folder.ts';

const folder = new TraceFolder();
afterAll(() => folder.remove());

/** A small valid file of each format, to be spoilt. */
const VALID: Readonly<Record<string, string>> = {
  swf: `; MaxProcs: 8\n${swfLine({ 1: 1, 2: 0, 3: 5, 4: 9, 5: 2 })}\n${swfLine({ 1: 2, 2: 7, 4: 1, 8: 3 })}\n`,
  plain: 'job_id,num_gpu,submit_time,duration,gpu_type,name\na,1,0,9,T4|A10,"x, ""y"""\nb,0.5,3,2.5,,z\n',
  gavel:
    'job_id,job_type,scale_factor,total_steps,arrival_time,steps_per_s_v100,steps_per_s_k80\n0,LM,1,900,0,5,1\n1,LM,2,9,3.5,8,0\n',
  pollux:
    'name,application,submit_time,num_replicas,runtime_alone_consolidated_s\ncifar10-0,cifar10,53,6,910\nncf-1,ncf,60.5,1,47\n',
  'philly-jobs':
    'timestamp,duration,num_gpus,gpu_time,cluster\n2017-10-09 07:01:55,66.0,1,66,a\n2017-10-09 06:13:03,2,8,16,b\n',
  'philly-attempts':
    '[{"id":"a","num_gpus":8,"submitted_time":"2017-10-07 01:00:00","attempts":' +
    '[{"start_time":"2017-10-07 01:00:30","end_time":"2017-10-07 01:01:30"}]}]',
  'openb-pods':
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n' +
    'p,100,10,1,460,T4|A10,LS,Running,10,110,30\nq,0,0,4,1000,,BE,Pending,20,50,\n',
  'openb-nodes': 'sn,cpu_milli,memory_mib,gpu,model\nn,1000,1024,8,T4\nm,1000,1024,0,\n',
  lanl:
    'System,nodenumz,Prob Started,Prob Fixed,Down Time,Facilities,Hardware,Human Error,Network,Undetermined,Software\n' +
    '2,0,6/21/2005 10:54,6/21/2005 11:00,6,,CPU,,,,\n20,17,9/6/2005 9:13,9/6/2005 9:19,6,,,,,,"MPI, PVM"\n',
  'down-times': 'node,from,to,cause\na,10,70,fan\nb,60,95.5,\na,50,80,fan\nc,99,,\n',
  skypilot: '{"metadata": {"gap_seconds": 300}, "data": [2, 2, 0, 1, 2]}',
  'bamboo-counts':
    '2021-12-10, 13:07:45, 8\n2021-12-10, 13:08:45, 8\n2021-12-10, 13:07:55, 6\n2021-12-11, 01:00:00, 8\n',
  'bamboo-events': '0,add,node1\n0,add,node2\n600,remove,node1\n700,add,node3\n',
  'spot-log':
    '[2020-03-15T10:07:33.000Z] Created instance i-1 with 8 GPU(s) of type v100 in zone us-east-1b\n' +
    '[2020-03-15T10:17:33.000Z] Instance i-1 not running in zone us-east-1b\n' +
    '[2020-03-15T10:17:34.000Z] Successfully deleted instance i-1\n' +
    '[2020-03-15T10:27:33.000Z] Created instance i-2 with 8 GPU(s) of type v100 in zone us-east-1b\n',
  'philly-machines': 'machineId,number of GPUs, single GPU mem\nm0,2, 12GB\nm1,8, 24GB\n',
};

/** Pieces that break parsers. */
const POISON = [
  '"',
  ',',
  '\n',
  '\r',
  '\0',
  '\ufeff',
  '-',
  '1e400',
  '-1',
  ';',
  '[',
  '{',
  '__proto__',
  '9'.repeat(40),
  '\\',
  ' ',
];

const spoilt = (valid: Buffer): fc.Arbitrary<Uint8Array> =>
  fc
    .array(
      fc.record({
        at: fc.nat(valid.length),
        remove: fc.nat(12),
        insert: fc.oneof(
          fc.constantFrom(...POISON).map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
        ),
      }),
      { minLength: 0, maxLength: 3 },
    )
    .map((edits) =>
      edits.reduce(
        (bytes, { at, remove, insert }) => Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
        valid,
      ),
    );

/** What an answer breaks of the promises that every import makes. */
function brokenJobLaws({ jobs, report }: ImportedJobs): string[] {
  const dropped = report.dropped.reduce((sum, { count }) => sum + count, 0);
  const laws: Readonly<Record<string, boolean>> = {
    'read = kept + dropped': report.read === report.kept + dropped,
    'kept = jobs > 0': jobs.count === report.kept && jobs.count > 0,
    'ids differ': new Set(jobs.ids).size === jobs.count,
    'submit times are whole us from 0': everyWhole(jobs.submitUs.subarray(0, jobs.count)),
    'runs are whole us from 0': everyWhole(jobs.runUs.subarray(0, jobs.count)),
    'GPUs are not negative': everyWhole(Float64Array.from(jobs.gpuMilli.subarray(0, jobs.count))),
  };
  return Object.keys(laws).filter((law) => laws[law] !== true);
}

function everyWhole(values: Float64Array): boolean {
  return values.every((value) => Number.isSafeInteger(value) && value >= 0);
}

function brokenNodeLaws({ pools, nodeNames }: ImportedNodes): string[] {
  const nodes = pools.reduce((sum, pool) => sum + pool.nodes, 0);
  return nodes === nodeNames.length && nodes > 0 ? [] : ['every node has a name and a pool'];
}

function brokenDownTimeLaws({ nodes, lengthUs, report }: ImportedDownTimes): string[] {
  const dropped = report.dropped.reduce((sum, { count }) => sum + count, 0);
  const laws: Readonly<Record<string, boolean>> = {
    'read = kept + dropped': report.read === report.kept + dropped,
    'there are nodes, and their names differ':
      nodes.length > 0 && new Set(nodes.map(({ name }) => name)).size === nodes.length,
    'instants are whole us from 0, up to the end or for ever': nodes.every(({ downTimes }) =>
      downTimes.every(
        ({ fromUs, toUs }) =>
          Number.isSafeInteger(fromUs) && fromUs >= 0 && fromUs <= lengthUs && (toUs === Infinity || toUs <= lengthUs),
      ),
    ),
    'down times ascend with gaps between them': nodes.every(({ downTimes }) =>
      downTimes.every(({ fromUs, toUs }, at) => fromUs <= toUs && (at === 0 || downTimes[at - 1]!.toUs < fromUs)),
    ),
  };
  return Object.keys(laws).filter((law) => laws[law] !== true);
}

/** What an answer breaks of the promises that every import of its kind makes. */
function brokenLaws(format: string, file: string): Promise<string[]> {
  if (jobFormats.some(({ name }) => name === format)) return importJobs(format, file).then(brokenJobLaws);
  if (failureFormats.some(({ name }) => name === format)) return importDownTimes(format, file).then(brokenDownTimeLaws);
  return importNodes(format, file).then(brokenNodeLaws);
}

/** Reads `content` as `format`: true if answered, false if refused; a crash or a broken law fails the test. */
async function isAnswered(format: string, content: Uint8Array): Promise<boolean> {
  const file = folder.write('input', content);
  const broken = await brokenLaws(format, file).catch((error: unknown) => {
    if (error instanceof TraceError && error.problems.length > 0) return undefined;
    throw error;
  });
  expect(broken ?? []).toEqual([]);
  return broken !== undefined;
}

describe('whatever a file holds, it is answered or refused', () => {
  test.each(traceFormats.map(({ name }) => name))('%s: a valid file with up to three edits', async (format) => {
    const valid = Buffer.from(VALID[format]!);
    expect(await isAnswered(format, valid)).toBe(true);
    let answered = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(spoilt(valid), fc.boolean(), async (content, zipped) => {
        if (await isAnswered(format, zipped ? gzipSync(content) : content)) answered++;
        else refused++;
      }),
      { numRuns: 60 },
    );
    expect(Math.min(answered, refused)).toBeGreaterThan(5);
  });

  test.each(traceFormats.map(({ name }) => name))(
    '%s: a gzip with one byte changed or the end missing',
    async (format) => {
      const zipped = gzipSync(VALID[format]!);
      await fc.assert(
        fc.asyncProperty(fc.nat(zipped.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
          const bytes = Buffer.from(zipped);
          bytes[at] = byte;
          await isAnswered(format, isCut ? bytes.subarray(0, at) : bytes);
        }),
        { numRuns: 30 },
      );
      expect(await isAnswered(format, zipped)).toBe(true);
    },
  );

  test('random bytes are refused by every format', async () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(noise, fc.constantFrom(...traceFormats), async (content, { name }) => {
        expect(await isAnswered(name, content)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('detection names a format or refuses', async () => {
    const known = new Set<unknown>(jobFormats.map(({ name }) => name));
    const files = Object.values(VALID).map((text) => spoilt(Buffer.from(text)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(...files, fc.uint8Array({ maxLength: 200 })), async (content) => {
        const format = await detectJobFormat(folder.write('input', content)).catch((error: unknown) => error);
        expect(format instanceof TraceError || known.has(format)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
