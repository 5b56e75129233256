import type { Distribution, JobFigures, Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { nameHtml, sizeLabel } from './names.ts';
import { count, decimal, duration, hours, type Measured, type Quantity } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

/** A set of jobs with its figures and what it is called. */
interface Group {
  readonly name: Cell;
  readonly figures: JobFigures;
}

const STATISTICS = [
  { key: 'mean', heading: 'Mean' },
  { key: 'median', heading: 'Median' },
  { key: 'p90', heading: 'p90' },
  { key: 'p95', heading: 'p95' },
  { key: 'p99', heading: 'p99' },
  { key: 'max', heading: 'Max' },
] as const;

const MEASURES: readonly {
  readonly id: string;
  readonly heading: string;
  readonly explained: string;
  distributionOf(figures: JobFigures): Distribution;
  format(value: Measured): Quantity;
}[] = [
  {
    id: 'wait',
    heading: 'Wait',
    explained: 'time in the queue, of jobs that started',
    distributionOf: (figures) => figures.waitS,
    format: duration,
  },
  {
    id: 'completion',
    heading: 'Completion time',
    explained: 'end − submit, of finished jobs',
    distributionOf: (figures) => figures.completionS,
    format: duration,
  },
  {
    id: 'slowdown',
    heading: 'Bounded slowdown',
    explained: 'max(1, (wait + run) ÷ max(run, 10 s)), of finished jobs',
    distributionOf: (figures) => figures.boundedSlowdown,
    format: decimal,
  },
];

/** The figures of all jobs: a row for each measure. */
export function renderAllJobs({ figures }: Summary): Html {
  return renderTable({
    label: 'All jobs',
    columns: [
      { heading: 'All jobs' },
      { heading: 'Jobs' },
      ...STATISTICS.map(({ heading }) => ({ heading })),
      { heading: 'Definition', isText: true },
    ],
    rows: MEASURES.map((measure) => {
      const distribution = measure.distributionOf(figures.all);
      return [
        measure.heading,
        count(distribution.count),
        ...STATISTICS.map(({ key }) => measure.format(distribution[key])),
        measure.explained,
      ];
    }),
  });
}

/** Figures by tenant, with a choice of the measure. */
export function renderByTenant({ figures }: Summary): Html {
  const groups = figures.byTenant.map((entry) => ({ name: nameHtml(entry.tenant, '(no tenant)', 40), figures: entry }));
  return renderGroups('tenant', 'Tenant', groups);
}

/** Figures by size class, with a choice of the measure. */
export function renderBySize({ figures }: Summary): Html {
  const groups = figures.bySize.map((entry) => ({ name: sizeLabel(entry.gpusMin, entry.gpusMax), figures: entry }));
  return renderGroups('size', 'GPUs', groups);
}

/** One table a measure behind a row of radio buttons: CSS alone shows the chosen one, and print shows all. */
function renderGroups(id: string, heading: string, groups: readonly Group[]): Html {
  if (groups.length === 0) return html`<p class="empty">No jobs, so there is nothing to compare.</p>`;
  return html`<div class="choice">
    ${MEASURES.map(
      (measure, index) =>
        html`<input type="radio" name="${id}-measure" id="${id}-${measure.id}" ${index === 0 ? html` checked` : null} />
          <label for="${id}-${measure.id}">${measure.heading}</label>`,
    )}
    ${MEASURES.map(
      (measure) =>
        html`<div class="panel">
          <p class="note">${measure.heading}: ${measure.explained}.</p>
          ${groupTable(heading, groups, measure)}
        </div>`,
    )}
  </div>`;
}

function groupTable(heading: string, groups: readonly Group[], measure: (typeof MEASURES)[number]): Html {
  return renderTable({
    label: `${measure.heading} by ${heading}`,
    columns: [
      { heading },
      { heading: 'Jobs' },
      { heading: 'Finished' },
      { heading: 'GPU-hours' },
      ...STATISTICS.map((statistic) => ({ heading: statistic.heading })),
    ],
    rows: groups.map(({ name, figures }) => [
      name,
      count(figures.jobs),
      count(figures.finished),
      hours(figures.gpuHours, 'GPU-hours'),
      ...STATISTICS.map(({ key }) => measure.format(measure.distributionOf(figures)[key])),
    ]),
  });
}
