/** What the benchmark's page has beside the style sheet of reports. */
export const pageStyles = `
.rankings { display: grid; gap: 18px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); align-items: start; }
.ranking ol { list-style: none; margin: 10px 0 0; padding: 0; font-size: 13px; }
.ranking li { display: grid; grid-template-columns: 2.1em minmax(0, 1fr) 4.5em minmax(5.2em, auto); gap: 8px; align-items: center; padding: 2.5px 0; }
.ranking .place { color: var(--muted); text-align: right; }
.ranking .figure { text-align: right; white-space: nowrap; }
.ranking .best .policy { font-weight: 650; }
.ranking .reference .part { fill: var(--queued); }
.ranking details { margin-top: 6px; }
.ranking details ol { margin-top: 4px; }
.alike { margin-top: 12px; }
`;
