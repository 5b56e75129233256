import { Lexer } from 'yaml';

/** Tokens that a scenario may hold; the composer takes some seconds for as many. */
const TOKENS_MAX = 250_000;

/** Deepest nesting that a scenario file may have; the schema itself needs nine levels. */
const NESTING_MAX = 64;

/** What keeps text from being composed: its line (1-based) and the reason with the mend. */
export interface Overload {
  readonly line: number;
  readonly reason: string;
}

/**
 * Finds text that nests too deep or holds too many tokens. Looked for before the composer runs: that one is
 * recursive, and text of nothing but brackets can bring the whole process down.
 */
export function findOverload(text: string): Overload | undefined {
  let line = 1;
  let tokens = 0;
  let flowDepth = 0;
  let indicators = 0;
  let indent = 0;
  let atLineStart = true;
  const indents: number[] = [];
  let literal = false;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > TOKENS_MAX) {
      return { line, reason: `holds more than ${TOKENS_MAX} YAML tokens; put long lists of jobs into a trace file` };
    }
    if (literal) {
      // The token after a scalar mark is text, whatever it looks like.
      literal = false;
      line += newlinesIn(token);
      atLineStart = token.endsWith('\n');
      continue;
    }
    if (atLineStart) {
      indent = /^ *$/.test(token) ? token.length : 0;
      indicators = 0;
      atLineStart = false;
      if (indent === 0) indents.length = 0;
      while (indents.length > 0 && indents[indents.length - 1]! >= indent) indents.pop();
      indents.push(indent);
    }
    if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth = Math.max(0, flowDepth - 1);
    else if (flowDepth === 0 && (token === '-' || token === '?' || token === ':')) indicators++;
    else if (token === '\u001f') literal = true;
    if (token.includes('\n')) {
      line += newlinesIn(token);
      atLineStart = true;
    }
    if (flowDepth + indents.length + indicators > NESTING_MAX) {
      return { line, reason: `nests deeper than ${NESTING_MAX} levels; a scenario needs nine` };
    }
  }
  return undefined;
}

function newlinesIn(token: string): number {
  let count = 0;
  for (let at = token.indexOf('\n'); at !== -1; at = token.indexOf('\n', at + 1)) count++;
  return count;
}
