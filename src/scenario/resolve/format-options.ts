import type { ScalarValues } from '../../sim/contract/definition.ts';

/** The options of a trace's own format: what its entry says beside the fields that all traces have. */
export function formatOptions(entry: object, fields: object): ScalarValues {
  const own = Object.entries(entry).filter(([key]) => key !== 'format' && !Object.hasOwn(fields, key));
  return Object.fromEntries<ScalarValues[string]>(own);
}
