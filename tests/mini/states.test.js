// The states of a page that are not a cart: on its way, without an engine, without randomness,
// without a shop, with a book that was recalled.
import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { yuan } from '../../js/node.js';
import { artifact, demo, openPhone, startMerchant } from './demo.js';
import { openMiniProgram } from './sim/open.js';

const asModule = (value) => Buffer.from(`module.exports = ${JSON.stringify(value)};\n`);

// A line to the shop that can be cut at one address, as a broken CDN does it.
async function lineTo({ url }) {
  const line = { isCut: () => false };
  const server = createServer((request, response) => {
    if (line.isCut(request.url)) {
      response.writeHead(503).end();
      return;
    }
    const onward = ask(new URL(request.url, url), { method: request.method,
      headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return Object.assign(line, { url: `http://127.0.0.1:${server.address().port}/`, close() {
    server.close();
    server.closeAllConnections();
  } });
}

describe('states of the mini-program', { concurrency: false }, () => {
  let shop;
  before(async () => { shop = await startMerchant(); });
  after(() => shop && shop.stop());

  async function withPage(options, work) {
    const mini = await openMiniProgram({ ...demo(shop), ...options });
    try {
      await work(mini);
      assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
    } finally {
      await mini.close();
    }
  }

  async function addDrink(mini, sku) {
    await mini.tap(`.sku-${sku} >> .pick`);
    await mini.tap('.add-draft');
  }

  test('while the engine loads there is a skeleton and no price', () =>
    withPage({ wasmDelayMs: 1500 }, async (mini) => {
      assert.equal(await mini.text('.total'), '¥--');
      assert.ok(await mini.isShown('.bone'));
      assert.equal(await mini.isShown('.submit.button-off'), true);
      await mini.waitFor('.notice');
      assert.equal(await mini.text('.notice'), '正在准备本机计价…');
      await mini.screenshot(artifact('50-loading'));
      await mini.waitFor('.goods-card');
      assert.equal(await mini.text('.total'), '¥0.00');
      assert.equal(await mini.isShown('.notice'), false);
    }));

  test('the oldest phone has no randomness for keys: it prices and keeps a cart, and says so', () =>
    withPage({ profile: 'floor' }, async (mini) => {
      await mini.waitFor('.for-you');
      assert.equal(await mini.text('.tier'), '访客');
      assert.equal(await mini.text('.notice'), '当前微信版本较低，可以看价和加购，升级微信后可下单');
      assert.equal(await mini.text('.sku-m01 >> .price'), '¥15.00');
      for (const sku of ['m01', 'f01', 'f03']) await addDrink(mini, sku);
      await mini.tap('.cart-button');
      const total = await mini.text('.total');
      // A visitor in Node has the same engine and the same book.
      const phone = await openPhone(shop, null);
      await phone.shop.setOrder({ fulfilment: 'pickup' });
      for (const sku of ['m01', 'f01', 'f03']) {
        await phone.shop.dispatch({ type: 'cart.add', sku, options: [], n: 1 });
      }
      assert.equal(total, `¥${yuan(phone.shop.receipt.totals.payable)}`);
      phone.shop.stop();
      await mini.tap('.submit');
      assert.equal(await mini.text('.submit'), '升级微信后可下单');
      assert.equal(await mini.isShown('.submit.button-off'), true);
      await mini.screenshot(artifact('51-visitor'));
      await mini.relaunch();
      await mini.waitFor('.cart-button >> .badge');
      assert.equal(await mini.text('.total'), total);
    }));

  test('without WebAssembly the JavaScript build prices the same', async () => {
    const totals = [];
    for (const profile of ['floor', 'nowasm']) {
      await withPage({ profile }, async (mini) => {
        await mini.waitFor('.goods-card');
        await addDrink(mini, 'm06');
        totals.push(await mini.text('.total'));
        if (profile === 'nowasm') await mini.screenshot(artifact('52-twin'));
      });
    }
    assert.equal(totals[0], totals[1]);
  });

  test('without any engine the page says so and shows no price', () => {
    const { files } = demo(shop);
    return withPage({ profile: 'nowasm',
      files: { ...files, 'suanpan/suanpan.wasm2js.js': asModule(null) } }, async (mini) => {
      await mini.waitForText('.notice', '当前微信版本较低，无法在本机计价');
      assert.equal(await mini.text('.total'), '¥--');
      await mini.screenshot(artifact('53-unavailable'));
    });
  });

  test('a first visit without a shop asks to try again, and does', async () => {
    const line = await lineTo(shop);
    line.isCut = () => true;
    try {
      await withPage({ hosts: { 'shop.tea.example': line.url } }, async (mini) => {
        await mini.waitForText('.notice', '暂时连不上商家，请检查网络后重试');
        assert.equal(await mini.text('.total'), '¥--');
        await mini.screenshot(artifact('54-unreachable'));
        line.isCut = () => false;
        await mini.tap('.notice-act');
        await mini.waitFor('.goods-card');
        assert.equal(await mini.isShown('.notice'), false);
      });
    } finally {
      line.close();
    }
  });

  test('a book that was recalled has list prices, and nothing is ordered before the next is here',
    async () => {
      const line = await lineTo(shop);
      try {
        await withPage({ hosts: { 'shop.tea.example': line.url }, query: 'member=carl' },
          async (mini) => {
            await mini.waitFor('.goods-card');
            await addDrink(mini, 'm09');
            line.isCut = (path) => path.startsWith('/v1/book/');
            await shop.recall();
            await mini.until('the word of the shop', async () => {
              await mini.tap('.sku-g02 >> .add');
              await mini.page.waitForTimeout(400);
              return (await mini.texts('.notice')).includes('优惠规则需要更新');
            });
            // Its offers are over: 丝袜奶茶 and every tissue at list price, and no word of 满减.
            assert.equal(await mini.isShown('.struck'), false);
            assert.deepEqual(await mini.texts('.hint-text'), []);
            await mini.tap('.cart-button');
            const pieces = (await mini.texts('.qty')).map(Number);
            const listed = (await mini.texts('.line >> .unit'))
              .map((text) => Number(text.slice(1)));
            assert.equal(await mini.text('.total'), `¥${pieces
              .reduce((sum, qty, i) => sum + qty * listed[i], 0).toFixed(2)}`);
            assert.equal(await mini.isShown('.promotion'), false);
            await mini.screenshot(artifact('56-recalled-cart'));
            await mini.back();
            await mini.tap('.submit');
            assert.equal(await mini.text('.submit'), '等待规则更新');
            assert.equal(await mini.isShown('.submit.button-off'), true);
            await mini.screenshot(artifact('55-recalled'));
            line.isCut = () => false;
            await mini.tap('.points-switch');
            await mini.until('the next book', async () => !await mini.isShown('.notice'));
            assert.match(await mini.text('.submit'), /^提交订单 ¥/);
          });
      } finally {
        line.close();
      }
    });
});
