// The H5 shop as the tests open it: one Chromium and one demo a file, for every page a member of
// its own. Errors of a page fail the test that opened it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { PAGE_MS } from '../mini/sim/waits.js';
import { launch, root, startDemo } from './chromium.js';

/** Friday 16:15: coffee is 20 % off, and the wallet of the seed is as it was written. */
export const { now: NOW } = JSON.parse(
  readFileSync(join(root, 'demo', 'seed', 'tea.member.json'), 'utf8'));

/** { url, browser, openPage(t, options) } while the tests of this file run; its clock is at NOW. */
export function openShop({ data = ':new:' } = {}) {
  const shop = { url: '', browser: null };
  let demo;
  before(async () => {
    [shop.browser, demo] = await Promise.all([launch(),
      startDemo('--data', data, '--now', String(NOW))]);
    shop.url = demo.url;
  });
  after(() => Promise.all([shop.browser && shop.browser.close(), demo && demo.stop()]));

  /** `sent` gets every request of the page: { url, method, text }. */
  shop.openPage = async (t, { width = 375, height = 812, routes = {}, url = shop.url, sent = [],
    until = '.card, .notice', ...more } = {}) => {
    const context = await shop.browser.newContext(
      { viewport: { width, height }, deviceScaleFactor: 2, ...more });
    const page = await context.newPage();
    const errors = [];
    page.setDefaultTimeout(PAGE_MS);
    // The first visit waits until the demo has compressed what it serves.
    page.setDefaultNavigationTimeout(60_000);
    page.on('pageerror', (error) => errors.push(error.stack));
    page.on('console', (message) => {
      // A route that a test blocks is not an error of the page.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        errors.push(message.text());
      }
    });
    page.on('request', (request) => sent.push({ url: request.url(), method: request.method(),
      text: request.postData() || '' }));
    t.after(async () => {
      await context.close();
      assert.deepEqual(errors, []);
    });
    for (const [pattern, handler] of Object.entries(routes)) await page.route(pattern, handler);
    await page.goto(url);
    await page.waitForSelector(until);
    return page;
  };
  return shop;
}

export const top = (page) => page.locator('.page').last();

/** Taps what does this act, on the sheet or else on the page that is on top. */
export const tap = (page, act, arg) => page.locator('.sheet, .page:not([inert])').last()
  .locator(`[data-act="${act}"]${arg === undefined ? '' : `[data-arg="${arg}"]`}`).first().click();

/**
 * What the page knows: { request, receipt, best, build }, and the `total` that stands in its bar at
 * that moment: an answer of the shop that comes later can't part them.
 */
export const stateOf = (page) => page.evaluate(() => {
  const { request, receipt, best, build } = window.__suanpan;
  const shown = [...document.querySelectorAll('.page')].pop()
    .querySelector('.bar price-text.total');
  return { request, receipt, best, build, total: shown && shown.getAttribute('yuan') };
});

/** Events of the member, as if he had tapped them. */
export const dispatch = (page, ...events) => page.evaluate((list) =>
  Promise.all(list.map((event) => window.__suanpan.client.shop.dispatch(event))), events);

/** When the shop has everything that was tapped. */
export const settled = (page) => page.waitForFunction(() =>
  window.__suanpan.client.shop.status.pending === 0);

/** The words that come up next and go again: asked for before what brings them. */
export const nextToast = async (page) => (await page.waitForFunction(() =>
  document.querySelector('.toast')?.textContent)).jsonValue();
