import { dirname, resolve } from 'node:path';
import { completeDocument } from '../../scenario/complete-document.ts';
import { loadDocument, type LoadedDocument } from '../../scenario/document/load.ts';
import type { Origin } from '../../scenario/document/plain-data.ts';
import { placeOf } from '../../scenario/origins.ts';
import { ScenarioError, type Path } from '../../scenario/problems.ts';
import { parseInstant } from '../../scenario/quantities/instant.ts';
import { faultsOf, faultText, type Fault } from '../../scenario/schema-problems.ts';
import type { SchemaNode } from '../../scenario/schema/complete-schema.ts';
import { validateStudy } from '../generated/validate-study.ts';
import { parseMetric, MetricError, type Metric } from '../metrics/expression.ts';
import { checkPlan } from './check-plan.ts';
import { checkStudy } from './check-study.ts';
import { studySchema, type StudyData } from './study-schema.ts';

/** A study that is whole and sound in itself; the scenario that it varies has been read, but not yet varied. */
export interface Study {
  /** Path as given. */
  readonly file: string;
  readonly data: StudyData;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly scenario: LoadedDocument;
  readonly metrics: readonly Metric[];
}

/** Loads a study file, fills in defaults and checks it. ScenarioError with every mistake that was found, in file order. */
export function loadStudy(file: string, root?: string): Study {
  return studyOf(loadDocument(file, root), root);
}

/** The same for a document that is already in memory. */
export function studyOf(document: LoadedDocument, root?: string): Study {
  const { file, origins } = document;
  const schema: SchemaNode = studySchema;
  const isValid = validateStudy(document.data);
  const shapeFaults = isValid ? [] : faultsOf(validateStudy.errors ?? [], document.data, schema);
  const completed = completeDocument(document.data, schema, origins);
  const data = completed.data as unknown as StudyData;
  const faults: Fault[] = [...shapeFaults, ...completed.faults];
  const metrics: Metric[] = [];
  if (faults.length === 0) {
    faults.push(...checkStudy(data));
    data.metrics.forEach((text, index) => readMetric(text, ['metrics', index], metrics, faults));
  }
  // Dates in targets count from the scenario's start.
  const scenario = faults.length > 0 ? undefined : loadDocument(resolve(dirname(file), data.scenario), root);
  if (scenario !== undefined) faults.push(...checkPlan(data, startOf(scenario)));
  if (faults.length > 0 || scenario === undefined) {
    throw new ScenarioError(
      faults.map((fault) => ({
        place: placeOf(file, origins, fault.path),
        message: faultText(fault, completed.data),
      })),
    );
  }
  return { file, data, origins, scenario, metrics };
}

/** Date of instant 0 as the scenario file gives it; undefined for none. */
export function startOf({ data }: LoadedDocument): string | undefined {
  const instant = typeof data['start'] === 'string' ? parseInstant(data['start']) : undefined;
  return instant !== undefined && 'iso' in instant ? instant.iso : undefined;
}

function readMetric(text: string, path: Path, metrics: Metric[], faults: Fault[]): void {
  try {
    metrics.push(parseMetric(text));
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    faults.push({ path, reason: error.message });
  }
}
