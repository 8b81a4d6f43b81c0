// 开卡立享 in the cart of the H5 shop: what the row says is what the tap does, and a receipt with
// the card is the one that the engine gives in Node.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createEngine } from 'suanpan/node';
import { yuan } from 'suanpan';
import { picture, root } from './chromium.js';
import { dispatch, openShop, stateOf, tap, top } from './shop_page.js';

const data = mkdtempSync(join(tmpdir(), 'suanpan-card-'));
const { openPage } = openShop({ data });
after(() => rmSync(data, { recursive: true, force: true }));
const book = JSON.parse(readFileSync(join(root, 'demo', 'seed', 'tea.book.json'), 'utf8'));
const CARD = 'black_card';
let engine;
before(async () => {
  engine = await createEngine();
  await engine.load(book, { unsignedBookForDevelopment: true });
});

const row = (page) => top(page).locator('.member-card');

// What the row says when it has caught up with the last tap, in fen.
async function worthOf(page) {
  await page.waitForTimeout(200);
  const [, saved, more, amount = '0.00'] =
    /^本单(?:立省¥([\d.]+)，)?(多付|少付|不用多付)(?:¥([\d.]+))?$/
      .exec(await row(page).locator('small').textContent());
  const fen = (text) => Math.round(Number(text) * 100);
  return { saved: fen(saved || '0.00'), more: fen(amount) * (more === '少付' ? -1 : 1) };
}

// The receipt of the page, which is the engine's own, and the total that is shown.
async function receiptOf(page) {
  const { request, receipt, total } = await stateOf(page);
  const { book: signed, hash, ...rest } = receipt;
  const { book: plain, hash: other, ...wanted } = engine.quote(request);
  assert.deepEqual(rest, wanted);
  assert.equal(total, yuan(receipt.totals.payable));
  return receipt;
}

async function openCart(t, skus, more) {
  const page = await openPage(t, more);
  await dispatch(page, ...skus.map((sku) => ({ type: 'cart.add', sku, options: [], n: 1 })));
  await page.locator('.cart-button').click();
  await page.waitForSelector('[data-route="cart"]');
  return page;
}

// Takes the card and gives it back; returns both receipts.
async function takeAndGiveBack(page) {
  const without = await receiptOf(page);
  const offered = await worthOf(page);
  await tap(page, 'card', CARD);
  const withCard = await receiptOf(page);
  assert.equal(withCard.totals.payable - without.totals.payable, offered.more);
  assert.equal(offered.saved, 990 - offered.more);
  assert.deepEqual(await worthOf(page), offered);
  await tap(page, 'card', CARD);
  assert.deepEqual((await receiptOf(page)).totals, without.totals);
  return { without, withCard, offered };
}

test('the card is offered, taken and given back, and its prices are there at once', async (t) => {
  const page = await openCart(t, ['m01', 'f01', 'f03', 'b05']);
  assert.equal(await row(page).locator('b').textContent(), '开通黑金会员月卡 ¥9.90');
  const { more } = await worthOf(page);
  await picture(page, '40-card-offered');
  const { request } = await stateOf(page);
  // Without freight and points an estimate says the same.
  const { now, member, coupons, lines } = request;
  const { cards: [estimated] } = engine.estimate({ now, member, coupons, cart: lines,
    skus: [{ sku: CARD }] });
  assert.equal(more, estimated.price);

  const { withCard } = await takeAndGiveBack(page);
  const card = withCard.lines.find(({ sku }) => sku === CARD);
  assert.deepEqual([card.qty, card.net], [1, 990]);
  await tap(page, 'card', CARD);
  assert.equal(await row(page).locator('b').textContent(), '已选黑金会员月卡 ¥9.90');
  const line = (name) => top(page).locator('.line', { hasText: name });
  assert.equal(await line('招牌珍珠奶茶').locator('price-text').getAttribute('yuan'), '12.20');
  assert.equal(await line('黑金会员').locator('.stepper').count(), 0);
  await worthOf(page);
  await picture(page, '41-card-taken');

  // The details add up, and the coupon that is for its tier is there.
  await tap(page, 'sheet', 'detail');
  const values = await page.locator('.sheet .row:not(.sum-row) .value').allTextContents();
  const fen = values.map((value) => (/\d/.test(value) ? Number(value.replace(/[¥.\s]/g, '')) : 0));
  const { totals, coupons: wallet } = await receiptOf(page);
  assert.equal(fen.reduce((sum, value) => sum + value, 0), totals.payable);
  await tap(page, 'close-sheet', '');
  assert.equal(wallet.find(({ rule }) => rule === 'black_only_15').state, 'picked');

  await tap(page, 'checkout');
  assert.match(await top(page).textContent(), /付款后得黑金会员30天/);
  await tap(page, 'sheet', 'coupons');
  assert.match(await page.locator('.coupon-card.on', { hasText: '黑金专享券' }).textContent(), /15/);
});

test('with freight and points the row still says what the tap does', async (t) => {
  const page = await openCart(t, ['m01', 'f01']);
  await tap(page, 'fulfilment', 'delivery');
  const { without, withCard } = await takeAndGiveBack(page);
  assert.deepEqual([without, withCard].map(({ totals }) => totals.freight), [0, 0]);
  assert.equal(withCard.fees.length, without.fees.length);
  await dispatch(page, { type: 'cart.choose', points: 'max' },
    { type: 'cart.choose', coupons: { pick: 'none' } });
  await page.waitForTimeout(100);
  await tap(page, 'select', 'f01');
  await takeAndGiveBack(page);
});

test('a card that is not ticked is offered again; without a network too', async (t) => {
  const page = await openCart(t, ['m01', 'f01', 'k03']);
  await page.waitForFunction(() => window.__suanpan.client.shop.status.pending === 0);
  await page.context().setOffline(true);
  await page.waitForSelector('.notice');
  const { offered } = await takeAndGiveBack(page);
  await tap(page, 'card', CARD);
  await tap(page, 'select', CARD);
  assert.deepEqual(await worthOf(page), offered);
  assert.match(await row(page).textContent(), /^\s*开通/);
  await tap(page, 'card', CARD);
  assert.match(await row(page).textContent(), /^\s*已选/);
  await picture(page, '42-card-offline');
  // Two taps of two phones are one card.
  await dispatch(page, { type: 'cart.set', sku: CARD, n: 1 });
  assert.equal((await receiptOf(page)).lines.find(({ sku }) => sku === CARD).qty, 1);
});

test('a member of its tier is not asked', async (t) => {
  const page = await openCart(t, ['m01']);
  assert.equal(await row(page).count(), 1);
  const member = await page.evaluate(() => window.__suanpan.client.shop.status.member);
  execFileSync(process.execPath, [join(root, 'js', 'cli', 'suanpan.js'), 'admin', 'grant',
    '--shop', book.shop, '--data', data, '--request', '-'], {
    input: JSON.stringify({ member, entry: 'black', tier: 'black' }) });
  await page.evaluate(() => window.__suanpan.client.shop.sync());
  await row(page).waitFor({ state: 'detached' });
  assert.equal((await receiptOf(page)).lines[0].segments[0].unit, 1220);
});
