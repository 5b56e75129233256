import type { JobFormat } from '../trace-format.ts';
import { JOB_GPUS, SECONDS, TraceRow, traceUs, type NumberRange } from '../reading/trace-row.ts';
import { JobIntake, firstSubmitUs } from '../reading/job-intake.ts';
import { readLines } from '../reading/trace-lines.ts';
import { isoOf } from '../reading/timestamp.ts';
import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { UNKNOWN_US } from '../../sim/model/job-table.ts';
import { SwfHeader } from './swf-header.ts';

/** The columns that are read, by what messages call them; a line has 18 and may have more. */
const COLUMNS = new Map([
  ['job number (column 1)', 0],
  ['submit time (column 2)', 1],
  ['wait time (column 3)', 2],
  ['run time (column 4)', 3],
  ['used processors (column 5)', 4],
  ['requested processors (column 8)', 7],
  ['requested time (column 9)', 8],
  ['user (column 12)', 11],
  ['group (column 13)', 12],
  ['queue (column 15)', 14],
]);
const COLUMN_COUNT = 18;

const TENANT_COLUMNS: Readonly<Record<string, string>> = {
  user: 'user (column 12)',
  group: 'group (column 13)',
  queue: 'queue (column 15)',
};

const orUnknown = (range: NumberRange, mend: string): NumberRange => ({ ...range, minimum: -1, mend });
const TIME = orUnknown(SECONDS, 'write seconds up to 100 years, or -1 for unknown');
const PROCESSORS = orUnknown(JOB_GPUS, 'write a whole number up to 2,000,000, or -1 for unknown');
/** Some logs hold negative nonsense for a job whose end was never written; the rule run = max(run, 0) covers it. */
const RUN: NumberRange = { ...TIME, minimum: -SECONDS.maximum };
const NUMBER: NumberRange = { minimum: 0, maximum: 2 ** 53 - 1, whole: true, mend: 'write a whole number from 0' };
const CODE = orUnknown(NUMBER, 'write a whole number, or -1 for unknown');

const ABSURD_START_S = 366 * 24 * 3600;

/**
 * Standard Workload Format: a line a job, 18 columns between blanks, `;` comments, -1 for unknown.
 * A processor stands for a GPU. GPUs = used processors if > 0, else requested; jobs with neither are left out.
 * Run = max(run, 0) s; requested time if > 0. Recorded figures: `waitMeanS` over the jobs whose wait is recorded
 * (>= 0), and `utilisation` = sum(processors x run) / (MaxProcs x (last end - first submit)) with
 * end = submit + max(wait, 0) + run; these two definitions give the archive's figures for KTH, SDSC-BLUE and Gaia.
 */
export const swf: JobFormat = {
  kind: 'jobs',
  name: 'swf',
  summary: 'Standard Workload Format of the Parallel Workloads Archive (18 columns, ";" header), plain or gzip',
  source: 'Feitelson, Parallel Workloads Archive, https://www.cs.huji.ac.il/labs/parallel/workload/swf.html',
  options: {
    tenant: {
      type: 'string',
      enum: ['user', 'group', 'queue', 'none'],
      default: 'user',
      description: 'The column that says whose job it is',
    },
    timeZero: {
      type: 'string',
      enum: ['recorded', 'first-submit'],
      default: 'recorded',
      description: "Instant 0: the log's own start, or the first submission (for logs that hold Unix times)",
    },
  },
  recognises: ({ fileName, text, firstLine }) =>
    /\.swf(\.gz)?$/.test(fileName) ||
    text.trimStart().startsWith(';') ||
    /^(-?[\d.]+\s+){17}-?[\d.]+(\s|$)/.test(firstLine.trim()),

  async read(file, options) {
    const intake = new JobIntake(file);
    const header = new SwfHeader();
    const row = new TraceRow(COLUMNS, intake.problems);
    const tenantColumn = TENANT_COLUMNS[String(options['tenant'])];
    const totals: Totals = { processorS: 0, lastEndS: 0, runsUnknown: 0 };
    await readLines(file, intake.problems, (line, number) => {
      const text = line.trim();
      if (text.startsWith(';')) header.read(text);
      else if (text !== '') {
        row.line = number;
        row.values = splitBlanks(text, COLUMN_COUNT);
        readJob(row, intake, totals, tenantColumn);
      }
    });
    intake.problems.throwIfAny();
    return finish(intake, header, totals, options['timeZero'] === 'first-submit');
  },
};

const SPACE = 0x20;

/** The first `most` values between blanks (twice as fast as splitting by a pattern, which was half of the import). */
function splitBlanks(text: string, most: number): string[] {
  const values: string[] = [];
  let at = 0;
  while (at < text.length && values.length < most) {
    while (text.charCodeAt(at) <= SPACE) at++;
    const start = at;
    while (text.charCodeAt(at) > SPACE) at++;
    if (at > start) values.push(text.slice(start, at));
  }
  return values;
}

interface Totals {
  processorS: number;
  lastEndS: number;
  runsUnknown: number;
}

function readJob(row: TraceRow, intake: JobIntake, totals: Totals, tenantColumn: string | undefined): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  if (row.values.length < COLUMN_COUNT) {
    problems.add(row.line, `has ${row.values.length} columns; a job in SWF has ${COLUMN_COUNT}, -1 where unknown`);
    return;
  }
  const mistakes = problems.count;
  const id = row.number('job number (column 1)', NUMBER);
  const submitS = row.number('submit time (column 2)', TIME);
  const waitS = row.number('wait time (column 3)', TIME);
  const recordedRunS = row.number('run time (column 4)', RUN);
  const used = row.number('used processors (column 5)', PROCESSORS);
  const requested = row.number('requested processors (column 8)', PROCESSORS);
  const requestedS = row.number('requested time (column 9)', TIME);
  const owner = tenantColumn === undefined ? undefined : row.number(tenantColumn, CODE);
  if (problems.count > mistakes) return;

  const processors = used > 0 ? used : requested;
  if (processors <= 0) {
    tally.drop(row.line, 'neither used nor requested processors are known');
    return;
  }
  if (submitS < 0) {
    tally.drop(row.line, 'the submit time is unknown');
    return;
  }
  const runS = Math.max(recordedRunS, 0);
  if (recordedRunS < 0) totals.runsUnknown++;
  totals.processorS += processors * runS;
  totals.lastEndS = Math.max(totals.lastEndS, submitS + Math.max(waitS, 0) + runS);
  intake.keep(
    {
      id: String(id),
      submitUs: traceUs(submitS),
      runUs: traceUs(runS),
      requestedUs: requestedS > 0 ? traceUs(requestedS) : UNKNOWN_US,
      gpuMilli: processors * 1000,
      tenant: owner === undefined ? '' : `${tenantColumn!.split(' ')[0]!}-${owner < 0 ? 'unknown' : owner}`,
      line: row.line,
    },
    waitS >= 0 ? waitS : undefined,
    id,
  );
}

function finish(intake: JobIntake, header: SwfHeader, totals: Totals, fromFirst: boolean) {
  const { jobs, tally, warnings } = intake;
  const firstS = firstSubmitUs(jobs) / US_PER_SECOND;
  const { maxProcs, maxNodes, unixStartS, maxRecords } = header;
  if (maxRecords !== undefined && maxRecords !== tally.read) {
    warnings.push(`the header promises ${count(maxRecords)} records, but the file holds ${count(tally.read)}`);
  }
  if (totals.runsUnknown > 0) {
    warnings.push(`${count(totals.runsUnknown)} jobs have no recorded run time (it is negative); they run for 0 s`);
  }
  if (firstS > ABSURD_START_S && !fromFirst) {
    const years = (firstS / (365.25 * 24 * 3600)).toFixed(1);
    warnings.push(
      `the first job is submitted ${years} years after instant 0, so the times look like Unix times; ` +
        'set timeZero: first-submit to start the run there',
    );
  }
  warnings.push(...header.warnings);
  if (fromFirst) intake.startAtFirstSubmit();
  const startUnixS = unixStartS === undefined ? undefined : unixStartS + (fromFirst ? firstS : 0);
  const spanS = totals.lastEndS - firstS;
  return intake.finish(swf.name, {
    recorded: {
      ...(maxProcs !== undefined ? { maxProcs } : {}),
      ...(maxNodes !== undefined ? { maxNodes } : {}),
      ...(maxProcs !== undefined && spanS > 0 ? { utilisation: totals.processorS / (maxProcs * spanS) } : {}),
      ...(startUnixS !== undefined ? { startUnixS } : {}),
    },
    ...(startUnixS !== undefined ? { startDate: isoOf(startUnixS) } : {}),
    ...(Object.keys(header.notes).length > 0 ? { notes: header.notes } : {}),
  });
}

function count(value: number): string {
  return value.toLocaleString('en');
}
