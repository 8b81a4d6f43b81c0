// Known answers of the primitives for a clone without the vector files: RFC 4231, RFC 5869,
// RFC 6979 A.2.5 and samples of NIST's CAVP; and all the files where they are.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { nodeAnswer } from '../vectors/node_answer.js';
import { defaultFolder, nativeAnswers, runVectors, wasmAnswers } from '../vectors/run.js';
import { sha256 } from './kit.js';
import { publicKey, signDigest } from './p256.js';

const hex = (text) => Buffer.from(text, 'hex');
const ask = (what, fields, more) => ({ what, fields, ...more });
const places = { wasm: wasmAnswers, native: nativeAnswers, node: (asked) => asked.map(nodeAnswer) };

function answersAre(asked, wanted) {
  for (const [where, answers] of Object.entries(places)) {
    answers(asked).forEach((reply, i) => {
      if (reply !== null) assert.equal(reply.toString('hex'), wanted[i], `${where} ${i}`);
    });
  }
}

test('SHA-256 (CAVP, FIPS 180-4)', () => {
  answersAre([
    ask('h', [hex('')]), ask('h', [Buffer.from('abc')]), ask('h', [hex('d3')]),
    ask('h', [hex('b4190e')]), ask('h', [Buffer.alloc(1000000, 'a')]),
  ], [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    '28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1',
    'dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2',
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  ]);
});

test('HMAC (RFC 4231, cases 1 to 4, 6 and 7)', () => {
  const twenty = (byte) => Buffer.alloc(20, byte);
  answersAre([
    ask('m', [twenty(0x0b), Buffer.from('Hi There')]),
    ask('m', [Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?')]),
    ask('m', [twenty(0xaa), Buffer.alloc(50, 0xdd)]),
    ask('m', [hex('0102030405060708090a0b0c0d0e0f10111213141516171819'), Buffer.alloc(50, 0xcd)]),
    ask('m', [Buffer.alloc(131, 0xaa),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First')]),
    ask('m', [Buffer.alloc(131, 0xaa), Buffer.from('This is a test using a larger than '
      + 'block-size key and a larger than block-size data. The key needs to be hashed before '
      + 'being used by the HMAC algorithm.')]),
  ], [
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ]);
});

test('HKDF (RFC 5869, A.1 and A.3)', () => {
  const secret = Buffer.alloc(22, 0x0b);
  answersAre([
    ask('k', [hex('000102030405060708090a0b0c'), secret, hex('f0f1f2f3f4f5f6f7f8f9'),
      Buffer.of(42, 0)]),
    ask('k', [hex(''), secret, hex(''), Buffer.of(42, 0)]),
  ], [
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  ]);
});

test('ECDSA (RFC 6979, A.2.5), and nothing that differs in one bit', () => {
  const secret = hex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
  const key = hex('60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'
    + '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299');
  const signatures = {
    sample: 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716'
      + 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    test: 'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367'
      + '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  };
  assert.equal(publicKey(secret).toString('hex'), key.toString('hex'));
  for (const [text, signature] of Object.entries(signatures)) {
    const message = Buffer.from(text);
    const digest = sha256(message);
    assert.equal(signDigest(secret, digest).toString('hex'), signature);
    const good = [key, digest, hex(signature)];
    const flips = [0, 1, 2].flatMap((part) => Array.from({ length: good[part].length }, (_, i) =>
      good.map((bytes, p) => {
        const copy = Buffer.from(bytes);
        if (p === part) copy[i] ^= 1 << (i % 8);
        return copy;
      })));
    answersAre([ask('v', good, { message })], ['01']);
    answersAre(flips.map((fields) => ask('v', fields)), flips.map(() => '00'));
  }
});

// With such keys the points that are added up meet one another, or their opposites, on the way.
test('ECDSA under keys next to the base point, and of a digest of zeros', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const numbers = [1n, 2n, 3n, 4n, order - 1n, order - 2n, order / 2n];
  const digests = [Buffer.alloc(32), ...Array.from({ length: 4 }, (_, i) => sha256(`text ${i}`))];
  const good = numbers.flatMap((number) => {
    const secret = hex(number.toString(16).padStart(64, '0'));
    return digests.map((digest) => [publicKey(secret), digest, signDigest(secret, digest)]);
  });
  const others = good.map(([key, , signature], i) => [key, sha256(`other ${i}`), signature]);
  answersAre(good.map((fields) => ask('v', fields)), good.map(() => '01'));
  answersAre(others.map((fields) => ask('v', fields)), others.map(() => '00'));
});

test('agreeing on a secret is the same from both sides, and only on the curve', () => {
  const [a, b] = [sha256('one side'), sha256('the other')];
  const [both, again] = wasmAnswers([ask('a', [a, publicKey(b)]), ask('a', [b, publicKey(a)])]);
  assert.equal(both.length, 32);
  assert.ok(both.equals(again));
  const off = Buffer.from(publicKey(b));
  off[63] ^= 1;
  answersAre([ask('a', [a, publicKey(b)]), ask('a', [a, off]), ask('a', [a, Buffer.alloc(64)]),
    ask('a', [Buffer.alloc(32), publicKey(b)])], [both.toString('hex'), '', '', '']);
});

test('every public vector passes', (t) => {
  if (!existsSync(defaultFolder)) {
    t.diagnostic('not run: no vector files beside this clone (npm run vectors -- --from FOLDER)');
    return;
  }
  for (const { set, places: found } of runVectors(defaultFolder)) {
    for (const [where, { failed }] of Object.entries(found)) {
      assert.deepEqual(failed, [], `${set} ${where}`);
    }
  }
});
