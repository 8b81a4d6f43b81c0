// Our UTF-8 against the platform's, which is the standard's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Read, utf8Size, utf8Write } from '../../js/utf8.js';
import { randomFrom } from './random.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function assertEncodes(text) {
  const wanted = encoder.encode(text);
  const bytes = new Uint8Array(text.length * 3);
  const size = utf8Write(text, bytes);
  const what = JSON.stringify(text.slice(0, 40));
  assert.equal(utf8Size(text), wanted.length, what);
  assert.deepEqual(bytes.subarray(0, size), wanted, what);
}

function assertDecodes(bytes) {
  assert.equal(utf8Read(bytes), decoder.decode(bytes), `bytes ${bytes.slice(0, 40)}`);
}

test('each code point goes there and back', () => {
  for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 61) {
    const text = String.fromCodePoint(point);
    assertEncodes(text);
    assertDecodes(encoder.encode(text));
  }
});

test('edges of the forms and lone surrogates', () => {
  const edges = ['', '\0', '\x7f', '\x80', '߿', 'ࠀ', '퟿', '', '￿', '𐀀',
    '\u{10ffff}', '\ud800', '\udbff', '\udc00', '\udfff', '\ud800a', 'a\udc00', '\udc00\ud800',
    '\ud800\ud800\udc00', '\ud83d', '😀\ud83d', '算盘：¥79.00 🧮', '\ufeff{}'];
  for (const text of edges) assertEncodes(text);
});

test('random text of every mixture', () => {
  const { below } = randomFrom(1);
  const alphabets = [
    () => below(128),
    () => (below(20) === 0 ? 0x4e00 + below(20000) : below(128)),
    () => below(0x10000),
    () => 0xd800 + below(0x800),
  ];
  for (let round = 0; round < 2000; round++) {
    const unit = alphabets[round % alphabets.length];
    const units = Array.from({ length: below(60) }, unit);
    assertEncodes(String.fromCharCode(...units));
  }
});

test('random and ill-formed bytes', () => {
  const { below, pick } = randomFrom(2);
  const interesting = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
    0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
  for (let round = 0; round < 20000; round++) {
    const byte = round % 2 ? () => below(256) : () => pick(interesting);
    assertDecodes(Uint8Array.from({ length: below(12) }, byte));
  }
});

test('a chunk never ends inside a character', () => {
  for (const character of ['é', '算', '🧮']) {
    for (let shift = 0; shift < 5; shift++) {
      assertDecodes(encoder.encode('a'.repeat(4094 + shift) + character.repeat(3000)));
    }
  }
  const { pick } = randomFrom(3);
  const broken = Uint8Array.from({ length: 20000 }, () => pick([0x80, 0xbf, 0xe4, 0xf0, 0x9f, 65]));
  assertDecodes(broken);
});
