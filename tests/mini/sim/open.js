// Opens a mini-program in Chromium: stage its folder, build, serve, launch.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { build } from './build.js';
import { serve } from './serve.js';

const CHROMIUM = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

// The browser stays on this machine: no updates, no sync, no background traffic.
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const IPHONE_8 = { width: 375, height: 667 };
const WAIT_MS = 30000;

// files: path in the package → bytes, or a file or folder on disk. The root stays untouched.
function stage(root, files, target) {
  fs.cpSync(root, target, { recursive: true });
  for (const [name, source] of Object.entries(files)) {
    const file = path.join(target, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (Buffer.isBuffer(source)) fs.writeFileSync(file, source);
    else fs.cpSync(source, file, { recursive: true });
  }
}

function createHelpers(page) {
  const read = (name) => page.evaluate((key) => window.__sim[key], name);

  const settle = () => page.evaluate(() => window.__sim.rest());

  // A click follows a touch by itself, a moment later.
  async function tap(selector) {
    const before = await read('taps');
    await page.locator(selector).first().tap();
    await page.waitForFunction((count) => window.__sim.taps > count, before);
    await settle();
  }

  return {
    page,
    settle,
    tap,
    text: async (selector) => (await page.locator(selector).first().textContent()).trim(),
    texts: async (selector) =>
      (await page.locator(selector).allTextContents()).map((text) => text.trim()),
    isShown: (selector) => page.locator(selector).first().isVisible(),
    waitFor: (selector) => page.waitForSelector(selector, { timeout: WAIT_MS }),
    // whole: as if the phone were as high as the page, so that fixed bars stay at its end.
    async screenshot(file, { whole = false } = {}) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const size = page.viewportSize();
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      if (whole) await page.setViewportSize({ ...size, height });
      await page.screenshot({ path: file });
      if (whole) await page.setViewportSize(size);
    },
    async back() {
      await page.evaluate(() => window.__sim.back());
      await settle();
    },
    log: () => read('log'),
    stats: () => read('stats'),
  };
}

export async function openMiniProgram({
  root, files = {}, profile = 'modern', requestDomains = [], viewport = IPHONE_8, wasmDelayMs = 0,
}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'suanpan-mini-'));
  const staged = path.join(home, 'package');
  const out = path.join(home, 'out');
  const cleanups = [() => fs.rmSync(home, { recursive: true, force: true })];
  const close = async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  };

  try {
    stage(root, files, staged);
    const built = await build({ root: staged, out, profile, requestDomains });
    const server = await serve({ root: staged, files: built.files, out, wasmDelayMs });
    cleanups.push(server.close);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
    cleanups.push(() => browser.close());
    const page = await browser.newPage({
      viewport, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
    });
    await page.goto(server.url);
    await page.waitForSelector('html[data-ready]', { timeout: WAIT_MS });
    return { ...createHelpers(page), ...built, close };
  } catch (error) {
    await close();
    throw error;
  }
}
