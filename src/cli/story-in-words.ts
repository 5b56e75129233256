import { countOf, duration, percent, NO_BREAK } from '../report/quantities.ts';
import { plainText } from '../scenario/problems.ts';
import type { WaitCause } from '../sim/record/summary.ts';
import type {
  Ahead,
  Chapter,
  HeldNodes,
  JobStory,
  NamedJob,
  NodeChange,
  RequestChange,
} from '../study/explain/job-story.ts';

export interface TellingOptions {
  /** Date of instant 0, or null: then instants are told as days and clock times since the start. */
  readonly startDate: string | null;
  /** Every line, however many. */
  readonly isWhole: boolean;
}

const LINES_MAX = 40;
const NODES_MAX = 4;

/** A job's life on a screen: a line for each thing that happened, the waits by cause, and what would have helped. */
export function storyInWords(story: JobStory, { startDate, isWhole }: TellingOptions): string {
  const { job, run, waitS, waitByCause } = story;
  const clock = clockOf(startDate, story.chapters);
  const told = story.chapters.map((chapter, index) => lineOf(chapter, aheadBefore(story.chapters, index), job, clock));
  const whose = job.tenant === '' ? '' : ` of ${job.tenant}`;
  const types = job.gpuTypes.length === 0 ? '' : ` of type ${job.gpuTypes.join(' or ')}`;
  const times = `estimated ${time(job.estimateS)}, true running time ${time(job.runS)}`;
  const lines = [
    `job ${job.id}${job.name === '' ? '' : ` (${job.name})`}${whose}: ${countOf(job.gpus, 'GPU')}${types}, ${times}`,
    `  in ${run.scenario}, scheduling ${run.scheduling}, placement ${run.placement}`,
    '',
    ...(isWhole ? told : shortened(told)),
    '',
    ...waitLines(waitS, waitByCause),
    ...remedyLines(story),
  ];
  return `${plainText(lines.join('\n')).replaceAll(NO_BREAK, ' ')}\n`;
}

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= LINES_MAX) return [...lines];
  const half = LINES_MAX / 2;
  const left = lines.length - LINES_MAX;
  return [...lines.slice(0, half), `  … ${countOf(left, 'more line')}, shown with --all`, ...lines.slice(-half)];
}

type Clock = (seconds: number) => string;

/** Who was ahead is told when it changes. */
function lineOf(chapter: Chapter, before: string | undefined, job: NamedJob, clock: Clock): string {
  const line = `  ${clock(chapter.atS)}  ${sentence(chapter, job, clock)}`;
  if (chapter.what !== 'waited') return line;
  const ahead = aheadInWords(chapter.ahead);
  return ahead === before ? line : `${line}\n${' '.repeat(clock(chapter.atS).length + 4)}${ahead}`;
}

function aheadBefore(chapters: readonly Chapter[], index: number): string | undefined {
  const last = chapters.slice(0, index).findLast((chapter) => chapter.what === 'waited' || chapter.what === 'started');
  return last?.what === 'waited' ? aheadInWords(last.ahead) : undefined;
}

function sentence(chapter: Chapter, job: NamedJob, clock: Clock): string {
  switch (chapter.what) {
    case 'submitted':
      return 'submitted';
    case 'waited': {
      const held = chapter.heldBy === null ? '' : `, held back for job ${named(chapter.heldBy)}`;
      const free = `${countOf(chapter.freeGpus, 'GPU')} free, it asks for ${job.gpus}`;
      return `waits ${time(chapter.untilS - chapter.atS)}: ${causeWords[chapter.cause]}${held} (${free})`;
    }
    case 'reserved': {
      const { beforeS, forS } = chapter;
      if (beforeS === null) return `a place is kept for it at ${clock(forS).trim()}`;
      const moved = time(Math.abs(forS - beforeS));
      return `its place moves to ${clock(forS).trim()}, ${moved} ${forS < beforeS ? 'earlier' : 'later'}`;
    }
    case 'started':
      return `starts on ${holdingInWords(chapter.nodes, chapter.gpuType)}`;
    case 'moved':
      return `moves to ${holdingInWords(chapter.nodes, chapter.gpuType)}, ${countOf(chapter.gpus, 'GPU')} in all`;
    case 'preempted': {
      const others = chapter.startedThen.map(named).join(', ');
      return `preempted${others === '' ? '' : `; at this instant start ${others}`}`;
    }
    case 'finished':
      return 'ends';
    case 'rejected':
      return 'turned away';
    case 'cut-off':
      return 'the run ends here';
    default:
      return chapter satisfies never;
  }
}

const causeWords: Readonly<Record<WaitCause, string>> = {
  'no-capacity': 'too few GPUs',
  fragmented: 'GPUs enough, but not in the shape that the placement needs',
  'behind-head': 'it would fit',
  'not-local': 'it would fit, but not near its data',
  'data-lost': 'every copy of its data has been destroyed, and they are not back yet',
  backoff: 'a fault has stopped it, and it is kept out of the queue for a while',
  'no-control-plane': 'the control plane is out of order',
};

const shortCauses: Readonly<Record<WaitCause, string>> = {
  'no-capacity': 'capacity',
  fragmented: 'GPUs in the right shape',
  'behind-head': 'jobs ahead in the queue',
  'not-local': 'room near its data',
  'data-lost': 'its data to come back',
  backoff: 'the end of its backoff',
  'no-control-plane': 'the control plane',
};

function aheadInWords({ jobs, gpus, first }: Ahead): string {
  if (jobs === 0) return 'nobody ahead';
  const more = jobs > first.length ? ', …' : '';
  return `${countOf(jobs, 'job')} ahead (${countOf(gpus, 'GPU')}): ${first.map(named).join(', ')}${more}`;
}

function named({ id, gpus }: NamedJob): string {
  return `${id} (${countOf(gpus, 'GPU')})`;
}

function holdingInWords(nodes: readonly HeldNodes[], gpuType: string): string {
  if (nodes.length === 0) return 'no GPU';
  const all = nodes.reduce((sum, run) => sum + run.nodes, 0);
  const shown = nodes.slice(0, NODES_MAX).map(({ node, last, nodes: count, gpus }) => {
    const which = count === 1 ? node : `${node} to ${last}`;
    return `${which}: ${countOf(gpus, 'GPU')}${count === 1 ? '' : ' each'}`;
  });
  const more = nodes.length > NODES_MAX ? '; …' : '';
  return `${countOf(all, 'node')}${gpuType === '' ? '' : ` of ${gpuType}`} (${shown.join('; ')}${more})`;
}

function waitLines(waitS: number, causes: JobStory['waitByCause']): string[] {
  if (waitS === 0) return ['  It never waited.'];
  const parts = causes
    .filter(({ seconds }) => seconds > 0)
    .map(({ cause, seconds }) => `${shortCauses[cause]} ${time(seconds)} (${percent(seconds / waitS).text})`);
  return [`  Waited ${time(waitS)} in all: ${parts.join(', ')}.`];
}

function remedyLines({ remedies, job, chapters }: JobStory): string[] {
  if (remedies === null) {
    const first = chapters.find((chapter) => chapter.what === 'waited');
    if (first?.cause !== 'not-local') return [];
    return [
      '',
      '  Without patience for room near its data (nodeSkips, rackSkips: 0) it would have been placed elsewhere at once.',
    ];
  }
  const { requests, nodes, freeInPieces } = remedies;
  const lines = requests.map((change) => requestLine(change, job));
  if (nodes !== null) lines.push(nodeLine(nodes));
  if (freeInPieces) {
    lines.push(`its ${countOf(job.gpus, 'GPU')} were free on more nodes than the placement would spread it over`);
  }
  if (lines.length === 0)
    return ['', '  Nothing short of another cluster would have let it start when it was submitted.'];
  return ['', '  What would have let it start when it was submitted:', ...lines.map((line) => `  - ${line}`)];
}

function requestLine({ change, to, startsAtOnce }: RequestChange, job: NamedJob): string {
  const tried = startsAtOnce
    ? 'tried: it starts at once'
    : 'it would have fitted; tried: the policy still holds it back for jobs ahead';
  switch (change) {
    case 'gpus':
      return `${countOf(Number(to), 'GPU')} instead of ${job.gpus} (${tried})`;
    case 'gpu-type':
      return `leave to run on ${to} (${tried})`;
    case 'estimate':
      return `an estimate of at most ${time(Number(to))} (${tried})`;
    default:
      return change satisfies never;
  }
}

function nodeLine({ pool, gpusPerNode, nodesAlone, nodesForAll }: NodeChange): string {
  const what = (nodes: number): string =>
    `${countOf(nodes, 'more idle node')} in pool ${pool} (${countOf(gpusPerNode, 'GPU')} each)`;
  if (nodesAlone === 0) {
    if (nodesForAll === null) return 'its GPUs were free; too many jobs were ahead to say what would have served all';
    return nodesForAll === 0
      ? 'its GPUs were free, and those of everybody ahead: the policy alone kept it waiting'
      : `its GPUs were free; ${what(nodesForAll)} would have served everybody ahead too`;
  }
  if (nodesForAll === null) return `${what(nodesAlone)} for it alone; far more with everybody ahead served first`;
  if (nodesForAll === nodesAlone) return `${what(nodesAlone)}, with everybody ahead served first`;
  return `${what(nodesForAll)} with everybody ahead served first, ${nodesAlone} for it alone`;
}

function time(seconds: number): string {
  return duration(seconds).text;
}

/** Dates, to the second, where the scenario has a start; else days and clock times since instant 0, days only if there are any. */
function clockOf(startDate: string | null, chapters: readonly Chapter[]): Clock {
  const lastS = chapters.reduce((last, chapter) => Math.max(last, chapter.atS), 0);
  const startMs = startDate === null ? NaN : Date.parse(startDate);
  return (seconds) => {
    const whole = Math.floor(seconds);
    const parts = (seconds - whole)
      .toFixed(6)
      .slice(1)
      .replace(/\.?0+$/, '');
    const clock = new Date(1000 * whole).toISOString().slice(11, 19) + parts;
    if (!Number.isNaN(startMs)) {
      return new Date(startMs + 1000 * whole).toISOString().slice(0, 19).replace('T', ' ') + parts;
    }
    return lastS < 86_400 ? clock : `day ${Math.floor(whole / 86_400)} ${clock}`;
  };
}
