import { dirname, isAbsolute, join } from 'node:path';
import { RandomStreams } from '../../sim/kernel/random.ts';
import { JobList } from '../../sim/model/job-list.ts';
import type { ImportReport } from '../../traces/import-report.ts';
import type { ImportedFiles } from '../../traces/imported-files.ts';
import { importJobs } from '../../traces/registry.ts';
import { generateJobs } from '../../traces/synthetic/generator.ts';
import { placeOf } from '../origins.ts';
import { ScenarioError, type Path, type Problem } from '../problems.ts';
import type { JobEntry, TraceEntry } from '../schema/scenario-schema.ts';
import { traceFields } from '../schema/workload-schema.ts';
import type { SettledScenario } from '../settle.ts';
import { refuseFile } from './file-refusals.ts';
import { formatOptions } from './format-options.ts';
import { firstRows, selectJobs } from './job-selection.ts';
import { resampledJobs } from './resampled-jobs.ts';
import { mebibytesOf, microsecondsOf } from './seconds.ts';
import { serviceJobs } from './services.ts';
import { syntheticSpec } from './synthetic-spec.ts';

/** Jobs of one source of the workload. */
export interface JobSource {
  readonly path: Path;
  readonly jobs: JobList;
  /** Of a trace: what its importer said. */
  readonly report?: ImportReport;
  /** Whether jobs that never fit are dropped instead of refused. */
  readonly dropsTooLarge: boolean;
}

/** Reads and makes all jobs. ScenarioError with the mistakes of all files at once. */
export async function resolveJobSources(
  settled: SettledScenario,
  root: string | undefined,
  files: ImportedFiles,
): Promise<JobSource[]> {
  const { traces, synthetic, jobs } = settled.data.workload;
  const sources: JobSource[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of traces.entries()) {
    try {
      sources.push(await traceSource(settled, entry, ['workload', 'traces', index], root, files));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  const streams = new RandomStreams(settled.data.seed);
  synthetic.forEach((entry, index) => {
    const made = generateJobs(syntheticSpec(entry, settled.data), streams);
    sources.push({ path: ['workload', 'synthetic', index], jobs: made, dropsTooLarge: false });
  });
  if (jobs.length > 0) sources.push({ path: ['workload', 'jobs'], jobs: listedJobs(jobs), dropsTooLarge: false });
  if (settled.data.services.length > 0) {
    sources.push({ path: ['services'], jobs: serviceJobs(settled.data), dropsTooLarge: false });
  }
  return sources;
}

async function traceSource(
  settled: SettledScenario,
  entry: TraceEntry,
  path: Path,
  root: string | undefined,
  files: ImportedFiles,
): Promise<JobSource> {
  const { file, origins } = settled;
  const filePath = [...path, 'file'];
  const label = isAbsolute(entry.file) ? entry.file : join(dirname(file), entry.file);
  const options = formatOptions(entry, traceFields);
  const { jobs, report } = await refuseFile(placeOf(file, origins, filePath), filePath, label, root, () =>
    files.import(label, ['jobs', entry.format, options], () => importJobs(entry.format, label, options, label)),
  );
  const { limit, speed, name, resample } = entry;
  const isCut = limit !== undefined && limit < jobs.count;
  const rows = isCut ? firstRows(jobs, limit) : undefined;
  const taken = rows === undefined ? jobs : selectJobs(jobs, { prefix: '', speed: 1 }, (row) => rows.has(row));
  const cut = jobs.count - taken.count;
  const drawn = resample === undefined ? taken : resampledJobs(taken, resample, settled, path);
  const prefix = name === undefined ? '' : `${name}/`;
  const isChanged = speed !== 1 || prefix !== '';
  const selected = isChanged ? selectJobs(drawn, { prefix, speed }, () => true) : drawn;
  return {
    path,
    jobs: selected,
    report: {
      ...report,
      file: entry.file,
      kept: report.kept - cut,
      dropped:
        cut === 0
          ? report.dropped
          : [...report.dropped, { reason: `beyond the first ${limit} jobs (limit)`, count: cut, firstLine: 0 }],
    },
    dropsTooLarge: entry.largerThanCluster === 'drop',
  };
}

function listedJobs(entries: readonly JobEntry[]): JobList {
  const list = new JobList('workload.jobs');
  for (const entry of entries) {
    list.add({
      id: entry.id,
      submitUs: microsecondsOf(entry.submit),
      runUs: microsecondsOf(entry.run),
      gpuMilli: Math.round(entry.gpus * 1000),
      priority: entry.priority,
      ...(entry.name === undefined ? {} : { name: entry.name }),
      ...(entry.requested === undefined ? {} : { requestedUs: microsecondsOf(entry.requested) }),
      ...(entry.tenant === undefined ? {} : { tenant: entry.tenant }),
      ...(entry.gpuTypes === undefined ? {} : { gpuTypes: entry.gpuTypes }),
      ...(entry.jobClass === undefined ? {} : { jobClass: entry.jobClass }),
      ...(entry.dataSet === undefined ? {} : { dataSet: entry.dataSet }),
      ...(entry.gpusMin === undefined ? {} : { gpusMin: entry.gpusMin }),
      ...(entry.gpusMax === undefined ? {} : { gpusMax: entry.gpusMax }),
      ...(entry.deadline === undefined ? {} : { deadlineUs: microsecondsOf(entry.deadline) }),
      ...(entry.cpus === undefined ? {} : { cpuMilli: Math.round(entry.cpus * 1000) }),
      ...(entry.memory === undefined ? {} : { memoryMiB: mebibytesOf(entry.memory) }),
    });
  }
  return list;
}
