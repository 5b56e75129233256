import { readCsv } from '../reading/csv-table.ts';
import { NODE_GPUS_MAX, NodeIntake } from '../reading/node-intake.ts';
import type { NumberRange, TraceRow } from '../reading/trace-row.ts';
import type { NodeFormat } from '../trace-format.ts';

const REQUIRED = ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model'] as const;

const CPU_MILLI: NumberRange = { minimum: 0, maximum: 1e9, mend: 'write thousandths of a core, 0 to 1e9' };
const MEMORY_MIB: NumberRange = { minimum: 0, maximum: 1e12, mend: 'write MiB, 0 to 1e12' };
const GPUS: NumberRange = {
  minimum: 0,
  maximum: NODE_GPUS_MAX,
  whole: true,
  mend: `write whole GPUs, 0 to ${NODE_GPUS_MAX} a node`,
};

/**
 * Nodes of Alibaba's openb cluster, 2023: name, cores in thousandths, MiB, GPUs, GPU model (blank without GPUs).
 * The full list has 1,523 nodes, 1,213 of them with GPUs, 6,212 GPUs.
 */
export const openbNodes: NodeFormat = {
  kind: 'nodes',
  name: 'openb-nodes',
  summary: 'Alibaba openb 2023 node list: sn, cpu_milli, memory_mib, gpu, model',
  source: 'Weng et al., USENIX ATC 2023; https://github.com/alibaba/clusterdata (cluster-trace-gpu-v2023)',
  options: {},
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file) {
    const intake = new NodeIntake(file);
    await readCsv(file, intake.problems, { required: REQUIRED, optional: [] }, (row) => readNode(row, intake));
    return intake.finish(openbNodes.name);
  },
};

function readNode(row: TraceRow, intake: NodeIntake): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const name = row.text('sn');
  if (name === '') row.refuse('sn', 'is blank; give every node a name of its own');
  const cpuMilli = row.number('cpu_milli', CPU_MILLI);
  const memoryMiB = row.number('memory_mib', MEMORY_MIB);
  const gpus = row.number('gpu', GPUS);
  const model = row.text('model');
  if (gpus > 0 && model === '') row.refuse('model', `is blank for a node with ${gpus} GPUs; name their type`);
  if (problems.count > mistakes) return;
  intake.keep({ name, gpus, gpuType: gpus > 0 ? model : '', cpuMilli, memoryMiB, line: row.line });
}
