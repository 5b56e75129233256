import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Rooms whose code decides what a run answers. */
const ROOMS = ['sim', 'policies', 'solver', 'stats', 'traces', 'scenario', 'study/metrics', 'study/runs'];

/**
 * Source of the code's version: a hash over every file that decides what a run answers, so that a stored result is used
 * again only by the code that would give it again.
 */
export function codeVersion(src: URL): string {
  const hash = createHash('sha256');
  for (const room of ROOMS) {
    const files = readdirSync(new URL(`${room}/`, src), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
      const text = readFileSync(new URL(`${room}/${file}`, src));
      hash.update(`${room}/${file}\n${text.length}\n`).update(text);
    }
  }
  return `// Written by build/generate.ts; do not edit.\nexport const codeVersion = '${hash.digest('hex').slice(0, 16)}';\n`;
}
