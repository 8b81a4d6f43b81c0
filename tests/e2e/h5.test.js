// The H5 shop in Chromium, tap by tap. After every tap the receipt on the page has to be the one
// the command line gives for the very same request, and the total that is shown its `payable`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { yuan } from 'suanpan';
import { budgets } from '../size/budgets.js';
import { picture, root } from './chromium.js';
import { dispatch, nextToast, openShop, settled, stateOf, tap, top } from './shop_page.js';

const bookPath = join(root, 'demo', 'seed', 'tea.book.json');
const demo = openShop();
const { openPage } = demo;

function askCommandLine(request) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    join(root, 'js', 'cli', 'suanpan.js'), 'quote', '--book', bookPath, '--request', '-',
  ], { input: JSON.stringify(request), encoding: 'utf8' });
  assert.equal(status, 0, stderr + stdout);
  return JSON.parse(stdout);
}

const shown = (page, selector) =>
  top(page).locator(selector).first().getAttribute('yuan');

// The signed book and its development form have digests of their own; all else is the same.
const sameBook = ({ book, hash, ...receipt }) => receipt;

// The heart of the test: page = command line = text on the screen.
async function checkTotals(page) {
  const { request, receipt, total } = await stateOf(page);
  const answer = askCommandLine(request);
  assert.deepEqual(sameBook(receipt), sameBook(answer));
  assert.equal(total, yuan(answer.totals.payable));
  return receipt;
}

const change = (name, body = {}) => fetch(new URL(`demo/${name}`, demo.url),
  { method: 'POST', body: JSON.stringify(body) });

async function addDrink(page, sku, options = [], qty = 1) {
  await tap(page, 'options', sku);
  for (const option of options) await tap(page, 'option', option);
  for (let i = 1; i < qty; i++) await tap(page, 'draft-qty', 1);
  await tap(page, 'add-draft');
}

const setDrinks = async (page, drinks) => {
  for (const drink of drinks) await addDrink(page, ...drink);
};

const party = [['m01', ['large', 'sugar_50', 'pearl']], ['f01'], ['f03', ['coconut'], 2],
  ['m06', [], 3], ['b01'], ['b05']];

describe('the H5 shop', { concurrency: false }, () => {
  test('every step of filling a cart is priced as the command line prices it', async (t) => {
    const page = await openPage(t);
    await picture(page, '01-shelf');
    assert.equal((await checkTotals(page)).totals.payable, 0);
    assert.equal(await top(page).locator('.bar .submit').isDisabled(), true);

    await tap(page, 'options', 'm01');
    for (const option of ['large', 'sugar_50', 'pearl']) await tap(page, 'option', option);
    // Gold members: 13.20 instead of 15.00, and 3.00 + 2.00 for what is added.
    const unit = page.locator('.sheet .options-foot price-text');
    assert.equal(await unit.getAttribute('yuan'), '18.20');
    await picture(page, '02-options');
    await tap(page, 'add-draft');
    await checkTotals(page);

    for (const drink of party.slice(1)) {
      await addDrink(page, ...drink);
      await checkTotals(page);
    }
    await page.locator('[data-act="category"][data-arg="fruit"]').click();
    await picture(page, '03-shelf-with-cart');

    await page.locator('.cart-button').click();
    await page.waitForSelector('[data-route="cart"]');
    await picture(page, '04-cart');
    const [first] = (await stateOf(page)).request.lines;
    await tap(page, 'more', first.id);
    const more = await checkTotals(page);
    await tap(page, 'less', first.id);
    assert.notEqual((await checkTotals(page)).totals.payable, more.totals.payable);
    await tap(page, 'select', first.id);
    assert.equal((await checkTotals(page)).lines[0].state, 'unselected');
    await tap(page, 'select-all', 'on');
    assert.equal((await checkTotals(page)).lines[0].state, 'priced');
  });

  test('the quota of a flash sale splits a line', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'm06', [], 3);
    const { lines: [line] } = await checkTotals(page);
    assert.deepEqual(line.segments.map(({ qty, unit }) => [qty, unit]), [[2, 990], [1, 1900]]);
    await page.locator('.cart-button').click();
    assert.match(await page.locator('.line .soft').first().textContent(), /2件¥9\.90，1件¥19\.00/);
  });

  test('each line of fruit tea gets the offer that is better for the cart', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'f02');
    const alone = await checkTotals(page);
    assert.deepEqual(alone.decision.lines, [{ line: 'f02', rule: 'fruit_85' }]);
    await addDrink(page, 'f02', ['large']);
    const pair = await checkTotals(page);
    assert.deepEqual(pair.decision.lines.map(({ rule }) => rule),
      ['fruit_second_half', 'fruit_second_half']);
  });

  test('the details add up to the total', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    const { totals } = await checkTotals(page);
    await tap(page, 'sheet', 'detail');
    await picture(page, '05-detail');
    const values = await page.locator('.sheet .row:not(.sum-row) .value')
      .evaluateAll((cells) => cells.map((cell) => {
        const struck = cell.querySelector('s');
        return cell.textContent.replace(struck ? struck.textContent : '', '').trim();
      }));
    const fen = values.map((value) => (/\d/.test(value)
      ? Number(value.replace(/[¥.]/g, '')) : 0));
    assert.equal(fen.reduce((sum, value) => sum + value, 0), totals.payable);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.sheet').count(), 0);
  });

  test('a line shows which rule took how much', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    await page.locator('.cart-button').click();
    const { lines: [line] } = await checkTotals(page);
    await tap(page, 'line', line.id);
    await picture(page, '06-line');
    const cuts = await page.locator('.sheet .row .active').allTextContents();
    assert.deepEqual(cuts.map((text) => text.trim()), line.cuts.map(({ cut }) => `-¥${yuan(cut)}`));
    assert.equal(await page.locator('.sheet price-text').getAttribute('yuan'), yuan(line.net));
  });

  test('the coupon sheet: recommended first, reasons in words, worse ones say so', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    await tap(page, 'checkout');
    const answer = await checkTotals(page);
    const picked = answer.coupons.filter(({ state }) => state === 'picked');
    const saved = picked.reduce((sum, { cut }) => sum + cut, 0);
    assert.ok(picked.length >= 2, 'a shop coupon and a platform coupon together');

    await tap(page, 'sheet', 'coupons');
    await picture(page, '07-coupons');
    const sheet = page.locator('.sheet');
    const recommended = sheet.locator('.recommended');
    assert.equal(await recommended.getAttribute('aria-pressed'), 'true');
    assert.match(await recommended.textContent(), new RegExp(`推荐组合\\s*共省¥${yuan(saved)}`));
    assert.equal(await sheet.locator('.submit').textContent(), `确定（省¥${yuan(saved)}）`);
    assert.deepEqual((await sheet.locator('.coupon-card.on').evaluateAll((cards) =>
      cards.map((card) => card.dataset.arg))).sort(), picked.map(({ id }) => id).sort());

    await tap(page, 'coupon-tab', 'unusable');
    await picture(page, '08-coupons-unusable');
    const reasons = Object.fromEntries(await sheet.locator('.coupon-card').evaluateAll((cards) =>
      cards.map((card) => [card.dataset.arg, card.dataset.reason])));
    const gap = (id) => yuan(answer.coupons.find((coupon) => coupon.id === id).gap);
    const expected = {
      w07: /运费|自提/, w08: /所选商品不适用/, w11: new RegExp(`还差¥${gap('w11')}`),
      w12: /等级|会员|黑金|适用人群/, w13: /未到使用时间/, w14: /已过期/,
    };
    for (const [id, text] of Object.entries(expected)) {
      assert.match(reasons[id] || '', /^不可用原因：./, id);
      assert.match(reasons[id], text, id);
    }
    assert.deepEqual(Object.keys(reasons).sort(), answer.coupons
      .filter(({ state }) => state === 'unusable').map(({ id }) => id).sort());

    await tap(page, 'coupon-tab', 'usable');
    const worse = answer.coupons.find(({ state, rule }) => state === 'usable'
      && rule === 'shop_25_4');
    await tap(page, 'pin', worse.id);
    await picture(page, '09-coupons-worse');
    assert.match(await sheet.locator('.lost').textContent(), /^比推荐组合少省¥\d+\.\d\d$/);
    await tap(page, 'coupons-done');
    const pinned = await checkTotals(page);
    assert.ok(pinned.decision.coupons.includes(worse.id));
    assert.ok(pinned.totals.payable > answer.totals.payable);

    await tap(page, 'sheet', 'coupons');
    await tap(page, 'pin-none');
    await tap(page, 'coupons-done');
    assert.deepEqual((await checkTotals(page)).decision.coupons, []);

    await tap(page, 'sheet', 'coupons');
    await tap(page, 'pin-best');
    await tap(page, 'coupons-done');
    assert.equal((await checkTotals(page)).totals.payable, answer.totals.payable);
  });

  test('points, pickup and delivery, and the shop that prices the order again', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    await tap(page, 'checkout');
    const without = await checkTotals(page);
    assert.equal(without.totals.freight, 0);

    await tap(page, 'points', 'on');
    const withPoints = await checkTotals(page);
    assert.equal(withPoints.points.used, 800);
    assert.equal(withPoints.totals.payable, without.totals.payable - 800);
    const slider = page.locator('[data-input="points"]');
    await slider.fill('300');
    assert.equal((await checkTotals(page)).points.used, 300);
    await slider.fill('800');
    await checkTotals(page);

    await tap(page, 'fulfilment', 'delivery');
    const delivered = await checkTotals(page);
    assert.ok(delivered.totals.freight_list > 0);
    await picture(page, '10-confirm-delivery');
    await page.locator('.over .scroll').evaluate((scroll) => scroll.scrollTo(0, 9999));
    await picture(page, '11-confirm-end');
    await tap(page, 'points', 'off');
    await checkTotals(page);

    const { receipt } = await stateOf(page);
    await tap(page, 'submit');
    await page.waitForSelector('[data-route="done"]');
    await picture(page, '12-done');
    assert.match(await page.locator('.verified').textContent(), /商家已核价，金额一致/);
    assert.equal(await shown(page, '.done-total price-text'), yuan(receipt.totals.payable));
    assert.equal((await stateOf(page)).request.lines.length, 0);
  });

  test('an order stands under 我的订单, and can be taken back', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'm01');
    await tap(page, 'checkout');
    const { totals } = await checkTotals(page);
    await tap(page, 'submit');
    await page.waitForSelector('[data-route="done"]');
    await tap(page, 'go', 'orders');
    const order = top(page).locator('.order');
    assert.match(await order.textContent(), /待支付\s*招牌珍珠奶茶/);
    assert.equal(await shown(page, '.order price-text'), yuan(totals.payable));
    await picture(page, '28-orders');
    await tap(page, 'cancel-order');
    await page.waitForFunction(() => document.querySelector('.order .sold'));
    assert.match(await order.textContent(), /已取消/);
    const [kept] = await page.evaluate(() => window.__suanpan.client.shop.state.orders);
    assert.equal(kept.state, 'cancelled');
  });

  test('a price that has changed is shown line by line, never silently', async (t) => {
    const page = await openPage(t);
    t.after(() => change('reset'));
    await addDrink(page, 'p06', [], 2);
    await tap(page, 'checkout');
    await settled(page);
    // The shop publishes a new book: lemon water is dearer by a yuan. This page has not heard yet.
    await change('price', { sku: 'p06' });
    await tap(page, 'submit');
    await page.waitForSelector('.sheet-changed');
    await picture(page, '13-price-changed');
    const text = (await page.locator('.sheet-changed').textContent()).replace(/\s+/g, '');
    // 12.00 became 14.00; the coupon for one cup at half price takes 3.00 and now 3.50 off.
    assert.match(text, /以下商品价格有变化鲜柠檬水¥9\.00¥10\.50合计¥9\.00¥10\.50/);
    await tap(page, 'accept-change', '');
    await page.waitForSelector('.sheet', { state: 'detached' });
    assert.equal((await stateOf(page)).receipt.totals.payable, 1050);
    await tap(page, 'submit');
    await page.waitForSelector('.verified');
    assert.equal(await shown(page, '.done-total price-text'), '10.50');
  });

  test('a window that closes on the way to pay is asked about before it is sent', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'c03');
    await tap(page, 'checkout');
    await settled(page);
    const before = await shown(page, '.sum-row price-text');
    // Coffee is 20 % off until half past five.
    await page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now() + 2 * 3600 * 1000;
    });
    await page.waitForSelector('.sheet-changed');
    const text = (await page.locator('.sheet-changed').textContent()).replace(/\s+/g, '');
    const { payable } = (await stateOf(page)).receipt.totals;
    const after = (payable / 100).toFixed(2);
    assert.ok(Number(after) > Number(before));
    assert.ok(text.includes(`合计¥${before}¥${after}`), text);
    assert.equal(await page.evaluate(() => window.__suanpan.client.shop.state.orders.length), 0);
    await tap(page, 'accept-change', '');
    await page.waitForSelector('.sheet', { state: 'detached' });
    assert.equal(await shown(page, '.sum-row price-text'), after);
  });

  test('a book that is published reaches the page by itself', async (t) => {
    const page = await openPage(t);
    t.after(() => change('reset'));
    await addDrink(page, 'p06', [], 2);
    await settled(page);
    const { ver } = await page.evaluate(() => window.__suanpan.client.shop.status.book);
    const toast = nextToast(page);
    await change('price', { sku: 'p06' });
    await page.evaluate(() => window.__suanpan.client.shop.sync());
    await page.waitForFunction((old) =>
      window.__suanpan.client.shop.status.book.ver > old, ver);
    assert.match(await toast, /商家更新了价格/);
    assert.equal((await stateOf(page)).receipt.totals.payable, 1050);
  });

  test('a coupon that runs out while the page is open is said, and the best others are taken',
    async (t) => {
      const page = await openPage(t);
      t.after(() => change('reset'));
      await setDrinks(page, party);
      await settled(page);
      const { receipt } = await stateOf(page);
      const { rule } = receipt.coupons.find(({ state }) => state === 'picked');
      const toast = nextToast(page);
      await change('expire', { rule });
      await page.evaluate(() => window.__suanpan.client.shop.sync());
      await picture(page, '22-coupon-expired');
      assert.match(await toast, /^「.+」已过期，已为您换用最优组合(，多付¥\d+\.\d\d)?$/);
      const after = (await stateOf(page)).receipt;
      assert.ok(after.coupons.every((one) => one.rule !== rule || one.state === 'unusable'));
    });

  test('what is sold out meanwhile moves to 失效商品', async (t) => {
    const page = await openPage(t);
    t.after(() => change('reset'));
    await setDrinks(page, [['p06'], ['f01']]);
    await settled(page);
    const toast = nextToast(page);
    await change('sold', { sku: 'f01' });
    await page.evaluate(() => window.__suanpan.client.shop.sync());
    assert.match(await toast, /已售罄，已移到失效商品/);
    await page.locator('.cart-button').click();
    assert.equal(await page.locator('.gone .line').count(), 1);
    await picture(page, '23-sold-out');
  });

  test('找相似 leads to the shelf of goods like the one that is gone', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'm09');
    await settled(page);
    await change('sold', { sku: 'm09' });
    t.after(() => change('reset'));
    await page.evaluate(() => window.__suanpan.client.shop.sync());
    await page.locator('.cart-button').click();
    await page.locator('[data-act="similar"]').click();
    await page.waitForFunction(() =>
      document.querySelector('.categories .on').textContent === '醇香奶茶');
  });

  test('two devices of one member show one cart', async (t) => {
    const url = `${demo.url}?member=two_devices`;
    const phone = await openPage(t, { url });
    const tablet = await openPage(t, { url });
    await addDrink(phone, 'm01', [], 2);
    await settled(phone);
    await tablet.evaluate(() => window.__suanpan.client.shop.sync());
    await tablet.waitForFunction(() => window.__suanpan.request.lines.length === 1);
    await tablet.locator('.cart-button').click();
    await tap(tablet, 'more', 'm01');
    await settled(tablet);
    await phone.evaluate(() => window.__suanpan.client.shop.sync());
    await phone.waitForFunction(() => window.__suanpan.request.lines[0].qty === 3);
    await phone.locator('.cart-button').click();
    assert.match(await phone.locator('.chip').first().textContent(), /数量已更新为3/);
    await picture(phone, '24-conflict');
  });

  test('two tabs of one browser: one writes, both show the same', async (t) => {
    const page = await openPage(t);
    const other = await page.context().newPage();
    await other.goto(demo.url);
    await other.waitForSelector('.card');
    await dispatch(other, { type: 'cart.add', sku: 'p06', options: [], n: 2 });
    await page.waitForFunction(() => window.__suanpan.request.lines.length === 1);
    await page.close();
    await dispatch(other, { type: 'cart.add', sku: 'p06', options: [], n: 1 });
    await settled(other);
    assert.equal((await stateOf(other)).request.lines[0].qty, 3);
  });

  test('what the server refuses stands in the tray until it is seen', async (t) => {
    const page = await openPage(t);
    await page.evaluate(() => window.__suanpan.client.shop.claim('no_such_rule'));
    await page.waitForSelector('.notice.rejected');
    await page.reload();
    await page.waitForSelector('.notice.rejected');
    await page.locator('.notice.rejected button').click();
    await picture(page, '25-rejected');
    assert.match(await page.locator('.sheet').textContent(), /领券未成功/);
    await tap(page, 'dismiss');
    await page.waitForSelector('.notice.rejected', { state: 'detached' });
  });

  test('the developer panel breaks the network and the cart survives', async (t) => {
    const page = await openPage(t);
    await page.locator('.engine-note [data-arg="developer"]').click();
    await picture(page, '26-developer');
    await tap(page, 'dev-chaos', 'on');
    await tap(page, 'close-sheet', '');
    for (let i = 0; i < 4; i++) {
      await dispatch(page, { type: 'cart.add', sku: 'p06', options: [], n: 1 });
      await page.evaluate(() => window.__suanpan.client.shop.sync());
    }
    await settled(page);
    const [heard, qty] = await page.evaluate(() => [window.__suanpan.wire.heard,
      window.__suanpan.client.shop.state.cart.lines[0].qty]);
    assert.ok(heard >= 6);
    assert.equal(qty, 4);
  });

  test('凑单 names what to pay more or less, exactly', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, [['m01'], ['c01']]);
    await page.locator('.cart-button').click();
    const before = await checkTotals(page);
    await tap(page, 'topup', 'full_cut');
    await picture(page, '14-topup');
    const first = page.locator('.sheet .line').first();
    const [, sign, amount] = (await first.textContent())
      .match(/加购后(多付|少付)¥(\d+\.\d\d)/);
    await first.locator('[data-act="topup-add"]').click();
    const after = await checkTotals(page);
    const fen = Number(amount.replace('.', '')) * (sign === '多付' ? 1 : -1);
    assert.equal(after.totals.payable - before.totals.payable, fen);
    assert.match(await page.locator('.topup-foot').textContent(), /已满足，立省/);
  });

  test('a reload keeps the cart and the choices', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party.slice(0, 3));
    await page.locator('.cart-button').click();
    await tap(page, 'fulfilment', 'delivery');
    const before = await checkTotals(page);
    await page.reload();
    await page.waitForSelector('[data-route="cart"]');
    const again = await checkTotals(page);
    assert.deepEqual(sameBook(again), sameBook(before));
  });

  test('what is sold out or gone stands apart and is not priced', async (t) => {
    const page = await openPage(t);
    await dispatch(page, ...['m10', 'p01', 'no_such_sku'].map((sku) =>
      ({ type: 'cart.add', sku, options: [], n: 1 })));
    await page.waitForFunction(() => window.__suanpan.request.lines.length === 3);
    const { lines } = await checkTotals(page);
    assert.deepEqual(lines.map(({ state }) => state), ['off_shelf', 'priced', 'off_shelf']);
    await page.locator('.cart-button').click();
    await picture(page, '15-gone');
    assert.match(await page.locator('.gone').textContent(), /失效商品/);
    await tap(page, 'clear-gone');
    assert.equal(await page.locator('.gone').count(), 0);
    assert.equal((await checkTotals(page)).lines.length, 1);
  });

  test('nothing to pay is ¥0.00 and 确认下单', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'p06');
    await tap(page, 'checkout');
    await tap(page, 'sheet', 'coupons');
    await tap(page, 'pin-none');
    await tap(page, 'coupons-done');
    await tap(page, 'points', 'on');
    const { totals, points } = await checkTotals(page);
    assert.deepEqual([totals.payable, points.used], [0, 600]);
    await picture(page, '16-nothing-to-pay');
    assert.equal(await shown(page, '.bar price-text.total'), '0.00');
    assert.equal(await top(page).locator('.bar .submit').textContent(), '确认下单');
    await tap(page, 'submit');
    await page.waitForSelector('.verified');
  });

  test('below the minimum order delivery says what is missing', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'p01');
    await page.locator('.cart-button').click();
    await tap(page, 'fulfilment', 'delivery');
    const { submit } = await checkTotals(page);
    assert.equal(submit.ok, false);
    const button = top(page).locator('.bar .submit');
    assert.equal(await button.textContent(), `差¥${yuan(submit.gap)}起送`);
    assert.equal(await button.isDisabled(), true);
  });

  test('an address nobody rides to is named, and another one helps', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party.slice(0, 3));
    await tap(page, 'checkout');
    await tap(page, 'fulfilment', 'delivery');
    await tap(page, 'sheet', 'address');
    await picture(page, '20-address');
    await tap(page, 'address', '2');
    assert.equal((await checkTotals(page)).submit.reason, 'NO_DELIVERY');
    assert.match(await page.locator('.over .freight').textContent(), /不能送到这个地址/);
    assert.equal(await top(page).locator('.bar .submit').isDisabled(), true);
    await tap(page, 'sheet', 'address');
    await tap(page, 'address', '1');
    assert.equal((await checkTotals(page)).submit.ok, true);
  });

  test('while the engine loads there is a skeleton and no price', async (t) => {
    let go;
    const gate = new Promise((resolve) => { go = resolve; });
    const page = await openPage(t, { until: '.skeleton', routes: {
      '**/suanpan.wasm': async (route) => {
        await gate;
        await route.continue();
      } } });
    await picture(page, '21-loading');
    const skeleton = page.locator('.skeleton');
    assert.match(await skeleton.locator('.bar').textContent(), /¥--/);
    assert.equal(await skeleton.locator('.submit').isDisabled(), true);
    assert.equal(await skeleton.locator('.preparing').evaluate((one) =>
      getComputedStyle(one).opacity), '1');
    const { height } = await skeleton.locator('.bar').boundingBox();
    go();
    await page.waitForSelector('.card');
    assert.equal((await top(page).locator('.bar').boundingBox()).height, height);
    await checkTotals(page);
  });

  test('without WebAssembly the JavaScript twin gives the same receipt', async (t) => {
    // Signatures take the twin a second where wasm takes some milliseconds.
    const page = await openPage(t, { routes: { '**/suanpan.wasm': (route) => route.abort() } });
    assert.match(await page.locator('.notice').textContent(), /已切换为兼容模式/);
    await setDrinks(page, party);
    assert.equal((await stateOf(page)).build, 'wasm2js');
    await checkTotals(page);
    await picture(page, '17-twin');
  });

  test('without any engine the server prices', async (t) => {
    const page = await openPage(t, { routes: {
      '**/suanpan.wasm': (route) => route.abort(), '**/*wasm2js*.js': (route) => route.abort(),
    } });
    assert.match(await page.locator('.notice').textContent(), /由服务器计价/);
    await addDrink(page, 'f01');
    await page.waitForFunction(() => window.__suanpan.request.lines.length === 1);
    assert.equal((await stateOf(page)).build, 'server');
    await checkTotals(page);
  });

  test('offline the cart is still priced, and the order waits', async (t) => {
    const page = await openPage(t);
    await addDrink(page, 'f01');
    await settled(page);
    await page.context().setOffline(true);
    await page.waitForSelector('.notice');
    assert.match((await page.locator('.notice').textContent()).trim(),
      /^离线中，价格按 11-20 16:\d\d 的规则计算，提交前会再核对$/);
    await addDrink(page, 'f03');
    await checkTotals(page);
    assert.match(await page.locator('.notice').textContent(), /1 项待同步/);
    await tap(page, 'checkout');
    const toast = nextToast(page);
    await tap(page, 'submit');
    assert.match(await toast, /已保存，联网后提交/);
    await picture(page, '18-offline');
    assert.equal(await page.locator('.intent').getAttribute('data-intent'), 'waiting');
    // It never submits itself: the shopper confirms.
    await page.context().setOffline(false);
    await page.waitForSelector('[data-intent="confirm"]');
    await picture(page, '27-intent');
    assert.equal(await page.evaluate(() =>
      window.__suanpan.client.shop.state.orders.length), 0);
    await page.locator('[data-act="intent-confirm"]').click();
    await page.waitForSelector('[data-route="done"]');
  });

  test('targets are 44 px, and buttons have names', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    const small = () => page.evaluate(() => [...document.querySelectorAll('button, input')]
      .filter((one) => !one.closest('[inert]') && one.getClientRects().length > 0)
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([one, box]) => box.width < 43.5 || box.height < 43.5
        || !(one.getAttribute('aria-label') || one.textContent.trim()
          || one.querySelector('[aria-label]')))
      .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}×${box.height}`));
    assert.deepEqual(await small(), []);
    await tap(page, 'options', 'm01');
    assert.deepEqual(await small(), []);
    await tap(page, 'close-sheet', '');
    await page.locator('.cart-button').click();
    await page.waitForTimeout(300);
    assert.deepEqual(await small(), []);
    await tap(page, 'checkout');
    await page.waitForTimeout(300);
    await tap(page, 'points', 'on');
    assert.deepEqual(await small(), []);
    await tap(page, 'sheet', 'coupons');
    await page.waitForTimeout(300);
    assert.deepEqual(await small(), []);
    // A sheet takes the focus and gives it back.
    assert.match(await page.evaluate(() => document.activeElement.className), /sheet-coupons/);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.arg), 'coupons');
  });

  test('on the narrowest phone nothing runs into something else', async (t) => {
    const page = await openPage(t, { width: 320, height: 640 });
    await dispatch(page, ...party.map(([sku]) => ({ type: 'cart.add', sku, options: [], n: 1 })));
    // Boxes of one row that overlap, and words that wrap inside of a label.
    const collisions = () => top(page).evaluate((root) => {
      const rows = [['.bar', '.sum .link, .submit'], ['.member-strip', '.tier, .points, .link']];
      return rows.flatMap(([row, parts]) => [...root.querySelectorAll(row)].flatMap((one) => {
        const boxes = [...one.querySelectorAll(parts)].map((part) => part.getBoundingClientRect());
        return boxes.slice(1).filter((box, i) => box.left < boxes[i].right - 0.5
          || box.right > innerWidth).map(() => row);
      })).concat([...root.querySelectorAll('.tier, .points')]
        .filter((one) => one.getBoundingClientRect().height > 24).map((one) => one.textContent));
    });
    assert.deepEqual(await collisions(), []);
    await picture(page, '28-narrow-shelf');
    await page.locator('.cart-button').click();
    await page.waitForTimeout(300);
    assert.deepEqual(await collisions(), []);
    await picture(page, '29-narrow-cart');
  });

  test('the first load keeps to its budget, the engine included', async (t) => {
    const context = await demo.browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(demo.url);
    await page.waitForSelector('.card');
    // What comes once the goods are shown is not part of it.
    await page.waitForFunction(() => performance.getEntriesByName('shown').length > 0);
    const loaded = await page.evaluate(() => [
      ...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource'),
    ].filter(({ name, startTime }) => name.startsWith('http')
      && startTime <= performance.getEntriesByName('shown')[0].startTime)
      .map(({ name, transferSize }) => [new URL(name).pathname, transferSize]));
    const bytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    t.diagnostic(loaded.map(([name, size]) => `${name} ${size}`).join(', '));
    t.diagnostic(`${bytes} bytes`);
    assert.ok(loaded.some(([name, size]) => name.endsWith('.wasm') && size > 10_000));
    assert.ok(bytes <= budgets.h5_first_load_bytes_max, `${bytes} bytes`);
  });

  test('a tap is priced before what lies over the shelf is here', async (t) => {
    let letGo;
    const isAwaited = new Promise((resolve) => { letGo = resolve; });
    const page = await openPage(t, { routes: {
      '**/assets/over-*.js': async (route) => {
        await isAwaited;
        await route.continue();
      },
    } });
    await dispatch(page, { type: 'cart.add', sku: 'm01', options: [], n: 2 });
    await page.waitForFunction(() => document.querySelector('.badge')?.textContent === '2');
    await checkTotals(page);
    letGo();
    await page.locator('.cart-button').click();
    await page.waitForSelector('[data-route="cart"] .line');
    await checkTotals(page);
  });

  test('a tap is answered within a frame', async (t) => {
    const page = await openPage(t);
    await setDrinks(page, party);
    await page.locator('.cart-button').click();
    const ms = await page.evaluate(async () => {
      const times = [];
      for (let i = 0; i < 40; i++) {
        const act = i % 2 ? 'less' : 'more';
        const start = performance.now();
        document.querySelector(`.over [data-act="${act}"]`).click();
        times.push(performance.now() - start);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return times.sort((a, b) => a - b);
    });
    t.diagnostic(`tap to repainted page: best ${ms[0].toFixed(1)} ms, median ${
      ms[20].toFixed(1)} ms, worst ${ms[39].toFixed(1)} ms`);
    // The quickest tenth: the others share the processor with whatever else runs here.
    assert.ok(ms[4] < 16.7, `${ms[4]} ms`);
  });

  test('on a desktop the phone stands in the middle, on today\'s date', async (t) => {
    const page = await openPage(t, { width: 1280, height: 860 });
    await setDrinks(page, party);
    await checkTotals(page);
    const { x, y, width, height } = await page.locator('#phone').boundingBox();
    assert.ok(Math.abs(x + width / 2 - 640) < 1);
    assert.ok(Math.abs(y + height / 2 - 430) < 1);
    await picture(page, '19-desktop');
  });
});
