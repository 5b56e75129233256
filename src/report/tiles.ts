import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { useOf } from './pool-use.ts';
import { count, countOf, decimal, duration, hours, percent, shown, type Quantity } from './quantities.ts';

interface Tile {
  readonly label: string;
  readonly value: Quantity;
  readonly note: Html;
  /** Drawn as a bar filled up to this fraction. */
  readonly fraction?: number;
}

/** The figures that are asked for first; some only where there is something to say. */
export function renderTiles({ figures }: Summary): Html {
  return html`<ul class="tiles">
    ${tilesOf(figures).map(
      ({ label, value, note, fraction }) =>
        html`<li>
          <h3>${label}</h3>
          <p class="value">${shown(value)}</p>
          ${fraction === undefined ? null : gauge(fraction)}
          <p class="note">${note}</p>
        </li>`,
    )}
  </ul>`;
}

function tilesOf(figures: Summary['figures']): Tile[] {
  const { waitS, completionS, boundedSlowdown } = figures.all;
  const use = useOf(figures.pools, figures.makespanS);
  return [
    {
      label: 'Utilisation',
      value: percent(figures.utilisation),
      note: html`${shown(hours(use.busyGpuHours, 'GPU-hours'))} of ${shown(hours(use.gpuHours, 'GPU-hours'))} GPU-hours`,
      fraction: figures.utilisation,
    },
    {
      label: 'Wait, mean',
      value: duration(waitS.mean),
      note: html`median ${shown(duration(waitS.median))}`,
    },
    {
      label: 'Wait, p95',
      value: duration(waitS.p95),
      note: html`p99 ${shown(duration(waitS.p99))}, max ${shown(duration(waitS.max))}`,
    },
    {
      label: 'Completion, median',
      value: duration(completionS.median),
      note: html`p95 ${shown(duration(completionS.p95))}`,
    },
    {
      label: 'Bounded slowdown, mean',
      value: decimal(boundedSlowdown.mean),
      note: html`median ${shown(decimal(boundedSlowdown.median))}, p95 ${shown(decimal(boundedSlowdown.p95))}`,
    },
    {
      label: 'Throughput',
      value: perHour(figures.throughputPerHour),
      note: html`${countOf(figures.jobs.finished, 'job')} finished`,
    },
    {
      label: 'Makespan',
      value: duration(figures.makespanS),
      note: html`first submit to last end`,
    },
    {
      label: 'Longest queue',
      value: withUnit(count(figures.queueLengthMax), figures.queueLengthMax === 1 ? 'job' : 'jobs'),
      note: html`${shown(decimal(figures.queueLengthMean))} on average`,
    },
    {
      label: 'Finish-time ratio, worst',
      value: decimal(figures.fairness.finishTimeRatio.max),
      note: html`mean ${shown(decimal(figures.fairness.finishTimeRatio.mean))}; 1 is as fast as on a share of its own`,
    },
    {
      label: 'Fairness of slowdowns (Jain)',
      value: decimal(figures.fairness.jainJobs),
      note: html`over jobs; ${shown(decimal(figures.fairness.jainTenants))} over tenants; 1 is all alike`,
    },
    ...tilesWhereTheyApply(figures),
  ];
}

function tilesWhereTheyApply(figures: Summary['figures']): Tile[] {
  const { deadlines, jobs, fragmentation, dataLocality, failures } = figures;
  const tiles: Tile[] = failures === null ? [] : availabilityTiles(failures);
  if (deadlines.jobs > 0) {
    const open = deadlines.open > 0 ? `, ${countOf(deadlines.open, 'job')} not yet due` : '';
    const fraction = deadlines.missed / deadlines.jobs;
    const note = html`${shown(percent(fraction))} of ${countOf(deadlines.jobs, 'job')} that have one${open}`;
    tiles.push({ label: 'Deadlines missed', value: count(deadlines.missed), note, fraction });
  }
  if (dataLocality !== null && dataLocality.jobs > 0) {
    const { node, rack, any, readS } = dataLocality;
    const fraction = node / dataLocality.jobs;
    const others = html`${shown(percent(rack / dataLocality.jobs))} in its rack,
    ${shown(percent(any / dataLocality.jobs))} elsewhere`;
    const note = html`of the jobs that read a data set; ${others}; reading took
    ${shown(duration(readS / dataLocality.jobs))} a job`;
    tiles.push({ label: 'Jobs on their data', value: percent(fraction), note, fraction });
  }
  if (jobs.preemptions > 0) {
    const note = html`${shown(decimal(jobs.preemptions / jobs.submitted))} a job`;
    tiles.push({ label: 'Preemptions', value: count(jobs.preemptions), note });
  }
  if (fragmentation > 0) {
    const note = html`of GPU-hours waited, enough GPUs were free in the wrong shape`;
    tiles.push({ label: 'Fragmentation', value: percent(fragmentation), note, fraction: fragmentation });
  }
  return tiles;
}

function availabilityTiles(failures: NonNullable<Summary['figures']['failures']>): Tile[] {
  const { ettr, interruptions, faults, reclaims, nodeAvailability } = failures;
  const betweenH = failures.meanTimeBetweenInterruptionsH;
  const between = betweenH === null ? null : 3600 * betweenH;
  return [
    {
      label: 'Useful part of held GPU-time (ETTR)',
      value: percent(ettr),
      note: html`the rest was lost, stalled, restarting or waiting for detection`,
      ...(ettr === null ? {} : { fraction: ettr }),
    },
    {
      label: 'Interruptions',
      value: count(interruptions),
      note: html`of ${countOf(faults, 'fault')}${reclaims > 0 ? ` and ${countOf(reclaims, 'reclaim')}` : null}; one in
      ${shown(duration(between))}`,
    },
    {
      label: 'Availability of nodes',
      value: percent(nodeAvailability),
      note: html`in service, over the whole run`,
      fraction: nodeAvailability,
    },
  ];
}

function perHour(value: number): Quantity {
  return withUnit(decimal(value), 'jobs/h');
}

function withUnit({ text, exact }: Quantity, unit: string): Quantity {
  return { text: `${text} ${unit}`, exact: exact === null ? null : `${exact} ${unit}` };
}

/** A bar filled to a fraction of its length. The figure stands beside it, so it is not read out. */
function gauge(fraction: number): Html {
  const filled = Math.round(1000 * Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0))) / 10;
  return html`<svg class="gauge" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" width="100" height="4" />
    <rect class="part" width="${filled}" height="4" />
  </svg>`;
}
