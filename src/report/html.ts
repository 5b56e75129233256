/** A piece of HTML that is safe to put into the page: made by `html`, or from text that this program wrote itself. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What a template may hold: markup is taken as it is, text is escaped, lists are joined, null is nothing. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/**
 * Tagged template for markup. Every value is escaped unless it is Html itself, for element content and for quoted
 * attribute values alike. Values never belong in tag names, attribute names, unquoted attributes, scripts or styles.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let source = strings[0] ?? '';
  values.forEach((value, index) => {
    source += sourceOf(value) + (strings[index + 1] ?? '');
  });
  return new Html(source);
}

/** Text with the five characters that mean something to an HTML parser escaped, and no control characters. */
function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * A value as JSON for a `<script type="application/json">` block: no `<` is left, so nothing in it can end the block.
 * The values come out as they went in.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** Control characters (but tab and line feed) and halves of a character, which no file can hold, become U+FFFD. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/gu, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function sourceOf(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.source;
  if (typeof value === 'object') return value.map(sourceOf).join('');
  return escapeText(String(value));
}
