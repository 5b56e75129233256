import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`skipped: ${CHROMIUM} is missing, so pages are not opened in a browser`);

/** Text that breaks what does not escape it. */
export const EVIL = `<script>window.broken = 1</script><img src=x onerror="window.broken = 2">"'.[]{}`;

/** A page with everything that it complained of and asked for. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** A browser for the tests of a `describe`, closed after them. */
export function useBrowser() {
  let browser: Browser;
  let folder: string;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-page-'));
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens a page from a file and waits until every chart is drawn, or has failed. */
  async function open(html: string, { width = 1440 }: { readonly width?: number } = {}): Promise<Opened> {
    const file = join(folder, `page-${files++}.html`);
    await writeFile(file, html);
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'light' });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    const address = pathToFileURL(file).href;
    await page.route('**/*', (route) => {
      if (route.request().url() === address) return route.continue();
      requests.push(route.request().url());
      return route.abort();
    });
    await page.goto(address);
    await page.waitForFunction(`[...document.querySelectorAll('[data-chart]')].every((box) => box.dataset.state)`);
    return { page, complaints, requests };
  }

  return { open };
}

/** Every chart of a page: whether it was drawn, and how many marks it has. */
export async function chartsOf(
  page: Page,
): Promise<{ readonly id: string | undefined; readonly state: string | undefined; readonly marks: number }[]> {
  return page.locator('[data-chart]').evaluateAll((boxes: readonly ChartBox[]) =>
    boxes.map((box) => ({
      id: box.dataset['chart'],
      state: box.dataset['state'],
      marks: box.querySelectorAll(
        'svg .mark-rect path, svg .mark-area path, svg .mark-line path, svg .mark-symbol path, svg .mark-rule line',
      ).length,
    })),
  );
}

/** What the page's boxes are, as far as the tests look at them. */
interface ChartBox {
  readonly dataset: Readonly<Record<string, string>>;
  querySelectorAll(selector: string): { readonly length: number };
}
