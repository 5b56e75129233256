import { dirname, resolve } from 'node:path';
import type { ImportedFiles } from '../../../traces/imported-files.ts';
import { hashFile, namedFiles } from '../../runs/input-files.ts';
import type { RunTask } from '../../runs/task.ts';
import { ExecutorError } from '../failure.ts';

/**
 * Why a task cannot be run here: a file that its scenario names is missing, or is not what it was where the task was
 * made. Undefined if all are the same. A file that was missing there is for the run to complain of.
 */
export async function inputRefusal(
  { scenario, file, inputs, key }: RunTask,
  files: ImportedFiles,
  worker: string,
): Promise<ExecutorError | undefined> {
  for (const [index, named] of namedFiles(scenario).entries()) {
    const wanted = inputs[index]!;
    if (wanted === '') continue;
    const path = resolve(dirname(file), named);
    const found = await files.import(path, 'sha256', () => hashFile(path));
    if (found === wanted) continue;
    const what = found === '' ? 'cannot read' : 'has another content of';
    return new ExecutorError(
      `${scenario.name}: worker ${worker} ${what} ${path}; give every machine the same files at the same paths`,
      key,
    );
  }
  return undefined;
}
