import { US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { readJsonEntries, type JsonEntry } from '../reading/json-entries.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { isoOf, timestampS } from '../reading/timestamp.ts';
import { quoted } from '../reading/trace-problems.ts';
import { JOB_GPUS, SECONDS, traceUs } from '../reading/trace-row.ts';
import type { JobFormat } from '../trace-format.ts';

/**
 * Microsoft Philly with every attempt: a JSON list of {id, num_gpus, submitted_time, attempts: [{start_time, end_time}]}.
 * Run = the sum of the attempts' durations (all work that held GPUs, lost work included), or the last attempt's.
 * Instant 0 is the first submission; timestamps are read as UTC. Jobs without an attempt, or with one whose start or
 * end is unknown, are left out. Recorded wait = first attempt's start - submission.
 */
export const phillyAttempts: JobFormat = {
  kind: 'jobs',
  name: 'philly-attempts',
  summary: 'Microsoft Philly 2017 with every attempt of a job (JSON list)',
  source: 'Jeon et al., USENIX ATC 2019; https://github.com/msr-fiddle/philly-traces',
  options: {
    run: {
      type: 'string',
      enum: ['sum', 'last'],
      default: 'sum',
      description: "A job's run: the sum of its attempts' durations, or the last attempt alone",
    },
  },
  recognises: ({ text }) => /^\s*\[/.test(text) && text.includes('"attempts"'),

  async read(file, options) {
    const intake = new JobIntake(file);
    const counts: AttemptCounts = { retried: 0, attemptsMax: 0, overlapping: 0 };
    const entries = await readJsonEntries(file, intake.problems);
    for (const entry of entries) readJob(entry, intake, counts, options['run'] === 'last');
    intake.problems.throwIfAny();
    if (intake.jobs.count === 0) return intake.finish(phillyAttempts.name, { recorded: {} });
    if (counts.overlapping > 0) {
      intake.warnings.push(
        `${counts.overlapping} jobs have attempts that overlap; the overlap counts twice in their run`,
      );
    }
    const startUnixS = intake.startAtFirstSubmit() / US_PER_SECOND;
    const recorded = { startUnixS, jobsRetried: counts.retried, attemptsMax: counts.attemptsMax };
    return intake.finish(phillyAttempts.name, { recorded, startDate: isoOf(startUnixS) });
  },
};

interface AttemptCounts {
  /** Jobs with more than one attempt. */
  retried: number;
  attemptsMax: number;
  overlapping: number;
}

interface Attempt {
  readonly startS: number;
  readonly endS: number;
}

function readJob({ value, line }: JsonEntry, intake: JobIntake, counts: AttemptCounts, lastOnly: boolean): void {
  const { problems, tally } = intake;
  tally.count(line);
  if (!isRecord(value)) {
    problems.add(line, 'is no job; write {"id": …, "num_gpus": …, "submitted_time": …, "attempts": […]}');
    return;
  }
  const mistakes = problems.count;
  const id = field(value, 'id');
  if (typeof id !== 'string' || id === '') problems.add(line, `id is ${shown(id)}; write a name in quotes`);
  const gpus = field(value, 'num_gpus');
  if (typeof gpus !== 'number' || !Number.isInteger(gpus) || gpus < 0 || gpus > JOB_GPUS.maximum) {
    problems.add(line, `num_gpus is ${shown(gpus)}; ${JOB_GPUS.mend}`);
  }
  const submitS = instant(field(value, 'submitted_time'), 'submitted_time', line, intake);
  const attempts = readAttempts(field(value, 'attempts'), line, intake);
  if (problems.count > mistakes || attempts === undefined || submitS === null) return;

  const first = attempts[0];
  const last = attempts.at(-1);
  if (first === undefined || last === undefined) {
    tally.drop(line, 'never started (no attempts)');
    return;
  }
  if (first.startS < submitS) {
    problems.add(line, 'its first attempt starts before it was submitted; check these times');
    return;
  }
  const runS = lastOnly ? last.endS - last.startS : attempts.reduce((sum, { startS, endS }) => sum + endS - startS, 0);
  if (runS > SECONDS.maximum) {
    problems.add(line, `runs for ${runS} s; ${SECONDS.mend}`);
    return;
  }
  if (attempts.length > 1) counts.retried++;
  counts.attemptsMax = Math.max(counts.attemptsMax, attempts.length);
  if (attempts.some(({ startS }, index) => index > 0 && startS < attempts[index - 1]!.endS)) counts.overlapping++;
  intake.keep(
    { id: id as string, submitUs: traceUs(submitS), runUs: traceUs(runS), gpuMilli: (gpus as number) * 1000, line },
    first.startS - submitS,
  );
}

/** The attempts in their order; undefined if the job is left out (or refused) for want of a time. */
function readAttempts(value: unknown, line: number, intake: JobIntake): readonly Attempt[] | undefined {
  if (!Array.isArray(value)) {
    intake.problems.add(line, `attempts is ${shown(value)}; write a list of {"start_time": …, "end_time": …}`);
    return undefined;
  }
  const attempts: Attempt[] = [];
  for (const attempt of value as readonly unknown[]) {
    const record = isRecord(attempt) ? attempt : {};
    const startS = instant(field(record, 'start_time'), 'start_time', line, intake);
    const endS = instant(field(record, 'end_time'), 'end_time', line, intake);
    if (Number.isNaN(startS) || Number.isNaN(endS)) return undefined;
    if (startS === null || endS === null) {
      intake.tally.drop(line, 'an attempt has no start or no end');
      return undefined;
    }
    if (endS < startS) {
      intake.problems.add(line, 'an attempt ends before it starts; check start_time and end_time');
      return undefined;
    }
    attempts.push({ startS, endS });
  }
  return attempts;
}

/** Seconds since 1970; null for JSON's null (unknown); NaN after noting a problem. */
function instant(value: unknown, name: string, line: number, { problems }: JobIntake): number | null {
  if (value === null && name !== 'submitted_time') return null;
  const seconds = typeof value === 'string' ? timestampS(value) : undefined;
  if (seconds !== undefined && seconds >= 0) return seconds;
  problems.add(line, `${name} is ${shown(value)}; write it as "2017-10-09 07:01:55", from 1970 on`);
  return Number.NaN;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own fields alone, so that nothing inherited passes for data. */
function field(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  // JSON has no Infinity, but a number beyond all doubles (1e400) is read as one.
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}
