import { max, min } from 'd3-array';
import type { FailureFigures } from '../../sim/record/failure-figures.ts';
import type { Summary } from '../../sim/record/summary.ts';
import { html } from '../html.ts';
import { count, percent, shown } from '../quantities.ts';
import { frame, type Chart } from './chart.ts';
import { AXIS_WIDTH_PX, colour } from './theme.ts';
import { timeAxisOf, timeEncoding } from './time-axis.ts';

const HEIGHT_PX = 160;
/** More changes than this are thinned out: the lowest level of each stretch is drawn, which is what matters. */
const DRAWN_MAX = 600;
const LISTED_MAX = 48;

/** A stretch of time with the fewest spares that stood ready in it. */
interface Level {
  readonly fromS: number;
  readonly toS: number;
  readonly nodes: number;
}

/** Spare nodes that stood ready over time. */
export function spareLevel(summary: Summary, { fromS, nodes }: NonNullable<FailureFigures['spareLevel']>): Chart {
  const { endS } = summary.figures;
  const axis = timeAxisOf(summary);
  const levels = nodes.map((level, index) => ({ fromS: fromS[index]!, toS: fromS[index + 1] ?? endS, nodes: level }));
  const lasting = levels.filter((level) => level.toS > level.fromS);
  const noneS = lasting.reduce((sum, level) => sum + (level.nodes === 0 ? level.toS - level.fromS : 0), 0);
  const drawn = thinned(lasting, DRAWN_MAX);
  const last = drawn.at(-1);
  const row = (atS: number, level: number) => ({ at: axis.place(atS), when: axis.describe(atS), nodes: level });
  return {
    title: 'Spare nodes ready',
    caption: html`Between ${shown(count(min(lasting, (level) => level.nodes) ?? 0))} and
    ${shown(count(max(lasting, (level) => level.nodes) ?? 0))}; none for
    ${shown(percent(endS > 0 ? noneS / endS : null))} of the time. A pool that is never empty may be larger than needed.`,
    key: [],
    views:
      last === undefined
        ? []
        : [
            {
              id: 'spare-level',
              heading: null,
              description: 'Area over time: spare nodes that stood ready.',
              spec: {
                ...frame,
                height: HEIGHT_PX,
                data: { values: [...drawn.map((level) => row(level.fromS, level.nodes)), row(last.toS, last.nodes)] },
                mark: { type: 'area', interpolate: 'step-after', color: colour('busy') },
                encoding: {
                  x: timeEncoding('at', axis),
                  y: {
                    field: 'nodes',
                    type: 'quantitative',
                    title: 'Nodes',
                    axis: { minExtent: AXIS_WIDTH_PX, tickCount: 4, tickMinStep: 1 },
                  },
                },
              },
            },
          ],
    table: {
      label: 'Spare nodes ready over time',
      columns: [{ heading: 'From' }, { heading: 'Fewest nodes ready' }],
      rows: thinned(lasting, LISTED_MAX).map((level) => [axis.describe(level.fromS), count(level.nodes)]),
    },
    isWide: true,
  };
}

function thinned(levels: readonly Level[], most: number): Level[] {
  const together = Math.max(1, Math.ceil(levels.length / most));
  const kept: Level[] = [];
  for (let first = 0; first < levels.length; first += together) {
    const stretch = levels.slice(first, first + together);
    const nodes = min(stretch, (level) => level.nodes) ?? 0;
    kept.push({ fromS: stretch[0]!.fromS, toS: stretch.at(-1)!.toS, nodes });
  }
  return kept;
}
