import Table from 'cli-table3';
import { count, countOf, decimal, duration, hours, NO_BREAK, percent } from '../report/quantities.ts';
import { plainText } from '../scenario/problems.ts';
import type { FailureFigures } from '../sim/record/failure-figures.ts';
import type { Distribution, Summary } from '../sim/record/summary.ts';

type Import = Pick<Summary['imports'][number], 'file' | 'read' | 'kept' | 'dropped' | 'warnings'>;

/** The result of a run on a screen: what ran, under which policies, and the figures that matter most. */
export function summaryInWords(summary: Summary): string {
  const { figures, scenario, policies } = summary;
  const nodes = figures.pools.reduce((sum, pool) => sum + pool.nodes, 0);
  const gpus = figures.pools.reduce((sum, pool) => sum + pool.gpus, 0);
  const { submitted, finished, running, waiting, rejected, preemptions } = figures.jobs;
  const others = [
    [running, 'still running'],
    [waiting, 'still waiting'],
    [rejected, 'turned away'],
    [preemptions, 'preemptions'],
  ] as const;
  const told = others.filter(([number]) => number > 0).map(([number, what]) => `, ${count(number).text} ${what}`);
  const lines = [
    `${scenario.name}: ${countOf(nodes, 'node')}, ${countOf(gpus, 'GPU')}, seed ${summary.seed}`,
    `  policies      ${policies
      .filter(({ role }) => role !== 'preemption')
      .map(({ role, name }) => `${role} ${name}`)
      .join(', ')}`,
    `  jobs          ${count(finished).text} of ${count(submitted).text} finished${told.join('')}`,
    `  makespan      ${duration(figures.makespanS).text}, ${decimal(figures.throughputPerHour).text} jobs an hour`,
    `  utilisation   ${percent(figures.utilisation).text} of the GPUs`,
    `  queue         ${decimal(figures.queueLengthMean).text} jobs on average, ${count(figures.queueLengthMax).text} at most`,
    `  waiting for   ${causesInWords(summary)}`,
    ...deadlinesInWords(summary),
    ...localityInWords(summary),
    ...dataLossInWords(summary),
    ...failuresInWords(summary),
    ...servicesInWords(summary),
    '',
    distributionTable(summary),
    '',
    `  fingerprint ${summary.fingerprint}, scenario ${scenario.hash.slice(0, 16)}, ${countOf(figures.events, 'event')}`,
  ];
  return `${withPlainSpaces(lines.join('\n'))}\n`;
}

/** What was read, left out and noticed, for stderr; '' when there is nothing to say. */
export function warningLines(imports: readonly Import[], warnings: readonly string[]): string {
  const lines = imports.flatMap(({ file, read, kept, dropped, warnings: noticed }) => [
    `${file}: ${count(kept).text} of ${count(read).text} rows used`,
    ...dropped.map(({ count: rows, reason, firstLine }) => {
      return `${file}: ${countOf(rows, 'row')} left out: ${reason}${firstLine > 0 ? ` (first in line ${firstLine})` : ''}`;
    }),
    ...noticed.map((sentence) => `warning: ${file}: ${sentence}`),
  ]);
  lines.push(...warnings.map((sentence) => `warning: ${sentence}`));
  return lines.map((line) => `${withPlainSpaces(line)}\n`).join('');
}

/** Figures have no-break spaces in them for the report; on a screen they would only defeat searching. */
function withPlainSpaces(text: string): string {
  return plainText(text).replaceAll(NO_BREAK, ' ');
}

function causesInWords({ figures: { waitByCause } }: Summary): string {
  const whole = waitByCause.reduce((sum, { gpuS }) => sum + gpuS, 0);
  if (whole === 0) return 'nothing: no job with GPUs waited';
  const shares = waitByCause
    .filter(({ gpuS }) => gpuS > 0)
    .map(({ cause, gpuS }) => `${causeWords[cause]} ${percent(gpuS / whole).text}`);
  return `${shares.join(', ')} (of GPU-hours waited)`;
}

function deadlinesInWords({ figures: { deadlines } }: Summary): string[] {
  const { jobs, missed, open } = deadlines;
  if (jobs === 0) return [];
  const notDue = open > 0 ? `, ${count(open).text} not yet due` : '';
  return [
    `  deadlines     ${count(missed).text} of ${count(jobs).text} missed (${percent(missed / jobs).text})${notDue}`,
  ];
}

function localityInWords({ figures: { dataLocality } }: Summary): string[] {
  if (dataLocality === null || dataLocality.jobs === 0) return [];
  const { jobs, node, rack, any, readS } = dataLocality;
  const shares = [
    [node, 'on their data'],
    [rack, 'in its rack'],
    [any, 'elsewhere'],
  ] as const;
  const told = shares.map(([number, where]) => `${percent(number / jobs).text} ${where}`).join(', ');
  return [`  data          ${told}; ${duration(readS / jobs).text} of reading a job`];
}

/** What became of data whose last copy was destroyed. */
function dataLossInWords({ figures: { dataLoss } }: Summary): string[] {
  if (dataLoss === null) return [];
  const { losses, restored, gone, recoveryPointS: point, recoveryTimeS: time } = dataLoss;
  if (losses === 0) return ['  data loss     none: some copy of each data set was always there'];
  const back =
    restored === 0
      ? ''
      : `; back from a backup ${countOf(restored, 'time')}, ${meanAndMax(time)} after the loss, without the changes of the last ${meanAndMax(point)} before it`;
  const lost = gone === 0 ? '' : `; ${countOf(gone, 'data set')} gone for good`;
  return [`  data loss     every copy of a data set destroyed ${countOf(losses, 'time')}${back}${lost}`];
}

function meanAndMax({ mean, max }: { readonly mean: number | null; readonly max: number | null }): string {
  return mean === max ? duration(mean).text : `${duration(mean).text} (at most ${duration(max).text})`;
}

/** What broke, what it cost and where the GPU-time went; what is nothing, and uses below 0.05 %, are left to the report. */
function failuresInWords({ figures: { failures } }: Summary): string[] {
  if (failures === null) return [];
  const { faults, reclaims, interruptions, jobCrashes, givenUp, ettr, gpuHours, nodeAvailability, jobAvailability } =
    failures;
  const between = failures.meanTimeBetweenInterruptionsH;
  const repair = failures.meanTimeToRepairH;
  const all = Object.values(gpuHours).reduce((sum, spent) => sum + spent, 0);
  const uses = Object.entries(gpuHours).filter(([, spent]) => spent >= 0.0005 * all);
  const parts = [
    ettr === null ? '' : `useful part of held GPU-time (ETTR) ${percent(ettr).text}`,
    jobAvailability === null ? '' : `jobs alive ${percent(jobAvailability).text} of their time`,
    `nodes in service ${percent(nodeAvailability).text}`,
  ].filter((part) => part !== '');
  return [
    `  availability  ${parts.join('; ')}`,
    `  faults        ${count(faults).text}${reclaims > 0 ? ` and ${countOf(reclaims, 'reclaim')}` : ''}, which stopped jobs ${countOf(interruptions - jobCrashes, 'time')}` +
      `${jobCrashes > 0 ? `, beside ${countOf(jobCrashes, 'crash', 'crashes')} of their own software` : ''}` +
      `${between === null ? '' : ` (one stop in ${duration(3600 * between).text})`}` +
      `${repair === null ? '' : `, mended after ${duration(3600 * repair).text} on average`}` +
      `${givenUp > 0 ? `, ${countOf(givenUp, 'job')} given up` : ''}`,
    ...costsInWords(failures, all),
    ...quarantineInWords(failures),
    `  GPU-hours     ${uses.map(([use, spent]) => `${use.replaceAll('-', ' ')} ${percent(spent / all).text}`).join(', ')}`,
  ];
}

/** Which component cost most, and what else faults brought about. */
function costsInWords(
  { byClass, restarts, plannedStops, crashLoops, corruption }: FailureFigures,
  allHours: number,
): string[] {
  const costOf = (one: FailureFigures['byClass'][number]): number =>
    one.lostGpuHours + one.detectionGpuHours + one.restartGpuHours;
  const [worst] = byClass.toSorted((a, b) => costOf(b) - costOf(a));
  const { preemptions, restartGpuHours } = restarts.secondOrder;
  const planned = plannedStops.maintenance + plannedStops.prediction + plannedStops.reclaim;
  const parts = [
    worst === undefined || costOf(worst) === 0
      ? ''
      : `${worst.component} cost most: ${percent(costOf(worst) / allHours).text} of all GPU-hours lost, undetected or restarting`,
    preemptions === 0
      ? ''
      : `${countOf(preemptions, 'job')} gave way to jobs that came back (${hours(restartGpuHours, 'GPU-hours').text} GPU-hours)`,
    planned === 0 ? '' : `${countOf(planned, 'planned stop')}`,
    crashLoops.requeues === 0
      ? ''
      : `${countOf(crashLoops.requeues, 'fruitless run')} of ${countOf(crashLoops.jobs, 'job')} in crash loops` +
        ` (${hours(crashLoops.gpuHours, 'GPU-hours').text} GPU-hours)`,
    corruption.gangs === 0
      ? ''
      : `${countOf(corruption.gangs, 'silent corruption')} of jobs` +
        ` (${hours(corruption.lostGpuHours, 'GPU-hours').text} GPU-hours worked for nothing)`,
    corruption.corruptedResults === 0
      ? ''
      : `${countOf(corruption.corruptedResults, 'job')} ended with a wrong result` +
        ` (${hours(corruption.corruptedResultGpuHours, 'GPU-hours').text} GPU-hours)`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [`  cost          ${parts.join('; ')}`];
}

/** Nodes kept out of service for what was found on them, and whether they deserved it. */
function quarantineInWords({ quarantine }: FailureFigures): string[] {
  if (quarantine === null) return [];
  const { times, lemons, replaced, nodeHours, lemonNodes } = quarantine;
  const first = `${countOf(lemonNodes, 'lemon node')} at first`;
  if (times === 0) return [`  quarantine    no node kept; ${first}`];
  const after = replaced === 0 ? '' : `; ${countOf(replaced, 'node')} replaced`;
  return [
    `  quarantine    nodes kept ${countOf(times, 'time')}, ${count(lemons).text} of them lemons (${first}); ` +
      `${hours(nodeHours, 'node-hours').text} node-hours${after}`,
  ];
}

/** How well each service was there, a line each. */
function servicesInWords({ figures: { services } }: Summary): string[] {
  return services.map(({ service, replicas, needed, availability, interruptions, meanDownH, failovers }, index) => {
    const label = index === 0 ? 'services' : '';
    const times = interruptions === 0 ? 'never' : countOf(interruptions, 'time');
    const down = meanDownH === null ? '' : ` (${duration(3600 * meanDownH).text} each)`;
    const told =
      availability === null
        ? 'never up'
        : `up ${(100 * availability).toFixed(3)} % of the time, down ${times}${down}, ${countOf(failovers, 'replica')} failed over`;
    return `  ${label.padEnd(13)} ${service} (${count(needed).text} of ${count(replicas).text}): ${told}`;
  });
}

const causeWords = {
  'no-capacity': 'capacity',
  fragmented: 'GPUs in the right shape',
  'behind-head': 'jobs ahead in the queue',
  'not-local': 'room near their data',
  'data-lost': 'lost data',
  backoff: 'backoff after faults',
  'no-control-plane': 'the control plane to come back',
} as const;

function distributionTable({ figures: { all, fairness } }: Summary): string {
  const table = new Table({
    head: ['', 'mean', 'median', 'p90', 'p95', 'p99', 'max'],
    chars: plainBorders,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const row = (
    name: string,
    values: Distribution,
    shown: (value: number | null) => { readonly text: string },
  ): void => {
    const { mean, median, p90, p95, p99, max } = values;
    table.push([name, ...[mean, median, p90, p95, p99, max].map((value) => shown(value).text)]);
  };
  row('wait', all.waitS, duration);
  row('completion', all.completionS, duration);
  row('bounded slowdown', all.boundedSlowdown, decimal);
  row('finish-time ratio', fairness.finishTimeRatio, decimal);
  return table.toString();
}

const plainBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat(['mid', 'left-mid', 'mid-mid', 'right-mid', 'middle'])
    .map((name) => [name, '']),
);
