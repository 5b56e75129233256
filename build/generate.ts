import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { completeSchema } from '../src/scenario/schema/complete-schema.ts';
import { policiesPage } from './policies-page.ts';
import { referencePage } from './reference-page.ts';
import { validatorSource } from './validator-source.ts';

// Writes what follows from the scenario schema and the policies: the validator (not committed) and the reference pages
// (committed). With --check it writes nothing and fails when a committed page is stale.

const root = new URL('../', import.meta.url);
const validatorFile = new URL('src/scenario/generated/validate-scenario.ts', root);

const schema = completeSchema();
const pages = [
  { path: 'docs/scenario-reference.md', text: referencePage(schema) },
  { path: 'docs/policies.md', text: policiesPage() },
];
const isCheck = process.argv.includes('--check');

for (const { path, text } of pages) {
  const file = new URL(path, root);
  const page = await format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (readOrEmpty(file) === page) continue;
  if (isCheck) {
    process.stderr.write(`${path} is stale; run npm run build and commit it\n`);
    process.exitCode = 1;
  } else writeFileSync(file, page);
}
if (!isCheck) {
  mkdirSync(new URL('.', validatorFile), { recursive: true });
  writeFileSync(validatorFile, validatorSource(schema));
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
