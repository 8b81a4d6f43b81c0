// The shop's pages up to the order, tap by tap, in Chromium as an iPhone of iOS 14. A second phone
// of the same member runs in Node: after every tap both have one cart, and the page shows what the
// other phone's engine answers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { yuan } from '../../js/node.js';
import { artifact, demo, openPhone, startShop } from './demo.js';
import { openMiniProgram } from './sim/open.js';

const cut = ({ list, net }) => list - net;
const pricedOf = ({ lines }) => lines.filter(({ state }) => state === 'priced');
const piecesOf = (receipt) => pricedOf(receipt).reduce((sum, { qty }) => sum + qty, 0);
const pickedOf = ({ coupons }) => coupons.filter(({ state }) => state === 'picked');
const costOf = ({ totals }) => totals.goods + totals.freight + totals.fees;

describe('the shop on an iPhone of iOS 14', () => {
  let shop;
  let phone;
  let mini;

  before(async () => {
    shop = await startShop();
    [phone, mini] = await Promise.all([openPhone(shop, 'anna'),
      openMiniProgram({ ...demo(shop), profile: 'macrotask', query: 'member=anna' })]);
    await phone.shop.setOrder({ fulfilment: 'pickup' });
    await mini.waitFor('.for-you');
    await mini.settle();
  });
  after(async () => {
    if (mini) await mini.close();
    if (phone) phone.shop.stop();
    if (shop) await shop.stop();
  });

  // The other phone's receipt of the same cart, once it has heard of it.
  async function agreed(count) {
    await mini.until(`a cart of ${count} lines on both phones`, async () => {
      await phone.shop.sync();
      return phone.shop.state.cart.lines.length === count
        && await mini.text('.total') === `¥${yuan(phone.shop.receipt.totals.payable)}`;
    });
    return phone.shop.receipt;
  }

  async function assertCart(count) {
    const receipt = await agreed(count);
    const priced = pricedOf(receipt);
    assert.equal(await mini.text('.submit'), `去结算(${piecesOf(receipt)})`);
    assert.deepEqual(await mini.texts('.line >> .qty'), receipt.lines.map(({ qty }) => `${qty}`));
    assert.deepEqual(await mini.texts('.net-amount'), priced.map(({ net }) => `¥${yuan(net)}`));
    assert.deepEqual(await mini.texts('.saved-text'),
      priced.filter((line) => cut(line) > 0).map((line) => `已省¥${yuan(cut(line))} ›`));
    assert.match(await mini.text('.bar-saved'), new RegExp(`^已优惠 ¥${yuan(receipt.totals.saved)} `));
    return receipt;
  }

  async function addDrink(sku, ...options) {
    await mini.tap(`.sku-${sku} >> .pick`);
    for (const option of options) await mini.tap(`.option >> nth=${option}`);
    await mini.tap('.add-draft');
  }

  test('the package is sound', () => assert.deepEqual(mini.issues, []));

  test('the menu has the member, the goods and the shelf of this phone', async () => {
    assert.equal(await mini.text('.tier'), '金卡');
    assert.match(await mini.text('.member-points'), /^1,240 积分/);
    assert.equal(await mini.text('.for-you-title'), '为你推荐');
    assert.ok(await mini.count('.for-you-card') >= 3);
    // A gold member's price beside the list price.
    assert.equal(await mini.text('.sku-m01 >> .price'), '¥13.20');
    assert.equal(await mini.text('.sku-m01 >> .struck'), '¥15.00');
    assert.equal(await mini.isShown('.submit.button-off'), true);
    await mini.screenshot(artifact('01-menu'));
  });

  test('a category is jumped to, and the list says where it is', async () => {
    await mini.tap('.category >> nth=3');
    assert.equal(await mini.text('.category-on'), '鲜果茶');
    await mini.page.waitForTimeout(800);
    await mini.evaluate(() => window.__sim.all('wx-scroll-view.goods')[0].scrollTo({ top: 0 }));
    await mini.until('the first category', async () =>
      await mini.text('.category-on') === '人气热卖');
  });

  test('options have the engine’s price before they are in the cart', async () => {
    await mini.tap('.sku-m01 >> .pick');
    for (const option of [1, 3, 10]) await mini.tap(`.option >> nth=${option}`);
    // 13.20 of the member, 3.00 for the large cup and 2.00 for what is added.
    assert.equal(await mini.text('.options-price'), '¥18.20');
    assert.match(await mini.text('.options-chosen'), /大杯.*五分糖/);
    await mini.screenshot(artifact('02-options'));
    await mini.tap('.add-draft');
    assert.equal(await mini.isShown('.sheet'), false);
    assert.equal(await mini.text('.sku-m01 >> .badge'), '1');
    const receipt = await agreed(1);
    assert.equal(receipt.totals.options, 500);
  });

  test('the menu fills a cart and says what is missing for the next step', async () => {
    for (const sku of ['f01', 'f03', 'm06', 'm06', 'm06', 'b05']) await addDrink(sku);
    await mini.tap('.sku-g02 >> .add');
    await agreed(6);
    assert.match(await mini.text('.hint-text'), /再买/);
    await mini.screenshot(artifact('03-menu-with-cart'));
  });

  test('the cart shows every line as the other phone prices it', async (t) => {
    await mini.tap('.cart-button');
    const receipt = await assertCart(6);
    const flash = receipt.lines.find(({ sku }) => sku === 'm06');
    assert.deepEqual(flash.segments.map(({ qty, unit }) => [qty, unit]), [[2, 990], [1, 1900]]);
    assert.deepEqual(await mini.texts('.line-note'), ['2件¥9.90，1件¥19.00']);
    assert.deepEqual(await mini.texts('.struck-basis'), ['划线价为本店标价']);
    await mini.screenshot(artifact('04-cart'), { whole: true });

    const start = await mini.stats();
    await mini.tap('.plus');
    const stats = await mini.stats();
    // Two where new lists let the total go first.
    assert.ok(stats.setData - start.setData <= 2, 'setData calls of a tap');
    t.diagnostic(`a tap: setData ${stats.setDataLastBytes} bytes, `
      + `${stats.tapToBatchMs.toFixed(1)} ms to the DOM`);
    await assertCart(6);
    await mini.tap('.minus');
    await assertCart(6);
    await mini.tap('.line >> nth=2 >> .check-box');
    assert.equal((await assertCart(6)).lines[2].state, 'unselected');
    await mini.tap('.all');
    assert.equal((await assertCart(6)).lines[2].state, 'priced');
    // One piece less than one is no line.
    await mini.tap('.line >> nth=5 >> .minus');
    await assertCart(5);
  });

  test('what the other phone does is here at the next word with the shop', async () => {
    await phone.shop.dispatch({ type: 'cart.add', sku: 'p06', options: [], n: 2 });
    await phone.shop.sync();
    await mini.tap('.plus');
    await assertCart(6);
    assert.ok((await mini.texts('.line-name')).includes('锡兰红茶')
      || (await mini.texts('.qty')).includes('2'));
  });

  test('the details add up to the total, a line says what each rule took', async () => {
    const { totals, lines } = await agreed(6);
    await mini.tap('.bar-saved');
    const labels = await mini.texts('.row-label');
    const values = await mini.texts('.row-value');
    const valueOf = (label) => values[labels.indexOf(label)];
    assert.equal(valueOf('商品总额'), `¥${yuan(totals.list + totals.options)}`);
    assert.equal(valueOf('优惠券'), `-¥${yuan(totals.coupon_cut)}`);
    assert.equal(valueOf('合计'), `¥${yuan(totals.payable)}`);
    await mini.page.waitForTimeout(300);
    await mini.screenshot(artifact('05-details'));
    await mini.tap('.sheet-close');
    const line = lines.find((one) => cut(one) > 0);
    await mini.tap('.saved >> nth=0');
    assert.deepEqual(await mini.texts('.sheet .row-value'), [`¥${yuan(line.list)}`,
      ...line.cuts.map((one) => `-¥${yuan(one.cut)}`), `¥${yuan(line.net)}`]);
    await mini.page.waitForTimeout(300);
    await mini.screenshot(artifact('06-line'));
    await mini.tap('.sheet-close');
  });

  test('凑单 names what to pay more or less, exactly', async () => {
    const before = (await agreed(6)).totals.payable;
    await mini.tap('.promotion >> .link');
    await mini.page.waitForTimeout(600);
    await mini.screenshot(artifact('07-topup'));
    const [, sign, amount] = /加购后(不用多付|多付¥|少付¥)([\d.]*)/
      .exec(await mini.text('.topup >> .line-spec'));
    const more = Math.round(Number(amount || 0) * 100) * (sign === '少付¥' ? -1 : 1);
    const skus = (await mini.text('.topup >> .line-name')).split(' + ').length;
    await mini.tap('.topup-add');
    const { totals } = await agreed(6 + skus);
    assert.equal(totals.payable - before, more);
    await mini.tap('.sheet-close');
  });

  test('the coupon sheet: the best first, reasons in words, worse ones say so', async () => {
    const lines = phone.shop.state.cart.lines.length;
    const receipt = await agreed(lines);
    await mini.tap('.coupon-row');
    await mini.page.waitForTimeout(300);
    const saved = pickedOf(receipt).reduce((sum, coupon) => sum + coupon.cut, 0);
    assert.equal(await mini.text('.best-text'), `共省¥${yuan(saved)}`);
    assert.equal(await mini.text('.confirm'), `确定（省¥${yuan(saved)}）`);
    await mini.screenshot(artifact('08-coupons'));

    await mini.tap('.tab-line >> nth=1');
    const reasons = await mini.texts('.coupon-off .coupon-reason');
    assert.equal(reasons.length,
      receipt.coupons.filter(({ state }) => state === 'unusable').length);
    for (const reason of reasons) assert.match(reason, /^不可用原因：[^{}]+$/);
    await mini.screenshot(artifact('09-coupons-unusable'));

    await mini.tap('.tab-line >> nth=0');
    await mini.tap('.coupon .check-on');
    const lost = Number(/^比推荐组合少省¥([\d.]+)$/.exec(await mini.text('.lost'))[1]);
    await mini.screenshot(artifact('10-coupons-worse'));
    await mini.tap('.confirm');
    const worse = await agreed(lines);
    assert.equal(costOf(worse) - costOf(receipt), Math.round(lost * 100));

    await mini.tap('.coupon-row');
    await mini.tap('.no-coupon');
    await mini.tap('.confirm');
    assert.equal(pickedOf(await agreed(lines)).length, 0);
    assert.match(await mini.text('.coupon-row .choice-value'), /^\d张可用$/);
    await mini.tap('.coupon-row');
    await mini.tap('.best');
    await mini.tap('.confirm');
    assert.equal((await agreed(lines)).totals.payable, receipt.totals.payable);
  });

  test('points: the switch, and a slider that is exact at both ends', async () => {
    const lines = phone.shop.state.cart.lines.length;
    await mini.tap('.points-switch');
    const { points: { used: most, step } } = await agreed(lines);
    assert.ok(most > step);
    await mini.tap('.submit');
    await mini.waitFor('.points-slider');
    for (const wanted of [step, 0, most]) {
      if (wanted > 0 && !await mini.isShown('.points-slider')) await mini.tap('.points-switch');
      await mini.slide('.points-slider', wanted);
      assert.equal((await agreed(lines)).points.used, wanted);
    }
    const { totals } = phone.shop.receipt;
    assert.equal(await mini.text('.submit'), `提交订单 ¥${yuan(totals.payable)}`);
    assert.equal(await mini.text('.points-cut'), `-¥${yuan(totals.points_cut)}`);
    await mini.screenshot(artifact('11-confirm'), { whole: true });
  });

  test('delivery: an address that nobody rides to refuses the order', async () => {
    await mini.tap('.tab-delivery');
    await mini.screenshot(artifact('12-confirm-delivery'), { whole: true });
    await mini.pick('.address', '杭州市 西湖区 文三路 90 号');
    assert.equal(await mini.text('.submit'), '暂不可配送');
    assert.match(await mini.text('.freight-no'), /不能送到这个地址/);
    await mini.pick('.address', '浦东新区 世纪大道 88 号 21 层');
    assert.match(await mini.text('.submit'), /^提交订单 ¥/);
    await mini.tap('.tab-pickup');
    await mini.pick('.take-at', '18', '30');
    assert.match(await mini.text('.take-at'), /18:30/);
    await agreed(phone.shop.state.cart.lines.length);
  });

  test('touch targets are at least 44 px', async () => {
    const check = async (...selectors) => {
      for (const selector of selectors) {
        const box = await mini.page.locator(selector).first().boundingBox();
        // A browser rounds 88rpx to a sixty-fourth of a pixel.
        assert.ok(Math.round(box.height) >= 44, `${selector} is ${box.height} px high`);
      }
    };
    await check('.pill', '.choice', '.submit', '.where-pick');
    await mini.back();
    await check('.check-box', '.step', '.saved', '.all', '.promotion .link', '.choice');
    await mini.back();
    await check('.category', '.step', '.pick', '.cart-button', '.submit');
  });

  test('我的: points, the wallet by its dates, and what the phone keeps', async () => {
    await mini.tap('.member');
    assert.equal(await mini.text('.mine-number'), '1,240');
    // A gold member, with nothing spent here yet.
    assert.equal(await mini.text('.mine-progress'), '再消费¥1500升至黑金');
    assert.deepEqual(await mini.texts('.wallet >> .tab-line'),
      ['可使用（13）', '已使用（0）', '已失效（1）']);
    await mini.tap('.wallet >> .tab-line >> nth=2');
    assert.equal(await mini.count('.wallet >> .coupon'), 1);
    await mini.tap('.wallet >> .tab-line >> nth=0');
    await mini.screenshot(artifact('13-mine'), { whole: true });
    await mini.tap('.privacy-row');
    assert.deepEqual(await mini.texts('.privacy >> .choice-name'),
      ['只存在这部手机上', '发送给商家', '不会读取']);
    await mini.tap('.contract');
    await mini.screenshot(artifact('14-privacy'), { whole: true });
    await mini.tap('.privacy-row');
    await mini.tap('.personal');
    assert.match(await mini.text('.card >> .choice-small'), /^按人气与购物车推荐/);
    await mini.back();
    assert.equal(await mini.isShown('.for-you >> .personal[checked]'), false);
    await mini.tap('.for-you >> .personal');
    assert.equal(await mini.text('.for-you >> .small'), '根据您的购买习惯，本机计算，不上传');
  });

  test('nothing was written to the error log', async () => {
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  });
});
