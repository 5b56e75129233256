import { max, sum } from 'd3-array';
import type { Summary } from '../../sim/record/summary.ts';
import { html } from '../html.ts';
import { axisLabels } from '../names.ts';
import { countOf, durationInWords } from '../quantities.ts';
import { frame, type Chart } from './chart.ts';
import { AXIS_WIDTH_PX, colour } from './theme.ts';
import { timeAxisOf, timeEncoding } from './time-axis.ts';

const ROW_PX = 26;
const AXIS_HEIGHT_PX = 46;
const LISTED_MAX = 48;

/** When services were down, a line each. A short outage is drawn wider than it was, so that it can be seen. */
export function serviceOutages(summary: Summary): Chart {
  const { services, endS } = summary.figures;
  const axis = timeAxisOf(summary);
  const labels = axisLabels(
    services.map(({ service }) => service),
    '(unnamed)',
    20,
  );
  const rows = services.flatMap(({ outages }, index) =>
    outages.map(({ fromS, forS }) => ({
      service: labels[index]!,
      from: axis.place(fromS),
      to: axis.place(fromS + forS),
      when: axis.describe(fromS),
      length: durationInWords(forS).text,
      seconds: forS,
    })),
  );
  const worst = max(rows, ({ seconds }) => seconds);
  const times = sum(services, ({ interruptions }) => interruptions);
  return {
    title: 'Outages of services',
    caption:
      worst === undefined
        ? html`No service was ever short of replicas.`
        : html`${countOf(times, 'outage')} in all, the longest of ${durationInWords(worst).text}. A service is down
          while fewer of its replicas serve than it needs.`,
    key: [],
    views:
      worst === undefined
        ? []
        : [
            {
              id: 'service-outages',
              heading: null,
              description: 'A line for each service over time, with a mark wherever it was down.',
              spec: {
                ...frame,
                height: ROW_PX * services.length + AXIS_HEIGHT_PX,
                data: { values: rows },
                layer: [
                  {
                    // Names of services without an outage keep their line.
                    data: { values: labels.map((service) => ({ service, from: axis.place(0), to: axis.place(endS) })) },
                    mark: { type: 'bar', height: 3, color: colour('idle') },
                  },
                  {
                    mark: {
                      type: 'bar',
                      height: 14,
                      color: colour('queued'),
                      stroke: colour('queued'),
                      strokeWidth: 1.5,
                    },
                  },
                ],
                encoding: {
                  x: timeEncoding('from', axis),
                  x2: { field: 'to' },
                  y: {
                    field: 'service',
                    type: 'nominal',
                    title: null,
                    sort: [...labels],
                    axis: { minExtent: AXIS_WIDTH_PX },
                  },
                },
              },
            },
          ],
    table: {
      label: 'Longest outages',
      columns: [{ heading: 'Service' }, { heading: 'Down from' }, { heading: 'For' }],
      rows: rows
        .toSorted((a, b) => b.seconds - a.seconds)
        .slice(0, LISTED_MAX)
        .map(({ service, when, length }) => [service, when, length]),
    },
    isWide: true,
  };
}
