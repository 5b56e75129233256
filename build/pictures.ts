import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/**
 * Takes the pictures of the README anew from the pages that its commands write into reports/: run these first. Needs
 * Chromium at /usr/bin/chromium.
 */
const pictures = [
  { page: 'reports/quickstart/report.html', image: 'report.png', heightPx: 830 },
  { page: 'reports/policies-and-nodes/report.html', image: 'study.png', heightPx: 1080 },
  { page: 'reports/spares/report.html', image: 'plan.png', heightPx: 1250 },
] as const;

const WIDTH_PX = 1180;
const BYTES_MAX = 150_000;

const wanted = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox'] });
try {
  for (const { page: file, image, heightPx } of pictures) {
    if (wanted.length > 0 && !wanted.includes(image)) continue;
    const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: heightPx }, colorScheme: 'light' });
    await page.goto(pathToFileURL(resolve(file)).href);
    await page.waitForFunction(`[...document.querySelectorAll('[data-chart]')].every((box) => box.dataset.state)`);
    const path = join('docs/images', image);
    await page.screenshot({ path });
    await page.close();
    const bytes = statSync(path).size;
    if (bytes > BYTES_MAX) throw new RangeError(`${path} has ${bytes} bytes; make the picture smaller`);
    console.log(`wrote ${path}, ${bytes} bytes`);
  }
} finally {
  await browser.close();
}
