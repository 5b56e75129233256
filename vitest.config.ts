import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/repository/closing-line-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/repository/fixed-seed.ts'],
    reporters: ['default', new ClosingLineReporter()],
    // All cores: left to itself Vitest keeps one of two for itself, and is idle on it.
    maxWorkers: '100%',
    // Files share the modules that they import: loading them anew for each took a quarter of the time.
    isolate: false,
    // Runs over real traces and headless Chromium take seconds on a busy 2-core machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/*/generated/**'] },
  },
});
