// Chromium as a phone. A browser here is { evaluate, tap, resize, picture, close }, and `page` for
// tests that need more than both browsers offer.
import { chromium } from 'playwright-core';
import { PAGE_MS } from '../waits.js';

const CHROMIUM = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

// The browser stays on this machine: no updates, no sync, no background traffic.
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// through: program → what runs it (limit.js).
export async function openChromium({ url, viewport, through = (program) => program }) {
  const browser = await chromium.launch({ executablePath: through(CHROMIUM), args: FLAGS });
  try {
    const page = await browser.newPage({
      viewport, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
    });
    page.setDefaultTimeout(PAGE_MS);
    await page.goto(url);
    return {
      page,
      evaluate: (work, ...values) => page.evaluate(
        ([text, given]) => (0, eval)(`(${text})`)(...given), [String(work), values]),
      tap: (selector) => page.locator(selector).first().tap(),
      resize: (size) => page.setViewportSize(size),
      picture: () => page.screenshot(),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
