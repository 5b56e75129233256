import { FileRefusal, requireInside } from '../document/source-file.ts';
import { pathText, plainText, ScenarioError, valueText, type Path, type Problem } from '../problems.ts';
import { TraceError } from '../../traces/import-report.ts';

/**
 * Reads a file that the scenario names at `path`, after checking that it lies inside the root. What is wrong with the
 * file as a whole is told where the scenario names it; what is wrong in a line of it, with that line.
 */
export async function refuseFile<Result>(
  place: string,
  path: Path,
  label: string,
  root: string | undefined,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    requireInside(label, root);
    return await read();
  } catch (error) {
    if (error instanceof TraceError) throw new ScenarioError(traceProblems(error, place, path));
    if (!(error instanceof FileRefusal)) throw error;
    throw new ScenarioError([{ place, message: `${pathText(path)} is ${valueText(label)}, which ${error.message}` }]);
  }
}

/** A trace's mistakes as problems of the scenario that names it. */
function traceProblems(error: TraceError, place: string, path: Path): Problem[] {
  return error.problems.map(({ file, line, message }) =>
    line > 0
      ? { place: `${plainText(file)}:${line}`, message: plainText(message) }
      : { place, message: `${pathText(path)} is ${valueText(file)}, which ${plainText(message)}` },
  );
}
