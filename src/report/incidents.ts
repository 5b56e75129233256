import type { FailureFigures, IncidentFigures } from '../sim/record/failure-figures.ts';
import type { Summary } from '../sim/record/summary.ts';
import { dateText } from './charts/time-axis.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { countOf, durationInWords, hours, type Quantity } from './quantities.ts';
import { renderTable } from './tables.ts';

const DAY_S = 86_400;

/** The faults that cost most, each with its story. */
export function renderIncidents({ startDate }: Pick<Summary, 'startDate'>, { incidents }: FailureFigures): Html {
  if (incidents.worst.length === 0) return html`<p class="empty">No fault stopped a job.</p>`;
  return renderTable({
    label: 'Worst incidents',
    columns: [
      { heading: 'When' },
      { heading: 'Lost work', title: 'GPU-hours' },
      { heading: 'Detection', title: 'GPU-hours' },
      { heading: 'Waiting', title: 'GPU-hours of the jobs' },
      { heading: 'Restart', title: 'GPU-hours' },
      { heading: 'Out of service', title: 'GPU-hours' },
      { heading: 'What happened', isText: true },
    ],
    rows: incidents.worst.map((incident) => [
      whenOf(incident.faultS, startDate),
      gpuHours(incident.lostGpuHours),
      gpuHours(incident.detectionGpuHours),
      gpuHours(incident.waitGpuHours),
      gpuHours(incident.restartGpuHours),
      gpuHours(incident.outGpuHours),
      storyOf(incident),
    ]),
  });
}

/** An instant in words: 3 Jan 2026, 04:05; or day 3, 04:05, the first day being day 1. */
function whenOf(seconds: number, startDate: string | null): string {
  if (startDate !== null) return dateText(new Date(Date.parse(startDate) + 1000 * seconds), 'minutes');
  const time = new Date(1000 * (seconds % DAY_S)).toISOString().slice(11, 16);
  return `day ${Math.floor(seconds / DAY_S) + 1}, ${time}`;
}

/** What happened, in plain words. */
export function storyOf(incident: IncidentFigures): Html {
  return html`${hitOf(incident)} ${foundOf(incident)} ${againOf(incident)}`;
}

function hitOf({ component, place, nodes, gangs, gpus, largestJob, largestGpus }: IncidentFigures): Html {
  const name = nameHtml(component, '(unnamed)', 40);
  const where = nodes > 1 ? `${place} (${countOf(nodes, 'node')})` : place;
  const job = html`job ${nameHtml(largestJob, '(unnamed)', 40)}`;
  const hit =
    gangs === 1
      ? html`${job} (${countOf(largestGpus, 'GPU')}) stood still`
      : html`${countOf(gangs, 'job')} (${countOf(gpus, 'GPU')}) stood still, the largest of them ${job}`;
  return html`A fault of ${name}, ${where}: ${hit}.`;
}

function foundOf({ faultS, foundS, repairS, mendedS }: IncidentFigures): Html {
  if (foundS === null) return html`Nobody found it before the end of the run.`;
  const found = foundS > faultS ? html`Found after ${span(foundS - faultS)}` : html`Found at once`;
  if (repairS === null) return html`${found}; the repair had not begun when the run ended.`;
  const queue = repairS > foundS ? html`, ${span(repairS - foundS)} in the queue for a technician` : null;
  if (mendedS === null) return html`${found}${queue}, in repair until the end of the run.`;
  return html`${found}${queue}, mended after ${span(mendedS - faultS)} in all.`;
}

function againOf({ faultS, gangs, again, givenUp, firstAgainS, lastAgainS }: IncidentFigures): Html {
  const gone = givenUp === 0 ? null : html` ${countOf(givenUp, 'job was', 'jobs were')} given up.`;
  if (again === 0 || firstAgainS === null || lastAgainS === null) {
    return givenUp === gangs
      ? html`${gone}`
      : html`${gangs === 1 ? 'It did not run' : 'None of them ran'} again before the end of the run.${gone}`;
  }
  const who = gangs === 1 ? 'It' : again === gangs ? 'All of them' : `${again} of them`;
  const when =
    lastAgainS === firstAgainS
      ? span(lastAgainS - faultS)
      : html`${span(firstAgainS - faultS)} to ${span(lastAgainS - faultS)}`;
  return html`${who} ran again ${when} after the fault.${gone}`;
}

function span(seconds: number): string {
  return durationInWords(seconds).text;
}

function gpuHours(value: number): Quantity {
  return hours(value, 'GPU-hours');
}
