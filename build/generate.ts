import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { completeSchema } from '../src/scenario/schema/complete-schema.ts';
import { referencePage } from './reference-page.ts';
import { validatorSource } from './validator-source.ts';

// Writes what follows from the scenario schema: the validator (not committed) and the reference page (committed).
// With --check it writes nothing and fails when the committed page is stale.

const root = new URL('../', import.meta.url);
const validatorFile = new URL('src/scenario/generated/validate-scenario.ts', root);
const pageFile = new URL('docs/scenario-reference.md', root);

const schema = completeSchema();
const options = await resolveConfig(pageFile);
const page = await format(referencePage(schema), { ...options, parser: 'markdown' });

if (process.argv.includes('--check')) {
  if (readOrEmpty(pageFile) !== page) {
    process.stderr.write('docs/scenario-reference.md is stale; run npm run build and commit it\n');
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL('.', validatorFile), { recursive: true });
  writeFileSync(validatorFile, validatorSource(schema));
  if (readOrEmpty(pageFile) !== page) writeFileSync(pageFile, page);
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
