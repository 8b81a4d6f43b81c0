// The vectors that stand in the description of the protocol are those that this code makes, and the
// module agrees with them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../js/node.js';
import { seeds } from './seeds.js';
import { knownAnswers, readAnswers, readDocuments, vectorText, withVectors } from './vectors.js';

test('both descriptions have the vectors', () => {
  for (const text of readDocuments()) {
    assert.ok(text.includes(vectorText()), 'run node tests/sync/vectors.js');
    assert.equal(withVectors(text), text);
  }
  assert.equal(readAnswers(), knownAnswers(), 'run node tests/sync/vectors.js');
});

test('what stands there is what the module says', async () => {
  const lines = new Map(vectorText().split('\n').filter(Boolean)
    .map((line) => [line.slice(0, 19).trim(), line.slice(19)]));
  const hex = (name) => Buffer.from(lines.get(name), 'hex');
  const b64u = (name) => hex(name).toString('base64url');
  const { sync } = await createEngine();
  const root = lines.get('root J0');
  const { keys, transcript } = sync.enrollFinish({
    shop: 'tea', app: lines.get('app'), root, nonce: b64u('nonce'), wxk: hex('wxk'), wxkVer: 2,
    secret: Buffer.concat([hex('client secret'), hex('client public')]).toString('base64url'),
    reply: JSON.parse(lines.get('reply')),
  });
  assert.equal(transcript, b64u('T'));
  assert.equal(keys, `tea.${b64u('dev')}.${Buffer.concat(['K_op', 'K_ack', 'K_store'].map(hex))
    .toString('base64url')}`);
  const { body, head } = sync.sealSync({ keys, request: {
    count: 1, have: { book: [1, 1], state: 0 }, nonce: b64u('nonce'), now: 1760000000000,
    ops: [{ b: lines.get('op body'), s: 1 }], prev: transcript,
  } });
  assert.equal(body, JSON.parse(lines.get('request')));
  assert.equal(head, b64u('d'));
  const synced = JSON.parse(lines.get('synced'));
  const reply = sync.openSync({ keys, nonce: b64u('nonce'), body: synced });
  assert.equal(reply.head, head);
  const record = JSON.parse(lines.get('record log/1'));
  assert.equal(sync.openRecord({ keys, name: 'log/1', record }), '{"a":1}');
  assert.equal(sync.openNote({ purpose: 'head', shop: 'tea', root,
    note: JSON.parse(lines.get('head note')) }).digest, lines.get('book name'));
});

test('a module that says yes to everything fails the self-test', async () => {
  const { sync } = await createEngine();
  const { known } = await import('../../js/sync/known_answers.js');
  const { selfTest } = await import('../../js/verify.js');
  await selfTest(sync);
  const { pub, secret, keys, transcript, record } = known();
  const yes = { enrollBegin: () => ({ pub, secret }), enrollFinish: () => ({ keys, transcript }),
    sealRecord: () => record };
  await assert.rejects(selfTest(yes), { code: 'E_ENGINE' });
  await assert.rejects(selfTest({ ...sync, sealRecord: () => '' }), { code: 'E_ENGINE' });
});

test('the seeds of the fuzzers are those that their script writes', () => {
  const folder = fileURLToPath(new URL('../fuzz/seeds/', import.meta.url));
  for (const [name, bytes] of Object.entries(seeds())) {
    assert.ok(readdirSync(`${folder}${name}`).includes('good'));
    assert.deepEqual(readFileSync(`${folder}${name}/good`), bytes, 'run node tests/sync/seeds.js');
  }
});
