/** A step into a document: a key of an object or an index of a list. */
export type Step = string | number;
export type Path = readonly Step[];

/** One mistake, in the style "place  path is VALUE; reason; mend". */
export interface Problem {
  /** file:line, or the option of the command line that brought the value in. */
  readonly place: string;
  readonly message: string;
}

/** All mistakes that were found, at once. The CLI prints them and exits with 2. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    // Messages quote what stands in files; whatever that is, it must not act on the reader's terminal.
    const shown = problems.map(({ place, message }) => ({ place, message: plainText(message) }));
    super(shown.map(({ place, message }) => `${place}  ${message}`).join('\n'));
    this.problems = shown;
  }
}

/** workload.traces[0].file; keys that are no plain words are quoted. */
export function pathText(path: Path): string {
  if (path.length === 0) return 'the scenario';
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${valueText(step)}]`;
  }
  return text;
}

const SHOWN_CHARACTERS_MAX = 60;

/** A value as a message shows it: on one line, short, and without characters that could command a terminal. */
export function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
  return plainText(shown);
}

/** Text with control and direction-changing characters made visible. */
export function plainText(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** JSON pointer of a path, as a key of maps. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
