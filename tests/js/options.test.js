// What createEngine and createShop are given: a named error and the path of what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine as createWeb, createEngineAsync as createWebAsync } from '../../js/index.js';
import { createEngine as createMini, createEngineAsync as createMiniAsync }
  from '../../js/miniprogram.js';
import { useCart as useReactCart } from '../../js/bind/react.js';
import { useCart as useVueCart } from '../../js/bind/vue.js';
import { bindPage, cartBehavior, createCart } from '../../js/miniprogram_view.js';
import { createEngine, createEngineAsync, createHost, createShop } from 'suanpan/node';
import { forEngine, learn, noHistory } from 'suanpan/recommend';

const namedAs = (code, path) => (error) => {
  assert.deepEqual([error.name, error.code, error.path], ['SuanpanError', code, path]);
  return true;
};

test('a shop says which option is missing or of another type', async () => {
  const engine = await createEngine();
  const right = { engine, host: createHost(), shop: 'tea', root: '{}' };
  const wrong = [
    [undefined, 'E_TYPE', ''], [null, 'E_TYPE', ''], [{}, 'E_REQUIRED', '/engine'],
    [{ ...right, engine: {} }, 'E_REQUIRED', '/engine/sync'],
    [{ ...right, host: undefined }, 'E_REQUIRED', '/host'],
    [{ ...right, host: {} }, 'E_REQUIRED', '/host/http'],
    [{ ...right, host: { ...right.host, http: 5 } }, 'E_TYPE', '/host/http'],
    [{ ...right, shop: 5 }, 'E_TYPE', '/shop'], [{ ...right, root: {} }, 'E_TYPE', '/root'],
    [{ ...right, url: new URL('http://a') }, 'E_TYPE', '/url'],
    [{ ...right, login: 'code' }, 'E_TYPE', '/login'],
    [{ ...right, clock: {} }, 'E_REQUIRED', '/clock/now'],
    [{ ...right, pollMs: '5' }, 'E_TYPE', '/pollMs'],
    [{ ...right, logIn: () => 'code' }, 'E_FIELD', '/logIn'],
  ];
  for (const [options, code, path] of wrong) {
    await assert.rejects(createShop(options), namedAs(code, path));
  }
  engine.dispose();
});

test('an engine says which option is of another type, or none of its own', async () => {
  const wrong = [[5, ''], [null, ''], [{ shop: 5 }, '/shop'], [{ root: 5 }, '/root'],
    [{ verify: 'yes' }, '/verify']];
  for (const [options, path] of wrong) {
    await assert.rejects(createEngine(options), namedAs('E_TYPE', path));
  }
  const unknown = [[createEngine, 'server'], [createEngine, 'unsignedBookForDevelopment'],
    [createEngineAsync, 'worker'], [createWeb, 'build'], [createWebAsync, 'platform'],
    [createMini, 'worker'], [createMiniAsync, 'build']];
  for (const [create, name] of unknown) {
    await assert.rejects(create({ [name]: {} }), namedAs('E_FIELD', `/${name}`));
  }
  const engine = await createEngine();
  await assert.rejects(engine.load('{}', null), namedAs('E_TYPE', ''));
  engine.dispose();
});

test('carts and bindings say what they were not given', () => {
  const nothing = () => {};
  const source = { subscribe: nothing };
  const wrong = [
    [createCart, undefined, 'E_TYPE', ''], [createCart, {}, 'E_REQUIRED', '/engine'],
    [createCart, { engine: {}, request: {} }, 'E_REQUIRED', '/engine/quote'],
    [createCart, { engine: { quote: nothing } }, 'E_REQUIRED', '/request'],
    [createCart, { engine: { quote: nothing }, request: {}, names: {} }, 'E_FIELD', '/names'],
    [bindPage, undefined, 'E_TYPE', ''], [bindPage, {}, 'E_REQUIRED', '/view'],
    [bindPage, { view: nothing }, 'E_REQUIRED', '/apply'],
    [bindPage, { view: nothing, apply: nothing, first: 'total' }, 'E_TYPE', '/first'],
    [bindPage, { view: nothing, apply: nothing, page: {} }, 'E_FIELD', '/page'],
    [cartBehavior, {}, 'E_REQUIRED', '/source'],
    [cartBehavior, { source: {}, view: nothing }, 'E_REQUIRED', '/source/subscribe'],
    [cartBehavior, { source, view: {} }, 'E_TYPE', '/view'],
    [useReactCart, {}, 'E_REQUIRED', '/source'], [useVueCart, { source }, 'E_REQUIRED', '/view'],
  ];
  for (const [make, options, code, path] of wrong) {
    assert.throws(() => make(options), namedAs(code, path), `${make.name} ${path}`);
  }
  const cart = createCart({ engine: { quote: nothing }, request: {} });
  assert.throws(() => cart.change({}), namedAs('E_TYPE', ''));
  assert.throws(() => cart.subscribe(), namedAs('E_TYPE', ''));
});

test('what is learnt is looked at, so that nothing unreadable is kept', () => {
  const order = { id: 'a', time: 1, lines: [{ sku: 'm06' }] };
  const wrong = [
    [undefined, order, 'E_TYPE', '/history'], [{}, order, 'E_TYPE', '/history'],
    [{ ...noHistory, orders: [null] }, order, 'E_TYPE', '/history'],
    [noHistory, undefined, 'E_TYPE', '/order'], [noHistory, {}, 'E_REQUIRED', '/order/id'],
    [noHistory, { ...order, time: '1' }, 'E_TYPE', '/order/time'],
    [noHistory, { ...order, time: NaN }, 'E_RANGE', '/order/time'],
    [noHistory, { ...order, payable: 0.5 }, 'E_RANGE', '/order/payable'],
    [noHistory, { ...order, lines: {} }, 'E_TYPE', '/order/lines'],
    [noHistory, { ...order, lines: [{ sku: 'm06' }, null] }, 'E_TYPE', '/order/lines/1'],
    [noHistory, { ...order, lines: [{ sku: 6 }] }, 'E_TYPE', '/order/lines/0/sku'],
  ];
  for (const [history, given, code, path] of wrong) {
    assert.throws(() => learn(history, given), namedAs(code, path), path);
  }
  assert.throws(() => forEngine({}), namedAs('E_TYPE', '/history'));
  assert.equal(learn(noHistory, order).count, 1);
});
