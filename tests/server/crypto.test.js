// What is hashed for every request is what node:crypto makes of the same bytes.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { hmacOf, sha256Hex, sha256Text } from '../../js/server/crypto.js';

const messages = [[], [''], ['plain'], ['茶 🍵', randomBytes(3), ''], ['\ud800'],
  [randomBytes(55)], [randomBytes(64), 'behind'], ['茶'.repeat(100000), randomBytes(70000)]];

const bytesOf = (parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

test('parts of a message are hashed as one, whatever they are and however long', () => {
  for (const parts of messages) {
    const digest = createHash('sha256').update(bytesOf(parts)).digest();
    assert.equal(sha256Text(...parts), digest.toString('base64url'));
    assert.equal(sha256Hex(bytesOf(parts)), digest.toString('hex'));
  }
});

test('a key that is prepared once gives the HMAC of each message, and keeps nothing of it', () => {
  for (const size of [0, 1, 32, 63, 64]) {
    const key = randomBytes(size);
    const mac = hmacOf(key);
    for (const parts of [...messages, ...messages]) {
      assert.equal(mac(...parts),
        createHmac('sha256', key).update(bytesOf(parts)).digest('base64url'));
    }
  }
});
