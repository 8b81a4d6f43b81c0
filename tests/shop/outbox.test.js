// What a batch may hold, and what one reply does to what a phone knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterReply, freshData, nextBatch, viewOf } from '../../js/shop/outbox.js';

const REQUEST_BYTES_MAX = 65536;
const BODY_BYTES_MAX = 4096;

const opOf = (number, filling) => {
  const u = String(number).padStart(22, '0');
  const rest = JSON.stringify({ a: { skip: [] }, b: [1, 1], k: 'cart.choose', r: 0, t: 0, u });
  const room = BODY_BYTES_MAX - Buffer.byteLength(rest) - 16;
  const skip = [];
  for (let size = 0; size + Buffer.byteLength(filling) + 3 < room;) {
    skip.push(filling);
    size += Buffer.byteLength(filling) + 3;
  }
  const text = JSON.stringify({ a: { skip }, b: [1, 1], k: 'cart.choose', r: 0, t: 0, u });
  return { u, k: 'cart.choose', a: { skip }, text, isKept: true, isSent: false };
};

// A request as section 6 of the protocol writes it, with the longest numbers there are.
const requestOf = (batch) => {
  const [hash, most] = ['h'.repeat(43), Number.MAX_SAFE_INTEGER];
  const ops = batch.map(({ text }) => ({ b: text, d: hash, s: most, t: hash }));
  const have = { book: [most, most], state: most };
  const j0 = JSON.stringify({ count: most, have, nonce: 'n'.repeat(22), now: most, ops,
    prev: hash });
  return `${'t'.repeat(64)}.${hash}.${hash}\n${j0}`;
};

for (const [what, filling] of [['short keys', 'k1'], ['Chinese keys', '珍珠奶茶大杯少冰'],
  ['keys that are escaped twice', '\\\\']]) {
  test(`a batch of long operations with ${what} fits into a request`, () => {
    const pending = Array.from({ length: 64 }, (_, number) => opOf(number, filling));
    const batch = nextBatch({ pending });
    assert.ok(Buffer.byteLength(pending[0].text) > BODY_BYTES_MAX - 64);
    assert.ok(batch.length > 4, String(batch.length));
    assert.ok(Buffer.byteLength(requestOf(batch)) <= REQUEST_BYTES_MAX);
  });
}

const replyAt = (time) => ({ time, last: 0, head: '', res: [],
  book: { fresh_until: 0, min_ver: 1 } });

test('the time is the one of the last reply, also where the server was ahead before', () => {
  const ahead = afterReply(freshData(), replyAt(2000), []);
  assert.equal(ahead.time, 2000);
  assert.equal(afterReply(ahead, replyAt(1000), []).time, 1000);
});

test('a view that goes on from the one before is the view of all there is', () => {
  const add = (u, sku) => ({ u, k: 'cart.add', a: { line: sku, sku, n: 1 } });
  const all = [add('1', 'tea'), add('2', 'milk'),
    { u: '3', k: 'cart.choose', a: { skip: ['tea'] } }, add('4', 'tea'), add('5', 'cake')];
  const at = (pending) => ({ ...base, pending });
  const base = freshData();
  let before;
  const check = (data) => {
    const state = viewOf(data, before);
    assert.deepEqual(state, viewOf(data));
    before = { data, state };
  };
  for (let n = 0; n <= all.length; n++) check(at(all.slice(0, n)));
  // Kept by now, taken back, answered, and another cart under it.
  check(at(all.map((op) => ({ ...op, isKept: true }))));
  check(at(all.filter(({ u }) => u !== '2')));
  check(at(all.slice(1)));
  check(at(all));
  check({ ...at(all), base: { ...base.base, cart: { ver: 1, hash: 'h', choices: {},
    lines: [{ line: 'tea', sku: 'tea', qty: 3 }] } } });
});
