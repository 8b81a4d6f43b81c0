// A window that closes while the shopper is about to pay: the page says that the price has changed,
// and nothing is submitted before he has seen it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { artifact, demo, startShop } from './demo.js';
import { openMiniProgram } from './sim/open.js';

// Two hours later coffee is not 20 % off any more: when the network goes, or within the tap itself.
const toLater = 'const { now } = Date; const later = () => now() + 2 * 3600 * 1000;';
const offline = `${toLater}
wx.onNetworkStatusChange(() => { Date.now = later; });
`;
const inTap = `${toLater}
const register = Page;
globalThis.Page = (definition) => {
  const { onSubmit, submitOrder } = definition;
  register(submitOrder === undefined ? definition : Object.assign({}, definition, {
    onSubmit(event) {
      Date.now = later;
      onSubmit.call(this, event);
    },
  }));
};
`;

let shop;
before(async () => { shop = await startShop(); });
after(() => shop && shop.stop());

// The page on which one coffee is paid, in a mini-program whose clock is what `script` makes of it.
async function withConfirm(member, script, work) {
  const { root, files, ...options } = demo(shop);
  const app = Buffer.concat([Buffer.from(script), readFileSync(join(root, 'app.js'))]);
  const mini = await openMiniProgram({ root, files: { ...files, 'app.js': app }, ...options,
    profile: 'macrotask', query: `member=${member}` });
  try {
    await mini.waitFor('.for-you');
    await mini.tap('.sku-c03 >> .pick');
    await mini.tap('.add-draft');
    await mini.tap('.cart-button');
    await mini.tap('.submit');
    const payable = async () => Number(/^提交订单 ¥([\d.]+)$/.exec(await mini.text('.submit'))[1]);
    await work(mini, payable);
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  } finally {
    await mini.close();
  }
}

// The sheet says what it was; the price of now stands on the button behind it.
async function acceptDearer(mini, payable, old) {
  await mini.waitFor('.sheet-over');
  assert.equal(await mini.text('.sheet-over >> .sheet-title'), '以下商品价格有变化×');
  assert.equal(await mini.text('.row-total >> .struck'), `¥${old.toFixed(2)}`);
  await mini.screenshot(artifact('35-window-closed'));
  await mini.tap('.accept-change');
  assert.ok(await payable() > old);
}

test('a window that closes is asked about by itself', () =>
  withConfirm('dora', offline, async (mini, payable) => {
    const old = await payable();
    await mini.setOnline(false);
    await acceptDearer(mini, payable, old);
  }));

test('a window that closed since the last look is asked about before anything is sent', () =>
  withConfirm('emil', inTap, async (mini, payable) => {
    const old = await payable();
    await mini.tap('.submit');
    await acceptDearer(mini, payable, old);
    assert.equal(await mini.isShown('.verified'), false);
  }));
