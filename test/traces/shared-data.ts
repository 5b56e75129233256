import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of real traces, which is not part of the repository. */
export const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

export const hasShared = existsSync(SHARED);

/** For the title of a suite that needs the real traces, so that a skip says what is missing. */
export const needsShared = hasShared ? '' : ` (skipped: ${SHARED} is missing)`;
