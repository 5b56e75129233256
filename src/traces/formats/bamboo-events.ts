import { splitCsvLine } from '../reading/csv-line.ts';
import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { SpotSlots } from '../reading/spot-slots.ts';
import { readLines } from '../reading/trace-lines.ts';
import { quoted } from '../reading/trace-problems.ts';
import type { FailureFormat } from '../trace-format.ts';

const LINE = /^\d+, *(?:add|remove), *\S+$/;
const US_PER_MS = 1000;
const MS_MAX = 100 * 365.25 * 24 * 3600e3;

interface SpotEvent {
  readonly atUs: number;
  readonly isAdded: boolean;
  readonly instance: string;
}

/**
 * Instances that a spot group gained and lost, as Bamboo's authors listed them: ms since the beginning, `add` or
 * `remove`, instance; no header. Each instance takes the free place with the lowest number and holds it until it is
 * removed; a place without an instance is a node that is down.
 */
export const bambooEvents: FailureFormat = {
  kind: 'failures',
  name: 'bamboo-events',
  summary: 'Spot instances that come and go, CSV without a header: ms, add or remove, instance',
  source: 'Thorpe et al., NSDI 2023; https://github.com/uclasystem/bamboo',
  options: {},
  recognises: ({ firstLine }) => LINE.test(firstLine),

  async read(file) {
    const intake = new DownTimeIntake(file);
    const slots = new SpotSlots(intake);
    let endUs = 0;
    await readLines(file, intake.problems, (line, number) => {
      if (line.trim() === '') return;
      intake.tally.count(number);
      const event = readEvent(line, number, intake);
      if (event === undefined) return;
      if (event.atUs < endUs) {
        intake.problems.add(number, `lies before the line above it; sort the file by time`);
        return;
      }
      endUs = event.atUs;
      intake.tally.keep(number, number);
      const refusal = event.isAdded ? slots.add(event.instance, event.atUs) : slots.remove(event.instance, event.atUs);
      if (refusal !== undefined) intake.problems.add(number, refusal);
    });
    intake.problems.throwIfAny();
    slots.close(endUs);
    return intake.finish(bambooEvents.name, { beginUs: 0, endUs, isDated: false }, { recorded: {} });
  },
};

function readEvent(line: string, number: number, { problems }: DownTimeIntake): SpotEvent | undefined {
  const values = splitCsvLine(line);
  const [ms = '', verb = '', instance = ''] = Array.isArray(values) ? values : [];
  if (!Array.isArray(values) || values.length !== 3 || instance === '' || !/^(?:add|remove)$/.test(verb)) {
    problems.add(number, `is ${quoted(line)}; write ms, add or remove, and the instance, like 480000,add,node1`);
    return undefined;
  }
  if (!/^\d+$/.test(ms) || Number(ms) > MS_MAX) {
    problems.add(number, `begins with ${quoted(ms)}; write whole ms since the beginning, at most 100 years`);
    return undefined;
  }
  return { atUs: Number(ms) * US_PER_MS, isAdded: verb === 'add', instance };
}
