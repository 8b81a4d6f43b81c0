// 开卡立享 in the cart of the mini-program, in Chromium as an iPhone of iOS 14: what the row says is
// what the tap does, and the other phone of the member has the same receipt.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { yuan } from '../../js/node.js';
import { artifact, demo, openPhone, startShop } from './demo.js';
import { openMiniProgram } from './sim/open.js';

const CARD = 'black_card';
const fenOf = (text) => Math.round(Number(text) * 100);

describe('the member’s card', { concurrency: false }, () => {
  const data = mkdtempSync(join(tmpdir(), 'suanpan-card-'));
  let shop;
  let phone;
  let mini;

  before(async () => {
    shop = await startShop({ data });
    phone = await openPhone(shop, 'cara');
    await phone.shop.setOrder({ fulfilment: 'pickup' });
    mini = await openMiniProgram({ ...demo(shop), profile: 'macrotask', query: 'member=cara' });
    await mini.waitFor('.for-you-card');
  });
  after(async () => {
    if (mini) await mini.close();
    if (phone) phone.shop.stop();
    if (shop) await shop.stop();
    rmSync(data, { recursive: true, force: true });
  });

  test('an empty cart has no offer', async () => {
    await mini.tap('.cart-button');
    await mini.waitFor('.empty');
    await mini.page.waitForTimeout(200);
    assert.equal(await mini.isShown('.member-card'), false);
    for (const sku of ['m01', 'f01', 'f03', 'b05']) {
      await phone.shop.dispatch({ type: 'cart.add', sku, options: [], n: 1 });
    }
    await phone.shop.sync();
    await mini.relaunch();
    await mini.waitFor('.cart-button >> .badge');
    await mini.tap('.cart-button');
  });

  // The other phone's receipt of the same cart, once it has heard of it.
  async function agreed(hasCard) {
    await mini.until('one cart on both phones', async () => {
      await phone.shop.sync();
      return phone.shop.state.cart.lines.some(({ sku }) => sku === CARD) === hasCard
        && await mini.text('.total') === `¥${yuan(phone.shop.receipt.totals.payable)}`;
    });
    return phone.shop.receipt;
  }

  // What the row says when it has caught up with the last tap, in fen.
  async function worth() {
    await mini.page.waitForTimeout(300);
    const [, saved, more, amount = '0'] =
      /^本单(?:立省¥([\d.]+)，)?(多付|少付|不用多付)(?:¥([\d.]+))?$/
        .exec(await mini.text('.member-card-note'));
    return { saved: fenOf(saved || 0), more: fenOf(amount) * (more === '少付' ? -1 : 1) };
  }

  test('it is offered with what it changes in the total, exactly', async () => {
    assert.equal(await mini.text('.member-card-name'), '开通黑金会员月卡 ¥9.90');
    const without = await agreed(false);
    const offered = await worth();
    await mini.screenshot(artifact('40-card-offered'), { whole: true });
    const before = await mini.stats();
    await mini.tap('.member-card-act');
    const { setData } = await mini.stats();
    assert.ok(setData - before.setData <= 2, `${setData - before.setData} setData calls of a tap`);
    const withCard = await agreed(true);
    assert.equal(withCard.totals.payable - without.totals.payable, offered.more);
    assert.equal(offered.saved, 990 - offered.more);
    assert.deepEqual(await worth(), offered);
  });

  test('taken, its prices are on the lines, and it is one piece', async () => {
    const { lines } = await agreed(true);
    assert.equal(await mini.text('.member-card-name'), '已选黑金会员月卡 ¥9.90');
    assert.equal(await mini.text('.line >> nth=0 >> .unit'), '¥12.20');
    assert.deepEqual(await mini.texts('.net-amount'), lines.map(({ net }) => `¥${yuan(net)}`));
    assert.deepEqual(await mini.texts('.line-qty'), ['×1']);
    assert.equal((await mini.texts('.qty')).length, 4);
    await mini.screenshot(artifact('41-card-taken'), { whole: true });
    await mini.tap('.bar-saved');
    const values = (await mini.texts('.sheet .row-value')).map((text) =>
      (/\d/.test(text) ? fenOf(text.replace('¥', '')) : 0));
    const total = values.pop();
    assert.equal(values.reduce((sum, value) => sum + value, 0), total);
    await mini.tap('.sheet-close');
  });

  test('another tap gives it back, without a network too', async () => {
    await mini.setOnline(false);
    await mini.waitFor('.notice');
    const offered = await worth();
    const total = fenOf((await mini.text('.total')).slice(1));
    await mini.tap('.member-card-act');
    await mini.waitForText('.total', `¥${yuan(total - offered.more)}`);
    assert.deepEqual(await worth(), offered);
    await mini.tap('.member-card-act');
    await mini.waitForText('.total', `¥${yuan(total)}`);
    await mini.screenshot(artifact('42-card-offline'));
    await mini.tap('.member-card-act');
    await mini.setOnline(true);
    await agreed(false);
    assert.equal((await mini.texts('.line-name')).length, 4);
  });

  test('a member of its tier is not asked', async () => {
    const { member } = phone.shop.status;
    execFileSync(process.execPath, ['js/cli/suanpan.js', 'admin', 'grant', '--shop', 'qinglan_tea',
      '--data', data, '--request', '-'], {
      input: JSON.stringify({ member, entry: 'black', tier: 'black' }) });
    await mini.tap('.plus');
    await mini.until('no offer', async () => !await mini.isShown('.member-card'));
    assert.equal(await mini.text('.line >> nth=0 >> .unit'), '¥12.20');
  });

  test('nothing was written to the error log', async () => {
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
  });
});
