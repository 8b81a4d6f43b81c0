// Tokens: shares, coupon codes, and codes for tills (src/sync/README.md, section 8).
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as admin from '../../js/server/admin.js';
import { lapseCodes } from '../../js/server/redeem.js';
import { toBase64url } from '../../js/sync/base64url.js';
import { readJ0Bytes } from '../../js/sync/j0.js';
import { readRedeemCode, readShareToken } from '../../js/sync/messages.js';
import { verifier } from '../../js/server/crypto.js';
import { signRoot } from '../../js/server/signing.js';
import { audit } from './audit.js';
import { SHOP, testBook } from './book.js';
import { post } from './phone.js';
import { startTestServer } from './start.js';

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server);
    assert.deepEqual(server.errors(), []);
    assert.deepEqual(audit(server.read), []);
  } finally {
    await server.stop();
  }
}

const result = async (phone, kind, args) => {
  const { s, ...told } = (await phone.sync(phone.op(kind, args))).res[0];
  return told;
};

// ---- shares ----

test('a share is counted once for each who opens it, and never for the sharer', () =>
  withServer(async (server) => {
    const [ann, bob, cat] = await Promise.all(['ann', 'bob', 'cat'].map((n) => server.phone(n)));
    const made = await result(ann, 'share.make', { channel: 'poster', campaign: 'autumn' });
    assert.equal(made.c, 'ok');
    assert.match(made.code, /^[\w-]{20}$/);
    const told = { c: 'ok', counted: true, channel: 'poster', campaign: 'autumn' };
    assert.deepEqual(await result(bob, 'share.open', { share: made.token }), told);
    assert.deepEqual(await result(bob, 'share.open', { share: made.token }),
      { ...told, counted: false });
    // The code is the same token, so it is the same share.
    assert.deepEqual(await result(bob, 'share.open', { share: made.code }),
      { ...told, counted: false });
    assert.deepEqual(await result(cat, 'share.open', { share: made.code }), told);
    for (const share of [made.token, made.code]) {
      assert.deepEqual(await result(ann, 'share.open', { share }),
        { c: 'E_ARGS', path: '/share', reason: 'OWN' });
    }
    const visits = server.read('SELECT member, inviter FROM visit');
    assert.deepEqual(visits.map(({ inviter }) => inviter), [ann.member, ann.member]);
    const told2 = server.read("SELECT body FROM outbox WHERE kind = 'share.opened'");
    assert.deepEqual(told2.map(({ body }) => JSON.parse(body).first), [true, true]);
  }));

test('a token names nobody, is of one shop, and any flipped bit makes it none', () =>
  withServer(async (server) => {
    const [ann, bob] = [await server.phone('ann'), await server.phone('bob')];
    const { token } = await result(ann, 'share.make', {});
    const { payload, tag } = readShareToken(token);
    const said = readJ0Bytes(payload);
    assert.deepEqual(Object.keys(said), ['e', 'i', 'j']);
    assert.ok(!JSON.stringify(said).includes(ann.member));
    const bytes = Buffer.concat([payload, tag]);
    for (let bit = 0; bit < bytes.length * 8; bit += 37) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] ^= 1 << (bit & 7);
      const { c } = await result(bob, 'share.open', { share: toBase64url(changed) });
      assert.equal(c, 'E_NOT_FOUND');
    }
    for (const share of ['x', 'A'.repeat(20), 'A'.repeat(60), token.slice(1)]) {
      assert.equal((await result(bob, 'share.open', { share })).c, 'E_NOT_FOUND');
    }
    assert.equal((await result(bob, 'share.open', { share: 'A'.repeat(1025) })).c, 'E_ARGS');
    assert.equal((await result(bob, 'share.open', { share: token, by: 'me' })).path, '/by');
    assert.deepEqual(server.read('SELECT * FROM visit'), []);
  }));

test('a share ends, and its maker has to wait when he makes too many', () =>
  withServer(async (server) => {
    const [ann, bob] = [await server.phone('ann'), await server.phone('bob')];
    const { token, code, expires } = await result(ann, 'share.make', {});
    assert.equal((await result(ann, 'share.make', {})).c, 'ok');
    assert.equal((await result(ann, 'share.make', {})).c, 'E_LIMIT');
    server.clock.set(expires * 1000);
    for (const share of [token, code]) {
      assert.equal((await result(bob, 'share.open', { share })).c, 'E_EXPIRED');
    }
  }, { settings: { shareS: 100, sharesPerSecond: 1e-6, sharesBurst: 2 } }));

test('the guide is the keeper\'s word, goes on with the share, and stands beside the order', () =>
  withServer(async (server) => {
    const [guide, ann, bob] = await Promise.all(['g', 'ann', 'bob'].map((n) => server.phone(n)));
    await server.grant(guide.member, { entry: 'g', profile: { guide: 'guide_7' } });
    const first = await result(guide, 'share.make', {});
    await result(ann, 'share.open', { share: first.token });
    const second = await result(ann, 'share.make', { channel: 'chat' });
    await result(bob, 'share.open', { share: second.code });
    const engine = await server.engine();
    // A guide buys like anybody: what is for shares is in none of his requests.
    await guide.sync(guide.add('tea'));
    assert.equal((await guide.sync(guide.order(engine))).res[0].c, 'ok');
    await bob.sync(bob.add('tea'));
    const { res: [{ order, cash }] } = await bob.sync(bob.order(engine));
    await server.pay(order, cash);
    const [{ body }] = server.read("SELECT body FROM outbox WHERE kind = 'order.paid'");
    const { guide: named, inviter, channel } = JSON.parse(body).share;
    assert.deepEqual([named, inviter, channel], ['guide_7', ann.member, 'chat']);
  }));

// ---- coupon codes ----

const batch = (server, what) => server.run(admin.makeCodes(server.shop,
  { batch: 'b1', rule: 'coupon_5', n: 3, ...what }));

test('a code brings one coupon, once, whoever asks and however it is written', () =>
  withServer(async (server) => {
    const [ann, bob] = [await server.phone('ann'), await server.phone('bob')];
    const { codes: [one, two] } = await batch(server, {});
    assert.match(one, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    const told = await result(ann, 'code.redeem', { code: one.toLowerCase().replace(/-/g, ' ') });
    assert.deepEqual([told.c, told.rule], ['ok', 'coupon_5']);
    assert.deepEqual(ann.state.coupons.map(({ id }) => id), [told.coupon]);
    for (const phone of [ann, bob]) {
      assert.equal((await result(phone, 'code.redeem', { code: one })).c, 'E_COUPON');
    }
    assert.equal((await result(ann, 'code.redeem', { code: two })).c, 'E_LIMIT_MEMBER');
    assert.equal((await result(bob, 'code.redeem', { code: two })).c, 'ok');
    assert.equal((await result(bob, 'code.redeem', { code: 'nothing' })).c, 'E_NOT_FOUND');
  }));

test('one code that forty ask for at once brings one coupon', () => withServer(async (server) => {
  const { codes: [code] } = await batch(server, {});
  const phones = await Promise.all(Array.from({ length: 40 }, (_, i) => server.phone(`m${i}`)));
  const told = await Promise.all(phones.map((phone) => result(phone, 'code.redeem', { code })));
  assert.equal(told.filter(({ c }) => c === 'ok').length, 1);
  assert.equal(server.read('SELECT 1 FROM coupon').length, 1);
}));

test('who guesses codes has to wait, and is noticed', () => withServer(async (server) => {
  const phone = await server.phone();
  const { codes: [code] } = await batch(server, {});
  const tried = [];
  for (const guess of ['x0', 'x1', 'x2', 'x3']) {
    tried.push((await result(phone, 'code.redeem', { code: guess })).c);
  }
  assert.deepEqual(tried, ['E_NOT_FOUND', 'E_NOT_FOUND', 'E_NOT_FOUND', 'E_LIMIT']);
  assert.equal((await result(phone, 'code.redeem', { code })).c, 'E_LIMIT');
  assert.deepEqual(server.alarms(), ['code_attempts', 'code_attempts']);
  server.clock.add(100000);
  assert.equal((await result(phone, 'code.redeem', { code })).c, 'ok');
}, { settings: { codesPerSecond: 0.01, codesBurst: 3 } }));

test('codes end, are told once, and are not in the store', () => withServer(async (server) => {
  const phone = await server.phone();
  const to = Math.floor(server.clock.now() / 1000) + 60;
  const { codes } = await batch(server, { to });
  await assert.rejects(batch(server, {}), { code: 'E_UID' });
  await assert.rejects(batch(server, { batch: 'b2', n: 0 }), { code: 'E_RANGE', path: '/n' });
  const stored = JSON.stringify(['coupon_code', 'code_batch', 'audit', 'op', 'outbox']
    .map((name) => server.read(`SELECT * FROM ${name}`)));
  codes.forEach((code) => assert.ok(!stored.includes(code.replace(/-/g, '').slice(0, 8))));
  server.clock.add(60000);
  assert.equal((await result(phone, 'code.redeem', { code: codes[0] })).c, 'E_EXPIRED');
}));

// ---- redemption at a till ----

const nowS = (server) => Math.floor(server.clock.now() / 1000);
const hold = (server, phone, coupon, store = 's1', now = nowS(server)) =>
  result(phone, 'coupon.hold', { coupon, store, now });
const settle = async (server, store, till, ...codes) =>
  JSON.parse(await post(server.url, '/v1/redeem', JSON.stringify({ store, till, codes }))).results;
const stateOf = (server, coupon) =>
  server.read('SELECT state FROM coupon WHERE coupon = ?', coupon)[0].state;

async function withCoupons(server, ...ids) {
  const phone = await server.phone();
  await server.grant(phone.member, { entry: 'c',
    coupons: ids.map((id) => ({ id, rule: id === 'big' ? 'big' : 'coupon_5' })) });
  await phone.sync();
  return phone;
}

test('a code for a till is signed, of one store, and holds its coupon', () =>
  withServer(async (server) => {
    const phone = await withCoupons(server, 'big', 'c2');
    const { c, code, expires } = await hold(server, phone, 'big');
    assert.deepEqual([c, expires], ['ok', nowS(server) + 300]);
    const asked = { shop: SHOP, root: server.root, store: 's1', code, now: nowS(server),
      used: new Set() };
    const value = verifier.verifyRedeemCode(asked);
    assert.deepEqual([value.c, value.v], ['big', 90000]);
    assert.throws(() => verifier.verifyRedeemCode({ ...asked, store: 's2' }), { code: 'E_SHOP' });
    assert.throws(() => verifier.verifyRedeemCode({ ...asked, now: expires + 61 }),
      { code: 'E_EXPIRED' });
    assert.throws(() => verifier.verifyRedeemCode({ ...asked, used: new Set([value.j]) }),
      { code: 'E_REPLAY' });
    assert.deepEqual(phone.state.coupons.map(({ id }) => id), ['c2']);
    assert.deepEqual(phone.state.held, [{ coupon: 'big', store: 's1', code, expires }]);
    assert.equal((await hold(server, phone, 'big', 's2')).c, 'E_COUPON');
    const other = await hold(server, phone, 'c2');
    assert.deepEqual(readJ0Bytes(readRedeemCode(other.code).j0).v,
      { give: { amount_off: { amount: 500 } }, rule: 'coupon_5', when: { amount_gte: 1000 } });
  }));

test('a held coupon is in no order', () => withServer(async (server) => {
  const phone = await withCoupons(server, 'c1');
  const { coupons } = phone.state;
  await hold(server, phone, 'c1');
  const engine = await server.engine();
  await phone.sync(phone.add('tea', 2));
  phone.state = { ...phone.state, coupons };
  assert.equal((await phone.sync(phone.order(engine))).res[0].c, 'E_REPRICE');
}));

test('what a till took is used, told once or twice', () => withServer(async (server) => {
  const phone = await withCoupons(server, 'c1', 'c2');
  const { code } = await hold(server, phone, 'c1');
  const jti = readJ0Bytes(readRedeemCode(code).j0).j;
  assert.deepEqual(await settle(server, 's2', 't1', code), [{ c: 'E_NOT_FOUND' }]);
  const altered = `${code.slice(0, -8)}AAAA${code.slice(-4)}`;
  assert.deepEqual(await settle(server, 's1', 't1', code, altered, 'x'),
    [{ j: jti, c: 'ok' }, { c: 'E_NOT_FOUND' }, { c: 'E_NOT_FOUND' }]);
  assert.deepEqual(await settle(server, 's1', 't1', code), [{ j: jti, c: 'ok', dup: true }]);
  assert.deepEqual(await settle(server, 's1', 't2', code), [{ j: jti, c: 'E_REPLAY' }]);
  assert.deepEqual(server.alarms(), ['redeemed_twice']);
  assert.equal(stateOf(server, 'c1'), 'used');
  await phone.sync();
  assert.equal(phone.state.held, undefined);
  await assert.rejects(settle(server, 's1', '', code), { code: 'E_ARGS' });
}));

test('a code that no till told of lapses; a till that is late finds the coupon, or is told', () =>
  withServer(async (server) => {
    const phone = await withCoupons(server, 'c1', 'c2');
    const [one, two] = [await hold(server, phone, 'c1'), await hold(server, phone, 'c2')];
    const lapse = () => server.run(lapseCodes(server.shop, server.clock.now()));
    server.clock.add((300 + 3600) * 1000 - 1);
    assert.equal(await lapse(), 0);
    server.clock.add(1);
    assert.equal(await lapse(), 2);
    await phone.sync();
    assert.deepEqual(phone.state.coupons.map(({ id }) => id), ['c1', 'c2']);
    assert.equal((await settle(server, 's1', 't1', one.code))[0].c, 'ok');
    assert.equal(stateOf(server, 'c1'), 'used');
    // The other one is in an order by now.
    const engine = await server.engine();
    await phone.sync(phone.add('tea', 2));
    assert.equal((await phone.sync(phone.order(engine))).res[0].payable, 1500);
    assert.equal((await settle(server, 's1', 't1', two.code))[0].c, 'E_COUPON');
    assert.deepEqual(server.alarms(), ['redeemed_late']);
  }));

test('a wish for a code that comes late, or for a coupon that is over, holds nothing', () =>
  withServer(async (server) => {
    const phone = await withCoupons(server, 'c1');
    assert.equal((await hold(server, phone, 'c1', 's1', nowS(server) - 61)).c, 'E_EXPIRED');
    assert.equal((await hold(server, phone, 'c1', 's1', 1.5).catch(() => ({ c: 'E_NONCANON' }))).c,
      'E_NONCANON');
    assert.equal((await hold(server, phone, 'none')).c, 'E_COUPON');
    await server.grant(phone.member, { entry: 'old', coupons: [{ id: 'old', rule: 'coupon_5',
      to: nowS(server) }] });
    assert.equal((await hold(server, phone, 'old')).c, 'E_COUPON');
    assert.equal(stateOf(server, 'c1'), 'issued');
  }));

test('a till is told what a coupon asks for, in a code that the server takes back', async () => {
  const limited = testBook(1, ({ rules: { rules } }) => {
    const add = (id, more) => rules.push({ id, kind: 'coupon', stage: 'shop_coupon',
      give: { amount_off: { amount: 500 } }, ...more });
    add('tea_only', { scope: { skus: ['tea'] } });
    add('long', { scope: { tags: Array.from({ length: 22 }, () => '茶'.repeat(21)) } });
  });
  await withServer(async (server) => {
    const phone = await server.phone();
    await server.grant(phone.member, { entry: 'c', coupons: ['tea_only', 'long'].map((rule) =>
      ({ id: rule, rule })) });
    await phone.sync();
    const codes = [];
    for (const coupon of ['tea_only', 'long']) {
      codes.push((await hold(server, phone, coupon)).code);
    }
    assert.deepEqual(codes.map((code) => readJ0Bytes(readRedeemCode(code).j0).v),
      [{ rule: 'tea_only', give: { amount_off: { amount: 500 } }, scope: { skus: ['tea'] } },
        { rule: 'long' }]);
    const isNull = `R1.${'0'.repeat(32)}.bnVsbA.${'A'.repeat(86)}`;
    const told = await settle(server, 's1', 't1', isNull, 5, '', 'x'.repeat(3000), ...codes);
    assert.deepEqual(told.map(({ c }) => c),
      [...Array.from({ length: 4 }, () => 'E_NOT_FOUND'), 'ok', 'ok']);
  }, { book: limited });
});

test('a folder of keys from before codes for tills still starts, and issues none', async () => {
  const server = await startTestServer();
  await server.stop({ keep: true });
  const { signers } = server.keys;
  const role = (...names) => ({ signers: names.map((name) => signers[name]), threshold: 1 });
  readdirSync(server.folder).filter((name) => name !== 'keys')
    .forEach((name) => rmSync(join(server.folder, name)));
  writeFileSync(join(server.folder, 'keys/root.1'), signRoot({ shop: SHOP, v: 1, expires: 2e9,
    roles: { root: role('root-1', 'root-2'), book: role('book'), online: role('online') } }));
  await withServer(async (old) => {
    const phone = await withCoupons(old, 'c1');
    assert.equal((await hold(old, phone, 'c1')).c, 'E_UNSUPPORTED');
  }, { folder: server.folder });
});

test('a server without a redeem key issues nothing, and one with a stranger\'s does not start',
  async () => {
    await withServer(async (server) => {
      const phone = await withCoupons(server, 'c1');
      assert.equal((await hold(server, phone, 'c1')).c, 'E_UNSUPPORTED');
    }, { redeemKey: undefined });
    const server = await startTestServer();
    await server.stop({ keep: true });
    const { newSigningKey } = await import('../../js/server/crypto.js');
    await assert.rejects(startTestServer({ folder: server.folder, redeemKey: newSigningKey() }),
      /redeem key is none of the root/);
  });
