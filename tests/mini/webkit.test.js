// The simulator and the demo in WebKit, whose JavaScriptCore runs mini-programs on iPhones: with
// JIT, without it as WeChat on iOS is, and without WebAssembly. A smoke: the whole matrix runs in
// Chromium.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { yuan } from '../../js/node.js';
import { artifact, demo, openPhone, startShop } from './demo.js';
import { openMiniProgram } from './sim/open.js';
import { strict, startServer } from './strict.js';

const phones = [
  { browser: 'webkit', profile: 'modern' },
  { browser: 'webkit without JIT', profile: 'floor' },
  { browser: 'webkit without WebAssembly', profile: 'nowasm' },
];

for (const { browser, profile } of phones) {
  describe(`${browser}, profile ${profile}`, () => {
    let server;
    let mini;
    before(async () => {
      server = await startServer();
    });
    after(() => server.stop());

    test('the host is as strict as in Chromium', async (t) => {
      mini = await openMiniProgram({ ...strict, profile, browser, hosts: server.hosts });
      try {
        t.diagnostic(mini.version);
        await mini.waitFor('.answers');
        const answers = JSON.parse(await mini.text('.answers'));
        assert.deepEqual(answers.present, []);
        assert.match(answers.eval, /^EvalError/);
        assert.equal(answers.requests.late, 'refused: request:fail timeout');
        assert.equal(answers.requests.many, 25);
        if (profile !== 'nowasm') assert.equal(answers.wasmBr.sum, 5);
        assert.equal(answers.worker.sum, profile === 'modern' ? 5 : 'no WXWebAssembly');
        assert.equal(answers.order, profile === 'floor' ? 'timer,promise' : 'promise,timer');
      } finally {
        await mini.close();
      }
    });

    test('the demo fills a cart, and orders where the phone can keep a key', async () => {
      const canOrder = profile === 'modern';
      const shop = await startShop();
      const phone = await openPhone(shop, canOrder ? 'dora' : null);
      await phone.shop.setOrder({ fulfilment: 'pickup' });
      mini = await openMiniProgram({ ...demo(shop), profile, browser, query: 'member=dora' });
      try {
        // What comes after the first screen moves the goods under the finger.
        await mini.waitFor('.for-you');
        await mini.tap('.sku-m01 >> .pick');
        await mini.waitFor('.add-draft');
        // A finger waits until the sheet has risen.
        await wait(500);
        await mini.tap('.option >> nth=1');
        await mini.waitForText('.options-chosen', '大杯');
        await mini.tap('.add-draft');
        await mini.tap('.cart-button');
        await mini.waitFor('.plus');
        await mini.tap('.plus');
        // Where both are phones of one member the other waits for the cart, so that it does not
        // change on the way to pay; a visitor's is filled alike.
        if (canOrder) {
          await mini.until('one cart on both phones', async () => {
            await phone.shop.sync();
            return (phone.shop.state.cart.lines[0] || {}).qty === 2;
          });
        } else {
          await phone.shop.dispatch({ type: 'cart.set', sku: 'm01', options: ['large'], n: 2 });
        }
        assert.equal(await mini.text('.total'), `¥${yuan(phone.shop.receipt.totals.payable)}`);
        await mini.tap('.submit');
        if (canOrder) {
          await mini.waitForText('.submit', '提交订单');
          // And until the page stands still.
          await wait(500);
          await mini.tap('.submit');
          await mini.waitFor('.verified');
          assert.equal(await mini.text('.verified'), '商家已核价，金额一致');
        } else {
          assert.equal(await mini.text('.submit'), '升级微信后可下单');
        }
        await mini.screenshot(artifact(`60-webkit-${profile}`));
        assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
      } finally {
        await mini.close();
        phone.shop.stop();
        await shop.stop();
      }
    });
  });
}
