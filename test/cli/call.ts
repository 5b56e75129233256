import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';

export interface Call {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in this process and catches what it prints. */
export async function call(...argv: readonly string[]): Promise<Call> {
  const printed = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true));
  try {
    return { code: await runCli(argv), ...printed };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

/** A folder of its own for a test file; taken away at the end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder; answers its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** A small sound scenario: five jobs on two nodes. */
export const smallScenario = `name: small
cluster:
  pools:
    - {name: a, nodes: 2, gpusPerNode: 4}
workload:
  jobs:
    - {id: one, gpus: 8, submit: 0, run: 1h, tenant: red}
    - {id: two, gpus: 4, submit: 1m, run: 30m, requested: 1h, tenant: blue}
    - {id: three, gpus: 8, submit: 2m, run: 10.5s}
    - {id: four, gpus: 0.5, submit: 3m, run: 1us}
    - {id: five, gpus: 1, submit: 2h, run: 0}
policies:
  scheduling: easy-backfill
  placement: best-fit
`;
