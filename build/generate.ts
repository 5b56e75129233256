import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { completeSchema } from '../src/scenario/schema/complete-schema.ts';
import { policiesPage } from './policies-page.ts';
import { referencePage } from './reference-page.ts';
import { validatorSource } from './validator-source.ts';
import { codeVersion } from './code-version.ts';
import { studySchema } from '../src/study/file/study-schema.ts';

// Writes what follows from the code: validators and the code's version (not committed) and the reference pages
// (committed). With --check it writes nothing and fails when a committed page is stale.

const root = new URL('../', import.meta.url);

const schema = completeSchema();
const pages = [
  { path: 'docs/scenario-reference.md', text: referencePage(schema) },
  { path: 'docs/policies.md', text: policiesPage() },
];
/** Not committed: validators that need no schema compiler, and what the code is known by in results. */
const sources = [
  { path: 'src/scenario/generated/validate-scenario.ts', text: () => validatorSource(schema, 'validateScenario') },
  { path: 'src/study/generated/validate-study.ts', text: () => validatorSource(studySchema, 'validateStudy') },
  { path: 'src/study/generated/code-version.ts', text: () => codeVersion(new URL('src/', root)) },
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
  for (const { path, text } of sources) {
    const file = new URL(path, root);
    mkdirSync(new URL('.', file), { recursive: true });
    const written = text();
    if (readOrEmpty(file) !== written) writeFileSync(file, written);
  }
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
