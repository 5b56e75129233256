import { suggestion } from '../../scenario/suggestions.ts';
import type { Fault } from '../../scenario/schema-problems.ts';
import { rangeValues } from '../design/axis-values.ts';
import type { AxisData, StudyData } from './study-schema.ts';

/** Mistakes of a study whose shape is right: what its parts mean together. */
export function checkStudy(data: StudyData): Fault[] {
  return [
    ...Object.entries(data.axes).flatMap(([name, axis]) => checkAxis(name, axis)),
    ...checkDesign(data),
    ...checkExclusions(data),
    ...checkVariants(data),
    ...checkReplications(data),
    ...checkWarmUp(data),
  ];
}

function checkAxis(name: string, axis: AxisData): Fault[] {
  const path = ['axes', name];
  const hasRange = axis.from !== undefined || axis.to !== undefined;
  if (axis.values !== undefined && hasRange) {
    return [{ path, reason: `axes.${name} has values and a range; give either values, or from and to`, whole: true }];
  }
  if (axis.values !== undefined) return [];
  if (axis.from === undefined || axis.to === undefined) {
    return [{ path, reason: `axes.${name} has no values; give values, or from and to`, whole: true }];
  }
  const values = rangeValues(axis);
  return 'reason' in values ? [{ path, reason: `axes.${name} ${values.reason}`, whole: true }] : [];
}

function checkDesign({ design, points, axes }: StudyData): Fault[] {
  const faults: Fault[] = [];
  if (design === 'latin-hypercube') {
    if (points === undefined) {
      faults.push({ path: ['design'], reason: 'needs points: how many points the hypercube has' });
    }
    if (Object.keys(axes).length === 0) faults.push({ path: ['design'], reason: 'needs axes to spread points over' });
  } else if (points !== undefined) {
    faults.push({ path: ['points'], reason: `has no meaning for the design ${design}; leave it out` });
  }
  if (design !== 'list') return faults;
  const counts = Object.values(axes).map(({ values, points: count = 5 }) => values?.length ?? count);
  if (new Set(counts).size > 1) {
    faults.push({
      path: ['design'],
      reason: `needs axes with as many values each; they have ${counts.join(', ')}`,
    });
  }
  return faults;
}

function checkExclusions({ exclude, axes }: StudyData): Fault[] {
  const known = Object.keys(axes);
  return exclude.flatMap((excluded, index) =>
    Object.keys(excluded)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: ['exclude', index, name],
        reason: `exclude[${index}].${name} is no axis; ${suggestion(name, known)}`,
        whole: true,
      })),
  );
}

function checkVariants({ scenarios }: StudyData): Fault[] {
  const known = Object.keys(scenarios);
  return known.flatMap((name): Fault[] => {
    const base = scenarios[name]!.extends;
    if (base === undefined) return [];
    const path = ['scenarios', name, 'extends'];
    if (!Object.hasOwn(scenarios, base))
      return [{ path, reason: `is no scenario of the study; ${suggestion(base, known)}` }];
    const chain = [name];
    for (let at: string | undefined = base; at !== undefined; at = scenarios[at]?.extends) {
      if (chain.includes(at)) return [{ path, reason: `extends itself: ${[...chain, at].join(' -> ')}` }];
      chain.push(at);
    }
    return [];
  });
}

function checkReplications({ replications, metrics }: StudyData): Fault[] {
  const { atLeast, atMost, metric, batchMeans } = replications;
  const faults: Fault[] = [];
  if (batchMeans && (atLeast !== 1 || (atMost ?? 1) !== 1)) {
    faults.push({
      path: ['replications', 'batchMeans'],
      reason: 'needs one run a point; write atLeast: 1 and no atMost',
    });
  }
  if (atMost !== undefined && atMost < atLeast) {
    faults.push({ path: ['replications', 'atMost'], reason: `must not be below atLeast (${atLeast})` });
  }
  if (metric !== undefined && !metrics.includes(metric)) {
    faults.push({ path: ['replications', 'metric'], reason: `is none of the metrics; ${suggestion(metric, metrics)}` });
  }
  return faults;
}

function checkWarmUp({ warmUp: { method, length } }: StudyData): Fault[] {
  if (method === 'fixed' && length === undefined) {
    return [{ path: ['warmUp', 'method'], reason: 'needs a length, like length: 2h' }];
  }
  if (method !== 'fixed' && length !== undefined) {
    return [{ path: ['warmUp', 'length'], reason: `has no meaning for the method ${method}; write method: fixed` }];
  }
  return [];
}
