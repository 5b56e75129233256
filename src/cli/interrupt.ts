import { Interrupted } from './failures.ts';

/** Does something long with a signal that SIGINT and SIGTERM abort; it then fails with Interrupted. */
export async function withInterrupt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const interrupt = (signal: 'SIGINT' | 'SIGTERM'): void => controller.abort(new Interrupted(signal));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(controller.signal);
  } catch (error) {
    // Streams wrap the reason of an abort in an error of their own.
    throw controller.signal.aborted && !(error instanceof Interrupted) ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
