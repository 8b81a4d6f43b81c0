// A link that is shared and a cart that moves: from the page of a member to that of a friend, and
// from there into the mini-program. Both run in Chromium at one shop.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { picture } from '../e2e/chromium.js';
import { openShop, settled, tap } from '../e2e/shop_page.js';
import { artifact, demo, openPhone } from './demo.js';
import { openMiniProgram } from './sim/open.js';

describe('sharing and handing over', { concurrency: false }, () => {
  const shop = openShop();
  const openPage = (t, path) => shop.openPage(t, { url: new URL(path, shop.url).href,
    until: '.card, .landing',
    permissions: ['clipboard-read', 'clipboard-write'] });
  const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

  let link;
  test('a member shares a link, as text and as a poster', async (t) => {
    const page = await openPage(t, '?member=sharer');
    await page.locator('.cart-button').click();
    await tap(page, 'share');
    await page.waitForSelector('.sheet-share .code-picture');
    await picture(page, '40-share');
    await tap(page, 'copy');
    await page.waitForSelector('.toast');
    link = await clipboard(page);
    assert.match(link, /\/\?share=[\w-]{20}$/);
    const poster = page.waitForEvent('download');
    await tap(page, 'save-poster');
    assert.equal((await poster).suggestedFilename(), '青岚茶铺.png');
  });

  let code;
  test('a friend takes the gift, fills a cart, and gets a code for the mini-program', async (t) => {
    const page = await openPage(t, `${new URL(link).search}&member=friend`);
    await page.waitForSelector('.landing');
    assert.match(await page.locator('.landing-note').textContent(), /在微信中打开/);
    assert.equal(await page.locator('[data-act="claim-gift"]').textContent(), '领¥20新人券');
    await tap(page, 'claim-gift');
    await page.waitForSelector('[data-act="claim-gift"]:disabled');
    assert.equal(await page.locator('[data-act="claim-gift"]').textContent(), '已领取');
    for (const sku of ['m01', 'f03', 'b05']) {
      await page.locator(`.landing [data-act="add"][data-arg="${sku}"]`).click();
    }
    await settled(page);
    await picture(page, '41-landing');
    // The total is the engine's, with the gift in it where that is best.
    const [total, payable] = await page.evaluate(() => [
      document.querySelector('.landing price-text.total').getAttribute('yuan'),
      window.__suanpan.receipt.totals.payable]);
    assert.equal(total, (payable / 100).toFixed(2));
    const rules = await page.evaluate(() =>
      window.__suanpan.receipt.coupons.map(({ rule }) => rule));
    assert.ok(rules.includes('newcomer_20'));
    await tap(page, 'hand-over');
    await page.waitForSelector('.sheet-handover .code-picture');
    code = await page.locator('.code-text b').textContent();
    assert.equal(code.length, 20);
    await picture(page, '42-handover');
  });

  test('the mini-program opens with the goods of the code, once', async () => {
    const mini = await openMiniProgram({ ...demo(shop), query: `member=friend2&handover=${code}` });
    try {
      await mini.waitForText('#toast', '已取回网页购物车，共3件');
      await mini.waitForText('.cart-button >> .badge', '3');
      await mini.screenshot(artifact('60-taken-over'));
      await mini.tap('.member');
      await mini.page.locator('.code input').fill(code);
      await mini.tap('.take-over');
      await mini.waitForText('#toast', '口令不存在或已过期');

      // Another cart, typed in this time.
      const other = await openPhone(shop, 'other');
      await other.shop.dispatch({ type: 'cart.add', sku: 'g02', options: [], n: 2 });
      await other.shop.sync();
      const { code: second } = await other.shop.handOver();
      other.shop.stop();
      await mini.page.locator('.code input').fill(second);
      await mini.tap('.take-over');
      await mini.waitForText('#toast', '已取回网页购物车，共2件');
      await mini.screenshot(artifact('61-code'), { whole: true });
      await mini.back();
      await mini.waitForText('.cart-button >> .badge', '5');
      assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
    } finally {
      await mini.close();
    }
  });

  test('the link leads into the mini-program too, and one’s own is no error', async () => {
    const share = new URL(link).searchParams.get('share');
    for (const member of ['friend3', 'sharer']) {
      const mini = await openMiniProgram({ ...demo(shop),
        query: `member=${member}&share=${share}` });
      try {
        await mini.waitFor('.for-you');
        await mini.page.waitForTimeout(500);
        assert.equal(await mini.isShown('.notice-rejected'), false);
      } finally {
        await mini.close();
      }
    }
  });
});
