// The cart page of the demo in a browser, on the oldest phone. Whatever it displays is compared
// with what the engine answers in Node for the same request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, yuan } from '../../js/node.js';
import { artifact, carts, demo, firstLines, member, readSeed } from './demo.js';
import { openMiniProgram } from './sim/open.js';

const bookText = readSeed('tea.book.json');
const { files } = demo();

const asModule = (value) => Buffer.from(`module.exports = ${JSON.stringify(value)};\n`);

const open = (options) => openMiniProgram({ ...demo(), profile: 'floor', ...options });

async function engineWith(text) {
  const engine = await createEngine();
  await engine.load(text, { unsignedBookForDevelopment: true });
  return engine;
}

const piecesOf = ({ lines }) => lines.filter(({ state }) => state === 'priced')
  .reduce((sum, { qty }) => sum + qty, 0);
const pickedOf = ({ coupons }) => coupons.filter(({ state }) => state === 'picked');

// Everything the page itself says about a cart, line by line and in the bar.
async function assertShows(mini, receipt) {
  const priced = receipt.lines.filter(({ state }) => state === 'priced');
  const cut = ({ list, net }) => list - net;
  assert.equal(await mini.text('.total'), `¥${yuan(receipt.totals.payable)}`);
  assert.equal(await mini.text('.submit'), `去结算(${piecesOf(receipt)})`);
  assert.deepEqual(await mini.texts('.qty'), receipt.lines.map(({ qty }) => String(qty)));
  assert.deepEqual(await mini.texts('.net-amount'), priced.map(({ net }) => `¥${yuan(net)}`));
  assert.deepEqual(await mini.texts('.saved-text'),
    priced.filter((line) => cut(line) > 0).map((line) => `已省¥${yuan(cut(line))} ›`));
  assert.match(await mini.text('.bar-saved'), new RegExp(`^已优惠 ¥${yuan(receipt.totals.saved)} `));
  await assertShowsChoices(mini, receipt);
}

async function assertShowsChoices(mini, receipt) {
  const couponCut = pickedOf(receipt).reduce((sum, coupon) => sum + coupon.cut, 0);
  if (couponCut > 0) {
    assert.equal(await mini.text('.coupon-row .choice-value'), `-¥${yuan(couponCut)}`);
  }
  const pointsCut = receipt.points.cut;
  assert.equal(await mini.text('.points-cut'), pointsCut > 0 ? `-¥${yuan(pointsCut)}` : '');
  const { freight, totals } = receipt;
  const note = totals.freight > 0 ? `运费¥${yuan(totals.freight)}` : '免运费';
  if (freight.state === 'none') assert.equal(await mini.isShown('.freight-note'), false);
  else assert.ok((await mini.text('.freight-note')).startsWith(note));
}

describe('the cart page on the oldest phone', () => {
  let engine;
  let mini;
  let firstViewSize;
  let cart = carts.createCart(firstLines);

  const quote = (overrides) => engine.quote(carts.requestOf(cart, member, overrides));

  // One tap: one setData, and the page shows what the engine says.
  async function tapAndCompare(t, selector, next) {
    const start = await mini.stats();
    await mini.tap(selector);
    const stats = await mini.stats();
    cart = next;
    const size = stats.setDataBytes - start.setDataBytes;
    assert.equal(stats.setData - start.setData, 1, `setData calls of ${selector}`);
    assert.ok(size < firstViewSize, `${size} of ${firstViewSize} bytes`);
    t.diagnostic(`${selector}: setData ${size} bytes, ${stats.setDataLastPaths.length} paths, `
      + `${stats.tapToBatchMs.toFixed(1)} ms from tap to DOM`);
    await assertShows(mini, quote());
  }

  before(async () => {
    engine = await engineWith(bookText);
    mini = await open();
    await mini.waitFor('.net-amount');
    await mini.settle();
    firstViewSize = (await mini.stats()).setDataBytes;
  });
  after(() => mini.close());

  test('the package is sound', () => {
    assert.deepEqual(mini.issues, []);
  });

  test('the first view is the engine’s answer', async (t) => {
    t.diagnostic(`first view: setData ${firstViewSize} bytes; package ${mini.packageSize} bytes`);
    await assertShows(mini, quote());
    await mini.screenshot(artifact('cart'), { whole: true });
  });

  test('plus and minus', async (t) => {
    const [first] = cart.lines;
    await tapAndCompare(t, '.plus >> nth=0', carts.setQty(cart, first.id, first.qty + 1));
    await tapAndCompare(t, '.minus >> nth=0', carts.setQty(cart, first.id, first.qty));
    const second = cart.lines[1];
    await tapAndCompare(t, '.plus >> nth=1', carts.setQty(cart, second.id, second.qty + 1));
    await mini.screenshot(artifact('plus'), { whole: true });
  });

  test('choosing a line and all lines', async (t) => {
    await tapAndCompare(t, '.line >> nth=2 >> .check-box', carts.toggleLine(cart, '3'));
    await tapAndCompare(t, '.all', carts.selectAll(cart, true));
    await mini.screenshot(artifact('all'), { whole: true });
  });

  test('minus on a single piece removes the line', async (t) => {
    await tapAndCompare(t, '.line >> nth=4 >> .minus', carts.setQty(cart, '5', 0));
  });

  test('points off and on', async (t) => {
    await tapAndCompare(t, '.points-switch', { ...cart, usesPoints: false });
    const most = quote({ usesPoints: true }).points;
    assert.equal(await mini.text('.points-text'),
      `共1,240积分，可用${most.used}抵¥${yuan(most.cut)}`);
    await tapAndCompare(t, '.points-switch', { ...cart, usesPoints: true });
  });

  test('pickup and delivery', async (t) => {
    await tapAndCompare(t, '.tab-pickup', { ...cart, fulfilment: 'pickup' });
    await mini.screenshot(artifact('pickup'), { whole: true });
    await tapAndCompare(t, '.tab >> nth=0', { ...cart, fulfilment: 'delivery' });
  });

  test('the detail sheet adds up to the total', async () => {
    await mini.tap('.bar-saved');
    await mini.page.waitForTimeout(300);
    const { totals } = quote();
    const labels = await mini.texts('.row-label');
    const values = await mini.texts('.row-value');
    const valueOf = (label) => values[labels.indexOf(label)];
    assert.equal(valueOf('商品总额'), `¥${yuan(totals.list + totals.options)}`);
    assert.equal(valueOf('优惠券'), `-¥${yuan(totals.coupon_cut)}`);
    assert.equal(valueOf('积分抵扣'), `-¥${yuan(totals.points_cut)}`);
    assert.equal(valueOf('合计'), `¥${yuan(totals.payable)}`);
    await mini.screenshot(artifact('details'));
    await mini.tap('.sheet-close');
    assert.equal(await mini.isShown('.sheet'), false);
  });

  test('a line tells what each rule took off it', async () => {
    const line = quote().lines.find(({ list, net }) => list > net);
    await mini.tap('.saved >> nth=0');
    await mini.page.waitForTimeout(300);
    assert.deepEqual(await mini.texts('.sheet .row-value'), [
      `¥${yuan(line.list)}`, ...line.cuts.map(({ cut }) => `-¥${yuan(cut)}`), `¥${yuan(line.net)}`,
    ]);
    await mini.screenshot(artifact('line'));
    await mini.tap('.sheet-close');
  });

  test('the coupon sheet opens with the best combination', async () => {
    const receipt = quote();
    await mini.tap('.coupon-row');
    await mini.page.waitForTimeout(300);
    const cut = pickedOf(receipt).reduce((sum, coupon) => sum + coupon.cut, 0);
    assert.equal(await mini.text('.best-text'), `共省¥${yuan(cut)}`);
    assert.equal(await mini.text('.confirm'), `确定（省¥${yuan(cut)}）`);
    assert.equal(await mini.page.locator('.coupon .check-on').count(), pickedOf(receipt).length);
    const unusable = receipt.coupons.filter(({ state }) => state === 'unusable');
    const reasons = await mini.texts('.coupon-off .coupon-reason');
    assert.equal(reasons.length, unusable.length);
    for (const reason of reasons) assert.match(reason, /^不可用原因：[^{}]+$/);
    await mini.screenshot(artifact('coupons'));
  });

  test('a worse choice says what it costs, and the best one comes back', async () => {
    const best = quote();
    await mini.tap('.coupon .check-on');
    const picked = best.decision.coupons;
    const shown = best.coupons.filter(({ state }) => state === 'picked' || state === 'usable');
    const removed = shown.find(({ state }) => state === 'picked').id;
    const left = picked.filter((id) => id !== removed);
    const worse = quote({ coupons: left });
    const cost = ({ totals }) => totals.goods + totals.freight + totals.fees;
    assert.equal(await mini.text('.lost'), `比推荐组合少省¥${yuan(cost(worse) - cost(best))}`);
    await mini.screenshot(artifact('coupons-worse'));
    await mini.tap('.confirm');
    cart = { ...cart, coupons: left };
    await assertShows(mini, quote());

    await mini.tap('.coupon-row');
    await mini.tap('.best');
    assert.equal(await mini.isShown('.lost'), false);
    await mini.tap('.confirm');
    cart = { ...cart, coupons: null };
    await assertShows(mini, quote());
  });

  test('no coupon at all', async () => {
    await mini.tap('.coupon-row');
    await mini.tap('.no-coupon');
    cart = { ...cart, coupons: [] };
    await assertShows(mini, quote());
    const usable = quote().coupons.filter(({ state }) => state === 'usable').length;
    assert.equal(await mini.text('.coupon-row .choice-value'), `${usable}张可用`);
  });

  test('touch targets are at least 44 px', async () => {
    const targets = ['.tab', '.check-box', '.step', '.saved', '.choice', '.all', '.submit'];
    for (const selector of targets) {
      const box = await mini.page.locator(selector).first().boundingBox();
      // A browser rounds 88rpx to a sixty-fourth of a pixel.
      assert.ok(Math.round(box.height) >= 44, `${selector} is ${box.height} px high`);
    }
  });

  test('nothing was written to the error log', async () => {
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  });
});

describe('states of the cart page', () => {
  const total = async () => {
    const engine = await engineWith(bookText);
    const cart = carts.createCart(firstLines);
    return `¥${yuan(engine.quote(carts.requestOf(cart, member)).totals.payable)}`;
  };

  async function withPage(options, work) {
    const mini = await open(options);
    try {
      await work(mini);
    } finally {
      await mini.close();
    }
  }

  test('while the engine loads there is a skeleton and no price', () =>
    withPage({ wasmDelayMs: 1500 }, async (mini) => {
      assert.equal(await mini.text('.total'), '¥--');
      assert.ok(await mini.isShown('.bone'));
      assert.equal(await mini.isShown('.submit.button-off'), true);
      await mini.waitFor('.notice');
      assert.equal(await mini.text('.notice'), '正在准备本机计价…');
      await mini.screenshot(artifact('loading'));
      await mini.waitFor('.net-amount');
      assert.equal(await mini.text('.total'), await total());
      assert.equal(await mini.isShown('.notice'), false);
    }));

  test('a new phone shows the same', () =>
    withPage({ profile: 'modern' }, async (mini) => {
      await mini.waitFor('.net-amount');
      assert.equal(await mini.text('.total'), await total());
    }));

  test('a coupon that no longer fits is replaced, and the shopper is told', () =>
    withPage({}, async (mini) => {
      await mini.waitFor('.net-amount');
      await mini.tap('.coupon-row');
      await mini.tap('.confirm');
      await mini.tap('.coupon-row');
      // Picking by hand pins what is picked.
      await mini.tap('.coupon .check-on');
      await mini.tap('.coupon >> nth=0');
      await mini.tap('.confirm');
      for (const index of [3, 2, 1]) await mini.tap(`.line >> nth=${index} >> .check-box`);
      assert.equal(await mini.text('#toast'), '所选优惠券不再可用，已为您换用最优组合');
    }));

  test('without WebAssembly the JavaScript build prices the same', () =>
    withPage({ profile: 'nowasm' }, async (mini) => {
      await mini.waitFor('.net-amount');
      assert.equal(await mini.text('.total'), await total());
      assert.equal(await mini.text('.notice'), '当前微信版本较低，已切换为兼容模式');
      await mini.screenshot(artifact('compatible'));
    }));

  test('without any engine the page says so and shows no price', () =>
    withPage({
      profile: 'nowasm',
      files: { ...files, 'suanpan/suanpan.wasm2js.js': asModule(null) },
    }, async (mini) => {
      await mini.waitFor('.notice');
      assert.match(await mini.text('.notice'), /^当前微信版本较低，无法在本机计价/);
      assert.equal(await mini.text('.total'), '¥--');
      await mini.screenshot(artifact('unavailable'));
    }));

  test('a request the engine refuses ends in words, not in a wrong price', () => {
    const broken = { ...member, member: { ...member.member, points: -1 } };
    return withPage({ files: { ...files, 'seed/tea.member.js': asModule(broken) } },
      async (mini) => {
        await mini.page.locator('.notice', { hasText: '暂时无法计价，请稍后重试' }).waitFor();
        assert.equal(await mini.text('.total'), '¥--');
        assert.equal(await mini.isShown('.submit.button-off'), true);
      });
  });

  test('goods that left the shelf are set apart and can be cleared', () => {
    const book = JSON.parse(bookText);
    book.catalog.skus.find(({ id }) => id === 'b05').on_sale = false;
    const changed = JSON.stringify(book);
    return withPage({ files: { ...files, 'seed/tea.book.js': asModule(changed) } },
      async (mini) => {
        await mini.waitFor('.gone');
        assert.deepEqual(await mini.texts('.line-gone .line-name'), ['巴斯克芝士']);
        await mini.screenshot(artifact('gone'), { whole: true });
        await mini.tap('.gone-clear');
        assert.equal(await mini.isShown('.gone'), false);
        const cart = carts.removeLines(carts.createCart(firstLines), ['4']);
        await assertShows(mini, (await engineWith(changed)).quote(carts.requestOf(cart, member)));
      });
  });
});
