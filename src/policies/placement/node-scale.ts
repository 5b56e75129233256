import type { ParameterSchema, ParameterValues } from '../../sim/contract/definition.ts';

/** The node that scores are measured by. */
export interface NodeScale {
  readonly cpuMilli: number;
  readonly gpuMilli: number;
}

/** The parameters of the node that scores are measured by. */
export const scaleParameters = {
  cpus: {
    type: 'number',
    minimum: 1,
    maximum: 100_000,
    default: 128,
    description: 'CPU cores by which free and requested cores are divided: those of the largest node.',
  },
  gpus: {
    type: 'integer',
    minimum: 1,
    maximum: 1024,
    default: 8,
    description: 'GPUs by which free and requested GPUs are divided: those of the largest node.',
  },
} as const satisfies Record<string, ParameterSchema>;

export function scaleOf(parameters: ParameterValues): NodeScale {
  return { cpuMilli: 1000 * Number(parameters['cpus']), gpuMilli: 1000 * Number(parameters['gpus']) };
}
