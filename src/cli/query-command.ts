import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { plainText } from '../scenario/problems.ts';
import { csvLine } from '../study/output/csv-fields.ts';
import { StoreError } from '../study/results/journal.ts';
import { contentOf, query, type PlainCell, type QueryAnswer, type StoreContent } from '../study/store/query.ts';
import { withInterrupt } from './interrupt.ts';

const examples = `
Examples:
  plimsoll query reports/policies                                                      tables, columns, numbers of rows
  plimsoll query reports/policies "SELECT * FROM results"                              a row for each point
  plimsoll query reports/policies "FROM intervals WHERE metric = 'p95(wait)' ORDER BY mean LIMIT 3"
  plimsoll query reports/policies --csv "SELECT point, replication, value FROM metrics WHERE metric = 'mean(wait)'"
  plimsoll query reports/policies "SELECT point, scenario ->> '$.cluster.pools[0].nodes' AS nodes FROM scenarios"

The SQL is DuckDB's. It can change nothing and see no other file.
`;

/** Rows of a table on a terminal; all of them would take longer than anybody reads. */
const ROWS_SHOWN = 200;
const DIGITS = 6;
const WIDTH = 110;

interface QueryOptions {
  readonly csv?: true;
  readonly json?: true;
}

/** `plimsoll query STUDY [SQL]`: asks the store of a study. */
export function queryCommand(): Command {
  return new Command('query')
    .summary('ask the results of a study in SQL')
    .description(
      'Asks the runs, metrics, intervals, series and scenarios of a study in SQL, and prints a table. Without SQL it lists ' +
        'what there is. A study that still runs, or was stopped, can be asked for what it has.',
    )
    .argument('<study>', 'folder that sweep, merge, compare, plan or check wrote, or its study.duckdb')
    .argument('[sql]', 'what to ask')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .option('--json', 'print JSON: a list of objects')
    .addHelpText('after', examples)
    .action((study: string, sql: string | undefined, options: QueryOptions) =>
      withInterrupt((signal) => run(study, sql, options, signal)),
    );
}

async function run(study: string, sql: string | undefined, options: QueryOptions, signal: AbortSignal): Promise<void> {
  if (sql === undefined) {
    const content = await contentOf(study);
    process.stdout.write(options.json === true ? `${JSON.stringify(content, null, 1)}\n` : contentInWords(content));
    return;
  }
  if (sql.trim() === '')
    throw new StoreError('SQL: is empty; "plimsoll query STUDY" without SQL lists tables and columns');
  const print = options.csv === true ? printCsv : options.json === true ? printJson : printTable;
  await query(study, sql, signal, async (answer) => {
    await print(answer);
    if (!answer.isComplete)
      process.stderr.write('the study was stopped or still runs: this is of the runs that it has\n');
  });
}

function contentInWords(content: readonly StoreContent[]): string {
  const blocks = content.map(({ name, about, rows, columns }) => {
    const fields = columns.map(({ sql, type }) => `${plainText(sql)} ${type}`);
    return `${name}  ${rows} ${rows === 1 ? 'row' : 'rows'}  ${about}\n${wrapped(fields)}\n`;
  });
  return `${blocks.join('\n')}\nNames in quotes are written so in SQL. docs/studies.md says what each column holds.\n`;
}

function wrapped(fields: readonly string[]): string {
  const lines = [''];
  for (const field of fields) {
    const last = lines.length - 1;
    if (lines[last] !== '' && lines[last]!.length + field.length > WIDTH) lines.push(field);
    else lines[last] += lines[last] === '' ? field : `, ${field}`;
  }
  return lines.map((line) => `  ${line}`).join(',\n');
}

async function printTable({ columns, rows }: QueryAnswer): Promise<void> {
  const head = columns.map((name) => plainText(name));
  // A line between any two rows would be half of what is printed.
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const table = new Table({ head, chars, style: { head: [], border: [] } });
  let count = 0;
  for await (const some of rows) {
    for (const row of some) if (count++ < ROWS_SHOWN) table.push(row.map(shown));
  }
  const more = count > ROWS_SHOWN ? `the first ${ROWS_SHOWN} of ${count} rows; --csv and --json print all\n` : '';
  process.stdout.write(`${table.toString()}\n${more}`);
}

/** A value for people: six digits of a fraction are enough. */
function shown(cell: PlainCell): string {
  const isFraction = typeof cell === 'number' && !Number.isInteger(cell);
  return isFraction ? String(Number(cell.toPrecision(DIGITS))) : plainText(textOf(cell));
}

async function printCsv({ columns, rows }: QueryAnswer): Promise<void> {
  process.stdout.write(csvLine(columns));
  for await (const some of rows) process.stdout.write(some.map((row) => csvLine(row.map(textOf))).join(''));
}

async function printJson({ columns, rows }: QueryAnswer): Promise<void> {
  let before = '[\n';
  for await (const some of rows) {
    if (some.length === 0) continue;
    const objects = some.map((row) => JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, row[at]]))));
    process.stdout.write(before + objects.join(',\n'));
    before = ',\n';
  }
  process.stdout.write(before === '[\n' ? '[]\n' : '\n]\n');
}

function textOf(cell: PlainCell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}
