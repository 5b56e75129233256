import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two folders up from here in src and in dist alike. */
export const plimsollVersion: string = readVersion();

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  const content = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown };
  if (typeof content.version !== 'string') throw new Error(`${file.pathname} has no version`);
  return content.version;
}
