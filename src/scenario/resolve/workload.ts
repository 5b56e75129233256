import { tableOf } from '../../sim/model/job-list.ts';
import type { Cluster } from '../../sim/model/cluster.ts';
import type { JobTable } from '../../sim/model/job-table.ts';
import type { ImportReport } from '../../traces/import-report.ts';
import type { ImportedFiles } from '../../traces/imported-files.ts';
import { placeOf } from '../origins.ts';
import { pathText, plainText, ScenarioError, valueText, type Problem } from '../problems.ts';
import type { SettledScenario } from '../settle.ts';
import { dataSetNames } from './data-set-names.ts';
import { requireKnownDataSets } from './data-sets.ts';
import { requireKnownClasses, resolveJobClasses } from './job-classes.ts';
import { selectJobs } from './job-selection.ts';
import { neverFitting, type Starters } from './never-fits.ts';
import { resolveJobSources, type JobSource } from './job-sources.ts';
import { JOBS_MAX } from '../schema/workload-schema.ts';

export interface ResolvedWorkload {
  readonly jobs: JobTable;
  readonly reports: readonly ImportReport[];
}

const TOLD_MAX = 20;

/** All jobs of a scenario in one table. ScenarioError for ids that clash and for jobs that no policy could ever start. */
export async function resolveWorkload(
  settled: SettledScenario,
  cluster: Cluster,
  starters: Starters,
  root: string | undefined,
  files: ImportedFiles,
): Promise<ResolvedWorkload> {
  let sources = await resolveJobSources(settled, root, files);
  requireUniqueIds(settled, sources);
  const lists = sources.map((source) => source.jobs);
  requireKnownClasses(settled, lists, cluster);
  requireKnownDataSets(settled, lists);
  const classes = resolveJobClasses(settled.data.workload.jobClasses, cluster.gpuTypes);
  const tableOfAll = (all: readonly JobSource[]): JobTable => {
    return tableOf(
      all.map((source) => source.jobs),
      cluster.gpuTypes,
      classes,
      dataSetNames(settled.data),
    );
  };
  let jobs = tableOfAll(sources);
  const oversized = neverFitting(jobs, cluster, starters);
  if (oversized.size > 0) {
    sources = dropOversized(settled, sources, oversized);
    jobs = tableOfAll(sources);
  }
  const place = placeOf(settled.file, settled.origins, ['workload']);
  if (jobs.count === 0) {
    const why = oversized.size > 0 ? `; all ${oversized.size} are larger than the cluster` : '';
    throw new ScenarioError([{ place, message: `workload leaves no job to run${why}` }]);
  }
  if (jobs.count > JOBS_MAX) {
    throw new ScenarioError([
      { place, message: `workload has ${jobs.count} jobs; at most ${JOBS_MAX} fit, set limit` },
    ]);
  }
  return { jobs, reports: sources.flatMap(({ report }) => (report === undefined ? [] : [report])) };
}

/** Importers see to it within a file; here it is between sources. */
function requireUniqueIds({ file, origins }: SettledScenario, sources: readonly JobSource[]): void {
  if (sources.length < 2) return;
  const sourceOf = new Map<string, JobSource>();
  for (const source of sources) {
    for (const id of source.jobs.ids) {
      const other = sourceOf.get(id);
      sourceOf.set(id, source);
      if (other === undefined) continue;
      const message =
        `${pathText(source.path)} has a job ${valueText(id)}, and so has ${pathText(other.path)}; ` +
        'give a trace a name, which is put before its ids';
      throw new ScenarioError([{ place: placeOf(file, origins, source.path), message }]);
    }
  }
}

function dropOversized(
  settled: SettledScenario,
  sources: readonly JobSource[],
  reasonOf: ReadonlyMap<string, string>,
): JobSource[] {
  const problems: Problem[] = [];
  const kept = sources.map((source) => {
    const { ids, line } = source.jobs;
    const rows = ids.flatMap((id, row) => (reasonOf.has(id) ? [row] : []));
    if (rows.length === 0) return source;
    if (!source.dropsTooLarge) {
      problems.push(...oversizedProblems(settled, source, rows, reasonOf));
      return source;
    }
    const dropped = new Set(rows);
    return {
      ...source,
      jobs: selectJobs(source.jobs, { prefix: '', speed: 1 }, (row) => !dropped.has(row)),
      ...(source.report === undefined ? {} : { report: withDropped(source.report, rows.length, line[rows[0]!]!) }),
    };
  });
  if (problems.length > TOLD_MAX) {
    const more = problems.length - TOLD_MAX;
    problems.splice(TOLD_MAX, more, { place: problems[0]!.place, message: `and ${more} more jobs that never fit` });
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return kept;
}

function oversizedProblems(
  { file, origins }: SettledScenario,
  { jobs, path, report }: JobSource,
  rows: readonly number[],
  reasonOf: ReadonlyMap<string, string>,
): Problem[] {
  const told = (row: number): string => {
    return `job ${valueText(jobs.ids[row])} never fits the cluster: ${plainText(reasonOf.get(jobs.ids[row]!)!)}`;
  };
  if (report !== undefined) {
    const mend = 'set largerThanCluster: drop to leave such jobs out, or make the cluster larger';
    return rows.map((row) => {
      return { place: `${plainText(jobs.source)}:${jobs.line[row]!}`, message: `${told(row)}; ${mend}` };
    });
  }
  if (path.length === 2) {
    const mend = 'make the job smaller or the cluster larger';
    return rows.map((row) => ({ place: placeOf(file, origins, [...path, row]), message: `${told(row)}; ${mend}` }));
  }
  const mend = 'leave such sizes out of gpus.values, or make the cluster larger';
  const message = `${pathText(path)} makes ${rows.length} jobs that never fit; the first: ${told(rows[0]!)}; ${mend}`;
  return [{ place: placeOf(file, origins, path), message }];
}

function withDropped(report: ImportReport, count: number, firstLine: number): ImportReport {
  const reason = 'larger than the cluster, or of GPU types that it has not';
  return { ...report, kept: report.kept - count, dropped: [...report.dropped, { reason, count, firstLine }] };
}
