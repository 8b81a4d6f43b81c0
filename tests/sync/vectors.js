// node tests/sync/vectors.js: writes the vectors of the protocol into src/sync/README.md and its
// Chinese twin, and the known answers that a module is asked for its self-test
// (js/sync/known_answers.js). Made of names alone, so a second run writes the same bytes; a test
// compares.
import { createECDH } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { j0Text } from '../../js/sync/j0.js';
import { begin, bookMessage, deviceSecret, enrolledMessage, enrollMessage, keyNameMessage, labels,
  noteMessage, opMessage, redeemMessage, rootMessage, shareMessage, storeMessage, syncedMessage,
  syncMessage, writeShareToken } from '../../js/sync/messages.js';
import { b64u, enroll, hex, hkdf, hmac, json, keyOf, keysText, manifestOf, note, record,
  redeemCode, rootValue, sealedSync, sha256, syncReply } from './kit.js';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const documents = ['src/sync/README.md', 'src/sync/README.zh-CN.md'].map(path);
const answers = path('js/sync/known_answers.js');

const [root, book, online, redeem, client, server] =
  ['root', 'book', 'online', 'redeem', 'client', 'server'].map(keyOf);
const nonce = sha256('nonce').subarray(0, 16);
const wxk = sha256('of WeChat').subarray(0, 16);
const rootJ0 = j0Text(rootValue({
  roles: { root: [[root], 1], book: [[book], 1], online: [[online], 1], redeem: [[redeem], 1] },
}));
const enrolled = enroll({ pub: b64u(client.key), nonce: b64u(nonce), online, wxk, wxkVer: 2 });
const secret = b64u(Buffer.concat([client.secret, client.key]));

function keyLines() {
  return Object.entries({ root, book, online, redeem, client, server }).flatMap(([name, key]) => [
    [`${name} secret`, hex(key.secret)], [`${name} public`, hex(key.key)],
    [`${name} kid`, key.kid],
  ]).concat([['kid is of', hex(keyNameMessage(root.key)).slice(0, 24) + '… and the public key']]);
}

function signedLines() {
  const manifest = j0Text(manifestOf([['catalog', json({ skus: [] })],
    ['rules', json({ preset: 'cn_sequential', rules: [] })]]));
  const head = { digest: hex(sha256(manifest)), epoch: 1, fresh_until: 1760003600, min_ver: 1,
    root: 1, shop: 'tea', time: 1760000000000, ver: 1 };
  return [
    ['m("root", "tea")', hex(begin('root', 'tea'))],
    ['root J0', rootJ0], ['root digest', hex(sha256(rootMessage('tea', Buffer.from(rootJ0))))],
    ['root signature', hex(root.sign(rootMessage('tea', Buffer.from(rootJ0))))],
    ['manifest J0', manifest], ['book name', hex(sha256(manifest))],
    ['book digest', hex(sha256(bookMessage('tea', Buffer.from(manifest))))],
    ['book signature', hex(book.sign(bookMessage('tea', Buffer.from(manifest))))],
    ['head digest', hex(sha256(noteMessage('head', 'tea', j0Text(head))))],
    ['head note', JSON.stringify(note('head', online, head))],
  ];
}

function enrolmentLines() {
  const { reply, transcript, keys } = enrolled;
  const message = enrollMessage({ tenant: 'tea', app: 'wx1', client: client.key,
    server: server.key, dev: keys.dev, epoch: reply.epoch, time: reply.time, nonce, member: 'm1',
    wxkVersion: 2 });
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(server.secret);
  const shared = pair.computeSecret(Buffer.concat([Buffer.of(4), client.key]));
  return [
    ['app', 'wx1'], ['nonce', hex(nonce)], ['wxk', hex(wxk)], ['wxk_ver', '2'],
    ['dev', hex(keys.dev)], ['epoch', '1'], ['time', String(reply.time)], ['member', 'm1'],
    ['transcript', hex(message)], ['T', hex(transcript)], ['ECDH x', hex(shared)],
    ['K_dev', hex(hkdf(deviceSecret(shared, wxk), transcript, labels.dev))],
    ['K_op', hex(keys.op)], ['K_ack', hex(keys.ack)], ['K_store', hex(keys.store)],
    ['enrolled message', hex(enrolledMessage('tea', transcript))], ['reply', j0Text(reply)],
  ];
}

function syncLines() {
  const { keys, transcript } = enrolled;
  const body = j0Text({ a: { line: 'milk', n: 1, options: [], sku: 'milk' }, b: [1, 1],
    k: 'cart.add', r: 0, t: 1760000000000, u: 'AAAAAAAAAAAAAAAAAAAAAA' });
  const request = { count: 1, have: { book: [1, 1], state: 0 }, nonce: b64u(nonce),
    now: 1760000000000, ops: [{ b: body, s: 1 }], prev: b64u(transcript) };
  const { body: sealed, head } = sealedSync(keys, request);
  const [, j0] = sealed.split('\n');
  const reply = { head, last: 1, nonce: b64u(nonce), res: [{ c: 'ok', s: 1 }], ver: 1 };
  const message = opMessage('tea', keys.dev, 1, transcript, body);
  return [
    ['op body', body], ['op message', hex(message)], ['d', hex(sha256(message))],
    ['tag', hex(hmac(keys.op, sha256(message)))], ['request', JSON.stringify(sealed)],
    ['request MAC', hex(hmac(keys.op, syncMessage('tea', keys.dev, j0)))],
    ['reply MAC', hex(hmac(keys.ack, syncedMessage('tea', keys.dev, nonce, j0Text(reply))))],
    ['synced', JSON.stringify(syncReply(keys, b64u(nonce), reply))],
    ['record MAC', hex(hmac(keys.store, storeMessage('tea', 'log/1', '{"a":1}')))],
    ['record log/1', JSON.stringify(record(keys, 'log/1', '{"a":1}'))],
  ];
}

function tokenLines() {
  const payload = Buffer.from(j0Text({ e: 1760003600, i: 'ming', j: 'x1' }));
  const tag = hmac(sha256('the secret of share tokens'), shareMessage('tea', payload));
  const code = { c: 'coupon-1', e: 1760000300, i: 1760000000, j: 'a1', s: 'shop-7', shop: 'tea',
    v: 500 };
  return [
    ['share secret', hex(sha256('the secret of share tokens'))],
    ['share payload', payload.toString()], ['share token', writeShareToken(payload, tag)],
    ['redeem digest', hex(sha256(redeemMessage('tea', j0Text(code))))],
    ['redeem code', redeemCode(redeem, code)],
  ];
}

/** The text of all vectors. */
export function vectorText() {
  const groups = [keyLines(), signedLines(), enrolmentLines(), syncLines(), tokenLines()];
  return groups.map((lines) => lines.map(([name, value]) => `${name.padEnd(18)} ${value}\n`)
    .join('')).join('\n');
}

const block = /(<!-- vectors -->\n\n```\n)[^]*?(```\n\n<!-- \/vectors -->)/;
export const withVectors = (text) => text.replace(block, (_, from, to) =>
  `${from}${vectorText()}${to}`);

/** The text of js/sync/known_answers.js. */
export function knownAnswers() {
  const entropy = Buffer.concat([client.secret, client.secret]);
  const known = {
    entropy: b64u(entropy), pub: b64u(client.key), secret, record: record(enrolled.keys, 'a', 'b'),
    keys: keysText(enrolled.keys), transcript: b64u(enrolled.transcript),
    enrolment: { shop: 'tea', app: 'wx1', root: rootJ0, nonce: b64u(nonce), wxkVer: 2,
      reply: enrolled.reply },
    wxk: b64u(wxk),
  };
  const pieces = JSON.stringify(known).match(/.{1,80}/g)
    .map((piece) => `  '${piece.replace(/['\\]/g, '\\$&')}',\n`);
  return '// Generated by tests/sync/vectors.js: known answers for the self-test of a module.\n'
    + `export const known = () => JSON.parse([\n${pieces.join('')}].join(''));\n`;
}

export const readDocuments = () => documents.map((name) => readFileSync(name, 'utf8'));
export const readAnswers = () => readFileSync(answers, 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  readDocuments().forEach((text, i) => writeFileSync(documents[i], withVectors(text)));
  writeFileSync(answers, knownAnswers());
}
