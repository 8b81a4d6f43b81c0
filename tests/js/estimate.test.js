// Prices on a shelf: the golden cases on every host, the limits, and what an estimate has to do
// with a quote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { hasNativeProgram, nativeProgram } from '../../js/cli/engines.js';
import { createEngine } from '../../js/node.js';
import { readEstimates } from '../cases/read_cases.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const unsigned = { unsignedBookForDevelopment: true };
const cases = readEstimates();
const folder = mkdtempSync(join(tmpdir(), 'suanpan-estimate-'));
after(() => rmSync(folder, { recursive: true }));

let wasm;
let twin;
before(async () => {
  wasm = await createEngine();
  twin = await createEngine({ build: 'wasm2js' });
});
after(() => {
  wasm?.dispose();
  twin?.dispose();
});

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function replyOf(engine, { bookText, estimate }) {
  await engine.load(bookText, unsigned);
  try {
    return JSON.stringify(engine.estimate(estimate));
  } catch (error) {
    assert.equal(error.name, 'SuanpanError', error.stack);
    return JSON.stringify(error);
  }
}

const isPart = (part, whole) => (part === null || typeof part !== 'object'
  ? part === whole
  : Object.keys(part).every((key) => isPart(part[key], whole?.[key])));

describe('the golden cases', () => {
  test('there are as many as ever', () => assert.ok(cases.length >= 44, `${cases.length}`));

  for (const c of cases) {
    test(`${c.file}:${c.line} ${c.title}`, async () => {
      const reply = await replyOf(wasm, c);
      assert.ok(isPart(c.error || c.expect, JSON.parse(reply)), reply);
      assert.equal(await replyOf(twin, c), reply, 'the twin differs from the module');
      if (!hasNativeProgram()) return;
      const args = ['estimate', '--book', file('book.json', c.bookText), '--request',
        file('request.json', JSON.stringify(c.estimate))];
      const { stdout } = spawnSync(nativeProgram, args, { encoding: 'utf8' });
      assert.equal(stdout.trimEnd(), reply, 'the native program differs');
    });
  }
});

const shopBook = () => JSON.parse(readFileSync(new URL('fixtures/book.json', import.meta.url)));

test('the command line prints what the engine says', async () => {
  const book = file('shop.json', JSON.stringify(shopBook()));
  const request = { now: 1767240000, member: { tier: 'gold' }, skus: [{ sku: '1' }, { sku: '3' }] };
  await wasm.load(shopBook(), unsigned);
  const wanted = wasm.estimate(request);
  assert.equal(wanted.cards[0].price, 1600);
  for (const engine of ['wasm', ...(hasNativeProgram() ? ['native'] : [])]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'estimate', '--book',
      book, '--request', '-', '--engine', engine],
    { input: JSON.stringify(request), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), wanted);
  }
  const refused = spawnSync(process.execPath, [program, 'estimate', '--book', book, '--request',
    '-'], { input: '{"now":1,"skus":[]}', encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.equal(JSON.parse(refused.stdout).path, '/skus');
});

// What a card says is the difference of two quotes, so it may be asked of the quotes as well.
test('a card is the difference of two quotes', async () => {
  await wasm.load(shopBook(), unsigned);
  const coupons = JSON.parse(readFileSync(new URL('fixtures/wallet.json', import.meta.url)));
  const base = { now: 1767240000, member: { tier: 'gold' }, coupons };
  const cart = [{ id: 'a', sku: '2', qty: 2 }, { id: 'b', sku: '3', qty: 1 }];
  const cards = ['1', '2', '3', '4', '5'].flatMap((sku) =>
    [1, 2, 3, 7].map((qty) => ({ sku, qty })));
  for (const lines of [[], cart]) {
    const goods = (more) => wasm.quote({ ...base, lines: [...lines, ...more] }).totals.goods;
    const found = wasm.estimate({ ...base, cart: lines, skus: cards }).cards;
    cards.forEach((card, i) => {
      const wanted = Math.floor((goods([card]) - goods([])) / card.qty);
      assert.equal(found[i].price, wanted, JSON.stringify(card));
      assert.deepEqual(wasm.estimate({ ...base, cart: lines, skus: [card] }).cards[0], found[i],
        'a card does not depend on the others');
    });
  }
});

describe('limits', () => {
  const skus = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  const bookOf = (list) => ({
    suanpan_book: 1, shop: 's', version: 1, meaning: 1, catalog: { skus: list },
    rules: { preset: 'cn_sequential', rules: [] },
  });
  const refused = (code, path) => (error) => {
    assert.deepEqual([error.code, error.path], [code, path]);
    return true;
  };

  test('60 cards and a cart of 199 lines are enough', async () => {
    await wasm.load(bookOf([{ id: 'a', price: 100 }]), unsigned);
    const card = () => ({ sku: 'a' });
    const line = () => ({ sku: 'a', qty: 1 });
    const ask = (cards, lines) =>
      wasm.estimate({ now: 0, cart: skus(lines, line), skus: skus(cards, card) }).cards;
    assert.deepEqual(ask(60, 199).map(({ price }) => price), skus(60, () => 100));
    assert.throws(() => ask(61, 1), refused('E_LIMIT', '/skus'));
    assert.throws(() => ask(1, 200), refused('E_LIMIT', '/cart'));
  });

  test('1000 SKUs behind the cards are enough', async () => {
    const sku = (i) => ({ id: `s${i}`, price: 100 + i, spu: i < 1000 ? 'many' : 'one' });
    await wasm.load(bookOf(skus(1001, sku)), unsigned);
    const [many] = wasm.estimate({ now: 0, skus: [{ spu: 'many' }] }).cards;
    assert.deepEqual([many.min, many.max], [100, 1099]);
    assert.throws(() => wasm.estimate({ now: 0, skus: [{ spu: 'many' }, { spu: 'one' }] }),
      refused('E_LIMIT', '/skus/1/spu'));
    assert.throws(() => wasm.estimate({ now: 0, skus: [{ spu: 'many' }, { sku: 's1000' }] }),
      refused('E_LIMIT', '/skus/1/sku'));
  });

  test('without a book there is no price', async () => {
    const engine = await createEngine();
    assert.throws(() => engine.estimate({ now: 0, skus: [{ sku: 'a' }] }),
      refused('E_NO_BOOK', ''));
    engine.dispose();
  });
});
