import { html, printable, type Html } from './html.ts';

/** Text of at most `lengthMax` characters (whole code points); what is cut off shows as an ellipsis. */
export function shorten(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const head: string[] = [];
  for (const character of text) {
    if (head.length === lengthMax - 1) return `${head.join('')}…`;
    head.push(character);
  }
  return text;
}

/**
 * Somebody else's name in running text: cut to `lengthMax` characters and kept apart from the writing direction of
 * what is around it. The title holds up to 400 characters of it when it was cut.
 */
export function nameHtml(name: string, whenEmpty: string, lengthMax = 60): Html {
  if (name === '') return html`<i>${whenEmpty}</i>`;
  const short = shorten(name, lengthMax);
  return short === name ? html`<bdi>${name}</bdi>` : html`<bdi title="${shorten(name, 400)}">${short}</bdi>`;
}

/** Names for the axis of a chart: printable, at most `lengthMax` characters, and no two alike. */
export function axisLabels(names: readonly string[], whenEmpty: string, lengthMax = 40): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const label = shorten(printable(name === '' ? whenEmpty : name).replace(/\s+/g, ' '), lengthMax);
    let distinct = label;
    for (let copy = 2; taken.has(distinct); copy++) distinct = `${label} (${copy})`;
    taken.add(distinct);
    return distinct;
  });
}

/** A size class in GPUs: "1", "3–4", "65 or more". */
export function sizeLabel(gpusMin: number, gpusMax: number): string {
  if (gpusMin === gpusMax) return String(gpusMin);
  return Number.isFinite(gpusMax) ? `${gpusMin}–${gpusMax}` : `${gpusMin} or more`;
}
