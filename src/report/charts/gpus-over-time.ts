import { max, sum } from 'd3-array';
import type { Summary } from '../../sim/record/summary.ts';
import { html, type Html } from '../html.ts';
import { count, decimal, percent, shown } from '../quantities.ts';
import type { Chart } from './chart.ts';
import { stepsOf, type Step } from './series.ts';
import { timeAxisOf } from './time-axis.ts';
import { DRAWN_STEPS_MAX, LISTED_STEPS_MAX, timeSpec, type TimeField } from './time-view.ts';

const USED_PX = 220;
const ASKED_PX = 150;
const AVERAGE = ',.1f';

/** GPUs busy and idle over time, and below it the GPUs that waiting jobs ask for, against what is installed. */
export function gpusOverTime(summary: Summary): Chart {
  const { figures } = summary;
  const axis = timeAxisOf(summary);
  const steps = stepsOf(figures.series, figures.endS, DRAWN_STEPS_MAX);
  const busy: TimeField = { field: 'busy', title: 'GPUs busy', format: AVERAGE, value: (step) => step.gpusBusy };
  const idle: TimeField = { field: 'idle', title: 'GPUs idle', format: AVERAGE, value: (step) => step.gpusIdle };
  const up: TimeField = { field: 'up', title: 'GPUs in all', format: AVERAGE, value: upGpus };
  const queued: TimeField = {
    field: 'queued',
    title: 'GPUs asked for',
    format: AVERAGE,
    value: (step) => step.gpusQueued,
  };
  const common = { steps, axis };
  const askedMax = max(steps, (step) => step.gpusQueued) ?? 0;
  return {
    title: 'GPUs in use and in demand',
    caption: captionOf(summary, steps, askedMax),
    key: [
      { label: 'busy', colour: 'busy', shape: 'area' },
      { label: 'idle', colour: 'idle', shape: 'area' },
      ...(askedMax === 0 ? [] : [{ label: 'asked for by waiting jobs', colour: 'queued', shape: 'area' } as const]),
      { label: 'GPUs in all', colour: 'ink', shape: 'dash' },
    ],
    views:
      steps.length === 0
        ? []
        : [
            {
              id: 'gpus-used',
              heading: 'In use',
              description: 'Stacked area over time: GPUs busy, and idle above them.',
              spec: timeSpec({
                ...common,
                yTitle: 'GPUs',
                heightPx: USED_PX,
                fields: [busy, idle, up],
                untold: ['up'],
                layers: [
                  { field: 'up', from: 'busy', colour: 'idle', mark: 'area' },
                  { field: 'busy', colour: 'busy', mark: 'area' },
                  { field: 'up', colour: 'ink', mark: 'dash' },
                ],
              }),
            },
            ...(askedMax === 0
              ? []
              : [
                  {
                    id: 'gpus-asked',
                    heading: 'Asked for by waiting jobs',
                    description:
                      'Area over time: GPUs that waiting jobs ask for; a dashed line marks the GPUs there are.',
                    spec: timeSpec({
                      ...common,
                      yTitle: 'GPUs',
                      heightPx: ASKED_PX,
                      fields: [queued, up],
                      layers: [
                        { field: 'queued', colour: 'queued', mark: 'area' },
                        { field: 'up', colour: 'ink', mark: 'dash' },
                      ],
                    }),
                  },
                ]),
          ],
    table: {
      label: 'GPUs busy, idle and asked for over time (time averages)',
      columns: [
        { heading: axis.type === 'temporal' ? 'From (UTC)' : 'From' },
        { heading: 'GPUs busy' },
        { heading: 'GPUs idle' },
        { heading: 'Busy' },
        { heading: 'GPUs asked for' },
        { heading: 'Jobs running' },
      ],
      rows: stepsOf(figures.series, figures.endS, LISTED_STEPS_MAX).map((step) => [
        axis.describe(step.fromS),
        decimal(step.gpusBusy),
        decimal(step.gpusIdle),
        percent(upGpus(step) === 0 ? null : step.gpusBusy / upGpus(step)),
        decimal(step.gpusQueued),
        decimal(step.jobsRunning),
      ]),
    },
    isWide: true,
  };
}

function captionOf({ figures }: Summary, steps: readonly Step[], askedMax: number): Html {
  if (steps.length === 0) return html`Nothing ran, so there is nothing to draw.`;
  const gpus = sum(figures.pools, (pool) => pool.gpus);
  const busy = html`On average ${shown(percent(figures.utilisation))} of the GPUs are busy; grey is paid for and idle.`;
  if (askedMax === 0) return html`${busy} No job ever had to wait for a GPU.`;
  const times = gpus > 0 ? html`, ${timesOf(askedMax / gpus)} what there is` : null;
  return html`${busy} Grey and orange at the same time is capacity that the rules or its shape kept from waiting jobs.
  At the worst, waiting jobs ask for ${shown(count(askedMax))} GPUs${times}.`;
}

function upGpus(step: Step): number {
  return step.gpusBusy + step.gpusIdle;
}

/** "40.0 % of", or "3.20 times". */
function timesOf(ratio: number): Html {
  return ratio < 1 ? html`${shown(percent(ratio))} of` : html`${shown(decimal(ratio))} times`;
}
