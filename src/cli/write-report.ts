import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusal } from '../study/output/output-folder.ts';

/** Writes report.html into a folder, under another name first; answers its path. OutputRefusal where that cannot be. */
export function writeReport(folder: string, html: string): string {
  const file = join(folder, 'report.html');
  const temporary = join(folder, `.plimsoll-report-${process.pid}`);
  try {
    writeFileSync(temporary, html);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw refusal(folder, error);
  }
  return file;
}
