import { readFile } from 'node:fs/promises';

/** Vega, Vega-Lite and Vega-Embed as scripts for the page, in the order in which they need each other. */
export async function readLibraries(): Promise<string[]> {
  return Promise.all(
    ['vega', 'vega-lite', 'vega-embed'].map(async (name) => {
      // The packages do not export their minified files; they lie beside the main module.
      const path = new URL(`${name}.min.js`, import.meta.resolve(name));
      return asInlineScript(await readFile(path, 'utf8'));
    }),
  );
}

/**
 * Program text that may stand between script tags: without its source map's address, which a browser with open
 * developer tools would ask for, and with nothing that an HTML parser would take for the end of the script.
 */
export function asInlineScript(source: string): string {
  return source
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(/<(?=\/script|script|!--)/gi, '\\x3c')
    .trim();
}
