// What a page does with a token when something on its way fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantities, world } from './world.js';

// The model server with codes for goods, taken as src/sync/README.md says.
function withHandover({ server }, lines) {
  const { handle } = server;
  const taken = new Map();
  const json = (status, value) => ({ status, headers: {}, body: JSON.stringify(value) });
  server.handle = (asked) => {
    if (!asked.url.endsWith('/v1/handover')) return handle(asked);
    const { code, by } = JSON.parse(asked.body);
    if (!taken.has(code)) taken.set(code, by);
    return taken.get(code) === by ? json(200, { lines }) : json(404, { code: 'E_NOT_FOUND' });
  };
  return taken;
}

const goods = [{ sku: 'tea', qty: 2, options: [] }, { sku: 'cake', qty: 1, options: [] }];

// The store takes this many more records and then no more.
function fillAfter({ storage }, count) {
  const { kvFor } = storage;
  let left = count;
  storage.kvFor = (namespace) => {
    const kv = kvFor(namespace);
    return { ...kv, set: (key, text) => {
      if (!/^log/.test(key)) return kv.set(key, text);
      left -= 1;
      return left < 0 ? Promise.reject(Object.assign(new Error('full'), { code: 'E_QUOTA' }))
        : kv.set(key, text);
    } };
  };
  return () => { left = Infinity; };
}

test('goods of which some found no place in the cart are put there once by the next try',
  async () => {
    const made = world();
    const taken = withHandover(made, goods);
    const own = made.phone();
    const empty = fillAfter(own, 0);
    const shop = await own.start();
    await assert.rejects(shop.takeOver('c'), { code: 'E_QUOTA' });
    empty();
    assert.deepEqual(await shop.takeOver('c'), goods);
    assert.deepEqual(quantities(shop.state.cart), { tea: 2, cake: 1 });
    // The code is another one's from now on: nobody takes it twice.
    await assert.rejects(shop.takeOver('c'), { code: 'E_NOT_FOUND' });
    assert.equal(taken.size, 1);
  });

test('an add that is in the cart is not done twice, by another program nor another member',
  async () => {
    const made = world();
    withHandover(made, goods);
    const own = made.phone();
    let shop = await own.start();
    // The second line finds no place; then the program ends, and the visitor becomes a member.
    const [cake] = goods.splice(1, 1, { sku: '', qty: 1, options: [] });
    await assert.rejects(shop.takeOver('c'), { code: 'E_ARGS' });
    assert.deepEqual(quantities(shop.state.cart), { tea: 2 });
    own.stop();
    shop = await own.start();
    await shop.enrol();
    await shop.sync();
    assert.equal(shop.status.pending, 0);
    goods.splice(1, 1, cake);
    await Promise.all([shop.takeOver('c'), shop.takeOver('c')]);
    await shop.sync();
    assert.deepEqual(quantities(shop.state.cart), { tea: 2, cake: 1 });
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 2, cake: 1 });
  });
