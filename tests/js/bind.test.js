// The bindings with the frameworks themselves: Vue 3, React, and WeChat's own in the simulator
// (tests/mini). What they show is the engine's answer, at most once a tick.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { createElement, memo, useLayoutEffect } from 'react';
import { act, create } from 'react-test-renderer';
import { effectScope, nextTick, watchEffect } from 'vue';
import { createCart } from '../../js/bind/cart.js';
import { cartBehavior } from '../../js/bind/behavior.js';
import { bindPage } from '../../js/bind/page.js';
import { useCart as useReactCart } from '../../js/bind/react.js';
import { useCart as useVueCart } from '../../js/bind/vue.js';
import { createEngine } from '../../js/node.js';
import { namesOf, receiptView } from '../../js/view/index.js';
import { keepEqual } from '../../js/view/keep_equal.js';
import { uncaught } from './uncaught.js';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const book = readFileSync(new URL('../../demo/seed/tea.book.json', import.meta.url), 'utf8');
const names = namesOf(JSON.parse(book));
const request = {
  now: 1795162500,
  detail: 'full',
  lines: [{ id: '1', sku: 'm06', qty: 1 }, { id: '2', sku: 'f01', qty: 1, selected: false }],
};
const withQty = (qty) => ({ ...request, lines: [{ ...request.lines[0], qty }, request.lines[1]] });
const tick = () => new Promise((resolve) => {
  setImmediate(resolve);
});

let engine;
before(async () => {
  engine = await createEngine();
  await engine.load(book, { unsignedBookForDevelopment: true });
});

// A cart whose engine counts its quotes, and the view of it.
function start() {
  const counted = { quotes: 0 };
  const counting = { quote: (asked) => { counted.quotes += 1; return engine.quote(asked); } };
  const cart = createCart({ engine: counting, request });
  const view = () => receiptView(cart.receipt(), names, { request: cart.request });
  return { cart, view, counted };
}

const wanted = (qty) => receiptView(engine.quote(withQty(qty)), names, { request: withQty(qty) });
const setQty = (cart, qty) => cart.change(() => withQty(qty));

test('a cart quotes once a change and tells once a tick', async () => {
  const { cart, counted } = start();
  let told = 0;
  const stop = cart.subscribe(() => { told += 1; });
  assert.equal(cart.receipt(), cart.receipt());
  assert.equal(counted.quotes, 1);
  [2, 3, 4].forEach((qty) => setQty(cart, qty));
  await tick();
  assert.equal(told, 1);
  assert.deepEqual(cart.receipt(), engine.quote(withQty(4)));
  assert.equal(counted.quotes, 2);
  stop();
  setQty(cart, 5);
  await tick();
  assert.equal(told, 1);
});

test('a listener that fails keeps no other from hearing', async (t) => {
  const { cart } = start();
  const failed = uncaught(t);
  let heard = 0;
  cart.subscribe(() => {
    throw new Error('a page');
  });
  cart.subscribe(() => { heard += 1; });
  setQty(cart, 2);
  await tick();
  assert.equal((await failed).message, 'a page');
  assert.equal(heard, 1);
});

test('a view that failed once is asked again with the next tap', async (t) => {
  const failed = uncaught(t);
  let isBroken = false;
  const slowly = () => {
    const end = Date.now() + 110;
    while (Date.now() < end);
    return { total: '1' };
  };
  const applied = [];
  const page = bindPage({ view: slowly, apply: (changes) => applied.push(changes),
    quick() {
      if (isBroken) throw new Error('the engine is being restarted');
      return { total: 'quick' };
    } });
  page.paintNow();
  isBroken = true;
  page.invalidate();
  assert.equal((await failed).message, 'the engine is being restarted');
  isBroken = false;
  page.invalidate();
  await tick();
  // The whole view may stand behind it by now.
  assert.deepEqual(applied.slice(0, 2), [{ total: '1' }, { total: 'quick' }]);
});

test('a page that is gone is not painted, whoever still asks for it', () => {
  const painted = [];
  const page = { setData: (changes) => painted.push(changes) };
  const { lifetimes, methods } = cartBehavior({ source: { subscribe: () => () => {} },
    view: () => ({ total: '1' }), behavior: (definition) => definition });
  lifetimes.attached.call(page);
  lifetimes.detached.call(page);
  methods.repaintCart.call(page);
  methods.paintCart.call(page);
  assert.deepEqual(painted, [{ total: '1' }]);
});

test('what the engine refuses is thrown where the view is made', () => {
  const { cart } = start();
  cart.change(() => ({ ...request, lines: [{ id: '1', sku: 'm06', qty: '1' }] }));
  assert.throws(() => cart.receipt(), { name: 'SuanpanError' });
});

test('keepEqual keeps what is equal, by identity', () => {
  const prev = { lines: [{ a: '1' }, { a: '2' }], total: '3', tags: [] };
  const next = keepEqual(prev, { lines: [{ a: '1' }, { a: '4' }], total: '3', tags: [] });
  assert.deepEqual(next, { lines: [{ a: '1' }, { a: '4' }], total: '3', tags: [] });
  assert.equal(next.lines[0], prev.lines[0]);
  assert.equal(next.tags, prev.tags);
  assert.notEqual(next.lines, prev.lines);
  assert.equal(keepEqual(prev, JSON.parse(JSON.stringify(prev))), prev);
  assert.deepEqual(keepEqual([1, 2], [1]), [1]);
  assert.deepEqual(keepEqual({ a: 1, b: 2 }, { a: 1 }), { a: 1 });
  assert.deepEqual(keepEqual({ a: undefined }, { b: undefined }), { b: undefined });
  assert.deepEqual(keepEqual([], {}), {});
});

test('Vue draws once a tick, keeps equal lines, and stops with its scope', async () => {
  const { cart, view, counted } = start();
  const scope = effectScope();
  const drawn = [];
  const shown = scope.run(() => useVueCart({ source: cart, view }));
  scope.run(() => watchEffect(() => drawn.push(shown.value)));
  assert.deepEqual(shown.value, wanted(1));
  [2, 3].forEach((qty) => setQty(cart, qty));
  await nextTick();
  await tick();
  assert.deepEqual(shown.value, wanted(3));
  assert.equal(drawn.length, 2);
  assert.equal(counted.quotes, 2);
  assert.equal(shown.value.lines[1], drawn[0].lines[1]);
  assert.notEqual(shown.value.lines[0], drawn[0].lines[0]);
  scope.stop();
  setQty(cart, 1);
  await tick();
  assert.equal(counted.quotes, 2);
});

test('React draws once a tick, leaves equal lines alone, stops with its component', async () => {
  const { cart, view, counted } = start();
  const drawn = { pages: 0, lines: [] };
  const Line = memo(({ line }) => {
    drawn.lines.push(line.id);
    return createElement('li', null, line.net);
  });
  function Page() {
    const { lines, total } = useReactCart({ source: cart, view });
    drawn.pages += 1;
    return createElement('div', null, total,
      lines.map((line) => createElement(Line, { key: line.id, line })));
  }
  let page;
  await act(async () => {
    page = create(createElement(Page));
  });
  assert.equal(page.toJSON().children[0], wanted(1).total);
  assert.deepEqual(drawn, { pages: 1, lines: ['1', '2'] });
  await act(async () => {
    [2, 3].forEach((qty) => setQty(cart, qty));
    await tick();
  });
  assert.equal(page.toJSON().children[0], wanted(3).total);
  assert.deepEqual(drawn, { pages: 2, lines: ['1', '2', '1'] });
  assert.equal(counted.quotes, 2);
  await act(async () => {
    // The same cart again is no change.
    setQty(cart, 3);
    await tick();
  });
  assert.equal(drawn.pages, 2);
  await act(async () => page.unmount());
  setQty(cart, 1);
  await tick();
  assert.equal(counted.quotes, 3);
});

test('React draws what changed before the component could listen', async () => {
  const { cart, view } = start();
  function Page() {
    const { total } = useReactCart({ source: cart, view });
    useLayoutEffect(() => setQty(cart, 2), []);
    return createElement('b', null, total);
  }
  let page;
  await act(async () => {
    page = create(createElement(Page));
    await tick();
  });
  assert.equal(page.toJSON().children[0], wanted(2).total);
  await act(async () => page.unmount());
});

test('the Behavior paints changed paths, once a tick, while it is attached', async () => {
  const { cart, view } = start();
  const painted = [];
  const definition = cartBehavior({ source: cart, view, behavior: (given) => given });
  const page = { setData: (changes) => painted.push(changes), ...definition.methods };
  definition.lifetimes.attached.call(page);
  assert.deepEqual(painted, [wanted(1)]);
  [2, 3].forEach((qty) => setQty(cart, qty));
  await tick();
  assert.equal(painted.length, 2);
  assert.equal(painted[1]['lines[0].qty'], '3');
  assert.equal(painted[1]['lines[1].qty'], undefined);
  page.repaintCart();
  await tick();
  assert.equal(painted.length, 2);
  definition.lifetimes.detached.call(page);
  setQty(cart, 1);
  await tick();
  assert.equal(painted.length, 2);
});

test('bindings are under sixty lines each', () => {
  for (const name of ['behavior', 'cart', 'page', 'react', 'vue']) {
    const text = readFileSync(new URL(`../../js/bind/${name}.js`, import.meta.url), 'utf8');
    assert.ok(text.split('\n').length - 1 < 60, name);
  }
});
