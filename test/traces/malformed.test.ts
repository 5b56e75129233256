import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { detectJobFormat } from '../../src/traces/format-detection.ts';
import { ImportTally } from '../../src/traces/reading/import-tally.ts';
import { TRACE_LIMITS } from '../../src/traces/reading/trace-file.ts';
import { readLines, readText } from '../../src/traces/reading/trace-lines.ts';
import { TraceProblems } from '../../src/traces/reading/trace-problems.ts';
import { importJobs, importNodes } from '../../src/traces/registry.ts';
import { refusalOf, swfLine, TraceFolder } from './trace-folder.ts';

const folder = new TraceFolder();
afterAll(() => folder.remove());

const PLAIN = 'job_id,num_gpu,submit_time,duration\n';
const PODS =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n';
const GAVEL = 'job_id,job_type,scale_factor,total_steps,arrival_time,steps_per_s_v100,steps_per_s_k80\n';
const NODES = 'sn,cpu_milli,memory_mib,gpu,model\n';
const PHILLY = 'timestamp,duration,num_gpus,gpu_time,cluster\n';
const job = (changes: object): string =>
  JSON.stringify([
    {
      id: 'a',
      num_gpus: 1,
      submitted_time: '2017-10-07 01:00:00',
      attempts: [{ start_time: '2017-10-07 01:00:30', end_time: '2017-10-07 01:01:30' }],
      ...changes,
    },
  ]);
const manyJobs = (count: number): string => PLAIN + Array.from({ length: count }, (_, i) => `${i},1,0,9\n`).join('');
const cut = (bytes: Buffer, at: number): Buffer => bytes.subarray(0, at);
const damaged = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length - 6]! ^= 0xff;
  return copy;
};

/** What is wrong, the format it is read as, the file's content, and the lines of the refusal: place and message. */
type Case = readonly [name: string, format: string, content: string | Uint8Array, ...expected: RegExp[]];

const CASES: readonly Case[] = [
  ['an empty file', 'plain', '', /^f {2}is empty; name a file/],
  ['an empty gzip', 'plain', gzipSync(''), /^f {2}is empty/],
  ['blank lines alone', 'plain', '\n\n  \n', /^f {2}holds no header; .*job_id, num_gpu/],
  ['a header without rows', 'plain', PLAIN, /^f {2}holds no jobs; name a file that does/],
  ['an SWF log of comments', 'swf', '; MaxProcs: 3\n', /^f {2}holds no jobs/],
  ['a JSON list without entries', 'philly-attempts', '[]', /^f {2}holds no jobs/],
  ['a Philly list without rows', 'philly-jobs', PHILLY, /^f {2}holds no jobs/],
  [
    'an SWF log whose jobs are all dropped',
    'swf',
    swfLine({ 1: 1, 2: 0 }),
    /^f {2}leaves no jobs to run \(1 neither used/,
  ],
  ['a node list without nodes', 'openb-nodes', NODES, /^f {2}holds no nodes/],
  [
    'a gzip cut off',
    'plain',
    cut(gzipSync(manyJobs(1000)), 900),
    /^f {2}ends early: its gzip data is cut off; download/,
  ],
  ['a gzip header alone', 'swf', cut(gzipSync('x'), 5), /^f {2}ends early/],
  ['a gzip with a wrong checksum', 'plain', damaged(gzipSync(manyJobs(9))), /^f {2}has damaged gzip data \(.*download/],
  [
    'gzip magic before noise',
    'plain',
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 255, 255]),
    /^f {2}has damaged gzip/,
  ],
  [
    'a zip archive',
    'plain',
    Buffer.concat([Buffer.from('504b0304', 'hex'), deflateRawSync(PLAIN)]),
    /is a zip archive; unpack/,
  ],
  ['an xz file', 'swf', Buffer.from('fd377a585a000004', 'hex'), /is xz data; unpack/],
  ['UTF-16', 'plain', Buffer.from(`\ufeff${PLAIN}`, 'utf16le'), /is UTF-16 text; save it as UTF-8/],
  [
    'Latin-1',
    'plain',
    Buffer.from(`${PLAIN}a,1,0,9\n\u00e9,1,0,9\n`, 'latin1'),
    /^f:3 {2}is not UTF-8 text; save the file as/,
  ],
  ['a NUL byte', 'swf', `${swfLine({ 1: 1, 2: 0, 5: 1 })}\n1 \0 2\n`, /^f:2 {2}holds a NUL byte/],
  ['a line without end', 'swf', `; x\n${'7'.repeat(2 ** 20 + 1)}`, /^f:2 {2}is longer than 1,048,576 bytes/],
  [
    'a long line among short ones',
    'plain',
    `${PLAIN}a,1,0,9\n${'x'.repeat(2 ** 20 + 1)}\nb,1,0,9\n`,
    /^f:3 {2}is longer than/,
  ],
  ['a gzip bomb of blanks', 'plain', gzipSync(Buffer.alloc(32 * 2 ** 20, 0x20)), /^f:1 {2}is longer than/],
  [
    'a missing column',
    'plain',
    'job_id,gpus,submit_time\na,1,0\n',
    /^f:1 {2}the header lacks num_gpu, duration; there is "job_id", "gpus", "submit_time"; add it/,
  ],
  [
    'semicolons for commas',
    'plain',
    PLAIN.replaceAll(',', ';'),
    /^f:1 {2}the header lacks job_id, .* there is "job_id;num_gpu/,
  ],
  [
    'a column named twice',
    'plain',
    'job_id,num_gpu,submit_time,duration,name,name\n',
    /^f:1 {2}the header names "name" twice/,
  ],
  [
    'a row with a value too many',
    'plain',
    `${PLAIN}a,1,0,9,9\n`,
    /^f:2 {2}has 5 values, but the header names 4 columns/,
  ],
  ['a last row with a value too few', 'plain', `${PLAIN}a,1,0,9\nb,1`, /^f:3 {2}has 2 values, but the header names 4/],
  ['an open quote', 'plain', `${PLAIN}"a,1,0,9\n`, /^f:2 {2}a quoted value does not end on its line; close/],
  ['text behind a quote', 'plain', `${PLAIN}"a"b,1,0,9\n`, /^f:2 {2}text follows the closing quote of value 1/],
  ['a quote inside a value', 'plain', `${PLAIN}a"b,1,0,9\n`, /^f:2 {2}value 1 has a quote inside/],
  ['text for a number', 'plain', `${PLAIN}a,1,0,soon\n`, /^f:2 {2}duration is "soon", no number; write seconds/],
  ['a blank for a number', 'plain', `${PLAIN}a,,0,9\n`, /^f:2 {2}num_gpu is blank; write GPUs/],
  ['a hexadecimal number', 'plain', `${PLAIN}a,0x10,0,9\n`, /^f:2 {2}num_gpu is "0x10", no number/],
  ['infinity', 'plain', `${PLAIN}a,1,Infinity,9\n`, /^f:2 {2}submit_time is "Infinity", no number/],
  ['a number beyond all doubles', 'plain', `${PLAIN}a,1,1e999,9\n`, /^f:2 {2}submit_time is "1e999", no number/],
  ['a number with a comma in it', 'plain', `${PLAIN}a,1,"1,000",9\n`, /^f:2 {2}submit_time is "1,000", no number/],
  ['a negative run', 'plain', `${PLAIN}a,1,0,-9\n`, /^f:2 {2}duration is -9; write seconds, 0 to 100 years/],
  [
    'a time in milliseconds since 1970',
    'plain',
    `${PLAIN}a,1,1700000000000,9\n`,
    /^f:2 {2}submit_time is 1700000000000; write sec/,
  ],
  [
    'ten million GPUs and one',
    'plain',
    `${PLAIN}a,10000001,0,9\n`,
    /^f:2 {2}num_gpu is 10000001; write GPUs, 0 to 2,000,000/,
  ],
  ['one and a half GPUs', 'plain', `${PLAIN}a,1.5,0,9\n`, /^f:2 {2}num_gpu is 1.5; only a share of one GPU/],
  ['a share too small', 'plain', `${PLAIN}a,0.0001,0,9\n`, /^f:2 {2}num_gpu is 0.0001; the smallest share/],
  [
    'a priority that is no whole number',
    'plain',
    'job_id,num_gpu,submit_time,duration,priority\na,1,0,9,0.5\n',
    /^f:2 {2}priority is 0.5/,
  ],
  ['a job without id', 'plain', `${PLAIN},1,0,9\n`, /^f:2 {2}job_id is blank/],
  ['an id that comes twice', 'plain', `${PLAIN}a,1,0,9\nb,1,0,9\na,1,0,9\n`, /^f:4 {2}repeats the name "a" of line 2/],
  [
    'an SWF id that comes twice',
    'swf',
    `${swfLine({ 1: 7, 2: 0, 5: 1 })}\n${swfLine({ 1: 7, 2: 0, 5: 1 })}`,
    /^f:2 {2}repeats the name "7" of line 1/,
  ],
  [
    'terminal escapes in an id',
    'plain',
    `${PLAIN}\u001b[31m,1,0,x\n\u001b[31m,1,0,\u009b\n`,
    /^f:2 {2}duration is "x"/,
    /^f:3 {2}duration is "\\u009b"/,
  ],
  [
    'two mistakes in one row, one in another',
    'plain',
    `${PLAIN}a,x,y,9\nb,1,0,z\n`,
    /^f:2 {2}num_gpu is "x"/,
    /^f:2 {2}submit_time is "y"/,
    /^f:3 {2}duration is "z"/,
  ],
  ['an SWF line with 17 columns', 'swf', '1 '.repeat(17), /^f:1 {2}has 17 columns; a job in SWF has 18/],
  ['an SWF submit time of -2', 'swf', swfLine({ 1: 1, 2: -2, 5: 1 }), /^f:1 {2}submit time \(column 2\) is -2; write/],
  [
    'text in an SWF line',
    'swf',
    swfLine({ 1: 1, 2: 0, 4: 'abc', 5: 1 }),
    /^f:1 {2}run time \(column 4\) is "abc", no number/,
  ],
  [
    'half a processor',
    'swf',
    swfLine({ 1: 1, 2: 0, 5: 0.5 }),
    /^f:1 {2}used processors \(column 5\) is 0.5; write a whole/,
  ],
  [
    'Gavel jobs with mistakes',
    'gavel',
    `${GAVEL},,0,0.5,-1,x,2\n1,LM,1,10,0,0,0\n2,LM,1,1e15,0,1e-6,0\n`,
    /^f:2 {2}job_id is blank; give every job/,
    /^f:2 {2}job_type is blank; write what the job trains/,
    /^f:2 {2}scale_factor is 0; write at least 1/,
    /^f:2 {2}total_steps is 0\.5; write a whole number of steps/,
    /^f:2 {2}arrival_time is -1; write seconds/,
    /^f:2 {2}steps_per_s_v100 is "x", no number; write steps a second/,
    /^f:3 {2}steps_per_s_v100 is 0, as are the speeds on all other types/,
    /^f:4 {2}total_steps is 1000000000000000, which take more than 100 years at 0\.000001 steps a second/,
  ],
  [
    'Gavel jobs without a speed',
    'gavel',
    'job_id,job_type,scale_factor,total_steps,arrival_time\n1,LM,1,10,0\n',
    /^f:1 {2}the header names no steps_per_s_TYPE; add a column for each GPU type/,
  ],
  [
    'a job of the Pollux simulator without replicas, and one without a name',
    'pollux',
    'name,application,submit_time,num_replicas,runtime_alone_consolidated_s\na,ncf,1,0,9\n,ncf,1,1,9\n',
    /^f:2 {2}num_replicas is 0; write at least 1/,
    /^f:3 {2}name is blank/,
  ],
  [
    'a Philly date that does not exist',
    'philly-jobs',
    `${PHILLY}2017-02-30 01:00:00,1,1,1,x\n`,
    /^f:2 {2}timestamp is "2017-02-30/,
  ],
  [
    'a Philly hour that does not exist',
    'philly-jobs',
    `${PHILLY}2017-02-20 24:00:00,1,1,1,x\n`,
    /^f:2 {2}timestamp is "2017-02-20 24/,
  ],
  [
    'a Philly date before 1970',
    'philly-jobs',
    `${PHILLY}1969-02-20 01:00:00,1,1,1,x\n`,
    /^f:2 {2}timestamp is "1969.*from 1970/,
  ],
  [
    'JSON that ends early',
    'philly-attempts',
    job({}).slice(0, -9),
    /^f:1 {2}is not JSON \(.*check whether the file is complete/,
  ],
  ['JSON with a mistake on line 3', 'philly-attempts', '[\n{},\n{"id" 3}]', /^f:3 {2}is not JSON \(Expected ':'/],
  ['JSON that is no list', 'philly-attempts', '{"a": 1}', /^f:1 {2}is JSON, but no list/],
  ['a JSON entry that is no job', 'philly-attempts', '[\n\n"]{\\"",\n 3]', /^f:3 {2}is no job/, /^f:4 {2}is no job/],
  [
    'a JSON job without fields',
    'philly-attempts',
    '[{"__proto__": {"id": "x"}}]',
    /id is missing/,
    /num_gpus is missing/,
    /submitted_time is missing/,
    /attempts is missing/,
  ],
  [
    'a JSON attempt without times',
    'philly-attempts',
    job({ attempts: [7] }),
    /start_time is missing/,
    /end_time is missing/,
  ],
  [
    'a JSON attempt that ends before it starts',
    'philly-attempts',
    job({ attempts: [{ start_time: '2017-10-07 01:00:30', end_time: '2017-10-07 01:00:29' }] }),
    /ends before it starts/,
  ],
  [
    'a JSON attempt before the submission',
    'philly-attempts',
    job({ submitted_time: '2018-10-07 01:00:00' }),
    /starts before it was submitted/,
  ],
  ['a JSON job with 1e400 GPUs', 'philly-attempts', job({ num_gpus: 7 }).replace('7', '1e400'), /num_gpus is Infinity/],
  [
    'a pod scheduled before it was created',
    'openb-pods',
    `${PODS}p,1,1,1,1000,,LS,R,10,50,9\n`,
    /^f:2 {2}scheduled_time is before creation_time/,
  ],
  [
    'a pod deleted before it was scheduled',
    'openb-pods',
    `${PODS}p,1,1,1,1000,,LS,R,10,50,60\n`,
    /^f:2 {2}deletion_time is before/,
  ],
  [
    'a pod with a share of 0',
    'openb-pods',
    `${PODS}p,1,1,1,0,,LS,R,10,50,10\n`,
    /^f:2 {2}gpu_milli is 0 for a pod with one GPU/,
  ],
  [
    'a pod with a share of 2 GPUs',
    'openb-pods',
    `${PODS}p,1,1,1,2000,,LS,R,10,50,10\n`,
    /^f:2 {2}gpu_milli is 2000; write thousandths/,
  ],
  [
    'a node with GPUs of no model',
    'openb-nodes',
    `${NODES}n,1,1,8,\n`,
    /^f:2 {2}model is blank for a node with 8 GPUs/,
  ],
  [
    'a node with a million GPUs',
    'openb-nodes',
    `${NODES}n,1,1,1000000,A\n`,
    /^f:2 {2}gpu is 1000000; write whole GPUs, 0 to 1024/,
  ],
  [
    'a node that comes twice',
    'openb-nodes',
    `${NODES}n,1,1,8,A\nn,1,1,8,A\n`,
    /^f:3 {2}repeats the name "n" of line 2/,
  ],
  [
    '33 GPU types',
    'openb-nodes',
    NODES + Array.from({ length: 33 }, (_, i) => `n${i},1,1,8,t${i}\n`).join(''),
    /^f {2}has 33 GPU types/,
  ],
  [
    'a machine with memory in stones',
    'philly-machines',
    'machineId,number of GPUs,single GPU mem\nm,8,3 stone\n',
    /^f:2 {2}single GPU mem is "3 stone"/,
  ],
];

const read = (format: string, file: string): Promise<unknown> =>
  format.endsWith('nodes') || format.endsWith('machines')
    ? importNodes(format, file, 'f')
    : importJobs(format, file, {}, 'f');

describe('a malformed trace is refused, each mistake with its place and its mend', () => {
  test.each(CASES.map((fields) => ({ fields, name: fields[0] })))('$name', async ({ fields }) => {
    const [name, format, content, ...expected] = fields;
    const error = await refusalOf(read(format, folder.write(name.replaceAll(/\W/g, '-'), content)));
    const lines = error.message.split('\n');
    expect(lines).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(lines[index]).toMatch(pattern));
  });

  test('the first 20 mistakes are shown and the rest are counted', async () => {
    const text = PLAIN + 'a,x,0,9\n'.repeat(1030);
    const { problems } = await refusalOf(importJobs('plain', folder.write('many.csv', text)));
    expect(problems).toHaveLength(21);
    expect(problems[19]?.line).toBe(21);
    expect(problems[20]).toMatchObject({ line: 0, message: 'and 1,010 more' });
  });

  test('a mistake that ends the reading is shown after those before it', async () => {
    const text = `${PLAIN}${'a,x,0,9\n'.repeat(30)}\0`;
    const { problems } = await refusalOf(importJobs('plain', folder.write('nul.csv', text)));
    expect(problems.at(-1)?.message).toContain('NUL');
    expect(problems).toHaveLength(22);
  });
});

describe('what is no readable file is refused', () => {
  test('a missing file, a folder, a file in the way of a folder, a device', async () => {
    mkdirSync(join(folder.path, 'sub'));
    const file = folder.write('plain.csv', PLAIN);
    const refusals = await Promise.all(
      [join(folder.path, 'none'), join(folder.path, 'sub'), join(file, 'x'), '/dev/zero', 'a\0b'].map((path) =>
        refusalOf(read('plain', path)),
      ),
    );
    expect(refusals.map(({ message }) => message)).toEqual([
      'f  does not exist; check the path',
      'f  is a folder; name a file inside it',
      'f  does not exist; check the path',
      'f  is a device, pipe or socket; a trace must be a plain file',
      expect.stringMatching(/^f {2}cannot be read \(.*; check the path$/),
    ]);
  });

  test('a pipe that nobody writes to does not hang the import', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    expect((await refusalOf(read('swf', pipe))).message).toContain('is a device, pipe or socket');
  });

  test('a file of 3 GiB is refused unread', async () => {
    const huge = openSync(join(folder.path, 'huge'), 'w');
    ftruncateSync(huge, 3 * 2 ** 30);
    closeSync(huge);
    const error = await refusalOf(read('swf', join(folder.path, 'huge')));
    expect(error.message).toBe('f  is 3,072 MiB; at most 2,048 MiB are read, so split it');
  });

  test('a gzip that expands beyond the limit is refused, line by line or as a text', async () => {
    const file = { path: folder.write('bomb.gz', gzipSync('; comment\n'.repeat(1e6))), label: 'f' };
    const limits = { ...TRACE_LIMITS, expandedBytesMax: 2 ** 20, textBytesMax: 2 ** 20 };
    let lines = 0;
    const byLine = readLines(file, new TraceProblems('f'), () => lines++, limits);
    expect((await refusalOf(byLine)).message).toBe('f  expands to more than 1 MiB; split it, or check what it is');
    expect(lines).toBeLessThan(2 ** 20 / 10 + 1);
    const asText = readText(file, new TraceProblems('f'), limits);
    expect((await refusalOf(asText)).message).toContain('expands to more than 1 MiB');
  });
});

test('rows beyond the limit are refused, before memory runs out', () => {
  const tally = new ImportTally(new TraceProblems('f'), 'jobs');
  for (let row = 0; row < TRACE_LIMITS.rowsMax; row++) tally.count(row + 2);
  expect(() => tally.count(5_000_002)).toThrow(
    'f:5000002  goes beyond the 5,000,000 jobs that are read; split the file',
  );
});

describe('the format of a file', () => {
  test.each([
    [
      'noise',
      'lorem ipsum',
      /^f:1 {2}begins with "lorem ipsum", which is none of the formats .*\(gavel, openb-pods, .*swf\)/,
    ],
    ['a node list', `${NODES}n,1,1,8,A\n`, /^f:1 {2}lists nodes \(openb-nodes\), not jobs/],
    ['two formats at once', `timestamp,cluster,num_gpus,${PLAIN}`, /^f:1 {2}could be philly-jobs or plain; set/],
    ['an empty file', '', /^f {2}is empty/],
  ])('is refused if it cannot be told: %s', async (name, content, expected) => {
    const file = folder.write(`detect ${name}`, content);
    expect((await refusalOf(detectJobFormat(file, 'f'))).message).toMatch(expected);
  });
});

test('line numbers and content survive blocks that end within lines and characters', async () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `${i + 1} ${'äöü€🚢'.repeat(i % 7)}`).join('\n');
  for (const content of [text, gzipSync(`${text}\n`)]) {
    const seen: string[] = [];
    await readLines({ path: folder.write('long', content), label: 'f' }, new TraceProblems('f'), (line, number) => {
      expect(line.split(' ')[0]).toBe(String(number));
      seen.push(line);
    });
    expect(seen.join('\n')).toBe(text);
  }
});
