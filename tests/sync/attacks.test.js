// The attacks that The Update Framework names, on books and roots: each is refused by its name, by
// the module and its JavaScript twin alike.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createEngine } from '../../js/node.js';
import { j0Text } from '../../js/sync/j0.js';
import { magics, readSignedFile, rootMessage, writeSignedFile } from '../../js/sync/messages.js';
import {
  bookFile, json, keyOf, plainParts, rootFile, rootValue, rules, signatures,
} from './kit.js';

const roots = ['root a', 'root b', 'root c'].map(keyOf);
const [bookKey, otherBookKey, online] = ['book', 'book, stolen', 'online'].map(keyOf);
const now = 1760000000;

const roles = (more = {}) =>
  ({ root: [roots, 2], book: [[bookKey], 1], online: [[online], 1], ...more });
const root1 = rootValue({ roles: roles() });
const file1 = rootFile(root1, roots.slice(0, 2));

const engines = await Promise.all(['wasm', 'wasm2js'].map((build) =>
  createEngine({ build, shop: 'tea', root: file1 })));

// The same from both builds: a value, or the code of an error.
function both(work) {
  const [one, other] = engines.map((engine) => {
    try {
      return work(engine.sync);
    } catch (error) {
      return { code: error.code, path: error.path };
    }
  });
  assert.deepEqual(one, other);
  return one;
}

const verify = (book, { root = j0Text(root1), checkpoint = null, at = now } = {}) =>
  both((sync) => sync.verifyBook({ shop: 'tea', root, book, checkpoint, now: at }));
const codeOf = (book, options) => verify(book, options).code;
const next = (trusted, file) =>
  both((sync) => sync.verifyRoot({ shop: 'tea', trusted, next: file }));

const checkpointAt = (ver, more = {}) => verify(bookFile([bookKey], { ver, ...more })).checkpoint;

test('a good book is taken, and taken again', () => {
  const book = bookFile([bookKey], { ver: 5 });
  const { checkpoint, digest, manifest, expires } = verify(book);
  assert.equal(manifest.ver, 5);
  assert.equal(expires, 2e9);
  assert.equal(JSON.parse(checkpoint).manifest, digest);
  assert.equal(verify(book, { checkpoint }).checkpoint, checkpoint);
});

test('arbitrary book: nobody of the role has signed it', () => {
  assert.equal(codeOf(bookFile([keyOf('anybody')])), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([online])), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile(roots)), 'E_SIGNATURE');
});

test('thresholds count distinct keys', () => {
  const two = rootValue({ roles: roles({ book: [[bookKey, keyOf('second')], 2] }) });
  const root = j0Text(two);
  assert.equal(codeOf(bookFile([bookKey]), { root }), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([bookKey, bookKey]), { root }), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([bookKey, keyOf('anybody')]), { root }), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([bookKey, keyOf('second')]), { root }), undefined);
  // A wrong signature of a known key takes nothing from a right one.
  const good = readSignedFile(magics.book, bookFile([bookKey, keyOf('second')]));
  const wrong = { kid: good.signatures[0].kid, sig: good.signatures[1].sig };
  const rebuilt = writeSignedFile(magics.book, good.payload, [wrong, ...good.signatures],
    good.parts);
  assert.equal(codeOf(rebuilt, { root }), undefined);
});

test('rollback: an older book, another one of the same version, an older epoch', () => {
  const checkpoint = checkpointAt(7);
  assert.equal(codeOf(bookFile([bookKey], { ver: 6 }), { checkpoint }), 'E_ROLLBACK');
  assert.equal(codeOf(bookFile([bookKey], { ver: 7, min_ver: 2 }), { checkpoint }), 'E_ROLLBACK');
  const root2 = j0Text({ ...root1, v: 2 });
  const later = verify(bookFile([bookKey], { ver: 1, epoch: 2 }), { root: root2, checkpoint });
  assert.equal(codeOf(bookFile([bookKey], { ver: 900 }),
    { root: root2, checkpoint: later.checkpoint }), 'E_ROLLBACK');
  // Nor the root under which the book in use was verified.
  assert.equal(codeOf(bookFile([bookKey], { ver: 2 }), { checkpoint: later.checkpoint }),
    'E_ROLLBACK');
});

test('fast-forward: a stolen book key cannot carry phones out of reach', () => {
  const checkpoint = checkpointAt(7);
  assert.equal(codeOf(bookFile([bookKey], { ver: 1008 }), { checkpoint }), 'E_FAST_FORWARD');
  assert.equal(codeOf(bookFile([bookKey], { ver: 1007 }), { checkpoint }), undefined);
  assert.equal(codeOf(bookFile([bookKey], { ver: 1, epoch: 2 }), { checkpoint }),
    'E_FAST_FORWARD');
});

test('freeze: what a book and a root say about their end comes out', () => {
  const root = j0Text({ ...root1, expires: now - 1 });
  assert.equal(verify(bookFile([bookKey], { expires: now + 5 }), { root }).expires, now - 1);
  assert.equal(verify(bookFile([bookKey], { expires: now - 5 })).expires, now - 5);
});

test('not before its time', () => {
  const book = bookFile([bookKey], { not_before: now });
  assert.equal(codeOf(book, { at: now - 1 }), 'E_NOT_YET');
  assert.equal(codeOf(book, { at: now }), undefined);
});

test('mix and match: parts of two lawful books make none', () => {
  const dear = [plainParts[0], ['rules', json({ ...rules, preset: 'CN_SEQUENTIAL' })]];
  const [one, other] = [plainParts, dear].map((parts) =>
    readSignedFile(magics.book, bookFile([bookKey], { parts })));
  const mixed = writeSignedFile(magics.book, one.payload, one.signatures,
    [one.parts[0], other.parts[1]]);
  assert.equal(codeOf(mixed), 'E_DIGEST');
  const swapped = writeSignedFile(magics.book, one.payload, one.signatures,
    [[0, one.parts[1][1]], [1, one.parts[0][1]]]);
  assert.equal(codeOf(swapped), 'E_DIGEST');
});

test('lazy parts may be absent, catalogue and rules may not', () => {
  const parts = [...plainParts, ['text', json({})], ['model', Buffer.from('m'), 'member']];
  const { checkpoint } = verify(bookFile([bookKey], { parts, leave: ['model'] }));
  assert.deepEqual(JSON.parse(checkpoint).parts.map(([index]) => index), [0, 1, 2]);
  assert.equal(codeOf(bookFile([bookKey], { parts, leave: ['rules'] })), 'E_REQUIRED');
  assert.equal(codeOf(bookFile([bookKey], { parts, leave: ['catalog'] })), 'E_REQUIRED');
});

test('wrong shop: neither the message nor the manifest of another tenant', () => {
  assert.equal(codeOf(bookFile([bookKey], { shop: 'milk' })), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([bookKey], { shop: 'milk', tenant: 'tea' })), 'E_SHOP');
  assert.equal(codeOf(bookFile([bookKey]), { root: j0Text({ ...root1, shop: 'milk' }) }), 'E_SHOP');
  // A signature made for one purpose is none for another.
  assert.equal(codeOf(bookFile([bookKey], { tenant: 'te' })), 'E_SIGNATURE');
});

test('endless data: lengths before hashes, limits before lengths', () => {
  const book = Buffer.from(bookFile([bookKey]));
  const endless = Buffer.concat([book, Buffer.alloc(1 << 20)]);
  assert.equal(codeOf(endless), 'E_MAGIC');
  const lying = Buffer.from(book);
  lying.writeUInt32LE(0xfffffff0, 4);
  assert.equal(codeOf(lying), 'E_MAGIC');
  assert.equal(codeOf(Buffer.alloc(10 << 20)), 'E_LIMIT');
  const parts = [['catalog', json({ skus: [] })], ['rules', json(rules)]];
  const longer = readSignedFile(magics.book, bookFile([bookKey], { parts }));
  longer.parts[0][1] = Buffer.concat([longer.parts[0][1], Buffer.from(' ')]);
  assert.equal(codeOf(writeSignedFile(magics.book, longer.payload, longer.signatures,
    longer.parts)), 'E_DIGEST');
});

test('an engine too old and a meaning unknown say so', () => {
  assert.equal(codeOf(bookFile([bookKey], { engine_min: 2 })), 'E_UNSUPPORTED');
  assert.equal(codeOf(bookFile([bookKey], { meaning: 2 })), 'E_MEANING');
});

test('key compromise and recovery: the next root drops the key and starts a new epoch', () => {
  const stolen = bookFile([bookKey], { ver: 500, min_ver: 1 });
  const { checkpoint } = verify(stolen);
  const value2 = rootValue({ v: 2, roles: roles({ book: [[otherBookKey], 1] }) });
  const root2 = next(file1, rootFile(value2, roots.slice(1)));
  assert.equal(root2.v, 2);
  assert.equal(codeOf(stolen, { root: root2.root, checkpoint }), 'E_SIGNATURE');
  assert.equal(codeOf(bookFile([bookKey], { ver: 501 }), { root: root2.root, checkpoint }),
    'E_SIGNATURE');
  const recovered = verify(bookFile([otherBookKey], { ver: 1, epoch: 2 }),
    { root: root2.root, checkpoint });
  assert.equal(recovered.manifest.ver, 1);
});

test('roots: exactly the next one, by thresholds of both', () => {
  const value = (v, more) => rootValue({ v, roles: roles(more) });
  const two = roots.slice(0, 2);
  assert.equal(next(file1, rootFile(value(2), two)).v, 2);
  assert.equal(next(file1, rootFile(value(1), two)).code, 'E_ROLLBACK');
  assert.equal(next(file1, rootFile(value(3), two)).code, 'E_FAST_FORWARD');
  assert.equal(next(file1, rootFile(value(2), [roots[0]])).code, 'E_SIGNATURE');
  assert.equal(next(file1, rootFile(value(2), [roots[0], roots[0]])).code, 'E_SIGNATURE');
  const fresh = ['x', 'y', 'z'].map(keyOf);
  const all = rootFile(value(2, { root: [fresh, 2] }), [...two, ...fresh]);
  assert.equal(next(file1, all).v, 2);
  assert.equal(next(file1, rootFile(value(2, { root: [fresh, 2] }), two)).code, 'E_SIGNATURE');
  assert.equal(next(file1, rootFile(value(2, { root: [fresh, 2] }), fresh)).code, 'E_SIGNATURE');
  assert.equal(next(file1, rootFile({ ...value(2), shop: 'milk' }, two)).code, 'E_SIGNATURE');
  assert.equal(next(file1, rootFile({ ...value(2), shop: 'milk' }, two, { tenant: 'tea' })).code,
    'E_SHOP');
  // A root past its end still hands over.
  assert.equal(next(j0Text({ ...root1, expires: 1 }), rootFile(value(2), two)).v, 2);
});

test('a root that breaks a rule is refused, whoever signed it', () => {
  const change = (work) => {
    const value = structuredClone({ ...root1, v: 2 });
    work(value);
    return next(file1, rootFile(value, roots.slice(0, 2))).code;
  };
  const [first] = root1.roles.root.keys;
  assert.equal(change(() => {}), undefined);
  assert.equal(change((r) => { r.roles.book.threshold = 2; }), 'E_ROOT');
  assert.equal(change((r) => { r.roles.root.keys.push(first); }), 'E_ROOT');
  assert.equal(change((r) => { r.roles.root.keys[0] = 'f'.repeat(32); }), 'E_ROOT');
  assert.equal(change((r) => { r.keys[first] = r.keys[root1.roles.root.keys[1]]; }), 'E_ROOT');
  assert.equal(change((r) => { r.roles.book.threshold = 0; }), 'E_RANGE');
  assert.equal(change((r) => { delete r.roles.online; }), 'E_REQUIRED');
  assert.equal(change((r) => { r.roles.friends = r.roles.book; }), 'E_FIELD');
  assert.equal(change((r) => {
    r.roles.online = { keys: r.roles.root.keys, threshold: 2 };
  }), 'E_ROOT');
});

test('what is signed but not canonical is refused before it is believed', () => {
  const j0 = j0Text({ ...root1, v: 2 });
  const signed = (text) => next(file1, writeSignedFile(magics.root, text,
    signatures(roots.slice(0, 2), rootMessage('tea', text))));
  assert.equal(signed(j0).v, 2);
  assert.equal(signed(` ${j0}`).code, 'E_NONCANON');
  assert.equal(signed(JSON.stringify({ ...root1, v: 2 })).code, 'E_NONCANON');
});

test('one flipped bit anywhere in a book or a root is refused', () => {
  const book = Buffer.from(bookFile([bookKey]));
  const root2 = Buffer.from(rootFile({ ...root1, v: 2 }, roots.slice(0, 2)));
  const wasm = engines[0].sync;
  const refused = (work) => assert.throws(work, (error) => /^E_/.test(error.code)
    && error.code !== 'E_TRAP');
  for (let at = 0; at < book.length; at++) {
    book[at] ^= 1 << (at % 8);
    refused(() => wasm.verifyBook({ shop: 'tea', root: file1, book, now }));
    book[at] ^= 1 << (at % 8);
  }
  for (let at = 0; at < root2.length; at++) {
    root2[at] ^= 1 << (at % 8);
    refused(() => wasm.verifyRoot({ shop: 'tea', trusted: file1, next: root2 }));
    root2[at] ^= 1 << (at % 8);
  }
  for (let size = 0; size < root2.length; size += 7) {
    refused(() => wasm.verifyRoot({ shop: 'tea', trusted: file1, next: root2.subarray(0, size) }));
  }
});

test('load takes a signed book under the pinned root and nothing else', async () => {
  for (const engine of engines) {
    const loaded = await engine.load(bookFile([bookKey], { ver: 3 }), { now });
    assert.equal(loaded.version, 3);
    const line = { lines: [{ sku: 'tea', qty: 2 }], now };
    assert.equal(engine.quote(line).totals.payable, 2400);
    assert.equal(engine.quote(line).book, loaded.digest);
    const code = async (work) => work().then(() => null, (error) => error.code);
    const older = bookFile([bookKey], { ver: 2 });
    assert.equal(await code(() => engine.load(older, { now, checkpoint: loaded.checkpoint })),
      'E_ROLLBACK');
    assert.equal(await code(() => engine.load(bookFile([online]), { now })), 'E_SIGNATURE');
    assert.equal(await code(() => engine.load({ suanpan_book: 1 })), 'E_UNVERIFIED');
    const tampered = Buffer.from(bookFile([bookKey], { ver: 4 }));
    tampered[tampered.length - 1] ^= 1;
    assert.equal(await code(() => engine.load(tampered, { now })), 'E_DIGEST');
    assert.equal(engine.quote(line).book, loaded.digest);
  }
});
