import { mean, median, sum } from 'd3-array';
import { NEVER, US_PER_SECOND } from '../../sim/kernel/clock.ts';
import { mergedDownTimes, type DownTime } from '../../sim/model/lifetimes.ts';
import type { DownNode, ImportedDownTimes } from '../import-report.ts';
import { ImportTally, type ReportExtras } from './import-tally.ts';
import { isoOf } from './timestamp.ts';
import type { TraceFile } from './trace-file.ts';
import { TraceProblems } from './trace-problems.ts';

/** Where a trace begins and ends on the file's own clock, us. */
interface TraceSpan {
  readonly beginUs: number;
  readonly endUs: number;
  /** Whether that clock counts from 1970. */
  readonly isDated: boolean;
}

/** The down times of one file on their way in: what every failure format counts, merges and reports alike. */
export class DownTimeIntake {
  readonly problems: TraceProblems;
  readonly tally: ImportTally;
  /** As recorded, by node in the order of their first mention, on the file's own clock. */
  readonly #recorded = new Map<string, DownTime[]>();

  constructor(file: TraceFile) {
    this.problems = new TraceProblems(file.label);
    this.tally = new ImportTally(this.problems, 'records');
  }

  /** A node that is in the trace, whether or not it is ever down. */
  mention(node: string): DownTime[] {
    let downTimes = this.#recorded.get(node);
    if (downTimes === undefined) this.#recorded.set(node, (downTimes = []));
    return downTimes;
  }

  add(node: string, fromUs: number, toUs: number): void {
    this.mention(node).push({ fromUs, toUs });
  }

  /** From the first fault to the last instant that is named. */
  spanOfFaults(isDated: boolean): TraceSpan {
    const all = [...this.#recorded.values()].flat();
    let beginUs = NEVER;
    let endUs = -NEVER;
    for (const { fromUs, toUs } of all) {
      beginUs = Math.min(beginUs, fromUs);
      endUs = Math.max(endUs, toUs === NEVER ? fromUs : toUs);
    }
    return { beginUs, endUs, isDated };
  }

  /** Nodes in the order given, or of their first mention; instant 0 is the beginning of the span. */
  finish(
    format: string,
    { beginUs, endUs, isDated }: TraceSpan,
    extras: Pick<ReportExtras, 'recorded'>,
    order: readonly string[] = [...this.#recorded.keys()],
  ): ImportedDownTimes {
    // First of all: a file without records has no beginning to count from.
    const counted = this.tally.report(format, { recorded: {} });
    const nodes = order.map((name) => ({ name, downTimes: mergedSince(beginUs, this.#recorded.get(name) ?? []) }));
    const recorded = [...this.#recorded.values()].flat();
    const faults = nodes.reduce((count, { downTimes }) => count + downTimes.length, 0);
    const merged = recorded.length - faults;
    if (merged > 0) {
      this.tally.warnings.push(
        `${merged.toLocaleString('en')} down times overlap or continue another of their node; they are merged with it, ` +
          'and their time counts once',
      );
    }
    const lengthUs = endUs - beginUs;
    const report = {
      ...counted,
      recorded: { ...figuresOf(nodes, recorded, lengthUs), ...extras.recorded },
      ...(isDated ? { startDate: isoOf(beginUs / US_PER_SECOND) } : {}),
    };
    return { nodes, lengthUs, ...(isDated ? { beginUnixUs: beginUs } : {}), report };
  }
}

function mergedSince(beginUs: number, downTimes: readonly DownTime[]): DownTime[] {
  return mergedDownTimes(downTimes.map(({ fromUs, toUs }) => ({ fromUs: fromUs - beginUs, toUs: toUs - beginUs })));
}

/** Figures that every failure trace has. Down times as recorded (before merging) for the repairs, merged for the rest. */
function figuresOf(
  nodes: readonly DownNode[],
  recorded: readonly DownTime[],
  lengthUs: number,
): Readonly<Record<string, number>> {
  const lengths = recorded.flatMap(({ fromUs, toUs }) => (toUs === NEVER ? [] : [(toUs - fromUs) / US_PER_SECOND]));
  const merged = nodes.flatMap(({ downTimes }) => downTimes);
  const downS = sum(merged, ({ fromUs, toUs }) => (Math.min(toUs, lengthUs) - fromUs) / US_PER_SECOND);
  const lengthS = lengthUs / US_PER_SECOND;
  return {
    nodes: nodes.length,
    faults: merged.length,
    downNodeS: downS,
    ...(lengths.length > 0 ? { repairMeanS: mean(lengths)!, repairMedianS: median(lengths)! } : {}),
    lengthS,
    availability: lengthS > 0 ? 1 - downS / (nodes.length * lengthS) : 1,
  };
}
