import type { Reporter, TestModule } from 'vitest/node';

/** Prints one last plain line, `tests: N passed, N failed, N skipped`, for people and machines that read only that. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    process.stdout.write(`${closingLine(modules, unhandledErrors.length)}\n`);
  }
}

/**
 * Counts tests by outcome. What kept tests from running (a file that does not load, a hook that throws) and errors
 * outside all tests count as failures: a line that says 0 failed must mean it.
 */
function closingLine(modules: readonly TestModule[], unhandledErrorCount: number): string {
  const counts = { passed: 0, failed: unhandledErrorCount, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that is still pending when the run ends was never answered for.
      counts[state === 'pending' ? 'failed' : state]++;
    }
  }
  return `tests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
