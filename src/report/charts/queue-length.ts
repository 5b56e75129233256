import type { Summary } from '../../sim/record/summary.ts';
import { html } from '../html.ts';
import { count, decimal, shown } from '../quantities.ts';
import type { Chart } from './chart.ts';
import { stepsOf } from './series.ts';
import { timeAxisOf } from './time-axis.ts';
import { DRAWN_STEPS_MAX, LISTED_STEPS_MAX, timeSpec } from './time-view.ts';

const HEIGHT_PX = 180;

/** Waiting jobs over time: the average of each step and the most at any instant of it. */
export function queueLength(summary: Summary): Chart {
  const { figures } = summary;
  const axis = timeAxisOf(summary);
  const steps = figures.queueLengthMax === 0 ? [] : stepsOf(figures.series, figures.endS, DRAWN_STEPS_MAX);
  return {
    title: 'Queue length',
    caption:
      steps.length === 0
        ? html`No job ever waited, so there is no queue to draw.`
        : html`Jobs waiting: ${shown(decimal(figures.queueLengthMean))} on average,
          ${shown(count(figures.queueLengthMax))} at the worst. A queue that keeps growing means more work than
          capacity; one that empties every day or week is a matter of timing.`,
    key: [
      { label: 'average', colour: 'bar', shape: 'area' },
      { label: 'most at any instant', colour: 'queued', shape: 'line' },
    ],
    views:
      steps.length === 0
        ? []
        : [
            {
              id: 'queue-length',
              heading: null,
              description: 'Jobs waiting over time: average as an area, most at any instant as a line.',
              spec: timeSpec({
                steps,
                axis,
                yTitle: 'Jobs waiting',
                heightPx: HEIGHT_PX,
                fields: [
                  { field: 'average', title: 'Average', format: ',.2f', value: (step) => step.jobsQueued },
                  { field: 'most', title: 'Most', format: ',d', value: (step) => step.jobsQueuedMax },
                ],
                layers: [
                  { field: 'average', colour: 'bar', mark: 'area' },
                  { field: 'most', colour: 'queued', mark: 'line' },
                ],
              }),
            },
          ],
    table: {
      label: 'Jobs waiting over time',
      columns: [
        { heading: axis.type === 'temporal' ? 'From (UTC)' : 'From' },
        { heading: 'Average' },
        { heading: 'Most at any instant' },
      ],
      rows: stepsOf(figures.series, figures.endS, LISTED_STEPS_MAX).map((step) => [
        axis.describe(step.fromS),
        decimal(step.jobsQueued),
        count(step.jobsQueuedMax),
      ]),
    },
    isWide: true,
  };
}
