import { readCsv } from '../reading/csv-table.ts';
import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { quoted } from '../reading/trace-problems.ts';
import { traceUs, type NumberRange, type TraceRow } from '../reading/trace-row.ts';
import type { FailureFormat } from '../trace-format.ts';

const CAUSES = ['Facilities', 'Hardware', 'Human Error', 'Network', 'Undetermined', 'Software'] as const;
const REQUIRED = ['System', 'nodenumz', 'Prob Started', 'Prob Fixed', 'Down Time', ...CAUSES] as const;

const SYSTEM: NumberRange = { minimum: 1, maximum: 1000, whole: true, mend: 'write the number of the system' };
const NODE: NumberRange = { minimum: 0, maximum: 1e6, whole: true, mend: 'write the number of the node, from 0' };
const MINUTES: NumberRange = { minimum: 0, maximum: 1e7, mend: 'write minutes, 0 to 10,000,000' };
const INSTANT = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/;
const US_PER_MINUTE = 60e6;
const US_PER_YEAR = 365.25 * 24 * 3600e6;

/** What is counted of the records that are kept. */
class LanlCounts {
  readonly systems = new Set<number>();
  readonly causes = new Map<string, number>();
  records = 0;
  withoutNode = 0;
  otherLength = 0;
  /** Of those: off by more than a minute, which is what rounding gives. */
  byMore = 0;
}

/**
 * Failures of the systems of Los Alamos, 1995 to 2005 (LA-UR-05-7318): system, node (`nodenumz`, from 0), start in local
 * time, minutes down, and words under the kind of cause. Nodes are taken in the order of their numbers; those that never
 * failed are not in the file. With `system` 0 all systems are taken, one after another, nodes "system/node".
 */
export const lanl: FailureFormat = {
  kind: 'failures',
  name: 'lanl',
  summary: 'Failures of Los Alamos 1995-2005, CSV: System, nodenumz, Prob Started, Prob Fixed, Down Time and causes',
  source: 'LA-UR-05-7318 (recognise Los Alamos); Schroeder and Gibson, DSN 2006',
  options: {
    system: {
      type: 'integer',
      minimum: 0,
      maximum: 1000,
      default: 0,
      description: 'Number of the system whose records are taken; 0: all systems, one after another.',
    },
  },
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file, options) {
    const intake = new DownTimeIntake(file);
    const counts = new LanlCounts();
    const wanted = Number(options['system']);
    const nodes = new Map<string, number>();
    await readCsv(file, intake.problems, { required: REQUIRED, optional: [] }, (row) =>
      readRecord(row, intake, { wanted, counts, nodes }),
    );
    intake.problems.throwIfAny();
    if (wanted > 0 && intake.tally.read > 0 && !counts.systems.has(wanted)) {
      const known = [...counts.systems].sort((a, b) => a - b).join(', ');
      intake.problems.fail(0, `holds no records of system ${wanted}; it has ${known}`);
    }
    warn(intake, counts);
    const span = intake.spanOfFaults(true);
    const order = [...nodes.keys()].sort((a, b) => nodes.get(a)! - nodes.get(b)!);
    const recorded = recordedOf(counts, span.endUs - span.beginUs);
    return intake.finish(lanl.name, span, { recorded }, order);
  },
};

interface Reading {
  /** The system that is wanted; 0: all. */
  readonly wanted: number;
  readonly counts: LanlCounts;
  /** Place of each node in the order of systems and numbers. */
  readonly nodes: Map<string, number>;
}

function readRecord(row: TraceRow, intake: DownTimeIntake, { wanted, counts, nodes }: Reading): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const system = row.number('System', SYSTEM);
  const node = row.numberOr('nodenumz', NODE, 0);
  const fromUs = instantUs(row, 'Prob Started');
  const fixedUs = instantUs(row, 'Prob Fixed');
  const downUs = Math.round(row.number('Down Time', MINUTES) * US_PER_MINUTE);
  if (problems.count > mistakes) return;
  counts.systems.add(system);
  if (wanted > 0 && system !== wanted) {
    tally.drop(row.line, 'of another system');
    return;
  }
  tally.keep(row.line, row.line);
  counts.records++;
  if (row.text('nodenumz') === '') counts.withoutNode++;
  if (fixedUs - fromUs !== downUs) counts.otherLength++;
  if (Math.abs(fixedUs - fromUs - downUs) > US_PER_MINUTE) counts.byMore++;
  const cause = CAUSES.find((name) => row.text(name) !== '') ?? '';
  counts.causes.set(cause, (counts.causes.get(cause) ?? 0) + 1);
  const name = wanted > 0 ? String(node) : `${system}/${node}`;
  nodes.set(name, (wanted > 0 ? 0 : system * NODE.maximum) + node);
  intake.add(name, fromUs, fromUs + downUs);
}

/** The file states local time without a zone: it is read as UTC, which leaves all but the hours of daylight saving. */
function instantUs(row: TraceRow, column: string): number {
  const [month, day, year, hour, minute] = (INSTANT.exec(row.text(column)) ?? []).slice(1).map(Number);
  const ms = Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute);
  const date = new Date(ms);
  if (date.getUTCMonth() + 1 === month && date.getUTCDate() === day && hour! < 24 && minute! < 60)
    return traceUs(ms / 1e3);
  row.refuse(column, `is ${quoted(row.text(column))}; write it like 6/21/2005 10:54`);
  return NaN;
}

function warn({ tally: { warnings } }: DownTimeIntake, { withoutNode, otherLength, byMore }: LanlCounts): void {
  const many = (count: number): string => count.toLocaleString('en');
  if (withoutNode > 0) warnings.push(`${many(withoutNode)} records name no node; they are taken for node 0`);
  if (otherLength > 0) {
    warnings.push(
      `${many(otherLength)} records state a Down Time that is not Prob Fixed - Prob Started, ${many(byMore)} of them by ` +
        'more than a minute (as at daylight saving); the Down Time holds',
    );
  }
}

function recordedOf({ records, causes, systems }: LanlCounts, lengthUs: number): Readonly<Record<string, number>> {
  const percent = (cause: string): number => (100 * (causes.get(cause) ?? 0)) / records;
  return {
    systems: systems.size,
    recordsPerYear: (records * US_PER_YEAR) / lengthUs,
    hardwarePercent: percent('Hardware'),
    softwarePercent: percent('Software'),
    networkPercent: percent('Network'),
    facilitiesPercent: percent('Facilities'),
    humanPercent: percent('Human Error'),
    unknownPercent: percent('Undetermined') + percent(''),
  };
}
