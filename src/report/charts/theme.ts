import type { Config } from 'vega-lite';

/** Colours of the page and the charts by what they mean; light and dark. Told apart by lightness as well as hue. */
export const palette = {
  paper: { light: '#f3f5f7', dark: '#0e141a' },
  card: { light: '#ffffff', dark: '#172029' },
  sunken: { light: '#eef1f4', dark: '#10181f' },
  ink: { light: '#17212c', dark: '#e9eef3' },
  muted: { light: '#566371', dark: '#9dabb9' },
  line: { light: '#dbe1e7', dark: '#2c3944' },
  accent: { light: '#0b5c9c', dark: '#7cc0f5' },
  warning: { light: '#fff4df', dark: '#2e2413' },
  'warning-edge': { light: '#c97a00', dark: '#e6a23c' },
  busy: { light: '#1f70b5', dark: '#4f9fe0' },
  idle: { light: '#c9d2db', dark: '#3a4855' },
  queued: { light: '#cf4f12', dark: '#ff9b57' },
  third: { light: '#13795b', dark: '#4fc59b' },
  fourth: { light: '#7b3fb5', dark: '#c39bf5' },
  bar: { light: '#8db9df', dark: '#2f6596' },
} as const;

export const seriesColours = [
  'busy',
  'idle',
  'queued',
  'third',
  'fourth',
  'bar',
  'ink',
  'muted',
  'warning-edge',
] as const;
export type SeriesColour = (typeof seriesColours)[number];

/** A colour as the charts use it: a CSS variable, so that light, dark and print re-colour a drawing that stands. */
export function colour(name: SeriesColour): string {
  return `var(--${name})`;
}

/** Room left of the drawing, so that charts under each other have their time axes in line. */
export const AXIS_WIDTH_PX = 54;

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

/** Vega-Lite's configuration for all charts of the page. */
export const chartConfig: Config = {
  background: 'transparent',
  font: FONT,
  padding: { left: 2, right: 12, top: 8, bottom: 2 },
  view: { stroke: null },
  axis: {
    domainColor: 'var(--line)',
    gridColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
    titleLimit: 210,
    labelPadding: 5,
    labelOverlap: 'greedy',
    labelSeparation: 6,
  },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, titleAnchor: 'end' },
  text: { color: 'var(--ink)', fontSize: 11 },
};
