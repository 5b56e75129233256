import type { ScalarSchema, ScalarValues } from '../sim/contract/definition.ts';
import { bambooCounts } from './formats/bamboo-counts.ts';
import { bambooEvents } from './formats/bamboo-events.ts';
import { downTimes } from './formats/down-times.ts';
import { gavel } from './formats/gavel.ts';
import { lanl } from './formats/lanl.ts';
import { openbNodes } from './formats/openb-nodes.ts';
import { openbPods } from './formats/openb-pods.ts';
import { phillyAttempts } from './formats/philly-attempts.ts';
import { phillyJobs } from './formats/philly-jobs.ts';
import { phillyMachines } from './formats/philly-machines.ts';
import { plain } from './formats/plain.ts';
import { pollux } from './formats/pollux.ts';
import { skypilot } from './formats/skypilot.ts';
import { spotLog } from './formats/spot-log.ts';
import { swf } from './formats/swf.ts';
import type { ImportedDownTimes, ImportedJobs, ImportedNodes } from './import-report.ts';
import type { FailureFormat, JobFormat, NodeFormat } from './trace-format.ts';

/** Formats that hold jobs. A new one is one file and one line here. */
export const jobFormats: readonly JobFormat[] = [gavel, openbPods, phillyAttempts, phillyJobs, plain, pollux, swf];

/** Formats that hold nodes. */
export const nodeFormats: readonly NodeFormat[] = [openbNodes, phillyMachines];

/** Formats that say when nodes were down. */
export const failureFormats: readonly FailureFormat[] = [
  bambooCounts,
  bambooEvents,
  downTimes,
  lanl,
  skypilot,
  spotLog,
];

/** Every format, by `kind`. */
export const traceFormats: readonly (JobFormat | NodeFormat | FailureFormat)[] = [
  ...jobFormats,
  ...nodeFormats,
  ...failureFormats,
];

/**
 * Reads the jobs of `file`; options left out get their defaults. `label` is how messages and the report call the file.
 * TraceError lists every mistake of the file; RangeError for an unknown format or option.
 */
export async function importJobs(
  format: string,
  file: string,
  options: ScalarValues = {},
  label: string = file,
): Promise<ImportedJobs> {
  const known = find(jobFormats, format);
  return known.read({ path: file, label }, complete(known, options));
}

/** Reads the nodes of `file`. TraceError lists every mistake of the file; RangeError for an unknown format. */
export async function importNodes(format: string, file: string, label: string = file): Promise<ImportedNodes> {
  return find(nodeFormats, format).read({ path: file, label });
}

/**
 * Reads when nodes were down in `file`; options left out get their defaults. TraceError lists every mistake of the
 * file; RangeError for an unknown format or option.
 */
export async function importDownTimes(
  format: string,
  file: string,
  options: ScalarValues = {},
  label: string = file,
): Promise<ImportedDownTimes> {
  const known = find(failureFormats, format);
  return known.read({ path: file, label }, complete(known, options));
}

function find<Format extends { readonly name: string }>(formats: readonly Format[], name: string): Format {
  const found = formats.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`"${name}" is no such format; known: ${formats.map((format) => format.name).join(', ')}`);
}

function complete(format: JobFormat | FailureFormat, options: ScalarValues): ScalarValues {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(format.options, name));
  if (unknown !== undefined) {
    const known = Object.keys(format.options).join(', ');
    throw new RangeError(`${format.name} has no option "${unknown}"; known: ${known === '' ? 'none' : known}`);
  }
  return Object.fromEntries(
    Object.entries(format.options).map(([name, schema]) => {
      const value = options[name] ?? schema.default;
      if (!allows(schema, value)) throw new RangeError(`${format.name}: ${name} cannot be ${JSON.stringify(value)}`);
      return [name, value];
    }),
  );
}

function allows(schema: ScalarSchema, value: boolean | number | string): boolean {
  if (schema.type === 'string') return typeof value === 'string' && schema.enum.includes(value);
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (schema.type === 'integer' && !Number.isInteger(value)) return false;
  return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
}
