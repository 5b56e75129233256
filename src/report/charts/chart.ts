import type { TopLevelSpec } from 'vega-lite';
import type { Html } from '../html.ts';
import type { Table } from '../tables.ts';
import type { SeriesColour } from './theme.ts';

/**
 * One drawing. Text from a scenario or trace may only be a value of its data or the title of an axis: never a field name
 * or an expression.
 */
export interface ChartView {
  /** Letters, digits and hyphens, unique on the page. */
  readonly id: string;
  /** Above the drawing, when a chart has more than one. */
  readonly heading: string | null;
  /** What is drawn, for people who hear it. */
  readonly description: string;
  readonly spec: TopLevelSpec;
}

/** An entry of the key: what a colour and a shape stand for. */
export interface KeyEntry {
  readonly label: string;
  readonly colour: SeriesColour;
  readonly shape: 'area' | 'line' | 'dash' | 'circle' | 'diamond' | 'triangle' | 'square' | 'cross';
}

/** A figure of the report: a title, what to read from it, one or more drawings and the same as a table. */
export interface Chart {
  readonly title: string;
  readonly caption: Html;
  readonly key: readonly KeyEntry[];
  /** Empty when there is nothing to draw; the caption says why then. */
  readonly views: readonly ChartView[];
  readonly table: Table;
  /** Whether it needs the whole width of the page. */
  readonly isWide: boolean;
  /** Whether its drawings are small and stand beside each other. */
  readonly isSmallMultiple?: boolean;
}

/** Ticks of a count, short: 50k, 1.5M. */
export const countTicks = {
  tickCount: 4,
  format: '~s',
  labelExpr: `datum.value === 0 ? '0' : datum.label`,
} as const;

/** Frame of every view: as wide as its box, data as values. */
export const frame = {
  width: 'container',
  autosize: { type: 'fit', contains: 'padding' },
} as const;
