// Opens a mini-program in a browser: stage its folder, build, serve, launch.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openChromium } from './browsers/chromium.js';
import { openWebKit } from './browsers/webkit.js';
import { build } from './build.js';
import { serve } from './serve.js';
import { PAGE_MS } from './waits.js';

const BROWSERS = {
  chromium: openChromium,
  webkit: openWebKit,
  'webkit without JIT': (options) => openWebKit({ ...options, jit: false }),
  'webkit without WebAssembly': (options) => openWebKit({ ...options, wasm: false }),
};

const IPHONE_8 = { width: 375, height: 667 };
const POLL_MS = 20;

// files: path in the package → bytes, or a file or folder on disk. The root stays untouched.
function stage(root, files, target) {
  const isOfPackage = (from) => path.basename(from) !== 'node_modules';
  fs.cpSync(root, target, { recursive: true, filter: isOfPackage });
  for (const [name, source] of Object.entries(files)) {
    const file = path.join(target, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (Buffer.isBuffer(source)) fs.writeFileSync(file, source);
    else fs.cpSync(source, file, { recursive: true });
  }
}

// Functions that are given to `evaluate` run in the page.
function createReaders({ evaluate }) {
  const read = (name) => evaluate((key) => window.__sim[key], name);

  async function until(what, isTrue) {
    for (const end = Date.now() + PAGE_MS; ;) {
      if (await isTrue()) return;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
      await wait(POLL_MS);
    }
  }

  const texts = (selector) => evaluate((text) =>
    window.__sim.all(text).map((element) => element.textContent.trim()), selector);
  const isShown = (selector) => evaluate((text) => {
    const [element] = window.__sim.all(text);
    return element !== undefined && element.getClientRects().length > 0
      && getComputedStyle(element).visibility !== 'hidden';
  }, selector);

  return {
    read,
    until,
    texts,
    isShown,
    async text(selector) {
      const [first] = await texts(selector);
      if (first === undefined) throw new Error(`not there: ${selector}`);
      return first;
    },
    count: async (selector) => (await texts(selector)).length,
    waitFor: (selector) => until(selector, () => isShown(selector)),
    waitForText: (selector, wanted) => until(`${selector} saying ${wanted}`, async () =>
      (await texts(selector)).some((text) => text.includes(wanted))),
    log: () => read('log'),
    stats: () => read('stats'),
  };
}

function createActions({ evaluate, tap, resize, picture }, { read, until }, viewport) {
  const settle = () => evaluate(() => window.__sim.rest());

  // A click follows a touch by itself, a moment later.
  async function tapAndSettle(selector) {
    const before = await read('taps');
    await tap(selector);
    await until('the tap', async () => await read('taps') > before);
    await settle();
  }

  const act = (work) => async (...values) => {
    await evaluate(work, ...values);
    await settle();
  };

  return {
    settle,
    tap: tapAndSettle,
    /** Types a text over what the field has. */
    type: act((selector, text) => {
      const [field] = window.__sim.all(`${selector} >> input, textarea`);
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.blur();
    }),
    /** Moves a slider: what a finger does, its last position is `value`. */
    slide: act((selector, value) => {
      const [field] = window.__sim.all(`${selector} >> input`);
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }),
    drag: act((selector, dx, dy) => {
      const [element] = window.__sim.all(selector);
      const send = (type, x, y) => element.dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: y, bubbles: true }));
      send('pointerdown', 100, 100);
      send('pointerup', 100 + dx, 100 + dy);
    }),
    /** Chooses by text in the columns of a picker, the first column first. */
    async pick(selector, ...choices) {
      await tapAndSettle(selector);
      await evaluate((wanted) => wanted.forEach((text, column) => {
        const options = window.__sim.all(`.panel-column >> nth=${column} >> .panel-option`);
        options.find((option) => option.textContent === text).click();
      }), choices);
      await tapAndSettle('.panel-confirm');
    },
    back: act(() => window.__sim.back()),
    setOnline: act((isOnline) => window.__sim.setOnline(isOnline)),
    // whole: as if the phone were as high as the page, so that fixed bars stay at its end.
    async screenshot(file, { whole = false } = {}) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const height = await evaluate(() => document.documentElement.scrollHeight);
      if (whole) await resize({ ...viewport, height });
      fs.writeFileSync(file, await picture());
      if (whole) await resize(viewport);
    },
  };
}

/**
 * browser: a name of BROWSERS. hosts: what wx.request may reach, name → the origin on this machine
 * that answers for it: { 'api.tea.example': 'http://127.0.0.1:4000' }. through: browsers/limit.js.
 * query: what the mini-program is launched with, 'member=anna'.
 */
export async function openMiniProgram({
  root, files = {}, profile = 'modern', browser = 'chromium', hosts = {}, viewport = IPHONE_8,
  wasmDelayMs = 0, through, query = '',
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
    const built = await build({ root: staged, out, profile, requestHosts: Object.keys(hosts) });
    const server = await serve({ root: staged, files: built.files, out, hosts, wasmDelayMs });
    cleanups.push(server.close);
    const opened = await BROWSERS[browser]({ url: `${server.url}?${query}`, viewport, through });
    cleanups.push(opened.close);
    const readers = createReaders(opened);
    const actions = createActions(opened, readers, viewport);
    const isReady = () => opened.evaluate(() => 'ready' in document.documentElement.dataset);
    await readers.until('the first page', isReady);
    async function relaunch() {
      await opened.evaluate(() => window.__sim.relaunch());
      await readers.until('the first page', isReady);
    }
    return { ...opened, ...readers, ...actions, ...built, relaunch, close };
  } catch (error) {
    await close();
    throw error;
  }
}
