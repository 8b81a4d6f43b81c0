// 为你推荐, 凑单 and the switch of the H5 shop in Chromium: what they show, that their amounts are
// the engine's, and that nothing of a member's history leaves the page.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fenFromYuan } from 'suanpan';
import { picture, root } from './chromium.js';
import { dispatch, openShop, stateOf, tap } from './shop_page.js';

const hasTrainer = existsSync(join(root, 'build', 'native', 'suanpan-train'));
const CHIPS = /^(常一起买|再买一次|凑单刚好|人气)$/;

const demo = openShop();
// The shelf comes when the model is there.
const openPage = (t, options) => demo.openPage(t, { until: '.for-you h2', ...options });

const items = (page) => page.locator('.for-you li').evaluateAll((cards) => cards.map((card) =>
  ({ sku: card.querySelector('button').dataset.arg, act: card.querySelector('button').dataset.act,
    chip: card.querySelector('.tags').textContent.trim() })));
const add = (page, ...skus) => dispatch(page, ...skus.map((sku) =>
  ({ type: 'cart.add', sku, options: [], n: 1 })));
const inCart = (page, count) => page.waitForFunction((n) =>
  window.__suanpan.request.lines.length === n, count);
const historyOf = (page) => page.evaluate(() => Object.keys(localStorage)
  .filter((key) => key.includes('.history.')).map((key) => JSON.parse(localStorage[key])));

// '加购后多付¥1.20' → 120.
function moreOf(text) {
  const [, sign, amount] = text.match(/^加购后(多付|少付|不用多付)(?:¥([\d.]+))?$/);
  return amount ? fenFromYuan(amount) * (sign === '少付' ? -1 : 1) : 0;
}

async function order(page, ...skus) {
  await add(page, ...skus);
  await inCart(page, skus.length);
  await tap(page, 'checkout');
  await tap(page, 'submit');
  await page.waitForSelector('[data-route="done"]');
  await tap(page, 'again');
  await page.waitForSelector('[data-route="done"]', { state: 'detached' });
}

describe('recommendation in the H5 shop', { concurrency: false,
  skip: !hasTrainer && 'there is no suanpan-train, hence no model' }, () => {
  test('the shelf gives goods with reasons, and a tap adds one', async (t) => {
    const page = await openPage(t);
    const shown = await items(page);
    assert.equal(shown.length, 6);
    shown.forEach(({ chip }) => assert.match(chip, CHIPS));
    assert.match(await page.locator('.for-you .note').textContent(), /本机计算，不上传/);

    const [first] = shown;
    await tap(page, first.act, first.sku);
    if (first.act === 'options') await tap(page, 'add-draft');
    await inCart(page, 1);
    const { request: { lines } } = await stateOf(page);
    assert.deepEqual(lines.map(({ sku, qty }) => [sku, qty]), [[first.sku, 1]]);
    // What is in the cart is recommended no more, and the cart has a say in what is.
    const next = await items(page);
    assert.ok(next.every(({ sku }) => sku !== first.sku));
    assert.ok(next.some(({ chip }) => chip === '常一起买'));
    await picture(page, '30-for-you');
  });

  test('an order is learnt, the switch forgets it for now, clearing for good', async (t) => {
    const sent = [];
    const page = await openPage(t, { sent });
    const before = await items(page);
    await order(page, 'p06', 'f01');
    const [history] = await historyOf(page);
    assert.deepEqual([history.count, history.orders.map(({ skus }) => skus)],
      [1, [['p06', 'f01']]]);
    assert.equal(await page.locator('.goods li:empty').count(), 0, 'the goods are all there');
    const personal = await items(page);
    assert.ok(personal.some(({ chip }) => chip === '再买一次'), JSON.stringify(personal));
    await picture(page, '31-for-you-again');

    await tap(page, 'personal', 'off');
    assert.match(await page.locator('.for-you .note').textContent(), /未使用您的购买记录/);
    const plain = await items(page);
    assert.ok(plain.every(({ chip }) => chip !== '再买一次'));
    await page.reload();
    await page.waitForSelector('.for-you h2');
    assert.deepEqual(await items(page), plain, 'the choice is kept');
    await tap(page, 'personal', 'on');
    assert.deepEqual(await items(page), personal);

    const file = page.waitForEvent('download');
    await tap(page, 'history', '');
    const exported = readFileSync(await (await file).path(), 'utf8');
    assert.deepEqual(JSON.parse(exported), history);

    await tap(page, 'forget', '');
    assert.deepEqual(await historyOf(page), []);
    assert.deepEqual(await items(page), before);
    assert.equal(await page.locator('[data-act="forget"]').count(), 0);

    // The model is asked for without a word, and nobody is spoken to but the shop as before.
    const loads = sent.filter(({ url }) => url.endsWith('/model'));
    assert.ok(loads.length > 0 && loads.every(({ method, text, url }) =>
      method === 'GET' && text === '' && !url.includes('?')));
    const known = ['.html', '.js', '.css', '.json', '.wasm', '/model', '.spb', '/',
      '/v1/enroll', '/v1/sync', '/v1/head', '/v1/nonce'];
    assert.deepEqual(sent.filter(({ url }) => /^http/.test(url)
      && !known.some((end) => new URL(url).pathname.endsWith(end))), []);
  });

  test('nothing is asked of the network for a shelf, a switch or 凑单', async (t) => {
    const sent = [];
    const page = await openPage(t, { sent });
    await order(page, 'p06');
    await add(page, 'm01', 'c01');
    await inCart(page, 2);
    await page.waitForFunction(() => window.__suanpan.client.shop.status.pending === 0);
    await page.waitForTimeout(300);
    const count = sent.length;
    await tap(page, 'personal', 'off');
    await tap(page, 'personal', 'on');
    await tap(page, 'topup');
    await page.waitForSelector('.sheet-topup .line');
    await tap(page, 'close-sheet', '');
    await tap(page, 'forget', '');
    await page.waitForTimeout(500);
    assert.deepEqual(sent.slice(count).filter(({ url }) => /^http/.test(url)), []);
  });

  for (const isNone of [false, true]) {
    test(`凑单 says 多付 and 少付 as the engine prices it${isNone ? ' where coupons were declined' : ''}`,
      async (t) => {
        const page = await openPage(t);
        await add(page, 'm01', 'c01');
        if (isNone) {
          await dispatch(page, { type: 'cart.choose', coupons: { pick: 'none' } });
        }
        await inCart(page, 2);
        await page.locator('.cart-button').click();
        await tap(page, 'topup', 'full_cut');
        await page.waitForSelector('.sheet-topup .line');
        // The search is over when its rows stand still.
        await page.waitForTimeout(1000);
        if (!isNone) await picture(page, '32-topup');
        const rows = await page.locator('.sheet-topup .line').evaluateAll((list) =>
          list.map((one) => ({ skus: one.querySelector('button').dataset.arg.split(' '),
            text: one.querySelector('.note').textContent,
            reaches: one.querySelector('.tags').textContent.trim() !== '' })));
        assert.ok(rows.length > 0 && rows.some(({ reaches }) => reaches));
        // With its coupons back the cart is cheaper than it was without them.
        assert.equal(rows.some(({ text }) => /少付/.test(text)), isNone);
        const { request, receipt } = await stateOf(page);
        // A choice of coupons is for the cart it was made for: what is added takes it back.
        const { pick, pins, ...free } = request;
        assert.equal(pick, isNone ? 'none' : undefined);
        for (const { skus, text, reaches } of rows) {
          const after = await page.evaluate((asked) => window.__suanpan.client.quote(asked),
            { ...free, lines: [...request.lines, ...skus.map((sku, i) =>
              ({ id: `x${i}`, sku, qty: 1, fulfilment: request.lines[0].fulfilment }))] });
          assert.equal(moreOf(text), after.totals.payable - receipt.totals.payable, skus.join());
          const { measure } = after.activities.find(({ rule }) => rule === 'full_cut');
          const { next } = receipt.activities.find(({ rule }) => rule === 'full_cut');
          assert.equal(reaches, measure >= next.gte, skus.join());
        }
        const [{ skus, text }] = rows;
        await tap(page, 'topup-add', skus.join(' '));
        const added = (await stateOf(page)).receipt.totals.payable - receipt.totals.payable;
        assert.equal(added, moreOf(text), skus.join());
        assert.match(await page.locator('.topup-foot').textContent(), /已满足|再买/);
      });
  }

  test('without a model the shop is whole and its place is given back', async (t) => {
    const page = await openPage(t, { until: '.card',
      routes: { '**/v1/book/*/model': (route) => route.fulfill({ status: 404 }) } });
    await page.waitForSelector('.for-you', { state: 'detached' });
    await add(page, 'm01', 'c01');
    await inCart(page, 2);
    await tap(page, 'topup');
    assert.ok(await page.locator('.sheet-topup .line').count() > 0);
  });
});
