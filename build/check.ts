import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

// Runs what does not run the program: format, lint, types, import directions and dead code, as many at once as there are
// cores, the longest first. With --build it compiles the program as well. Each tells what it has to say when it has
// ended, and the exit code is 1 if any found something.

const CHECKS: readonly (readonly [name: string, command: string])[] = [
  ['eslint', 'eslint --max-warnings 0 .'],
  ...(process.argv.includes('--build') ? [['build', 'tsc -p tsconfig.build.json'] as const] : []),
  ['types', 'tsc --noEmit'],
  ['format', 'prettier --check --log-level warn .'],
  ['import directions', 'depcruise --config .dependency-cruiser.cjs src test bench build'],
  ['dead code', 'knip'],
  ['oxlint', 'oxlint --deny-warnings'],
];

const waiting = [...CHECKS];

await Promise.all(Array.from({ length: availableParallelism() }, work));

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await check(...next);
}

/** Runs one to its end. What it has to say comes in one piece. */
function check(name: string, command: string): Promise<void> {
  return new Promise((resolve) => {
    const said: Buffer[] = [];
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (piece: Buffer) => said.push(piece));
    child.stderr.on('data', (piece: Buffer) => said.push(piece));
    child.on('close', (code) => {
      if (code !== 0) {
        process.stderr.write(`${name}: ${command} failed\n${Buffer.concat(said).toString()}\n`);
        process.exitCode = 1;
      }
      resolve();
    });
  });
}
