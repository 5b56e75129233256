import { RandomStreams } from '../../sim/kernel/random.ts';
import type { JobList } from '../../sim/model/job-list.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { blocksOf, resampled } from '../../traces/resampling.ts';
import { placeOf } from '../origins.ts';
import { pathText, ScenarioError, type Path } from '../problems.ts';
import type { Scenario, TraceEntry } from '../schema/scenario-schema.ts';
import { JOBS_MAX } from '../schema/workload-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { microsecondsOf } from './seconds.ts';

type Resample = NonNullable<TraceEntry['resample']>;

/** Demand drawn from a trace. ScenarioError where the trace is shorter than a block, or far too many jobs would come. */
export function resampledJobs(
  list: JobList,
  { block, length, scale }: Resample,
  { file, origins, data }: SettledScenario,
  trace: Path,
): JobList {
  const path = [...trace, 'resample'];
  const refuse = (why: string): never => {
    throw new ScenarioError([{ place: placeOf(file, origins, path), message: `${pathText(path)} ${why}` }]);
  };
  const blockUs = microsecondsOf(block);
  const blocks = blocksOf(list, { blockUs });
  if (blocks === 0) refuse(`draws blocks of ${block}, but the trace is shorter; make block shorter`);
  const lengthUs = length === undefined ? blocks * blockUs : microsecondsOf(length);
  const expected = (list.count / blocks) * Math.ceil(lengthUs / blockUs) * scale;
  if (expected > JOBS_MAX) {
    refuse(`makes about ${expected.toExponential(1)} jobs; at most ${JOBS_MAX} fit, lower length or scale`);
  }
  return resampled(list, { blockUs, lengthUs, scale }, new RandomStreams(data.seed), pathText(trace));
}

/** What the run's outputs say of drawn demand. */
export function statedResampling({ workload }: Scenario): Summary['policies'] {
  return workload.traces.flatMap(({ file, resample }) => {
    if (resample === undefined) return [];
    const { block, length = 'that of the trace', scale } = resample;
    return [
      {
        role: 'demand',
        name: `drawn from ${file}`,
        parameters: { block, length, scale },
        semantics: { blocks: 'of the trace, drawn with replacement; each keeps its hours, and its jobs what they are' },
      },
    ];
  });
}
