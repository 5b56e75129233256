import { palette, seriesColours } from './charts/theme.ts';

function variables(scheme: 'light' | 'dark'): string {
  return Object.entries(palette)
    .map(([name, shades]) => `--${name}:${shades[scheme]};`)
    .join('');
}

/** The page's style sheet. Dark is for screens alone: paper is white. */
export const styles = `
:root { color-scheme: light; ${variables('light')} }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; ${variables('dark')} } }

*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums lining-nums;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
main, header, footer { max-width: 1240px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 32px); }
h1, h2, h3, h4, p, ul, dl, dd, figure, pre { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: clamp(24px, 3.4vw, 34px); line-height: 1.15; letter-spacing: -0.018em; font-weight: 680; }
h2 { font-size: 20px; line-height: 1.25; letter-spacing: -0.01em; font-weight: 650; }
h3 { font-size: 15.5px; line-height: 1.3; font-weight: 650; }
h4 { font-size: 12px; font-weight: 600; color: var(--muted); margin: 12px 0 2px; }
a { color: var(--accent); text-underline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.86em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.note, .empty { color: var(--muted); font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; min-width: 0; }

header { padding-top: 28px; }
.brand { display: flex; align-items: center; gap: 9px; color: var(--muted); font-size: 13px; letter-spacing: 0.02em; margin-bottom: 18px; }
.brand svg { width: 26px; height: 22px; fill: none; stroke: var(--accent); stroke-width: 2.4; }
.description { color: var(--muted); max-width: 75ch; margin-top: 8px; white-space: pre-line; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 28px; margin-top: 16px; font-size: 13px; }
.facts div { display: flex; gap: 7px; min-width: 0; }
.facts dt { color: var(--muted); flex: none; }
.answer { font-size: clamp(18px, 2.1vw, 23px); line-height: 1.45; letter-spacing: -0.008em; max-width: 62ch; margin: 26px 0 0;
  padding-left: 18px; border-left: 4px solid var(--accent); text-wrap: pretty; }
.answer strong { font-weight: 680; }
nav { margin-top: 26px; border-block: 1px solid var(--line); font-size: 13.5px; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 22px; padding: 9px 0; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }

section { margin-top: 38px; scroll-margin-top: 12px; }
section > h2 { margin-bottom: 4px; }
section > .lead { color: var(--muted); max-width: 80ch; font-size: 14px; margin-bottom: 14px; }
section > h2 + .tiles, section > h2 + .grid, section > h2 + .cards, section > h2 + .card { margin-top: 14px; }
section > h3 { margin: 26px 0 8px; }
.grid { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); }
.grid > .card:not(:has(.chart)) { align-self: start; }
.grid .wide { grid-column: 1 / -1; }
.cards { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); align-items: start; }

.warnings { background: var(--warning); border: 1px solid var(--warning-edge); border-left-width: 5px; border-radius: 10px;
  padding: 14px 18px; margin-top: 24px; font-size: 14px; }
.warnings h2 { font-size: 15.5px; margin-bottom: 4px; }
.warnings li { padding-left: 16px; position: relative; margin-top: 4px; }
.warnings li::before { content: "•"; position: absolute; left: 2px; color: var(--warning-edge); }

.tiles { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 13px 16px 12px; min-width: 0; }
.tiles h3 { font-size: 12.5px; font-weight: 550; color: var(--muted); }
.tiles .value { font-size: clamp(21px, 2.4vw, 27px); line-height: 1.25; font-weight: 640; letter-spacing: -0.02em; }
.gauge { display: block; width: 100%; height: 5px; border-radius: 3px; margin: 3px 0; }
.gauge .all { fill: var(--idle); } .gauge .part { fill: var(--busy); }

figcaption p { color: var(--muted); font-size: 13.5px; margin-top: 3px; max-width: 85ch; }
.key { display: flex; flex-wrap: wrap; gap: 3px 16px; font-size: 12.5px; color: var(--muted); margin-top: 10px; }
.key svg { width: 18px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.key .stroke { fill: none; stroke-width: 2; }
${seriesColours.map((name) => `.c-${name} { fill: var(--${name}); stroke: none; } .c-${name} .stroke { stroke: var(--${name}); }`).join('\n')}
.panels { display: grid; gap: 6px 22px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 258px), 1fr)); }
.chart { margin-top: 6px; min-width: 0; overflow: hidden; }
.chart .view { width: 100%; display: block; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart[data-state=failed] { color: var(--muted); font-size: 13px; padding: 12px 0; }
details > summary { cursor: pointer; font-size: 13px; color: var(--accent); width: fit-content; }
figure > details { margin-top: 10px; }
details[open] > summary { margin-bottom: 8px; }

.scroll { overflow-x: auto; max-width: 100%; max-height: 640px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13px; overflow-wrap: normal; }
th, td { padding: 5px 11px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--muted); font-weight: 550; white-space: normal; vertical-align: bottom; background: var(--sunken); position: sticky; top: 0; z-index: 1; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); font-weight: 550; max-width: 46vw;
  overflow: hidden; text-overflow: ellipsis; }
thead th:first-child { z-index: 2; background: var(--sunken); }
tbody tr:hover > * { background: var(--sunken); }
.t { text-align: left; white-space: normal; min-width: 14ch; }
td.t:last-child { min-width: 32ch; }
th.t:first-child { min-width: 20ch; }
.card .scroll { margin-top: 12px; }

.choice { display: flex; flex-wrap: wrap; align-items: center; }
.choice > input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.choice > label { border: 1px solid var(--line); background: var(--card); color: var(--muted); padding: 4px 13px; font-size: 13px; cursor: pointer; margin-left: -1px; }
.choice > label:first-of-type { border-radius: 7px 0 0 7px; margin-left: 0; }
.choice > label:last-of-type { border-radius: 0 7px 7px 0; }
.choice > input:checked + label { background: var(--accent); border-color: var(--accent); color: var(--card); }
.choice > input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; }
.choice > .panel { display: none; width: 100%; min-width: 0; }
.choice > .panel > .note { margin: 8px 0; }
.choice > input:nth-of-type(1):checked ~ .panel:nth-of-type(1),
.choice > input:nth-of-type(2):checked ~ .panel:nth-of-type(2),
.choice > input:nth-of-type(3):checked ~ .panel:nth-of-type(3) { display: block; }

.role { font-size: 12px; color: var(--muted); text-transform: capitalize; }
.parameters { display: flex; flex-wrap: wrap; gap: 5px; margin-top: 8px; }
.parameters code { background: var(--sunken); border: 1px solid var(--line); border-radius: 5px; padding: 1px 7px; }
.rules { margin-top: 10px; font-size: 13.5px; }
.rules div { display: grid; grid-template-columns: minmax(80px, 120px) 1fr; gap: 2px 14px; padding: 5px 0; border-top: 1px solid var(--line); }
.rules dt { color: var(--muted); }
.plain { margin-top: 10px; font-size: 13.5px; } .plain li { margin-top: 5px; padding-left: 12px; border-left: 3px solid var(--warning-edge); }
pre { overflow: auto; max-height: 70vh; background: var(--sunken); border-radius: 8px; padding: 14px 16px; margin-top: 10px; overflow-wrap: normal; line-height: 1.45; }
.hash { overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: 12.5px; padding-block: 40px 32px; }

#vg-tooltip-element { position: fixed; z-index: 10; visibility: hidden; pointer-events: none; max-width: min(340px, 92vw);
  background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 7px; padding: 7px 10px;
  box-shadow: 0 4px 18px rgb(0 0 0 / 0.18); font-size: 12.5px; overflow-wrap: anywhere; }
#vg-tooltip-element.visible { visibility: visible; }
#vg-tooltip-element table { font-size: inherit; width: auto; overflow-wrap: anywhere; }
#vg-tooltip-element td { padding: 1px 0 1px 10px; border: 0; white-space: normal; text-align: left; background: none; }
#vg-tooltip-element td.key { color: var(--muted); display: table-cell; padding-left: 0; white-space: nowrap; }

@media (max-width: 560px) {
  .tiles { grid-template-columns: 1fr 1fr; gap: 9px; }
  .tiles li { padding: 10px 12px; }
  .card { padding: 14px 13px; }
  .rules div { grid-template-columns: 1fr; }
  .answer { padding-left: 13px; }
  .facts { gap: 4px 20px; }
}
@media print {
  body { font-size: 10.5pt; background: #fff; }
  nav, .chart + details, figure > details { display: none; }
  .card, .tiles li, figure, tr { break-inside: avoid; }
  .card { box-shadow: none; }
  .scroll, pre { max-height: none; overflow: visible; }
  .choice > label { display: none; }
  .choice > .panel { display: block; margin-bottom: 12px; }
  table { font-size: 8.5pt; } th, td { padding: 2px 5px; }
  section { margin-top: 22px; }
}
`;
