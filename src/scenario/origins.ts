import type { Origin } from './document/plain-data.ts';
import { plainText, pointerOf, type Path } from './problems.ts';

/** Where a value came from, for messages: file:line, the option of the command line, or (defaults) its parent's. */
export function placeOf(file: string, origins: ReadonlyMap<string, Origin>, path: Path): string {
  const origin = origins.get(pointerOf(path));
  switch (origin?.kind) {
    case 'file':
      return `${plainText(file)}:${origin.line}`;
    case 'option':
      return plainText(origin.option);
    case 'catalogue':
      return placeOf(file, origins, ['failures', 'catalogue']);
    case 'default':
    case undefined:
      return path.length === 0 ? plainText(file) : placeOf(file, origins, path.slice(0, -1));
    default:
      return origin satisfies never;
  }
}

/** Where the value at a path came from: what is said of itself, or of the group that brought it along. */
export function originOf(origins: ReadonlyMap<string, Origin>, path: Path): Origin | undefined {
  const origin = origins.get(pointerOf(path));
  return origin !== undefined || path.length === 0 ? origin : originOf(origins, path.slice(0, -1));
}

/** For `plimsoll show`: "line 12", "default", "--seed 7", "catalogue llama3". */
export function originText(origin: Origin | undefined): string {
  switch (origin?.kind) {
    case 'file':
      return `line ${origin.line}`;
    case 'option':
      return plainText(origin.option);
    case 'catalogue':
      return `catalogue ${origin.entry}`;
    case 'default':
      return 'default';
    case undefined:
      return '';
    default:
      return origin satisfies never;
  }
}
