import type { ClassDraft } from '../../sim/model/job-class.ts';
import { readCsv } from '../reading/csv-table.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { quoted } from '../reading/trace-problems.ts';
import { JOB_GPUS, SECONDS, traceUs, type NumberRange, type TraceRow } from '../reading/trace-row.ts';
import type { JobFormat } from '../trace-format.ts';

const REQUIRED = ['job_id', 'job_type', 'scale_factor', 'total_steps', 'arrival_time'] as const;
const RATE = 'steps_per_s_';
/** Completion times of other simulators, which may stand beside a job. */
const ANSWER = 'jct:';

const STEPS: NumberRange = { minimum: 1, maximum: 1e15, whole: true, mend: 'write a whole number of steps, 1 to 1e15' };
const STEPS_PER_S: NumberRange = {
  minimum: 0,
  maximum: 1e6,
  mend: 'write steps a second with all GPUs of the job, 0 to 1e6; 0 where it cannot run',
};

/**
 * Jobs of the Gavel simulator with their speed on each GPU type: one line a job, seconds since instant 0. `scale_factor`
 * are its GPUs, all of one type; `steps_per_s_TYPE` how many steps it does on so many of them (0: it cannot run there).
 * Its running time is that on the first of the types that it can run on. Jobs of one type and size that are alike in
 * their speeds are one job class, whose work counts in steps. Columns `jct:...` are answers, and not read.
 */
export const gavel: JobFormat = {
  kind: 'jobs',
  name: 'gavel',
  summary: `Jobs with their speed on each GPU type: ${REQUIRED.join(', ')}, ${RATE}TYPE for each type; times in seconds`,
  source:
    'Narayanan et al., OSDI 2020; https://github.com/stanford-futuredata/gavel, its traces joined with its throughputs',
  options: {},
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)) && typesAmong(columns).length > 0,

  async read(file) {
    const intake = new JobIntake(file);
    const classes = new Classes(intake.jobs.ownClasses);
    const columns = { required: REQUIRED, optional: [] };
    const { names, unread } = await readCsv(file, intake.problems, columns, (row, header) => {
      readJob(row, typesAmong(header.names), intake, classes);
    });
    if (typesAmong(names).length === 0) {
      intake.problems.fail(1, `the header names no ${RATE}TYPE; add a column for each GPU type, such as ${RATE}v100`);
    }
    const ignored = unread.filter((name) => typesAmong([name]).length === 0 && !name.startsWith(ANSWER));
    if (ignored.length > 0) {
      const shown = ignored.slice(0, 20).map(quoted).join(', ');
      intake.warnings.push(`columns that are not read: ${shown}; known: ${REQUIRED.join(', ')}, ${RATE}TYPE`);
    }
    return intake.finish(gavel.name, { recorded: {} });
  },
};

/** The GPU types that the columns state a speed on. */
function typesAmong(columns: readonly string[]): string[] {
  return columns.flatMap((name) => (name.startsWith(RATE) && name !== RATE ? [name.slice(RATE.length)] : []));
}

function readJob(row: TraceRow, types: readonly string[], intake: JobIntake, classes: Classes): void {
  intake.tally.count(row.line);
  if (types.length === 0) return;
  const mistakes = intake.problems.count;
  const id = row.text('job_id');
  if (id === '') row.refuse('job_id', 'is blank; give every job a name of its own');
  const kind = row.text('job_type');
  if (kind === '') row.refuse('job_type', 'is blank; write what the job trains');
  const gpus = row.number('scale_factor', JOB_GPUS);
  if (gpus < 1) row.refuse('scale_factor', `is ${gpus}; write at least 1`);
  const steps = row.number('total_steps', STEPS);
  const submitS = row.number('arrival_time', SECONDS);
  const rates = types.map((type) => row.number(`${RATE}${type}`, STEPS_PER_S));
  const rate = rates.find((one) => one > 0);
  if (rates.every((one) => one === 0)) {
    row.refuse(`${RATE}${types[0]}`, 'is 0, as are the speeds on all other types; give the job a type that it runs on');
  } else if (rate !== undefined && steps / rate > SECONDS.maximum) {
    row.refuse(
      'total_steps',
      `is ${steps}, which take more than 100 years at ${rate} steps a second; mend one of them`,
    );
  }
  if (intake.problems.count > mistakes) return;
  intake.keep({
    id,
    name: kind,
    submitUs: traceUs(submitS),
    runUs: traceUs(steps / rate!),
    gpuMilli: 1000 * gpus,
    jobClass: classes.nameOf(gpus === 1 ? kind : `${kind} x ${gpus}`, types, rates),
    line: row.line,
  });
}

/** Job classes as they turn up. */
class Classes {
  readonly #drafts: ClassDraft[];
  readonly #nameByLook = new Map<string, string>();
  readonly #countByName = new Map<string, number>();

  constructor(drafts: ClassDraft[]) {
    this.#drafts = drafts;
  }

  /** The class of jobs with these steps a second on these types, one of which is > 0. A second of a name gets a number. */
  nameOf(wanted: string, types: readonly string[], rates: readonly number[]): string {
    const look = `${rates.join(' ')} ${wanted}`;
    const known = this.#nameByLook.get(look);
    if (known !== undefined) return known;
    const count = (this.#countByName.get(wanted) ?? 0) + 1;
    this.#countByName.set(wanted, count);
    const name = count === 1 ? wanted : `${wanted} #${count}`;
    this.#nameByLook.set(look, name);
    this.#drafts.push({ name, stepsPerSOfType: new Map(types.map((type, index) => [type, rates[index]!])) });
    return name;
  }
}
