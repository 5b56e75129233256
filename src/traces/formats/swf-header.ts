import { quoted } from '../reading/trace-problems.ts';

const FIELD = /^;\s*(\w+):\s*(.*)$/;
/** Seconds since 1970 of the year 2100: logs of machines that have run. */
const UNIX_S_MAX = 4_102_444_800;
const COUNT_MAX = 1e9;
/** What is kept of a note, and of warnings about the header: a header is a page, not a book. */
const NOTE_MAX = 200;
const WARNINGS_MAX = 20;

/** What the `;` lines of an SWF log say of the machine. A field that cannot be read is a warning, not a refusal. */
export class SwfHeader {
  maxProcs: number | undefined;
  maxNodes: number | undefined;
  maxRecords: number | undefined;
  /** Instant 0 in seconds since 1970. */
  unixStartS: number | undefined;
  /** Computer, installation and time zone, as written. */
  readonly notes: Record<string, string> = {};
  readonly warnings: string[] = [];

  read(line: string): void {
    const field = FIELD.exec(line);
    if (field === null) return;
    const name = field[1]!;
    const value = field[2]!.trim().slice(0, NOTE_MAX);
    switch (name) {
      case 'MaxProcs':
        this.maxProcs = this.#number(name, value, 1, COUNT_MAX);
        break;
      case 'MaxNodes':
        this.maxNodes = this.#number(name, value, 1, COUNT_MAX);
        break;
      case 'MaxRecords':
        this.maxRecords = this.#number(name, value, 0, COUNT_MAX);
        break;
      case 'UnixStartTime':
        this.unixStartS = this.#number(name, value, 0, UNIX_S_MAX);
        break;
      case 'Computer':
        this.notes['computer'] = value;
        break;
      case 'Installation':
        this.notes['installation'] = value;
        break;
      case 'TimeZoneString':
        this.notes['timeZone'] = value;
        break;
      default:
        // The other fields tell of the log's making; nothing here depends on them.
        break;
    }
  }

  #number(name: string, text: string, minimum: number, maximum: number): number | undefined {
    // Some logs write a note behind the number: "MaxNodes: 144 (8-way)".
    const value = Number(/^\d+(?=\s|$)/.exec(text)?.[0] ?? Number.NaN);
    if (value >= minimum && value <= maximum) return value;
    // -1 is the format's own "unknown".
    if (text !== '-1' && this.warnings.length < WARNINGS_MAX)
      this.warnings.push(`the header's ${name} is ${quoted(text)}, which is no count; it is ignored`);
    return undefined;
  }
}
