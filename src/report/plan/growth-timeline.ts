import { max, min } from 'd3-array';
import type { GrowthStep, PlanResult } from '../../study/plan/plan-result.ts';
import { textOf } from '../../study/plan/settings.ts';
import { frame, type Chart, type ChartView } from '../charts/chart.ts';
import { AXIS_WIDTH_PX, colour } from '../charts/theme.ts';
import { html, type Html } from '../html.ts';
import { count, countOf, decimal, durationInWords, MISSING, shown } from '../quantities.ts';

const HEIGHT_PX = 240;

type Assumed = NonNullable<PlanResult['growthAssumed']>;

/** What is needed from when on as the load grows, and when it must be ordered. */
export function growthTimeline(result: PlanResult, assumed: Assumed): Chart {
  const { growth, variables } = result;
  const main = variables.find(({ isMonotone }) => isMonotone)?.name ?? 'value';
  const drawn = growth.filter(({ nodes }) => nodes !== null);
  return {
    title: 'Nodes needed as the load grows',
    caption: captionOf(growth, assumed),
    key: [
      { label: 'nodes needed', colour: 'busy', shape: 'line' },
      { label: 'from order to use', colour: 'queued', shape: 'line' },
    ],
    views: drawn.length === 0 || result.plan === null ? [] : [viewOf(drawn, assumed, result.plan.capacity.nodes)],
    table: {
      label: 'Growth by quarter',
      columns: [
        { heading: 'Quarter' },
        { heading: 'From' },
        { heading: 'Load', title: "On today's" },
        { heading: main },
        { heading: 'Nodes' },
        { heading: 'More' },
        { heading: 'Order by' },
      ],
      rows: growth.map(({ quarter, date, load, value, nodes, more, orderBy }) => [
        String(quarter),
        date ?? MISSING,
        { text: `× ${decimal(load).text}`, exact: String(load) },
        value === null ? 'beyond its largest' : textOf(value),
        count(nodes),
        more === null ? MISSING : `${more > 0 ? '+' : ''}${more}`,
        orderBy ?? MISSING,
      ]),
    },
    isWide: true,
  };
}

function captionOf(growth: readonly GrowthStep[], { perQuarter, leadTimeS }: Assumed): Html {
  const share = `${decimal(100 * perQuarter).text} %`;
  const lost = growth.find(({ nodes }) => nodes === null);
  const beyond =
    lost === undefined
      ? null
      : html` From quarter ${lost.quarter} on, the largest choice is not enough: give the plan more to choose from.`;
  const next = growth.find(({ more }) => more !== null && more > 0);
  const order =
    next === undefined
      ? html`Nothing need be ordered in this time.`
      : html`Next: ${countOf(next.more!, 'more node')}
        ${next.orderBy === null ? html`for quarter ${next.quarter}` : html`to be ordered by <b>${next.orderBy}</b>`}.`;
  const lead = leadTimeS > 0 ? html` An order is in use after ${shown(durationInWords(leadTimeS))}.` : null;
  return html`The load grows by ${share} a quarter. ${order}${lead}${beyond}`;
}

function viewOf(steps: readonly GrowthStep[], { from }: Assumed, today: number): ChartView {
  const isDated = from !== null && steps.every(({ date }) => date !== null);
  const place = (date: string | null, quarter: number): number => (isDated ? Date.parse(date!) : quarter);
  const level = [
    { at: place(from, 0), nodes: today, what: `today: ${today} nodes` },
    ...steps.map(({ date, quarter, nodes, more }) => {
      const added = more !== null && more !== 0 ? ` (${more > 0 ? '+' : ''}${more})` : '';
      return {
        at: place(date, quarter),
        nodes: nodes!,
        what: `${date ?? `quarter ${quarter}`}: ${nodes} nodes${added}`,
      };
    }),
  ];
  const orders = steps.flatMap(({ date, orderBy, nodes, more }) =>
    isDated && orderBy !== null
      ? [{ at: Date.parse(orderBy), to: Date.parse(date!), nodes: nodes!, what: `order ${more} by ${orderBy}` }]
      : [],
  );
  const all = level.map(({ nodes }) => nodes);
  const [least, most] = [min(all)!, max(all)!];
  const pad = Math.max(1, 0.12 * (most - least));
  const type = isDated ? 'temporal' : 'quantitative';
  const x = {
    field: 'at',
    type,
    title: isDated ? null : 'Quarter',
    ...(isDated ? { scale: { type: 'utc' } } : {}),
    axis: isDated
      ? { format: '%b %Y', tickCount: 5, labelOverlap: 'greedy', labelSeparation: 10 }
      : { tickMinStep: 1, format: 'd' },
  } as const;
  const y = {
    field: 'nodes',
    type: 'quantitative' as const,
    title: 'Nodes',
    scale: { domain: [Math.max(0, least - pad), most + pad], nice: false, zero: false },
    axis: { tickCount: 5, tickMinStep: 1, grid: true, minExtent: AXIS_WIDTH_PX },
  };
  const tooltip = [{ field: 'what', type: 'nominal', title: 'When' }] as const;
  const point = { type: 'point', filled: true, size: 65, opacity: 1 } as const;
  return {
    id: 'growth',
    heading: null,
    description: 'Nodes needed over time, and when they must be ordered',
    spec: {
      ...frame,
      height: HEIGHT_PX,
      data: { values: level },
      layer: [
        {
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2, color: colour('busy') },
          encoding: { x, y },
        },
        { mark: { ...point, color: colour('busy') }, encoding: { x, y, tooltip } },
        ...(orders.length === 0
          ? []
          : [
              {
                data: { values: orders },
                mark: { type: 'rule', strokeWidth: 2.5, color: colour('queued') },
                encoding: { x, x2: { field: 'to' }, y, tooltip },
              },
              {
                data: { values: orders },
                mark: { ...point, shape: 'diamond', color: colour('queued') },
                encoding: { x, y, tooltip },
              },
            ]),
      ],
    } as ChartView['spec'],
  };
}
