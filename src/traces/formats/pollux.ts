import { readCsv } from '../reading/csv-table.ts';
import { JobIntake } from '../reading/job-intake.ts';
import { JOB_GPUS, SECONDS, traceUs, type TraceRow } from '../reading/trace-row.ts';
import type { JobFormat } from '../trace-format.ts';

const RUN_COLUMNS = {
  consolidated: 'runtime_alone_consolidated_s',
  spread: 'runtime_alone_spread_1gpu_per_node_s',
} as const;
const REQUIRED = ['name', 'application', 'submit_time', 'num_replicas', RUN_COLUMNS.consolidated] as const;
const OPTIONAL = [RUN_COLUMNS.spread, 'batch_size', 'jct_tiresias', 'jct_optimus', 'jct_pollux'] as const;

/**
 * A workload of the Pollux simulator joined with the running times that its profiles give: one line a job, seconds since
 * instant 0. `num_replicas` are GPUs, one a replica; the run is the time alone with so many of them and the batch size
 * the user asked for, on the fewest nodes or with each replica on a node of its own. Published completion times may stand
 * beside it and are not read.
 */
export const pollux: JobFormat = {
  kind: 'jobs',
  name: 'pollux',
  summary: `Workloads of the Pollux simulator with running times: ${REQUIRED.join(', ')}`,
  source: 'Qiao et al., OSDI 2021; https://github.com/petuum/adaptdl, branch osdi21-artifact',
  options: {
    run: {
      type: 'string',
      enum: ['consolidated', 'spread'],
      default: 'consolidated',
      description: 'How the replicas are taken to lie: on the fewest nodes, or each on a node of its own',
    },
  },
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file, options) {
    const intake = new JobIntake(file);
    const run = RUN_COLUMNS[options['run'] === 'spread' ? 'spread' : 'consolidated'];
    const columns = { required: [...REQUIRED, run], optional: OPTIONAL };
    await readCsv(file, intake.problems, columns, (row) => readJob(row, intake, run));
    return intake.finish(pollux.name, { recorded: {} });
  },
};

function readJob(row: TraceRow, intake: JobIntake, run: string): void {
  intake.tally.count(row.line);
  const mistakes = intake.problems.count;
  const id = row.text('name');
  if (id === '') row.refuse('name', 'is blank; give every job a name of its own');
  const gpus = row.number('num_replicas', JOB_GPUS);
  if (gpus < 1) row.refuse('num_replicas', `is ${gpus}; write at least 1`);
  const submitS = row.number('submit_time', SECONDS);
  const runS = row.number(run, SECONDS);
  if (intake.problems.count > mistakes) return;
  intake.keep({
    id,
    name: row.text('application'),
    submitUs: traceUs(submitS),
    runUs: traceUs(runS),
    gpuMilli: 1000 * gpus,
    line: row.line,
  });
}
