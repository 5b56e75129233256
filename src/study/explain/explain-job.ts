import { join } from 'node:path';
import { plainText, ScenarioError, valueText } from '../../scenario/problems.ts';
import { prepareRun, type PreparedRun } from '../../scenario/resolve/prepare.ts';
import { settleDocument } from '../../scenario/settle.ts';
import { nearestNames } from '../../scenario/suggestions.ts';
import { isPlainObject } from '../../scenario/document/plain-data.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import type { RunSpec } from '../../sim/engine/run-spec.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { secondsToUs, usToSeconds } from '../../sim/kernel/clock.ts';
import { RandomStreams } from '../../sim/kernel/random.ts';
import type { JobId } from '../../sim/model/brand.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { readSummary } from '../output/read-results.ts';
import { progressOf, type Progress } from '../run-scenario.ts';
import { runInSlices } from '../slices.ts';
import { startsAtOnce, withChangedRequest } from './changed-run.ts';
import type { Chapter, JobStory, Remedies, RequestChange } from './job-story.ts';
import { JobWatch } from './job-watch.ts';
import { isInPieces, moreNodes, requestCandidates } from './remedies.ts';
import { SceneGround } from './scene.ts';

/** The run of an output folder, ready to be made again, and the job asked for. */
export interface FoundJob {
  readonly summary: Summary;
  readonly prepared: PreparedRun;
  readonly job: JobId;
}

/**
 * Reads what the run of an output folder was made of and finds a job in it. ScenarioError if the folder holds no run,
 * the files that the run read are not there any more, or it has no such job (with the ids nearest to the one given).
 */
export async function findJob(folder: string, id: string, root?: string): Promise<FoundJob> {
  const summary = readSummary(folder);
  const prepared = await prepareAgain(folder, summary, root);
  const { ids } = prepared.spec.jobs;
  const job = ids.indexOf(id);
  if (job >= 0) return { summary, prepared, job: job as JobId };
  const near = nearestNames(id, ids, 5).map(valueText);
  const hint = near.length === 0 ? '' : `did you mean ${near.join(', ')}? `;
  const message = `there is no job ${valueText(id)} in this run; ${hint}ids are the first column of jobs.csv`;
  throw new ScenarioError([{ place: plainText(join(folder, 'jobs.csv')), message }]);
}

/** Makes the run again, watching one job, and tells its life. */
export async function explainJob(
  { summary, prepared, job }: FoundJob,
  onProgress: (progress: Progress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<JobStory> {
  const { settled } = prepared;
  const spec = anew(prepared);
  const { jobs, cluster } = spec;
  const watch = new JobWatch(job, cluster, jobs);
  const simulation = new Simulation(spec, [watch], watch);
  await runInSlices(simulation, () => onProgress(progressOf(simulation, spec)), signal);
  const typeMask = jobs.typeMask[job]!;
  const allowed = cluster.gpuTypes.filter((_, type) => ((typeMask >>> type) & 1) === 1);
  return {
    schema: 'plimsoll.explain/1',
    job: {
      id: jobs.ids[job]!,
      gpus: jobs.gpus[job]!,
      name: jobs.names[job] ?? '',
      tenant: jobs.tenants[jobs.tenant[job]!]!,
      priority: jobs.priority[job]!,
      gpuTypes: allowed.length === cluster.gpuTypes.length ? [] : allowed,
      submitS: usToSeconds(jobs.submitUs[job]!),
      runS: usToSeconds(jobs.runUs[job]!),
      estimateS: usToSeconds(spec.estimateUs[job]!),
    },
    run: {
      scenario: settled.data.name,
      scheduling: settled.data.policies.scheduling.name,
      placement: settled.data.policies.placement.name,
      fingerprint: simulation.fingerprint,
      recordedFingerprint: summary.fingerprint,
    },
    chapters: watch.chapters,
    ...waitsOf(watch.chapters),
    remedies: await remediesOf(prepared, job, watch, onProgress, signal),
  };
}

async function prepareAgain(folder: string, summary: Summary, root: string | undefined): Promise<PreparedRun> {
  const { file, resolved } = summary.scenario;
  const place = plainText(join(folder, 'summary.json'));
  if (!isPlainObject(resolved)) {
    throw new ScenarioError([{ place, message: 'keeps no scenario; run the scenario again' }]);
  }
  try {
    const document = { file, data: structuredClone(resolved), origins: new Map() };
    return await prepareRun(settleDocument(document), root);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const mend =
      'this is the scenario kept here, which explain runs again; call it from the folder where plimsoll run was ' +
      'called, with the files in place, or run the scenario again with this version';
    throw new ScenarioError([...error.problems, { place, message: mend }]);
  }
}

/** A spec for one more run: luck begins anew with each. */
function anew({ spec, settled }: PreparedRun): RunSpec {
  return { ...spec, random: new RandomStreams(settled.data.seed).stream('policy') };
}

function waitsOf(chapters: readonly Chapter[]): Pick<JobStory, 'waitS' | 'waitByCause'> {
  const stretches = chapters.filter((chapter) => chapter.what === 'waited');
  const causes = [...new Set(stretches.map(({ cause }) => cause))];
  // Added up in whole us, as the run counted them.
  const lasting = (parts: typeof stretches): number =>
    usToSeconds(parts.reduce((sum, { atS, untilS }) => sum + secondsToUs(untilS) - secondsToUs(atS), 0));
  const waitByCause = causes
    .map((cause) => ({ cause, seconds: lasting(stretches.filter((stretch) => stretch.cause === cause)) }))
    .sort((a, b) => b.seconds - a.seconds);
  return { waitS: lasting(stretches), waitByCause };
}

async function remediesOf(
  prepared: PreparedRun,
  job: JobId,
  { firstRefusal }: JobWatch,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal | undefined,
): Promise<Remedies | null> {
  // Room near its data was what it lacked: no other request and no idle node elsewhere would have changed that.
  if (firstRefusal === undefined || firstRefusal.refusal === Refusal.NotLocal) return null;
  const ground = new SceneGround(firstRefusal, prepared.spec);
  const requests: RequestChange[] = [];
  for (const { told, request } of requestCandidates(ground, job)) {
    const changed = withChangedRequest(anew(prepared), job, request);
    requests.push({ ...told, startsAtOnce: await startsAtOnce(changed, job, onProgress, signal) });
  }
  return {
    requests,
    nodes: moreNodes(ground, job),
    freeInPieces: isInPieces(ground, job),
  };
}
