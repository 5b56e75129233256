import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { PolicyQuality } from './quality.ts';
import type { BenchForm } from './workloads.ts';

type BaselineValue = number | string | null;
type ByPolicy = Readonly<Record<string, Readonly<Record<string, BaselineValue>>>>;

/** What every policy gave when somebody last agreed to it: form, workload, policy, metric. */
export type Baseline = Readonly<Partial<Record<BenchForm, Readonly<Record<string, ByPolicy>>>>>;

/** A figure that is no longer what the baseline says. */
export interface BaselineChange {
  readonly form: BenchForm;
  readonly workload: string;
  readonly policy: string;
  readonly metric: string;
  /** undefined: it was not there. */
  readonly was: BaselineValue | undefined;
  readonly is: BaselineValue | undefined;
}

/** What comparing with the baseline found. */
export interface BaselineFindings {
  readonly changes: readonly BaselineChange[];
  /** Sentences with the mend: policies that are missing there, or no longer exist. */
  readonly faults: readonly string[];
}

/** What ran: the qualities of one form. */
export interface BenchRuns {
  readonly form: BenchForm;
  readonly qualities: readonly PolicyQuality[];
}

export const baselineFile = 'bench/policies.baseline.json';
const UPDATE = 'npm run bench:policies -- --update';

export function readBaseline(file = baselineFile): Baseline {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : {};
}

/** Compares exactly, value by value; workloads that did not run, and policies not chosen, are left alone. */
export function compareWithBaseline(
  baseline: Baseline,
  runs: readonly BenchRuns[],
  registered: readonly string[],
  chosen: readonly string[] = registered,
): BaselineFindings {
  const changes: BaselineChange[] = [];
  const faults: string[] = [];
  for (const { form, qualities } of runs) {
    for (const workload of new Set(qualities.map((quality) => quality.workload))) {
      const known = baseline[form]?.[workload] ?? {};
      const here = qualities.filter((quality) => quality.workload === workload);
      const missing = here.filter(({ policy }) => known[policy] === undefined).map(({ policy }) => policy);
      if (missing.length > 0) {
        faults.push(
          `${form} ${workload}: ${baselineFile} has no figures of ${missing.join(', ')}; look at them in the report, then ${UPDATE}`,
        );
      }
      const gone = Object.keys(known).filter((policy) => !here.some((quality) => quality.policy === policy));
      for (const policy of gone) {
        if (registered.includes(policy) && !chosen.includes(policy)) continue;
        const why = registered.includes(policy) ? 'was not run' : 'is not in the registry any more';
        faults.push(`${form} ${workload}: ${policy} of ${baselineFile} ${why}; ${UPDATE} takes it out`);
      }
      for (const quality of here) {
        const was = known[quality.policy];
        if (was !== undefined) changes.push(...changesOf(form, quality, was));
      }
    }
  }
  return { changes, faults };
}

function changesOf(
  form: BenchForm,
  { workload, policy, ...quality }: PolicyQuality,
  was: Readonly<Record<string, BaselineValue>>,
): BaselineChange[] {
  const is = linesOf({ workload, policy, ...quality });
  return [...new Set([...Object.keys(is), ...Object.keys(was)])]
    .filter((metric) => is[metric] !== was[metric])
    .map((metric) => ({ form, workload, policy, metric, was: was[metric], is: is[metric] }));
}

/** The baseline with what ran in the place of what was there; other workloads, and policies not chosen, stay. */
export function updatedBaseline(
  baseline: Baseline,
  runs: readonly BenchRuns[],
  registered: readonly string[],
  chosen: readonly string[] = registered,
): Baseline {
  const updated: Partial<Record<BenchForm, Readonly<Record<string, ByPolicy>>>> = { ...baseline };
  for (const { form, qualities } of runs) {
    const names = [...new Set(qualities.map(({ workload }) => workload))];
    const fresh = names.map((name) => {
      const here = qualities.filter(({ workload }) => workload === name);
      const known = Object.entries(baseline[form]?.[name] ?? {});
      const kept = known.filter(([policy]) => registered.includes(policy) && !chosen.includes(policy));
      const ran = here.map((quality) => [quality.policy, linesOf(quality)] as const);
      return [name, sortedByKey(Object.fromEntries([...kept, ...ran]))] as const;
    });
    updated[form] = sortedByKey({ ...baseline[form], ...Object.fromEntries(fresh) });
  }
  return sortedByKey(updated);
}

/** One line a value, policies and workloads by name, so that a change is one line of a diff. */
export function writeBaseline(baseline: Baseline, file = baselineFile): void {
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
}

function linesOf({ placement, values }: PolicyQuality): Record<string, BaselineValue> {
  return { placement, ...values };
}

function sortedByKey<T extends object>(record: T): T {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries) as T;
}
