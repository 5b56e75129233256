import { dirname, relative, resolve } from 'node:path';
import { detectJobFormat } from '../traces/format-detection.ts';
import { canonicalHash } from './canonical-hash.ts';
import { catalogueWarnings, expandFailureCatalogue } from './catalogue/failures/expand.ts';
import { checkMeaning } from './checks/meaning.ts';
import { checkStructure } from './checks/structure.ts';
import { completeDocument } from './complete-document.ts';
import type { Origin } from './document/plain-data.ts';
import { loadDocument, type LoadedDocument } from './document/load.ts';
import { FileRefusal, requireInside } from './document/source-file.ts';
import { validateScenario } from './generated/validate-scenario.ts';
import { placeOf } from './origins.ts';
import { applyOverrides, type Overrides, type TraceReplacement } from './overrides.ts';
import { plainText, ScenarioError, type Problem } from './problems.ts';
import { faultsOf, faultText, type Fault } from './schema-problems.ts';
import { completeSchema } from './schema/complete-schema.ts';
import type { Scenario } from './schema/scenario-schema.ts';

/** A scenario that is whole and sound in itself; nothing that it names has been read yet. */
export interface SettledScenario {
  /** Path as given. */
  readonly file: string;
  /** With all defaults, quantities in canonical form. Is itself a scenario, with the same hash. */
  readonly data: Scenario;
  /** Where each value came from, by JSON pointer. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** SHA-256 (hex) of `data`. */
  readonly hash: string;
  readonly warnings: readonly string[];
}

const PROBLEMS_MAX = 50;

/**
 * Loads a scenario file, applies what the command line changes, fills in defaults and checks it.
 * With `root`, files outside that folder are refused. ScenarioError with every mistake that was found, in file order.
 */
export async function settleScenario(file: string, overrides: Overrides = {}, root?: string): Promise<SettledScenario> {
  const document = loadDocument(file, root);
  const trace = overrides.trace === undefined ? undefined : await replacement(file, overrides.trace, root);
  return settleDocument(document, overrides, trace);
}

/** The same for a document that is already in memory. */
export function settleDocument(
  document: LoadedDocument,
  overrides: Overrides = {},
  trace?: TraceReplacement,
): SettledScenario {
  const { file, origins } = document;
  const schema = completeSchema();
  const { warnings, problems } = applyOverrides(document, overrides, trace, schema);
  const catalogue = expandFailureCatalogue(document);
  const isValid = validateScenario(document.data);
  const shapeFaults = isValid ? [] : faultsOf(validateScenario.errors ?? [], document.data, schema);
  const completed = completeDocument(document.data, schema, origins);
  const faults = [...shapeFaults, ...completed.faults, ...checkStructure(completed.data)];
  const data = completed.data as unknown as Scenario;
  // What numbers mean together can only be asked when each is sound.
  if (faults.length === 0) faults.push(...checkMeaning(data));
  if (faults.length + problems.length > 0) throw new ScenarioError([...problems, ...problemsOf(faults, document)]);
  return {
    file,
    data,
    origins,
    hash: canonicalHash(data),
    warnings: [...warnings, ...catalogueWarnings(catalogue, data)],
  };
}

function problemsOf(faults: readonly Fault[], { file, data, origins }: LoadedDocument): Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const fault of faults) {
    const place = placeOf(file, origins, fault.path);
    const message = faultText(fault, data);
    if (told.has(`${place} ${message}`)) continue;
    told.add(`${place} ${message}`);
    problems.push({ place, message });
  }
  const lineOf = ({ place }: Problem): number => Number(/:(\d+)$/.exec(place)?.[1] ?? 0);
  problems.sort((a, b) => lineOf(a) - lineOf(b));
  if (problems.length <= PROBLEMS_MAX) return problems;
  const more = { place: plainText(file), message: `and ${problems.length - PROBLEMS_MAX} more mistakes` };
  return [...problems.slice(0, PROBLEMS_MAX), more];
}

/** --trace: its format by its look, its path as the scenario would write it. */
async function replacement(scenarioFile: string, written: string, root: string | undefined): Promise<TraceReplacement> {
  try {
    requireInside(written, root);
  } catch (error) {
    if (error instanceof FileRefusal)
      throw new ScenarioError([{ place: `--trace ${plainText(written)}`, message: error.message }]);
    throw error;
  }
  const format = await detectJobFormat(written);
  const file = relative(dirname(resolve(scenarioFile)), resolve(written));
  return { written, file, format };
}
