import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const header = `// @ts-nocheck Written by build/generate.ts from the schema; do not edit.
/* eslint-disable */
import type { ErrorObject } from 'ajv';

/** True if data has the shape of the schema; otherwise \`errors\` lists every mistake. */
export interface Validator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}
`;

/** TypeScript source of a compiled schema, which exports `name`: starting the program then needs no schema compiler. */
export function validatorSource(schema: AnySchemaObject, name: string): string {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    allowUnionTypes: true,
    strictTypes: true,
    strictTuples: true,
    // Lengths in UTF-16 units: counting code points needs a part of ajv at run time. ajv grumbles at the option.
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
    keywords: ['x-quantity', 'x-least', 'x-most', 'x-instant'],
  });
  const code = standalone.default(ajv, ajv.compile(schema));
  if (code.includes('require(')) throw new Error('the compiled schema needs parts of ajv at run time');
  const body = code
    .replace(/^"use strict";/, '')
    .replace(/export const validate = (\w+);\s*export default \w+;/, '')
    .replace(/export default \w+;/, '');
  return `${header}${body}\nexport const ${name}: Validator = ${functionName(code)};\n`;
}

function functionName(code: string): string {
  const name = /export const validate = (\w+);/.exec(code)?.[1];
  if (name === undefined) throw new Error('the compiled schema does not name its function as expected');
  return name;
}
