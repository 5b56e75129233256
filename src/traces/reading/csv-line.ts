/** Why a line is not CSV. */
export interface CsvMistake {
  readonly mistake: string;
}

/**
 * The values of one CSV line (RFC 4180: commas, values in double quotes, a doubled quote inside them), trimmed.
 *
 * Lines are split here and not by a library, for every CSV format: fast-csv reads 72 thousand rows a second, which
 * would make Philly's 82 thousand the slowest part of a run, and udsv 0.7.3 never returns from a last row with too
 * few values. Splitting after the line reader also gives each mistake its line. fast-csv is the slow twin that
 * test/traces holds this against. What is given up: a quoted value cannot run over several lines.
 */
export function splitCsvLine(line: string): string[] | CsvMistake {
  if (!line.includes('"')) return line.split(',').map((value) => value.trim());
  const values: string[] = [];
  let at = 0;
  while (at <= line.length) {
    while (isBlank(line, at)) at++;
    if (line[at] === '"') {
      const value = takeQuoted(line, at + 1);
      if (value === undefined) return { mistake: 'a quoted value does not end on its line; close the quote' };
      at = value.end;
      while (isBlank(line, at)) at++;
      if (at < line.length && line[at] !== ',') {
        return { mistake: `text follows the closing quote of value ${values.length + 1}; put a comma between them` };
      }
      values.push(value.text.trim());
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      const text = line.slice(at, end).trim();
      if (text.includes('"')) {
        return { mistake: `value ${values.length + 1} has a quote inside; put it in quotes and double those within` };
      }
      values.push(text);
      at = end;
    }
    at++;
  }
  return values;
}

function isBlank(line: string, at: number): boolean {
  return line[at] === ' ' || line[at] === '\t';
}

function takeQuoted(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  for (let from = start; ;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) return undefined;
    text += line.slice(from, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    from = quote + 2;
  }
}
