// What setOrder keeps, and what of a member a request tells under a book.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detailsFrom, withDetails } from '../../js/shop/order_details.js';
import { quoteRequest } from '../../js/shop/request.js';
import { uncaught } from '../js/uncaught.js';
import { world } from './world.js';

describe('the details of an order', () => {
  const kept = { fulfilment: 'delivery', address: { region: '310104', text: '云锦路' }, place: 1 };

  test('are merged, and cleared by null or undefined', () => {
    assert.deepEqual(withDetails(kept, { payer: 'wechat', place: 2 }),
      { ...kept, payer: 'wechat', place: 2 });
    assert.deepEqual(withDetails(kept, detailsFrom({ address: null, place: undefined })),
      { fulfilment: 'delivery' });
    assert.equal(kept.place, 1);
  });

  const wrong = [
    ['/fulfilment', { fulfilment: 'x' }],
    ['/address', { address: 5 }],
    ['/address/region', { address: {} }],
    ['/address/region', { address: { region: 310104 } }],
    ['/store', { store: '' }],
    ['/channel', { channel: '' }],
    ['/pay_at', { pay_at: 'x' }],
    ['/fulfil_at', { fulfil_at: -1 }],
    ['/use/gifts', { use: { gifts: 'x' } }],
    ['/use/add_ons/0/sku', { use: { add_ons: [{ rule: 'r' }] } }],
    ['/use/add_ons/0/qty', { use: { add_ons: [{ rule: 'r', sku: 's', qty: 0 }] } }],
    ['/note', { note: NaN }],
    ['/note', { note: { a: undefined } }],
    ['', 'x'],
  ];
  for (const [path, more] of wrong) {
    test(`${JSON.stringify(more)} is refused at ${path}`, () => {
      assert.throws(() => detailsFrom(more), { code: 'E_ARGS', path });
    });
  }

  test('what is refused leaves the cart its price', async () => {
    const made = world();
    const own = made.phone();
    await own.start();
    await made.clock.pass(1000);
    await own.shop.dispatch({ type: 'cart.add', sku: 'tea', n: 1 });
    await assert.rejects(own.shop.setOrder({ address: 5 }), { code: 'E_ARGS', path: '/address' });
    assert.equal(own.shop.receipt.totals.payable, 1000);
    assert.deepEqual(own.shop.order, {});
  });
});

describe('a member under a book', () => {
  const state = { cart: { lines: [], choices: {} }, member: { id: 'm', tier: 'gold' }, points: {} };
  const tierUnder = (offers) => quoteRequest(state, { at: { now: 0 }, offers }).member.tier;

  test('has no tier that the book does not have', () => {
    assert.equal(tierUnder({ rules: [], tiers: ['silver', 'gold'] }), 'gold');
    assert.equal(tierUnder({ rules: [], tiers: ['vip'] }), undefined);
    assert.equal(tierUnder({ rules: [] }), undefined);
    assert.equal(tierUnder(undefined), 'gold');
  });
});

describe('listeners', () => {
  test('hear what another one failed at', async (t) => {
    const made = world();
    const own = made.phone();
    await own.start();
    const failed = uncaught(t);
    let heard = 0;
    own.shop.subscribe(() => {
      throw new Error('a page');
    });
    own.shop.subscribe(() => { heard += 1; });
    await own.shop.dispatch({ type: 'cart.add', sku: 'tea', n: 1 });
    await made.clock.settle();
    assert.equal((await failed).message, 'a page');
    assert.ok(heard > 0);
    assert.throws(() => own.shop.subscribe(5), { code: 'E_TYPE' });
  });

  test('what is no event is said so, before anything is kept', async () => {
    const own = world().phone();
    await own.start();
    const wrong = [[null, 'E_TYPE', ''], [{}, 'E_ARGS', '/type'],
      [{ type: 'coupon.claim' }, 'E_ARGS', '/rule']];
    for (const [event, code, path] of wrong) {
      await assert.rejects(own.shop.dispatch(event), { code, path });
    }
    await assert.rejects(own.shop.submit({ shown: 5 }), { code: 'E_TYPE', path: '/shown' });
    assert.equal(own.shop.status.pending, 0);
  });
});
