import { readCsv } from '../reading/csv-table.ts';
import { NODE_GPUS_MAX, NodeIntake } from '../reading/node-intake.ts';
import { quoted } from '../reading/trace-problems.ts';
import type { NumberRange, TraceRow } from '../reading/trace-row.ts';
import type { NodeFormat } from '../trace-format.ts';

const REQUIRED = ['machineId', 'number of GPUs'] as const;
const MEMORY = 'single GPU mem';

const GPUS: NumberRange = {
  minimum: 0,
  maximum: NODE_GPUS_MAX,
  whole: true,
  mend: `write whole GPUs, 0 to ${NODE_GPUS_MAX} a machine`,
};

/**
 * Machines of Microsoft Philly: name, GPUs, memory of a GPU ("12GB"), which serves as its type ("GPU-12GB"; "GPU" where
 * the list has no such column). The sources conflict: the published list has 552 machines with 2,490 GPUs, a revised
 * one 3,205 GPUs on the same machines; the report says so with this file's count. Cores and memory are not stated.
 */
export const phillyMachines: NodeFormat = {
  kind: 'nodes',
  name: 'philly-machines',
  summary: 'Microsoft Philly 2017 machine list: machineId, number of GPUs, single GPU mem',
  source: 'Jeon et al., USENIX ATC 2019; https://github.com/msr-fiddle/philly-traces',
  options: {},
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file) {
    const intake = new NodeIntake(file);
    await readCsv(file, intake.problems, { required: REQUIRED, optional: [MEMORY] }, (row) => readMachine(row, intake));
    const nodes = intake.finish(phillyMachines.name);
    intake.tally.warnings.push(
      'the published lists of these machines disagree on their GPUs (2,490 and, revised, 3,205 on 552 machines); ' +
        `this file has ${nodes.report.recorded['gpus']!.toLocaleString('en')}`,
    );
    return nodes;
  },
};

function readMachine(row: TraceRow, intake: NodeIntake): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const name = row.text('machineId');
  if (name === '') row.refuse('machineId', 'is blank; give every machine a name of its own');
  const gpus = row.number('number of GPUs', GPUS);
  const memory = row.text(MEMORY);
  if (memory !== '' && !/^\d+ ?(GB|GiB)$/.test(memory)) {
    row.refuse(MEMORY, `is ${quoted(memory)}; write it as 24GB`);
  }
  if (problems.count > mistakes) return;
  const gpuType = memory === '' ? 'GPU' : `GPU-${memory.replace(' ', '')}`;
  const unknown = { cpuMilli: Infinity, memoryMiB: Infinity };
  intake.keep({ name, gpus, gpuType: gpus > 0 ? gpuType : '', ...unknown, line: row.line });
}
