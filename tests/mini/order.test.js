// The order and all that can come between: no network, a new book on the way to pay, what the shop
// refuses, goods and coupons that run out. The shop's real server answers, and the merchant works
// with the command line.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { yuan } from '../../js/node.js';
import { artifact, demo, openPhone, readSeed, startMerchant } from './demo.js';
import { openMiniProgram } from './sim/open.js';

describe('an order in the mini-program', () => {
  const book = JSON.parse(readSeed('tea.book.json'));
  let shop;
  let phone;
  let mini;

  const change = (name, body = {}) => fetch(new URL(`demo/${name}`, shop.url),
    { method: 'POST', body: JSON.stringify(body) });
  const orders = async () => {
    await phone.shop.sync();
    return phone.shop.state.orders;
  };

  async function addDrink(sku) {
    await mini.tap(`.sku-${sku} >> .pick`);
    await mini.tap('.add-draft');
  }

  // Back on the menu, whatever is open.
  async function toMenu() {
    while (!await mini.isShown('.cart-button')) await mini.back();
  }

  // What the shop does not know yet goes out, and what it knows comes back.
  const settled = () => mini.until('an empty outbox', async () => {
    await phone.shop.sync();
    const qty = phone.shop.state.cart.lines.reduce((sum, line) => sum + line.qty, 0);
    return await mini.isShown('.cart-button')
      && (qty === 0 ? !await mini.isShown('.cart-button >> .badge')
        : await mini.text('.cart-button >> .badge') === String(qty));
  });

  before(async () => {
    shop = await startMerchant();
    [phone, mini] = await Promise.all([openPhone(shop, 'ben'),
      openMiniProgram({ ...demo(shop), profile: 'macrotask', query: 'member=ben' })]);
    await phone.shop.setOrder({ fulfilment: 'pickup' });
    await mini.waitFor('.for-you');
  });
  after(async () => {
    if (mini) await mini.close();
    if (phone) phone.shop.stop();
    if (shop) await shop.stop();
  });

  test('is taken at the price that is shown, and stands under 我的订单', async () => {
    for (const sku of ['m01', 'f03', 'b05']) await addDrink(sku);
    await mini.tap('.submit');
    const [, shown] = /^提交订单 ¥([\d.]+)$/.exec(await mini.text('.submit'));
    await mini.tap('.submit');
    await mini.waitFor('.verified');
    assert.equal(await mini.text('.verified'), '商家已核价，金额一致');
    assert.equal(await mini.text('.done-total'), `¥${shown}`);
    assert.match(await mini.text('.done-title'), /^取餐号 \d{3}$/);
    await mini.screenshot(artifact('20-done'));

    const [order] = await orders();
    assert.equal(yuan(order.payable), shown);
    await mini.tap('.see-orders');
    assert.equal(await mini.text('.order-number'),
      `订单 ${order.order.slice(0, 8).toUpperCase()}`);
    assert.equal(await mini.text('.order-total'), `¥${shown}`);
    // The phone that ordered knows what was in it.
    assert.equal(await mini.text('.order-goods'), '招牌珍珠奶茶、杨枝甘露、巴斯克芝士');
    await mini.screenshot(artifact('21-orders'));
  });

  test('the coupons of the order are under 已使用', async () => {
    await toMenu();
    await phone.shop.sync();
    const { used } = phone.shop.state;
    assert.ok(used.length > 0);
    await mini.tap('.member');
    await mini.until('used coupons', async () =>
      (await mini.texts('.wallet >> .tab-line'))[1] === `已使用（${used.length}）`);
    await mini.tap('.wallet >> .tab-line >> nth=1');
    assert.deepEqual(await mini.texts('.wallet >> .coupon-title'), used.map(({ rule }) =>
      book.rules.rules.find(({ id }) => id === rule).title));
    await mini.screenshot(artifact('32-used'), { whole: true });
  });

  test('what was bought is liked from then on, on this phone alone', async () => {
    await toMenu();
    await mini.until('再买一次', async () => (await mini.texts('.for-you-card >> .tag'))
      .includes('再买一次'));
    await mini.screenshot(artifact('22-again'));
  });

  test('without a network the cart is priced, and the order waits for a word', async () => {
    const before = (await orders()).length;
    await mini.setOnline(false);
    await addDrink('m04');
    await addDrink('f01');
    await mini.waitFor('.notice[data-kind=offline], .notice');
    assert.match(await mini.text('.notice'), /^离线中，价格按 \d\d-\d\d \d\d:\d\d 的规则计算，提交前会再核对/);
    const total = await mini.text('.total');
    await mini.tap('.submit');
    await mini.tap('.submit');
    await mini.waitForText('#toast', '已保存，联网后提交');
    assert.match(await mini.text('.notice-intent'), /^已保存，联网后提交/);
    await mini.screenshot(artifact('23-offline'));

    // The phone is switched off and on without a network: nothing is lost.
    await mini.relaunch();
    await mini.waitFor('.cart-button >> .badge');
    await mini.waitForText('.notice', '离线中，价格按');
    assert.match(await mini.text('.notice-intent'), /^已保存，联网后提交/);
    assert.equal(await mini.text('.total'), total);
    assert.equal(await mini.text('.cart-button >> .badge'), '2');
    await mini.waitFor('.for-you-card');
    await mini.screenshot(artifact('24-offline-menu'));

    await mini.setOnline(true);
    await mini.waitFor('.intent-confirm');
    assert.match(await mini.text('.notice-intent'), /^网络已恢复，请确认后提交（¥/);
    await mini.screenshot(artifact('25-intent'));
    // It asks; by itself nothing is ordered.
    await mini.page.waitForTimeout(1000);
    assert.equal((await orders()).length, before);
    await mini.tap('.intent-confirm');
    await mini.waitFor('.verified');
    assert.equal((await orders()).length, before + 1);
    assert.equal(await mini.isShown('.notice-intent'), false);
  });

  test('a price that changes on the way to pay is shown line by line, never silently', async () => {
    await toMenu();
    await addDrink('m09');
    await settled();
    await mini.tap('.submit');
    const [, before] = /¥([\d.]+)$/.exec(await mini.text('.submit'));
    await change('price', { sku: 'm09' });
    await mini.tap('.submit');
    await mini.waitFor('.sheet-over');
    assert.equal(await mini.text('.sheet-over >> .sheet-title'), '以下商品价格有变化×');
    assert.deepEqual(await mini.texts('.changed-row >> .row-label'), ['港式丝袜奶茶']);
    assert.equal(await mini.text('.row-total >> .struck'), `¥${before}`);
    await mini.page.waitForTimeout(300);
    await mini.screenshot(artifact('26-price-changed'));
    const after = await mini.text('.changed-total');
    await mini.tap('.accept-change');
    assert.equal(await mini.text('.submit'), `提交订单 ${after}`);
    await mini.tap('.submit');
    await mini.waitFor('.verified');
    assert.equal(await mini.text('.done-total'), after);
  });

  test('`suanpan publish` changes the book, and the page picks it up', async () => {
    await change('reset');
    await toMenu();
    await addDrink('m08');
    await settled();
    const skus = book.catalog.skus.map((sku) =>
      (sku.id === 'm08' ? { ...sku, price: 1234 } : sku));
    await shop.publish({ ...book, catalog: { ...book.catalog, skus } });
    await mini.until('the new price', async () => {
      // Another phone's word makes the shop look for a new book; this one's taps ask as well.
      await mini.tap('.sku-g02 >> .add');
      await mini.tap('.sku-g02 >> .take');
      await mini.page.waitForTimeout(500);
      return await mini.text('.sku-m08 >> .price') === '¥12.34';
    });
    await mini.screenshot(artifact('27-published'));
  });

  test('what is sold out meanwhile moves to 失效商品, and is cleared', async () => {
    await change('sold', { sku: 'm08' });
    await mini.tap('.sku-g02 >> .add');
    await mini.waitForText('#toast', '「红豆布丁奶茶」已售罄，已移到失效商品');
    await mini.tap('.cart-button');
    assert.deepEqual(await mini.texts('.line-gone >> .line-name'), ['红豆布丁奶茶']);
    await mini.screenshot(artifact('28-gone'));
    await mini.tap('.similar');
    assert.equal(await mini.text('.category-on'), '醇香奶茶');
    await mini.tap('.cart-button');
    await mini.tap('.gone-clear');
    assert.equal(await mini.isShown('.gone'), false);
    await change('reset');
    await toMenu();
  });

  test('a coupon that runs out while the shop is open is said, and others are taken', async () => {
    for (const sku of ['m01', 'f03', 'b05']) await addDrink(sku);
    await settled();
    const { coupons } = phone.shop.receipt;
    const picked = coupons.find(({ state }) => state === 'picked');
    const title = book.rules.rules.find(({ id }) => id === picked.rule).title;
    await change('expire', { rule: picked.rule });
    await mini.tap('.sku-g02 >> .add');
    await mini.waitForText('#toast', `「${title}」已过期，已为您换用最优组合`);
    await mini.screenshot(artifact('29-coupon-expired'));
    await change('reset');
  });

  test('what another phone does to a line stands on the line, and stock stops the stepper',
    async () => {
      shop.restock({ sku: 'm02', n: 3 });
      await addDrink('m02');
      await settled();
      await mini.tap('.cart-button');
      const place = (await mini.texts('.line-name')).indexOf('黑糖珍珠鲜奶');
      const own = (selector) => `.line >> nth=${place} >> ${selector}`;
      assert.ok(place >= 0);
      await phone.shop.dispatch({ type: 'cart.set', sku: 'm02', n: 2 });
      await phone.shop.sync();
      await mini.tap('.line >> nth=0 >> .check-box');
      await mini.until('the chip', async () =>
        (await mini.texts(own('.line-chip'))).includes('数量已更新为2'));
      await mini.screenshot(artifact('33-conflict'));
      await mini.tap('.line >> nth=0 >> .check-box');
      await mini.tap(own('.plus'));
      assert.equal(await mini.text(own('.qty')), '3');
      assert.equal(await mini.isShown(own('.line-chip')), false);
      await mini.tap(own('.plus'));
      await mini.waitForText('#toast', '最多可买3件');
      assert.equal(await mini.text(own('.qty')), '3');
      await mini.screenshot(artifact('34-most'));
      for (let i = 0; i < 3; i++) await mini.tap(own('.minus'));
      await toMenu();
    });

  test('what the shop refuses stands in the tray until it is seen, restarts between', async () => {
    const [order] = (await orders()).filter(({ state }) => state === 'placed');
    await mini.tap('.member');
    await mini.tap('.orders-row');
    await mini.setOnline(false);
    await mini.tap('.cancel');
    assert.equal(await mini.text('.order-state'), '取消中');
    // Another phone was faster.
    await phone.shop.cancelOrder(order.order);
    await phone.shop.sync();
    await mini.setOnline(true);
    await mini.waitFor('.notice-rejected');
    assert.equal(await mini.text('.order-state'), '已取消');
    await mini.relaunch();
    await mini.waitFor('.notice-rejected');
    await mini.tap('.notice-rejected >> .notice-act');
    assert.match(await mini.text('.tray-what'), /^取消订单未成功内容不存在或已失效$/);
    await mini.page.waitForTimeout(300);
    await mini.screenshot(artifact('30-rejected'));
    await mini.tap('.tray-row >> .link');
    await mini.until('an empty tray', async () => !await mini.isShown('.notice-rejected'));
    assert.equal(await mini.isShown('.sheet-tray'), false);
  });

  test('the developer’s part cuts the network and plays the merchant', async () => {
    await mini.tap('.member');
    await mini.tap('.developer-row');
    const [, version] = /^\d+\.(\d+) · /.exec((await mini.texts('.developer-value'))[2]);
    await mini.tap('.dev-reset');
    await mini.until('the next version', async () =>
      Number(/^\d+\.(\d+)/.exec((await mini.texts('.developer-value'))[2])[1]) > Number(version));
    await mini.screenshot(artifact('31-developer'), { whole: true });
    await mini.tap('.cut');
    assert.match(await mini.text('.notice'), /^离线中/);
    await mini.tap('.cut');
    await mini.until('the network', async () => !await mini.isShown('.notice'));
  });

  test('nothing was written to the error log', async () => {
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  });
});
