// One installation against a server of node:crypto: every byte that the module makes is the one
// that somebody else would have made, and nothing that was changed in one bit is taken.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createEngine } from '../../js/node.js';
import { nodeLoad } from '../../js/host/node_load.js';
import { enter } from '../../js/module.js';
import { j0Text, readJ0, readJ0Bytes } from '../../js/sync/j0.js';
import { readSyncRequest } from '../../js/sync/messages.js';
import { selfTest } from '../../js/verify.js';
import { b64u, enroll, hex, keyOf, keysText, note, record, rootFile, rootValue, sealedSync, sha256,
  syncReply } from './kit.js';
import { publicKey } from './p256.js';

const online = keyOf('online');
const root = rootFile(rootValue({
  roles: { root: [[keyOf('a')], 1], book: [[keyOf('book')], 1], online: [[online], 1] },
}), [keyOf('a')]);
const builds = ['wasm', 'wasm2js'];
const engines = await Promise.all(builds.map((build) => createEngine({ build })));
const entropy = Buffer.concat([sha256('entropy'), sha256('more of it')]);
const nonce = b64u(sha256('nonce').subarray(0, 16));

const fails = (work, ...codes) => assert.throws(work, ({ code, message }) =>
  codes.includes(code) || assert.fail(`${code} ${message}`));

function enrolled({ sync }, more = {}) {
  const { pub, secret } = sync.enrollBegin({ entropy });
  const server = enroll({ pub, nonce, online, ...more });
  const asked = { shop: 'tea', app: 'wx1', root, secret, nonce, reply: server.reply,
    ...(more.wxk ? { wxk: more.wxk, wxkVer: more.wxkVer } : {}) };
  return { ...server, asked, sync };
}

for (const [index, engine] of engines.entries()) {
  const build = builds[index];
  const { sync } = engine;

  test(`${build}: both sides of an enrolment have the same keys`, () => {
    for (const more of [{}, { wxk: sha256('of WeChat').subarray(0, 16), wxkVer: 3 }]) {
      const { asked, keys, transcript } = enrolled(engine, more);
      assert.deepEqual(sync.enrollFinish(asked), {
        dev: b64u(keys.dev), epoch: 1, keys: keysText(keys), member: 'm1',
        transcript: b64u(transcript),
      });
    }
  });

  test(`${build}: an enrolment that was changed anywhere is refused`, () => {
    const { asked } = enrolled(engine);
    const { reply } = asked;
    const change = (more, code) => fails(() => sync.enrollFinish({ ...asked, ...more }), code);
    const inReply = (more, code) => change({ reply: { ...reply, ...more } }, code);
    inReply({ epoch: 2 }, 'E_SIGNATURE');
    inReply({ member: 'm2' }, 'E_SIGNATURE');
    inReply({ time: reply.time + 1 }, 'E_SIGNATURE');
    inReply({ dev: b64u(sha256('other').subarray(0, 16)) }, 'E_SIGNATURE');
    inReply({ pub: b64u(keyOf('other').key) }, 'E_SIGNATURE');
    inReply({ kid: keyOf('book').kid }, 'E_SIGNATURE');
    inReply({ mac: b64u(sha256('no MAC')) }, 'E_MAC');
    inReply({ mac: 'short' }, 'E_NONCANON');
    inReply({ more: 1 }, 'E_FIELD');
    change({ app: 'wx2' }, 'E_SIGNATURE');
    change({ nonce: b64u(sha256('other').subarray(0, 16)) }, 'E_SIGNATURE');
    change({ wxkVer: 1 }, 'E_SIGNATURE');
    change({ wxk: sha256('a key that the server has not') }, 'E_MAC');
    change({ wxk: Buffer.alloc(65) }, 'E_LIMIT');
    change({ shop: 'milk' }, 'E_SHOP');
    change({ secret: sync.enrollBegin({ entropy: Buffer.concat([sha256('x'), entropy]).subarray(0,
      64) }).secret }, 'E_SIGNATURE');
    // The online key may sign it, but a point that is not on the curve is no key.
    const off = Buffer.from(keyOf('server').key);
    off[0] ^= 1;
    const server = { ...keyOf('server'), key: off };
    assert.throws(() => sync.enrollFinish(enrolled(engine, { server }).asked),
      ({ code }) => code === 'E_KEY');
  });

  test(`${build}: without random bytes there are no keys`, () => {
    for (const bad of [undefined, null, 'random', new Uint8Array(64), new Uint8Array(64).fill(7),
      entropy.subarray(1), Buffer.concat([entropy, entropy])]) {
      fails(() => sync.enrollBegin({ entropy: bad }), 'E_ENTROPY');
    }
    // Numbers past the order of the curve are no secrets: the second half is tried, then nothing.
    const none = Buffer.alloc(64, 255);
    none[63] = 254;
    fails(() => sync.enrollBegin({ entropy: none }), 'E_ENTROPY');
    const second = Buffer.concat([Buffer.alloc(32, 255), sha256('second')]);
    assert.equal(sync.enrollBegin({ entropy: second }).pub, b64u(publicKey(sha256('second'))));
  });

  test(`${build}: requests, replies and records are the server's bytes`, () => {
    const { asked, keys, transcript } = enrolled(engine);
    const { keys: text } = sync.enrollFinish(asked);
    const bodies = ['{"a":"\\n\\u001f\\"\\\\"}',
      j0Text({ k: 'cart.add', n: -3, t: '奶茶 😀 \u2028' })];
    for (const count of [0, 1, 2, 64]) {
      const request = {
        count: 7, have: { book: [1, 9], state: 12 }, nonce, now: 1760000000123,
        ops: Array.from({ length: count }, (_, i) => ({ b: bodies[i % 2], s: i + 4 })),
        prev: b64u(transcript),
      };
      const sealed = sync.sealSync({ keys: text, request });
      assert.deepEqual(sealed, sealedSync(keys, request));
      const { j0, tenant } = readSyncRequest(sealed.body);
      assert.equal(tenant, 'tea');
      assert.equal(j0Text(readJ0(j0)), j0);
    }
    const reply = { ver: 3, res: [], state: { note: '好' } };
    assert.deepEqual(sync.openSync({ keys: text, nonce, body: syncReply(keys, nonce, reply) }),
      reply);
    for (const content of ['', '{"a":1}', '奶茶\n\n']) {
      const sealed = sync.sealRecord({ keys: text, name: 'log/1', text: content });
      assert.equal(sealed, record(keys, 'log/1', content));
      assert.equal(sync.openRecord({ keys: text, name: 'log/1', record: sealed }), content);
    }
  });

  test(`${build}: what is not lawful is not sealed`, () => {
    const { asked, transcript } = enrolled(engine);
    const { keys } = sync.enrollFinish(asked);
    const good = { count: 1, have: { book: [1, 1], state: 0 }, nonce, now: 5, ops: [],
      prev: b64u(transcript) };
    const seal = (more) => () => sync.sealSync({ keys, request: { ...good, ...more } });
    seal({})();
    fails(seal({ ops: [{ b: '{"b":1,"a":2}', s: 1 }] }), 'E_NONCANON');
    fails(seal({ ops: [{ b: '{ }', s: 1 }] }), 'E_NONCANON');
    fails(seal({ ops: [{ b: '{}', s: 1 }, { b: '{}', s: 3 }] }), 'E_RANGE');
    fails(seal({ ops: [{ b: `"${'x'.repeat(4095)}"`, s: 1 }] }), 'E_LIMIT');
    fails(seal({ ops: Array.from({ length: 65 }, (_, i) => ({ b: '{}', s: i + 1 })) }), 'E_LIMIT');
    fails(seal({ ops: Array.from({ length: 17 }, (_, i) =>
      ({ b: `"${'x'.repeat(4000)}"`, s: i + 1 })) }), 'E_LIMIT');
    fails(seal({ nonce: 'short' }), 'E_NONCANON');
    fails(seal({ prev: nonce }), 'E_NONCANON');
    fails(seal({ have: { book: [1], state: 0 } }), 'E_RANGE');
    fails(seal({ count: -1 }), 'E_RANGE');
    fails(() => sync.sealSync({ keys: `${keys}A`, request: good }), 'E_KEY');
    fails(() => sync.sealSync({ keys: 'tea', request: good }), 'E_KEY');
    fails(() => sync.sealSync({ keys: keys.replace('tea', 'TEA'), request: good }), 'E_KEY');
  });

  test(`${build}: one flipped bit anywhere in a reply, a record or a note is refused`, () => {
    const { asked, keys } = enrolled(engine);
    const { keys: text } = sync.enrollFinish(asked);
    const flips = (sealed, step, open) => {
      const bytes = Buffer.from(sealed);
      for (let at = 0; at < bytes.length; at += step) {
        const copy = Buffer.from(bytes);
        copy[at] ^= 1 << (at % 7);
        fails(() => open(copy.toString('latin1')), 'E_MAC', 'E_SIGNATURE', 'E_NONCANON');
      }
      fails(() => open(''), 'E_MAC', 'E_SIGNATURE', 'E_NONCANON');
    };
    const step = build === 'wasm' ? 1 : 5;
    flips(syncReply(keys, nonce, { ver: 3 }), step,
      (body) => sync.openSync({ keys: text, nonce, body }));
    flips(record(keys, 'log', 'abc'), step,
      (sealed) => sync.openRecord({ keys: text, name: 'log', record: sealed }));
    flips(note('head', online, { epoch: 1 }), step * 3,
      (sealed) => sync.openNote({ purpose: 'head', shop: 'tea', root, note: sealed }));
    // Nor the right bytes for another nonce, name, device or purpose.
    const other = b64u(sha256('other').subarray(0, 16));
    fails(() => sync.openSync({ keys: text, nonce: other, body: syncReply(keys, nonce, {}) }),
      'E_MAC');
    fails(() => sync.openRecord({ keys: text, name: 'log2', record: record(keys, 'log', '') }),
      'E_MAC');
    for (const purpose of ['order', 'recovery']) {
      fails(() => sync.openNote({ purpose, shop: 'tea', root, note: note('head', online, {}) }),
        'E_SIGNATURE');
    }
    fails(() => sync.openNote({ purpose: 'head', shop: 'tea', root,
      note: note('head', keyOf('book'), {}) }), 'E_SIGNATURE');
    assert.deepEqual(sync.openNote({ purpose: 'recovery', shop: 'tea', root,
      note: note('recovery', online, { epoch: 2 }) }), { epoch: 2 });
  });

  test(`${build}: the self-test passes`, () => selfTest(sync));
}

test('no secret stays in the memory of the module', async () => {
  const host = await nodeLoad();
  const exports = host.start();
  exports._initialize();
  const call = (verb, input) => {
    const { status, reply } = enter(exports, verb, input, host.text, true);
    assert.ok(status >= 0, reply);
    return reply;
  };
  const frame = (json, blob = '') => {
    const head = Buffer.from(JSON.stringify(json));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(head.length);
    return Buffer.concat([size, head, Buffer.from(blob)]);
  };
  const { pub, secret } = JSON.parse(call('sp_enroll_begin', entropy));
  const { keys, reply, transcript } = enroll({ pub, nonce, online });
  const rootText = j0Text(rootValue({
    roles: { root: [[keyOf('a')], 1], book: [[keyOf('book')], 1], online: [[online], 1] },
  }));
  call('sp_enroll_finish', frame({ app: 'wx1', nonce, reply, root: rootText, secret, shop: 'tea',
    wxk_ver: 0 }));
  const text = keysText(keys);
  const request = { count: 1, have: { book: [1, 1], state: 0 }, nonce, now: 5,
    ops: [{ b: '{}', s: 1 }], prev: b64u(transcript) };
  call('sp_sync_seal', frame({ keys: text, request }));
  call('sp_sync_open', frame({ keys: text, nonce }, syncReply(keys, nonce, { a: 1 })));
  call('sp_record_open', frame({ keys: text, name: 'log' }, record(keys, 'log', 'abc')));
  call('sp_record_seal', frame({ keys: text, name: 'log' }, 'abc'));
  const memory = Buffer.from(exports.memory.buffer);
  const raw = Buffer.from(secret, 'base64url').subarray(0, 32);
  const words = { raw, entropy, secret: Buffer.from(secret.slice(0, 40)), op: keys.op,
    ack: keys.ack, store: keys.store, text: Buffer.from(text.slice(30, 100)) };
  // The curve has its numbers in words of the other byte order.
  words.turned = Buffer.from(raw).reverse();
  for (const [name, word] of Object.entries(words)) {
    assert.equal(memory.indexOf(word), -1, `${name} is still there`);
    assert.equal(memory.indexOf(word.subarray(0, 16)), -1, `half of ${name} is still there`);
  }
});

test('J0 is the same in C, in JavaScript and on the wire', () => {
  const good = ['{}', '[]', '""', '0', '-1', 'true', 'null', '9007199254740991',
    '{"a":[1,{"b":""}]}', '{"0":1,"_":2,"a":3}',
    '"\\b\\t\\n\\f\\r\\u0001\\u001f\\u000b\\u000e\\"\\\\/"', '"\u007f\u2028é😀"'];
  const bad = ['', ' {}', '{} ', '{"a" :1}', '{"b":1,"a":2}', '{"a":1,"a":1}', '{"":1}', '{"A":1}',
    '{"a-b":1}', `{"${'a'.repeat(65)}":1}`, '-0', '01', '1.0', '1e2', '9007199254740992', '"\\/"',
    '"\\u0041"', '"\\u000a"', '"\\u001F"', '"\\u0000"', '"\\u00e9"', '"\\ud800"', '"\u0001"', 'nul',
    '[1,]', '{"a":1,}', '+1', "'a'", '[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]', 'NaN', '"', '{', '-',
    Buffer.from([0x22, 0xff, 0x22]), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]), Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])];
  const taken = (bytes) => {
    try {
      readJ0Bytes(bytes);
      return true;
    } catch (error) {
      assert.equal(error.code, 'E_NONCANON', String(error));
      return false;
    }
  };
  const keys = { shop: 'tea', dev: sha256('d').subarray(0, 16), op: sha256('o'), ack: sha256('a'),
    store: sha256('s') };
  for (const [list, is] of [[good, true], [bad, false]]) {
    for (const text of list) {
      const bytes = Buffer.from(text);
      assert.equal(taken(bytes), is, hex(bytes));
      if (Buffer.isBuffer(text)) continue;
      const request = { count: 1, have: { book: [1, 1], state: 0 }, nonce, now: 5,
        ops: [{ b: text, s: 1 }], prev: b64u(sha256('t')) };
      for (const { sync } of engines) {
        const seal = () => sync.sealSync({ keys: keysText(keys), request });
        if (is) seal();
        else fails(seal, 'E_NONCANON');
      }
    }
  }
});
