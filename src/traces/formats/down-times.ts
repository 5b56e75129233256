import { NEVER } from '../../sim/kernel/clock.ts';
import { readCsv } from '../reading/csv-table.ts';
import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { dateS } from '../reading/timestamp.ts';
import { quoted } from '../reading/trace-problems.ts';
import { SECONDS, traceUs, type TraceRow } from '../reading/trace-row.ts';
import type { FailureFormat } from '../trace-format.ts';

const REQUIRED = ['node', 'from', 'to'] as const;
const OPTIONAL = ['cause'] as const;
const CAUSES_MAX = 20;

type Clock = 'seconds' | 'dates';

/**
 * A plain list of down times: CSV with a header. `node` is any name, taken in the order of first mention; `from` and
 * `to` are seconds since instant 0, or all of them dates (ISO 8601, UTC unless they say otherwise); a blank `to`: it
 * never came back. `cause` is counted and not used. Dated lists begin with their first fault.
 */
export const downTimes: FailureFormat = {
  kind: 'failures',
  name: 'down-times',
  summary: 'CSV with a header: node, from, to; optional cause; times in seconds, or dates',
  source: "Plimsoll's own",
  options: {},
  recognises: ({ columns }) => REQUIRED.every((name) => columns.includes(name)),

  async read(file) {
    const intake = new DownTimeIntake(file);
    const causes = new Map<string, number>();
    let clock: { readonly kind: Clock; readonly line: number } | undefined;
    const instantUs = (row: TraceRow, column: string): number => {
      const dateOf = dateS(row.text(column));
      const kind: Clock = dateOf === undefined ? 'seconds' : 'dates';
      clock ??= { kind, line: row.line };
      if (clock.kind !== kind && !/^[A-Za-z]/.test(row.text(column)))
        row.refuse(column, `is ${quoted(row.text(column))}, but line ${clock.line} has ${clock.kind}; keep to one`);
      return traceUs(dateOf ?? row.number(column, SECONDS));
    };
    const { unread } = await readCsv(file, intake.problems, { required: REQUIRED, optional: OPTIONAL }, (row) =>
      readDownTime(row, intake, causes, instantUs),
    );
    intake.problems.throwIfAny();
    if (unread.length > 0) {
      const shown = unread.slice(0, 20).map(quoted).join(', ');
      intake.tally.warnings.push(
        `columns that are not read: ${shown}; known: ${[...REQUIRED, ...OPTIONAL].join(', ')}`,
      );
    }
    const isDated = clock?.kind === 'dates';
    const span = intake.spanOfFaults(isDated);
    const recorded = Object.fromEntries([...causes].map(([cause, count]) => [`cause ${cause}`, count]));
    return intake.finish(downTimes.name, isDated ? span : { ...span, beginUs: 0 }, { recorded });
  },
};

function readDownTime(
  row: TraceRow,
  intake: DownTimeIntake,
  causes: Map<string, number>,
  instantUs: (row: TraceRow, column: string) => number,
): void {
  const { problems, tally } = intake;
  tally.count(row.line);
  const mistakes = problems.count;
  const node = row.text('node');
  if (node === '') row.refuse('node', 'is blank; name the node');
  const fromUs = instantUs(row, 'from');
  const toUs = row.text('to') === '' ? NEVER : instantUs(row, 'to');
  if (toUs < fromUs) row.refuse('to', `is ${quoted(row.text('to'))}, before from; swap them, or mend one`);
  if (problems.count > mistakes) return;
  tally.keep(row.line, row.line);
  const cause = row.text('cause');
  if (cause !== '' && (causes.has(cause) || causes.size < CAUSES_MAX)) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  intake.add(node, fromUs, toUs);
}
