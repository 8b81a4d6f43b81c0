// A published book that is loaded in steps: the same book, the same errors, and the one before
// answers until it is whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngineOn } from '../../js/engine.js';
import { nodeLoad } from '../../js/host/node_load.js';
import { runModule } from '../../js/module.js';
import { shopBook, shopCart } from '../bench/workload.js';
import { bookFile, json, keyOf } from '../sync/kit.js';
import { randomFrom } from './random.js';

const host = await nodeLoad();
const development = { unsignedBookForDevelopment: true };

function published(skus, rules, change = () => {}) {
  const book = shopBook(skus, rules);
  const parts = { catalog: book.catalog, rules: book.rules };
  change(parts);
  return bookFile([keyOf('book')], { shop: 'bench',
    parts: Object.entries(parts).map(([name, part]) => [name, json(part)]) });
}

// The text of one part as it should not be; what is wrong stands where its beginning is read long.
function broken(name, change) {
  const { catalog, rules } = shopBook(3000, 60);
  const parts = Object.entries({ catalog, rules }).map(([part, value]) => [part, json(value)]);
  return bookFile([keyOf('book')], { shop: 'bench', parts: parts.map(([part, bytes]) =>
    [part, part === name ? Buffer.from(change(bytes.toString())) : bytes]) });
}

const dearer = (parts) => {
  parts.catalog.skus.forEach((sku) => {
    sku.price += 1;
  });
};
const old = published(60, 20);
const large = published(3000, 60, dearer);
const cart = (lines) => shopCart(lines, 60, 20);

const loaded = async (book) => {
  const engine = await createEngineOn(host);
  const said = await engine.load(book, development);
  return { engine, said, prices: [1, 9, 40].map((lines) => engine.quote(cart(lines))) };
};

test('it is the same book, and the one before answers until it is whole', async () => {
  const before = await loaded(old);
  const after = await loaded(large);
  const { engine } = await loaded(old);
  const random = randomFrom(5);
  const meanwhile = [];
  let pauses = 0;
  const said = await engine.load(large, { ...development, async pause() {
    pauses++;
    const i = random.below(3);
    meanwhile.push([engine.quote(cart([1, 9, 40][i])), before.prices[i]]);
  } });
  meanwhile.forEach(([found, wanted]) => assert.deepEqual(found, wanted));
  assert.deepEqual(said, after.said);
  assert.ok(pauses > 4, `${pauses} pauses`);
  assert.deepEqual([1, 9, 40].map((lines) => engine.quote(cart(lines))), after.prices);
  assert.notDeepEqual(after.prices, before.prices);
});

const later = () => Promise.resolve();
const errorOf = async (work) => {
  try {
    await work();
    return null;
  } catch ({ code, path, message }) {
    return { code, path, message };
  }
};

test('what is refused in one call is refused in steps, and the old book stays', async () => {
  const spoiled = (at) => {
    const bytes = Uint8Array.from(large);
    bytes[at] ^= 1;
    return bytes;
  };
  const bad = [
    large.subarray(0, 2000), spoiled(10), spoiled(large.length - 1), spoiled(large.length >> 1),
    published(3000, 60, ({ catalog }) => { catalog.skus[2999].price = -1; }),
    published(3000, 60, ({ rules }) => { rules.rules[59].kind = 'none'; }),
    published(3000, 60, (parts) => { delete parts.rules; }),
    published(60, 20, (parts) => { parts['stores/a'] = {}; }),
    published(60, 20, ({ catalog }) => { catalog.skus[1].id = catalog.skus[0].id; }),
    published(3000, 60, ({ catalog }) => { catalog.skus[2999].id = catalog.skus[1500].id; }),
    published(3000, 60, ({ catalog }) => { catalog.skus[1500].tags[1] = ''; }),
    published(3000, 60, ({ rules }) => { rules.rules[59].scope = { skus: ['nowhere'] }; }),
    published(3000, 60, ({ rules }) => { rules.preset = 'none'; }),
    published(3000, 60, ({ rules }) => { rules.tiers = ['gold', 'gold']; }),
    published(3000, 60, ({ catalog }) => { catalog.stores = [{}]; }),
    ...['catalog', 'rules'].flatMap((name) => [
      broken(name, (text) => text.slice(0, -1)),
      broken(name, (text) => `${text} 0`),
      broken(name, (text) => text.replace(/}}?]?}$/, ',"id":1$&')),
      broken(name, (text) => `${text.slice(0, text.length - 300)}\u0001`),
    ]),
  ];
  const { engine, prices } = await loaded(old);
  for (const [i, bytes] of bad.entries()) {
    const wanted = await errorOf(() => engine.load(bytes, development));
    const found = await errorOf(() => engine.load(bytes, { ...development, pause: later }));
    assert.ok(wanted, `book ${i} is bad`);
    assert.deepEqual(found, wanted, `book ${i}`);
    assert.deepEqual(engine.quote(cart(9)), prices[1]);
  }
});

test('loads that come together end with the last one, whole', async () => {
  const { engine } = await loaded(old);
  const after = await loaded(large);
  const first = engine.load(large, { ...development, pause: later });
  const second = engine.load(old, { ...development, pause: later });
  const third = engine.load(large, { ...development, pause: later });
  assert.equal((await first).digest, after.said.digest);
  assert.notEqual((await second).digest, after.said.digest);
  assert.equal((await third).digest, after.said.digest);
  assert.deepEqual(engine.quote(cart(40)), after.prices[2]);
});

test('another load between two steps ends them, and the book is loaded at once', async () => {
  const { engine } = await loaded(old);
  const after = await loaded(large);
  let pauses = 0;
  await engine.load(large, { ...development, async pause() {
    if (++pauses === 3) await engine.load(JSON.stringify(shopBook(30, 10)), development);
  } });
  assert.equal(pauses, 3);
  assert.deepEqual(engine.quote(cart(40)), after.prices[2]);
});

test('after a trap between two steps it is loaded at once', async () => {
  let steps = 0;
  const start = () => {
    const exports = host.start();
    return { ...exports, sp_book_step: (size) => {
      if (++steps === 3) throw new WebAssembly.RuntimeError('unreachable');
      return exports.sp_book_step(size);
    } };
  };
  const module = await runModule({ ...host, start });
  module.load('sp_book_open', old);
  const reply = await module.load('sp_book_open', large, later);
  assert.deepEqual(JSON.parse(reply), (await loaded(large)).said);
  assert.equal(steps, 3);
});

test('steps without a book are refused', async () => {
  const module = await runModule(host);
  assert.throws(() => module.call('sp_book_step', ''), { code: 'E_MAGIC' });
  module.load('sp_book_open', old);
  assert.throws(() => module.call('sp_book_step', ''), { code: 'E_MAGIC' });
});

test('books that replace each other in steps do not take ever more memory', async () => {
  let memory;
  const start = () => {
    const exports = host.start();
    ({ memory } = exports);
    return exports;
  };
  const module = await runModule({ ...host, start });
  const sizes = [];
  for (let i = 0; i < 24; i++) {
    await module.load('sp_book_open', i % 2 ? published(1000, 30) : large, later);
    sizes.push(memory.buffer.byteLength);
  }
  assert.equal(sizes[23], sizes[11], sizes.join(' '));
});
