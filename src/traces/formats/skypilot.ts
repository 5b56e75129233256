import { parsedJson } from '../reading/json-entries.ts';
import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { INSTANCES_MAX, NODES_OPTION, takeCounts, type InstanceCount } from '../reading/instance-counts.ts';
import { readText } from '../reading/trace-lines.ts';
import { quoted, type TraceProblems } from '../reading/trace-problems.ts';
import { traceUs } from '../reading/trace-row.ts';
import type { FailureFormat } from '../trace-format.ts';

const GAP_S_MAX = 30 * 24 * 3600;

/**
 * Availability and preemption traces of spot instances as SkyPilot's authors recorded them: one JSON object with the
 * distance between two looks in s (`metadata.gap_seconds`) and the instances that were there at each (`data`). What a
 * look saw holds until the next. Prices that stand beside it are not read.
 */
export const skypilot: FailureFormat = {
  kind: 'failures',
  name: 'skypilot',
  summary: 'Spot availability or preemptions, JSON: metadata.gap_seconds and data, a count of instances at each look',
  source: 'Wu et al., NSDI 2024; https://github.com/skypilot-org/spot-traces',
  options: { nodes: NODES_OPTION },
  recognises: ({ text }) => /^\s*\{/.test(text) && text.includes('"gap_seconds"'),

  async read(file, options) {
    const intake = new DownTimeIntake(file);
    const { problems } = intake;
    const parsed = parsedJson(await readText(file, problems), problems);
    const gapUs = traceUs(gapSeconds(parsed, problems));
    const data = field(parsed, 'data');
    if (!Array.isArray(data)) return problems.fail(1, 'has no list "data"; it must hold the instances at each look');
    const counts = data.flatMap((value: unknown, index): InstanceCount[] => {
      intake.tally.count(1);
      if (!isCount(value)) {
        const shown = quoted(JSON.stringify(value));
        problems.add(1, `data[${index}] is ${shown}; write whole instances, 0 to ${INSTANCES_MAX}`);
        return [];
      }
      intake.tally.keep(1, index);
      return [{ fromUs: index * gapUs, count: value }];
    });
    problems.throwIfAny();
    const endUs = data.length * gapUs;
    if (counts.length > 0) takeCounts(intake, counts, endUs, Number(options['nodes']));
    return intake.finish(skypilot.name, { beginUs: 0, endUs, isDated: false }, { recorded: {} });
  },
};

function gapSeconds(parsed: unknown, problems: TraceProblems): number {
  const gapS = field(field(parsed, 'metadata'), 'gap_seconds');
  if (typeof gapS === 'number' && gapS >= 1e-3 && gapS <= GAP_S_MAX) return gapS;
  const mend = 'it must say the seconds between two looks, 0.001 to 30 days';
  if (gapS === undefined) return problems.fail(1, `has no metadata.gap_seconds; ${mend}`);
  return problems.fail(1, `metadata.gap_seconds is ${quoted(JSON.stringify(gapS))}; ${mend}`);
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INSTANCES_MAX;
}
