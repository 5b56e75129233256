import { splitCsvLine } from '../reading/csv-line.ts';
import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { INSTANCES_MAX, NODES_OPTION, takeCounts, type InstanceCount } from '../reading/instance-counts.ts';
import { timestampS } from '../reading/timestamp.ts';
import { readLines } from '../reading/trace-lines.ts';
import { quoted } from '../reading/trace-problems.ts';
import { traceUs } from '../reading/trace-row.ts';
import type { FailureFormat } from '../trace-format.ts';

const LINE = /^\d{4}-\d{2}-\d{2}, *\d{2}:\d{2}:\d{2}, *\d+$/;

/**
 * Instances of a spot group over time as Bamboo's authors listed them: date, time, count; no header. A count holds until
 * the next. Lines may go back in time: such a line takes back what was said from its instant on.
 */
export const bambooCounts: FailureFormat = {
  kind: 'failures',
  name: 'bamboo-counts',
  summary: 'Spot instances over time, CSV without a header: date, time, count',
  source: 'Thorpe et al., NSDI 2023; https://github.com/uclasystem/bamboo',
  options: { nodes: NODES_OPTION },
  recognises: ({ firstLine }) => LINE.test(firstLine),

  async read(file, options) {
    const intake = new DownTimeIntake(file);
    const counts: InstanceCount[] = [];
    const back = { lines: 0, firstLine: 0 };
    await readLines(file, intake.problems, (line, number) => {
      if (line.trim() === '') return;
      intake.tally.count(number);
      const look = readLook(line, number, intake);
      if (look === undefined) return;
      intake.tally.keep(number, number);
      if (look.fromUs < (counts.at(-1)?.fromUs ?? 0) && back.lines++ === 0) back.firstLine = number;
      while (counts.length > 0 && counts.at(-1)!.fromUs >= look.fromUs) counts.pop();
      counts.push(look);
    });
    intake.problems.throwIfAny();
    if (back.lines > 0) {
      intake.tally.warnings.push(
        `${back.lines} lines go back in time (the first is line ${back.firstLine}); each takes back what was said from its instant on`,
      );
    }
    const span = { beginUs: counts[0]?.fromUs ?? 0, endUs: counts.at(-1)?.fromUs ?? 0, isDated: true };
    if (counts.length > 0) takeCounts(intake, counts, span.endUs, Number(options['nodes']));
    return intake.finish(bambooCounts.name, span, { recorded: {} });
  },
};

function readLook(line: string, number: number, { problems }: DownTimeIntake): InstanceCount | undefined {
  const values = splitCsvLine(line);
  if (!Array.isArray(values) || values.length !== 3) {
    problems.add(number, `is ${quoted(line)}; write date, time, count like 2021-12-10, 13:07:45, 80`);
    return undefined;
  }
  const [date, time, count] = values as [string, string, string];
  const atS = timestampS(`${date} ${time}`);
  if (atS === undefined) {
    problems.add(number, `${quoted(`${date}, ${time}`)} is no instant; write it like 2021-12-10, 13:07:45`);
    return undefined;
  }
  if (!/^\d+$/.test(count) || Number(count) > INSTANCES_MAX) {
    problems.add(number, `count is ${quoted(count)}; write whole instances, 0 to ${INSTANCES_MAX}`);
    return undefined;
  }
  return { fromUs: traceUs(atS), count: Number(count) };
}
