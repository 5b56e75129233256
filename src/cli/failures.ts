import { plainText, ScenarioError } from '../scenario/problems.ts';
import { PolicyError } from '../sim/engine/policy-error.ts';
import { ExecutorError, ExecutorRefusal } from '../study/executors/failure.ts';
import { OutputRefusal } from '../study/output/output-folder.ts';
import { StoreError } from '../study/results/journal.ts';
import { TraceError } from '../traces/import-report.ts';

/** The user stopped the run; what was kept of it is for the command to say. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: 'SIGINT' | 'SIGTERM';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM', kept = 'nothing was written') {
    super(`stopped; ${kept}`);
    this.signal = signal;
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** A check that found something worse. */
export class GotWorse extends Error {
  override readonly name = 'GotWorse';
}

/** Tells a failure on stderr, one line a mistake, and answers the exit code: 2 for bad input, 1 for a failed run. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ScenarioError || error instanceof TraceError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof OutputRefusal || error instanceof StoreError || error instanceof ExecutorRefusal) {
    process.stderr.write(`${plainText(error.message)}\n`);
    return 2;
  }
  if (error instanceof Interrupted) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof ExecutorError) {
    process.stderr.write(`${plainText(error.message)}\n`);
    return 1;
  }
  if (error instanceof GotWorse) {
    process.stderr.write(`${plainText(error.message)}\n`);
    return 1;
  }
  if (error instanceof PolicyError) {
    process.stderr.write(`the run failed: ${plainText(error.message)}\n`);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `plimsoll failed: ${plainText(message)}\nThis is a defect; please report it with the scenario.\n`,
  );
  if (process.env['PLIMSOLL_DEBUG'] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  else process.stderr.write('Set PLIMSOLL_DEBUG=1 to see where it happened.\n');
  return 1;
}
