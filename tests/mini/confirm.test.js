// The confirm page of the demo, on the oldest phone: slider, switch, pickers and input change the
// cart, and whatever the page displays is what the engine answers in Node for the same request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, yuan } from '../../js/node.js';
import { artifact, carts, demo, firstLines, member, readSeed } from './demo.js';
import { openMiniProgram } from './sim/open.js';

describe('the confirm page', () => {
  let engine;
  let mini;
  let cart = carts.createCart(firstLines);

  const quote = (overrides) => engine.quote(carts.requestOf(cart, member, overrides));

  async function assertShows() {
    const { totals, points, lines } = quote();
    const total = yuan(totals.payable);
    assert.equal(await mini.text('.total'), `¥${total}`);
    assert.equal(await mini.text('.submit'), `提交订单 ¥${total}`);
    assert.equal(await mini.text('.points-cut'), points.cut > 0 ? `-¥${yuan(points.cut)}` : '');
    const priced = lines.filter(({ state }) => state === 'priced');
    assert.deepEqual(await mini.texts('.line-right >> .net-amount'),
      priced.map(({ net }) => `¥${yuan(net)}`));
    const labels = await mini.texts('.row-label');
    const values = await mini.texts('.row-value');
    assert.equal(values[labels.indexOf('商品总额')], `¥${yuan(totals.list + totals.options)}`);
  }

  before(async () => {
    engine = await createEngine();
    await engine.load(readSeed('tea.book.json'), { unsignedBookForDevelopment: true });
    mini = await openMiniProgram({ ...demo(), profile: 'floor' });
    await mini.waitFor('.net-amount');
    await mini.tap('.submit');
  });
  after(() => mini.close());

  test('opens with the price of the cart page', async () => {
    await assertShows();
    await mini.screenshot(artifact('confirm'), { whole: true });
  });

  test('the slider uses points in steps, to the exact amount at both ends', async () => {
    const { step, used: most } = quote().points;
    assert.ok(most > step);
    for (const wanted of [step, 0, most]) {
      await mini.slide('.points-slider', wanted);
      cart = { ...cart, points: wanted === most ? 'max' : wanted };
      assert.equal(quote().points.used, wanted);
      await assertShows();
    }
    const size = (await mini.stats()).setDataLastBytes;
    assert.ok(size < 1000, `${size} bytes`);
  });

  test('the switch leaves points alone', async () => {
    await mini.tap('.points-switch');
    cart = { ...cart, usesPoints: false };
    await assertShows();
    assert.equal(await mini.isShown('.points-slider'), false);
    await mini.tap('.points-switch');
    cart = { ...cart, usesPoints: true };
    await assertShows();
  });

  test('an address is picked, and one that nobody rides to refuses the order', async () => {
    const [, near, far] = member.addresses.map(({ text }) => text);
    await mini.pick('.address', near);
    cart = { ...cart, address: 1 };
    await assertShows();
    await mini.pick('.address', far);
    cart = { ...cart, address: 2 };
    assert.equal(quote().submit.ok, false);
    assert.equal(await mini.text('.submit'), '暂不可配送');
    await mini.pick('.address', near);
    cart = { ...cart, address: 1 };
  });

  test('pickup has a time and a name', async () => {
    await mini.tap('.tab-pickup');
    cart = { ...cart, fulfilment: 'pickup' };
    await assertShows();
    await mini.pick('.take-at', '18', '30');
    assert.ok((await mini.text('.take-at')).includes('18:30'));
    await mini.type('.contact', '阿青');
    await mini.screenshot(artifact('confirm-pickup'), { whole: true });
  });

  test('the cart page goes on with what was chosen', async () => {
    await mini.tap('.coupon-row');
    const { totals } = quote();
    assert.equal(await mini.text('.total'), `¥${yuan(totals.payable)}`);
    assert.equal(await mini.isShown('.tab-on >> nth=0'), true);
    assert.equal(await mini.text('.tab-on'), '门店自取');
  });

  test('nothing was written to the error log', async () => {
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  });
});
