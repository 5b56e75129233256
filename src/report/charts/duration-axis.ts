/** Durations that make good ticks. */
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

/** Vega's symlog: linear below a second, logarithmic above, so that "did not wait" has its place beside days. */
export const durationScale = { type: 'symlog', constant: 1, nice: false } as const;

/** Ticks of a duration axis from `fromS` to `toS`, and the expression (of constants alone) that names them. */
export function durationTicks(fromS: number, toS: number): { values: number[]; labelExpr: string } {
  const ticks = TICKS.filter(({ seconds }) => seconds >= fromS && seconds <= toS);
  const named = ticks.map(({ seconds, label }) => `datum.value === ${seconds} ? '${label}' : `);
  return { values: ticks.map(({ seconds }) => seconds), labelExpr: `${named.join('')}datum.label` };
}
