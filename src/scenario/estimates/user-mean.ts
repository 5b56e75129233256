import { usToSeconds } from '../../sim/kernel/clock.ts';
import type { EstimateLearner } from '../../sim/contract/estimates.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { EstimateDefinition } from './definition.ts';

/** The mean running time of what the same tenant has finished so far. */
export const userMean: EstimateDefinition = {
  name: 'user-mean',
  summary: "The mean of the tenant's jobs that have ended by the time a job is submitted.",
  source: 'estimators of the Alibaba PAI simulator (clusterdata, 2020): mean by user, and by user and GPUs',
  parameters: {
    firstGuess: {
      type: 'duration',
      minimum: 0,
      default: 3_600_000_000,
      description: 'What is told of a job when nothing of its kind has ended yet.',
    },
    by: {
      type: 'string',
      enum: ['tenant', 'tenant-and-gpus'],
      default: 'tenant',
      description: 'What is of a kind: all jobs of a tenant, or those that also ask for as many GPUs.',
    },
  },
  semantics: ({ firstGuess, by }) => ({
    estimate:
      by === 'tenant'
        ? "the mean running time at speed 1 of the tenant's jobs that ended before the job was submitted"
        : 'the mean running time at speed 1 of the jobs of its tenant and of as many GPUs that ended before it was submitted',
    'first guess': `${usToSeconds(Number(firstGuess))} s, until one has ended`,
    change: 'an estimate stays as it was when the job was submitted',
  }),
  create: ({ firstGuess, by }) => ({
    estimates(jobs) {
      const kindOf = by === 'tenant' ? jobs.tenant : kindsByGpus(jobs);
      return {
        estimateUs: new Float64Array(jobs.count).fill(Number(firstGuess)),
        learner: () => new MeanLearner(jobs.runUs, kindOf, Number(firstGuess)),
        warnings: [],
      };
    },
  }),
};

/** Running means, one a kind of job. */
class MeanLearner implements EstimateLearner {
  readonly #runUs: Float64Array;
  readonly #kindOf: Int32Array;
  readonly #firstGuessUs: number;
  readonly #sumUs: Float64Array;
  readonly #ended: Int32Array;

  constructor(runUs: Float64Array, kindOf: Int32Array, firstGuessUs: number) {
    const kinds = kindOf.reduce((most, kind) => Math.max(most, kind), -1) + 1;
    this.#runUs = runUs;
    this.#kindOf = kindOf;
    this.#firstGuessUs = firstGuessUs;
    this.#sumUs = new Float64Array(kinds);
    this.#ended = new Int32Array(kinds);
  }

  estimateUs(job: number): number {
    const kind = this.#kindOf[job]!;
    const ended = this.#ended[kind]!;
    return ended === 0 ? this.#firstGuessUs : Math.round(this.#sumUs[kind]! / ended);
  }

  ended(job: number): void {
    const kind = this.#kindOf[job]!;
    this.#sumUs[kind]! += this.#runUs[job]!;
    this.#ended[kind]!++;
  }
}

/** Kinds 0, 1, 2, ... by (tenant, GPUs) in the order of their first job. */
function kindsByGpus({ tenant, gpus, count }: JobTable): Int32Array {
  const kindOf = new Map<string, number>();
  return Int32Array.from({ length: count }, (_, job) => {
    const key = `${tenant[job]!} ${gpus[job]!}`;
    const kind = kindOf.get(key) ?? kindOf.size;
    kindOf.set(key, kind);
    return kind;
  });
}
