import type { PointResult } from '../../study/results/point-result.ts';
import type { StudyResult } from '../../study/results/write-results.ts';
import type { StudyAxis } from './axes.ts';

/** One of the small drawings of a metric: what stands along it, and its points. */
export interface Panel {
  /** What all its points have in common; null where nothing tells them apart from those of others. */
  readonly heading: string | null;
  readonly x: StudyAxis;
  readonly points: readonly PointResult[];
}

/** How the points of a study are spread over small drawings. */
export interface Layout {
  readonly panels: readonly Panel[];
  /** Told apart by colour and shape within each panel; null for none. */
  readonly series: StudyAxis | null;
  /** Whether neighbouring points differ in `x` alone, so that a line between them means something. */
  readonly isLined: boolean;
  /** Panels that are not drawn. */
  readonly panelsLeftOut: number;
}

export const PANELS_MAX = 12;
/** So many values have a colour and a shape of their own. */
const SERIES_MAX = 4;

/**
 * A product of axes: one of them along the drawings, with three or more axes another by colour, and a small drawing for
 * each combination of the rest. Other designs move several axes at once, so each axis gets a drawing with all points.
 */
export function layoutOf({ made, points }: StudyResult, axes: readonly StudyAxis[]): Layout | null {
  if (axes.length === 0) return null;
  if (made.design !== 'product') {
    const panels = axes.slice(0, PANELS_MAX).map((x) => ({ heading: `Along ${x.name}`, x, points }));
    return { panels, series: null, isLined: false, panelsLeftOut: axes.length - panels.length };
  }
  const x = longest(axes.filter(({ isNumber }) => isNumber)) ?? longest(axes)!;
  const others = axes.filter((axis) => axis !== x);
  const series = others.length < 2 ? null : (others.find(({ values }) => values.length <= SERIES_MAX) ?? null);
  const rest = others.filter((axis) => axis !== series);
  const panels = panelsOf(points, x, rest);
  const drawn = panels.slice(0, PANELS_MAX);
  return { panels: drawn, series, isLined: x.isNumber, panelsLeftOut: panels.length - drawn.length };
}

function panelsOf(points: readonly PointResult[], x: StudyAxis, rest: readonly StudyAxis[]): Panel[] {
  if (rest.length === 0) return [{ heading: null, x, points }];
  const byHeading = new Map<string, PointResult[]>();
  for (const point of points) {
    const heading = rest.map((axis) => `${axis.name} ${axis.of(point).label}`).join(', ');
    const members = byHeading.get(heading);
    if (members === undefined) byHeading.set(heading, [point]);
    else members.push(point);
  }
  return [...byHeading].map(([heading, members]) => ({ heading, x, points: members }));
}

function longest(axes: readonly StudyAxis[]): StudyAxis | undefined {
  return axes.reduce<StudyAxis | undefined>(
    (most, axis) => (most === undefined || axis.values.length > most.values.length ? axis : most),
    undefined,
  );
}
