/** Durations that make good ticks over a wide range. */
const TICKS: readonly { readonly seconds: number; readonly label: string }[] = [
  { seconds: 0, label: '0' },
  { seconds: 1, label: '1 s' },
  { seconds: 10, label: '10 s' },
  { seconds: 60, label: '1 min' },
  { seconds: 600, label: '10 min' },
  { seconds: 3600, label: '1 h' },
  { seconds: 21_600, label: '6 h' },
  { seconds: 86_400, label: '1 d' },
  { seconds: 604_800, label: '7 d' },
  { seconds: 2_592_000, label: '30 d' },
  { seconds: 15_552_000, label: '180 d' },
  { seconds: 94_608_000, label: '3 y' },
  { seconds: 946_080_000, label: '30 y' },
];

/** Ticks for a range that holds few of the others. */
const FINE_TICKS: typeof TICKS = [
  ...[0, 0.1, 0.2, 0.5].map((seconds) => ({ seconds, label: seconds === 0 ? '0' : `${seconds} s` })),
  ...[1, 2, 5, 10, 20, 30].map((seconds) => ({ seconds, label: `${seconds} s` })),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => ({ seconds: 60 * minutes, label: `${minutes} min` })),
  ...[1, 2, 3, 6, 12].map((hours) => ({ seconds: 3600 * hours, label: `${hours} h` })),
  ...[1, 2, 3, 5, 7, 14, 30, 60, 90, 180].map((days) => ({ seconds: 86_400 * days, label: `${days} d` })),
  ...[1, 2, 3, 5, 10, 20, 30].map((years) => ({ seconds: 31_536_000 * years, label: `${years} y` })),
];

/** Fewer ticks than this tell little. */
const TICKS_MIN = 4;

/** Vega's symlog: linear below a second, logarithmic above, so that "did not wait" has its place beside days. */
export const durationScale = { type: 'symlog', constant: 1, nice: false } as const;

/** Ticks of a duration axis from `fromS` to `toS`, and the expression (of constants alone) that names them. */
export function durationTicks(fromS: number, toS: number): { values: number[]; labelExpr: string } {
  const within = ({ seconds }: { readonly seconds: number }): boolean => seconds >= fromS && seconds <= toS;
  const wide = TICKS.filter(within);
  const ticks = wide.length >= TICKS_MIN ? wide : FINE_TICKS.filter(within);
  const named = ticks.map(({ seconds, label }) => `datum.value === ${seconds} ? '${label}' : `);
  return { values: ticks.map(({ seconds }) => seconds), labelExpr: `${named.join('')}datum.label` };
}

/** The largest good tick that is at most `seconds`: where an axis that need not start at zero may start. */
export function tickBelow(seconds: number): number {
  return FINE_TICKS.findLast((tick) => tick.seconds <= seconds)?.seconds ?? 0;
}
