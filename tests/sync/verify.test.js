// The verifier in JavaScript against the module: the same answers and the same errors, on good and
// on broken input; and the pricing-only build, which takes books by it alone.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import test from 'node:test';
import { createEngine } from '../../js/node.js';
import { j0Text } from '../../js/sync/j0.js';
import { bookVerifier, rootVerifier } from '../../js/verify.js';
import { verifier } from '../../js/server/crypto.js';
import { randomFrom } from '../js/random.js';
import { bookFile, keyOf, plainParts, rootFile, rootValue } from './kit.js';

const roots = ['root a', 'root b', 'root c'].map(keyOf);
const [bookKey, online] = ['book', 'online'].map(keyOf);
const roles = { root: [roots, 2], book: [[bookKey], 1], online: [[online], 1] };
const value = rootValue({ roles });
const file1 = rootFile(value, roots.slice(0, 2));
const now = 1760000000;
const { sync } = await createEngine();
const verifyBook = bookVerifier(webcrypto.subtle);
const verifyRoot = rootVerifier(webcrypto.subtle);

// The module, the verifier with primitives that answer in time, and with those that answer at once.
async function all(asked) {
  const codeOf = ({ code }) => assert.match(code, /^E_/) ?? { code };
  const answerOf = (verify) => {
    try {
      return verify(asked);
    } catch (error) {
      return codeOf(error);
    }
  };
  return [answerOf(sync.verifyBook), await verifyBook(asked).catch(codeOf),
    answerOf(verifier.verifyBook)];
}

test('good books and every named refusal are the same', async () => {
  const first = sync.verifyBook({ shop: 'tea', root: file1, book: bookFile([bookKey], { ver: 7 }),
    now });
  const { checkpoint } = first;
  const cases = [
    {}, { book: bookFile([online]) }, { book: bookFile([bookKey], { ver: 6 }), checkpoint },
    { book: bookFile([bookKey], { ver: 7 }), checkpoint },
    { book: bookFile([bookKey], { ver: 7, min_ver: 2 }), checkpoint },
    { book: bookFile([bookKey], { ver: 1007 }), checkpoint },
    { book: bookFile([bookKey], { ver: 1008 }), checkpoint },
    { book: bookFile([bookKey], { epoch: 2 }) }, { book: bookFile([bookKey], { engine_min: 2 }) },
    { book: bookFile([bookKey], { meaning: 2 }) },
    { book: bookFile([bookKey], { not_before: now + 1 }) },
    { book: bookFile([bookKey], { shop: 'milk', tenant: 'tea' }) },
    { book: bookFile([bookKey], { leave: ['rules'] }) },
    { root: j0Text({ ...value, shop: 'milk' }) }, { root: j0Text({ ...value, v: 3 }), checkpoint },
    { book: Buffer.concat([bookFile([bookKey]), Buffer.alloc(9)]) },
    { book: bookFile([bookKey], { parts: [...plainParts, ['model', Buffer.from('x')]],
      leave: ['model'] }) },
  ];
  const codes = new Set();
  for (const more of cases) {
    const asked = { shop: 'tea', root: file1, book: bookFile([bookKey]), checkpoint: null, now,
      ...more };
    const [one, ...others] = await all(asked);
    others.forEach((other) => assert.deepEqual(other, one));
    codes.add(one.code);
  }
  assert.ok(codes.size >= 9, [...codes].join());
});

test('roots', async () => {
  const next = (v, signers) => ({ shop: 'tea', trusted: file1,
    next: rootFile({ ...value, v }, signers) });
  assert.equal((await verifyRoot(next(2, roots.slice(1)))).v, 2);
  for (const [v, signers, code] of [[1, roots, 'E_ROLLBACK'], [3, roots, 'E_FAST_FORWARD'],
    [2, [roots[0], roots[0]], 'E_SIGNATURE'], [2, [bookKey], 'E_SIGNATURE']]) {
    await assert.rejects(verifyRoot(next(v, signers)), { code });
    assert.throws(() => sync.verifyRoot(next(v, signers)), { code });
    assert.throws(() => verifier.verifyRoot(next(v, signers)), { code });
  }
});

test('a root that a note can not be signed under, or that has not signed itself, is none', () => {
  const two = rootValue({ roles: { ...roles, online: [[online, bookKey], 2] } });
  assert.throws(() => verifier.verifyFirstRoot({ shop: 'tea', root: rootFile(two, roots) }),
    { code: 'E_ROOT' });
  assert.throws(() => verifier.verifyFirstRoot({ shop: 'tea',
    root: rootFile({ ...value, roles: null }, roots) }), { code: 'E_ROOT' });
  assert.throws(() => verifier.verifyFirstRoot({ shop: 'tea', root: rootFile(value, [bookKey]) }),
    { code: 'E_SIGNATURE' });
  assert.equal(verifier.verifyFirstRoot({ shop: 'tea', root: file1 }).v, 1);
});

test('all refuse whatever was changed', async () => {
  const random = randomFrom(7);
  const good = bookFile([bookKey], { ver: 7 });
  for (let i = 0; i < 200; i++) {
    const book = Uint8Array.from(good);
    for (let n = 0; n <= i % 3; n++) book[random.below(book.length)] ^= 1 << random.below(8);
    if (i % 5 === 0) book.fill(random.below(256), random.below(book.length));
    if (Buffer.compare(book, good) === 0) continue;
    const cut = i % 7 === 0 ? book.subarray(0, random.below(book.length)) : book;
    for (const answer of await all({ shop: 'tea', root: file1, book: cut, now })) {
      assert.match(String(answer.code), /^E_/);
    }
  }
});

test('what verifyBook said is not asked again, and nobody else can say it', async () => {
  const options = { shop: 'tea', root: file1 };
  const [engine, other] = [await createEngine(options), await createEngine(options)];
  const book = Buffer.from(bookFile([bookKey], { ver: 7 }));
  const unsigned = bookFile([online]);
  const verify = (hashes) => engine.sync.verifyBook({ ...options, book, now, hashes });
  const verified = verify(true);
  const wanted = await other.load(book, { now });
  book[book.length - 1] ^= 1;
  assert.deepEqual(await engine.load(book, { now, verified }), wanted);
  for (const [who, said] of [[engine, { ...verified }], [other, verified]]) {
    await assert.rejects(who.load(unsigned, { now, verified: said }), { code: 'E_SIGNATURE' });
  }
  await assert.rejects(engine.load(book, { verified: verify(false) }), { code: 'E_DIGEST' });
});

test('the pricing-only build takes no book without a verifier', async () => {
  const wasm = new URL('../../dist/suanpan.pricing.wasm', import.meta.url);
  const options = { shop: 'tea', root: file1, wasm };
  const book = bookFile([bookKey], { ver: 7 });
  const alone = await createEngine(options);
  await assert.rejects(alone.load(book, { now }), { code: 'E_UNSUPPORTED' });
  assert.throws(() => alone.quote({ now, lines: [] }), { code: 'E_NO_BOOK' });
  assert.throws(() => alone.sync.enrollBegin({ entropy: new Uint8Array(64) }),
    { code: 'E_UNSUPPORTED' });
  const engine = await createEngine({ ...options, verify: verifyBook });
  const loaded = await engine.load(book, { now });
  const full = await createEngine({ shop: 'tea', root: file1 });
  assert.deepEqual(loaded, await full.load(book, { now }));
  const request = { now, lines: [{ sku: 'tea', qty: 3 }] };
  assert.deepEqual(engine.quote(request), full.quote(request));
  await assert.rejects(engine.load(bookFile([online]), { now }), { code: 'E_SIGNATURE' });
  const tampered = Buffer.from(book);
  tampered[tampered.length - 1] ^= 1;
  await assert.rejects(engine.load(tampered, { now }), { code: 'E_DIGEST' });
});
