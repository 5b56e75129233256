import type { KeyEntry } from '../charts/chart.ts';
import type { SeriesColour } from '../charts/theme.ts';

/** Colour and shape of each of up to four things that are drawn together: told apart without colour too. */
export const seriesMarks: readonly {
  readonly colour: SeriesColour;
  readonly shape: KeyEntry['shape'];
  /** Vega's name of the shape. */
  readonly vega: string;
}[] = [
  { colour: 'busy', shape: 'circle', vega: 'circle' },
  { colour: 'queued', shape: 'diamond', vega: 'diamond' },
  { colour: 'third', shape: 'triangle', vega: 'triangle-up' },
  { colour: 'fourth', shape: 'square', vega: 'square' },
];
