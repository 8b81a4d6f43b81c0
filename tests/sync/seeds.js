// node tests/sync/seeds.js: writes the seeds of the fuzzers of the verbs that know keys. They are
// good requests, made of names and nothing of chance, so a second run writes the same bytes. The
// unit test of these verbs without memory takes them too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { j0Text } from '../../js/sync/j0.js';
import { u32le } from '../../js/sync/bytes.js';
import { b64u, bookFile, enroll, keyOf, keysText, note, plainParts, record, rootFile, rootValue,
  sha256, syncReply } from './kit.js';

const folder = fileURLToPath(new URL('../fuzz/seeds/', import.meta.url));

function frame(request, blob = '') {
  const json = Buffer.from(JSON.stringify(request));
  return Buffer.concat([u32le(json.length), json, Buffer.from(blob)]);
}

export function seeds() {
  const roots = ['root a', 'root b'].map(keyOf);
  const [book, online, client] = ['book', 'online', 'client'].map(keyOf);
  const value = rootValue({
    roles: { root: [roots, 2], book: [[book], 1], online: [[online], 1] },
  });
  const root = j0Text(value);
  const nonce = b64u(sha256('nonce').subarray(0, 16));
  const wxk = sha256('of WeChat').subarray(0, 16);
  const enrolled = enroll({ pub: b64u(client.key), nonce, online, wxk, wxkVer: 2 });
  const keys = keysText(enrolled.keys);
  const file = bookFile([book], { ver: 8, parts: [...plainParts, ['text', Buffer.from('{}')]],
    leave: ['text'] });
  const checkpoint = j0Text({ epoch: 1, manifest: 'ab'.repeat(32), parts: [[0, 'cd'.repeat(32)]],
    root: 1, ver: 7 });
  return {
    root_verify: frame({ shop: 'tea', trusted: root }, rootFile({ ...value, v: 2 }, roots)),
    book_verify: frame({ checkpoint, hashes: true, now: 1760000000, root, shop: 'tea' }, file),
    note_open: frame({ purpose: 'head', root, shop: 'tea' }, note('head', online, { epoch: 1 })),
    enroll_finish: frame({ app: 'wx1', nonce, reply: enrolled.reply, root,
      secret: b64u(Buffer.concat([client.secret, client.key])), shop: 'tea', wxk: b64u(wxk),
      wxk_ver: 2 }),
    sync_seal: frame({ keys, request: { count: 3, have: { book: [1, 8], state: 4 }, nonce,
      now: 1760000000123, ops: [{ b: '{"k":"cart.clear","n":-1}', s: 5 }, { b: '{}', s: 6 }],
      prev: b64u(enrolled.transcript) } }),
    sync_open: frame({ keys, nonce },
      syncReply(enrolled.keys, nonce, { res: [{ c: 'ok', s: 5 }] })),
    record_open: frame({ keys, name: 'log/1' }, record(enrolled.keys, 'log/1', '{"a":1}')),
    j0: Buffer.from(j0Text({ a: ['\n\u0001"\\é😀', -7, true, null, {}], b_1: 9007199254740991 })),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, bytes] of Object.entries(seeds())) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'good'), bytes);
  }
}
