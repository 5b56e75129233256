import { splitCsvLine } from './csv-line.ts';
import type { TraceFile } from './trace-file.ts';
import { readLines } from './trace-lines.ts';
import { quoted, type TraceProblems } from './trace-problems.ts';
import { TraceRow } from './trace-row.ts';

/** The columns of a CSV format. */
export interface CsvColumns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What to do about missing columns, if the importer knows more than "add them". */
  readonly mendOf?: (missing: readonly string[]) => string | undefined;
}

/** What the header held besides the known columns. */
export interface CsvHeader {
  readonly names: readonly string[];
  /** Named columns that nobody reads. */
  readonly unread: readonly string[];
}

/**
 * Calls `visit` for each data row of a CSV file with a header line; blank lines are passed over. The row is the same
 * object each time. Rows with a wrong number of values are noted as problems and not visited.
 */
export async function readCsv(
  file: TraceFile,
  problems: TraceProblems,
  columns: CsvColumns,
  visit: (row: TraceRow, header: CsvHeader) => void,
): Promise<CsvHeader> {
  let header: CsvHeader | undefined;
  let row: TraceRow | undefined;
  await readLines(file, problems, (line, number) => {
    if (line.trim() === '') return;
    const values = splitCsvLine(line);
    if (!Array.isArray(values)) {
      problems.add(number, values.mistake);
      return;
    }
    if (header === undefined || row === undefined) {
      header = readHeader(values, number, columns, problems);
      row = new TraceRow(new Map(header.names.map((name, index) => [name, index])), problems);
    } else if (values.length !== header.names.length) {
      problems.add(number, `has ${values.length} values, but the header names ${header.names.length} columns`);
    } else {
      row.line = number;
      row.values = values;
      visit(row, header);
    }
  });
  return (
    header ?? problems.fail(0, `holds no header; its first line must name the columns ${columns.required.join(', ')}`)
  );
}

function readHeader(
  names: readonly string[],
  line: number,
  { required, optional, mendOf }: CsvColumns,
  problems: TraceProblems,
): CsvHeader {
  const there = names.filter((name) => name !== '');
  const missing = required.filter((name) => !there.includes(name));
  if (missing.length > 0) {
    const found = there.slice(0, 20).map(quoted).join(', ');
    const mend = mendOf?.(missing) ?? 'add it, or name the right format';
    problems.fail(
      line,
      `the header lacks ${missing.join(', ')}; there is ${found === '' ? 'nothing' : found}; ${mend}`,
    );
  }
  const twice = there.find((name, index) => there.indexOf(name) !== index);
  if (twice !== undefined) problems.fail(line, `the header names ${quoted(twice)} twice; rename or remove one`);
  return { names, unread: there.filter((name) => !required.includes(name) && !optional.includes(name)) };
}
