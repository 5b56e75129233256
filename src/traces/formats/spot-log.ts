import { DownTimeIntake } from '../reading/down-time-intake.ts';
import { dateS } from '../reading/timestamp.ts';
import { readLines } from '../reading/trace-lines.ts';
import { quoted } from '../reading/trace-problems.ts';
import { traceUs } from '../reading/trace-row.ts';
import type { FailureFormat } from '../trace-format.ts';

const LINE = /^\[(\S+)\] (.+)$/;
const CREATED = /^Created instance (\S+) with (\d+) GPU\(s\) of type (\S+) in zone (\S+)$/;
const SEEN = /^Instance (\S+) (not running|running) in zone \S+$/;
const DELETED = /^Successfully deleted instance (\S+)$/;
const FAILED = /^Instance (?:\S+|with \d+ GPU\(s\) of type \S+) creation failed$/;

/** A kind of instance in a zone that the log asked for again and again. */
interface Wanted {
  readonly node: string;
  /** The instance that stands for it now, or stood for it last. */
  instance: string;
  /** -1: it is there. */
  downSinceUs: number;
}

/**
 * Logs of spot instances that were asked for again whenever they were lost, looked at every ten minutes or so. Each kind
 * of instance in a zone ("us-east-1b/v100x8") is a node: there from "Created" until the first look that finds it not
 * running. Kinds that were never created are not in the trace: the log does not say what they were.
 */
export const spotLog: FailureFormat = {
  kind: 'failures',
  name: 'spot-log',
  summary: 'Logs of spot instances: "[time] Created instance …", "Instance … not running in zone …"',
  source: 'Narayanan et al., DISPA 2020; https://github.com/stanford-futuredata/training_on_a_dime',
  options: {},
  recognises: ({ firstLine }) => LINE.test(firstLine) && /\binstance\b/i.test(firstLine),

  async read(file) {
    const intake = new DownTimeIntake(file);
    const log = new SpotLog(intake);
    await readLines(file, intake.problems, (line, number) => {
      if (line.trim() !== '') log.read(line, number);
    });
    intake.problems.throwIfAny();
    log.close();
    const span = { beginUs: log.beginUs, endUs: log.endUs, isDated: true };
    return intake.finish(spotLog.name, span, { recorded: { creationsFailed: log.failed } });
  },
};

class SpotLog {
  beginUs = 0;
  endUs = 0;
  failed = 0;
  readonly #intake: DownTimeIntake;
  readonly #wanted = new Map<string, Wanted>();
  readonly #wantedOf = new Map<string, Wanted>();

  constructor(intake: DownTimeIntake) {
    this.#intake = intake;
  }

  read(line: string, number: number): void {
    const { problems, tally } = this.#intake;
    tally.count(number);
    const [, time = '', words = ''] = LINE.exec(line.trim()) ?? [];
    const atS = dateS(time);
    if (atS === undefined) {
      problems.add(number, `begins with no instant like [2020-03-15T10:07:33.000Z]; check what it is: ${quoted(line)}`);
      return;
    }
    const atUs = traceUs(atS);
    if (tally.read === 1) this.beginUs = atUs;
    else if (atUs < this.endUs) {
      problems.add(number, 'lies before the line above it; sort the file by time');
      return;
    }
    this.endUs = atUs;
    this.#take(words, atUs, number);
  }

  /** Nodes that are down at the end of the log are down up to it. */
  close(): void {
    for (const wanted of this.#wanted.values()) this.#comeBack(wanted, this.endUs);
  }

  #take(words: string, atUs: number, number: number): void {
    const { problems, tally } = this.#intake;
    const created = CREATED.exec(words);
    const seen = SEEN.exec(words);
    const instance = seen?.[1] ?? DELETED.exec(words)?.[1];
    if (created !== null) this.#create(created, atUs);
    else if (FAILED.test(words)) this.failed++;
    else if (instance === undefined) {
      problems.add(number, `says nothing that such a log says: ${quoted(words)}`);
      return;
    } else if (!this.#look(instance, seen?.[2] === 'running', atUs)) {
      tally.drop(number, 'about an instance that was never created: the log does not say of which kind');
      return;
    }
    tally.keep(number, number);
  }

  #create([, instance = '', gpus, type, zone]: RegExpExecArray, atUs: number): void {
    const node = `${zone}/${type}x${gpus}`;
    const wanted = this.#wanted.get(node) ?? { node, instance, downSinceUs: this.beginUs };
    this.#wanted.set(node, wanted);
    this.#wantedOf.set(instance, wanted);
    this.#intake.mention(node);
    wanted.instance = instance;
    this.#comeBack(wanted, atUs);
  }

  /** False for an instance that nobody created. */
  #look(instance: string, isThere: boolean, atUs: number): boolean {
    const wanted = this.#wantedOf.get(instance);
    if (wanted === undefined) return false;
    if (wanted.instance !== instance) return true;
    if (isThere) this.#comeBack(wanted, atUs);
    else if (wanted.downSinceUs === -1) wanted.downSinceUs = atUs;
    return true;
  }

  #comeBack(wanted: Wanted, atUs: number): void {
    if (wanted.downSinceUs === -1) return;
    if (wanted.downSinceUs < atUs || wanted.downSinceUs > this.beginUs) {
      this.#intake.add(wanted.node, wanted.downSinceUs, atUs);
    }
    wanted.downSinceUs = -1;
  }
}
