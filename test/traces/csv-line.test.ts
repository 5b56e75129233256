import { parseString } from 'fast-csv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCsvLine } from '../../src/traces/reading/csv-line.ts';

/** The slow, well-kept twin: fast-csv on one line; undefined where it refuses. */
function twin(line: string): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    let values: string[] | undefined;
    parseString<string[], string[]>(line, { headers: false, trim: true })
      .on('error', () => resolve(undefined))
      .on('data', (row: string[]) => (values = row))
      .on('end', () => resolve(values));
  });
}

const value = fc
  .string({ unit: fc.constantFrom('a', '7', '.', ',', '"', 'é', ' '), maxLength: 6 })
  .map((text) => text.trim());
const written = fc.tuple(value, fc.boolean()).map(([text, isQuoted]) => ({
  text,
  csv: isQuoted || /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
}));

describe('a CSV line', () => {
  test('splits into the values that were written, and as fast-csv splits it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(written, { minLength: 2, maxLength: 6 }), async (values) => {
        const line = values.map(({ csv }) => csv).join(',');
        const texts = values.map(({ text }) => text);
        expect(splitCsvLine(line)).toEqual(texts);
        expect(await twin(line)).toEqual(texts);
      }),
      { numRuns: 300 },
    );
  });

  test('of random characters splits as fast-csv splits it, or is refused', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', ',', '"', ' '), minLength: 1, maxLength: 10 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const values = splitCsvLine(text);
        if (!Array.isArray(values)) refused++;
        // fast-csv passes over blank lines; what is refused here, it may mend.
        const isComparable = Array.isArray(values) && text.trim() !== '';
        expect(isComparable ? values : undefined).toEqual(isComparable ? await twin(text) : undefined);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  test('keeps blanks at its end as values', () => {
    expect(splitCsvLine('a,,')).toEqual(['a', '', '']);
    expect(splitCsvLine('"a",')).toEqual(['a', '']);
    expect(splitCsvLine(' "a" , b ')).toEqual(['a', 'b']);
    expect(splitCsvLine('')).toEqual(['']);
  });
});
