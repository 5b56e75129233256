import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceError } from '../../src/traces/import-report.ts';

/** A temporary folder of trace files. */
export class TraceFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'plimsoll-traces-'));

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The error a promise ends in; fails the test if it does not end in a TraceError. */
export async function refusalOf(reading: Promise<unknown>): Promise<TraceError> {
  const outcome = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TraceError) return outcome;
  throw new Error('expected a TraceError', { cause: outcome });
}

/** A line of an SWF log: every column unknown but those given (by number, from 1). */
export function swfLine(columns: Readonly<Record<number, number | string>>): string {
  return Array.from({ length: 18 }, (_, index) => columns[index + 1] ?? -1).join(' ');
}
