// From a login code to a device, and its end.
import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isSigned, unseal } from '../../js/server/crypto.js';
import { forgetDevices } from '../../js/server/enroll.js';
import { weChatLogin } from '../../js/server/login.js';
import { enrollMessage } from '../../js/sync/messages.js';
import { SHOP } from './book.js';
import { enrol, phoneOf, post } from './phone.js';
import { startTestServer } from './start.js';

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server);
    assert.deepEqual(server.errors(), []);
  } finally {
    await server.stop();
  }
}

const ask = (server, body) => post(server.url, '/v1/enroll', JSON.stringify(body)).then(JSON.parse);

test('the reply is signed by the online key over the whole transcript', () =>
  withServer(async (server) => {
    const { reply, request } = await enrol({ url: server.url, tenant: SHOP, name: 'ann' });
    const bytes = (text) => Buffer.from(text, 'base64url');
    const transcript = (more) => enrollMessage({ tenant: SHOP, app: 'test',
      client: bytes(request.pub), server: bytes(reply.pub), dev: bytes(reply.dev),
      epoch: reply.epoch, time: reply.time, nonce: bytes(request.nonce), wxkVersion: 0,
      member: reply.member, ...more });
    const { online } = server.keys.signers;
    assert.ok(isSigned(online.key, transcript({}), bytes(reply.sig)));
    const others = { tenant: 'other_shop', app: 'other', epoch: 2, time: 1, wxkVersion: 1,
      member: 'm_other', dev: randomBytes(16), nonce: randomBytes(16) };
    Object.entries(others).forEach(([name, value]) =>
      assert.ok(!isSigned(online.key, transcript({ [name]: value }), bytes(reply.sig)), name));
  }));

test('the same code, nonce and key get the same reply for five minutes', () =>
  withServer(async (server) => {
    const { reply, request } = await enrol({ url: server.url, tenant: SHOP, name: 'ann' });
    assert.deepEqual(await ask(server, request), reply);
    const other = await ask(server, { ...request, nonce: randomBytes(16).toString('base64url') });
    assert.notEqual(other.dev, reply.dev);
    server.clock.add(5 * 60 * 1000);
    const later = await ask(server, request);
    assert.notEqual(later.dev, reply.dev);
    assert.deepEqual([reply.epoch, other.epoch, later.epoch], [1, 2, 3]);
  }));

test('a device lives from its first good request on; the eleventh has to be chosen for', () =>
  withServer(async (server) => {
    const phones = [];
    for (let i = 0; i < 10; i++) phones.push(await server.phone('ann'));
    const known = await enrol({ url: server.url, tenant: SHOP, name: 'ann' }).catch((e) => e);
    assert.equal(known.code, 'E_DEVICES');
    assert.equal(known.answer.devices.length, 10);
    // Nobody was evicted silently.
    assert.deepEqual(await phones[0].codes(phones[0].add('tea')), ['ok']);
    const evict = phones[3].device.reply.dev;
    const device = await enrol({ url: server.url, tenant: SHOP, name: 'ann', evict });
    await phoneOf(device, { clock: server.clock.now }).sync();
    await assert.rejects(phones[3].sync(phones[3].add('tea')), { code: 'E_DEVICE' });
    assert.equal(server.read('SELECT devices FROM member')[0].devices, 10);
  }));

test('ten that live are the most, however many were enrolled before', () =>
  withServer(async (server) => {
    const devices = [];
    for (let i = 0; i < 11; i++) {
      devices.push(await enrol({ url: server.url, tenant: SHOP, name: 'ann' }));
    }
    const phones = devices.map((device) => phoneOf(device, { clock: server.clock.now }));
    for (const phone of phones.slice(0, 10)) await phone.sync();
    await assert.rejects(phones[10].sync(), { code: 'E_DEVICES' });
  }));

test('a device of one member can\'t be evicted by another', () => withServer(async (server) => {
  const ann = await server.phone('ann');
  await enrol({ url: server.url, tenant: SHOP, name: 'bob', evict: ann.device.reply.dev });
  assert.deepEqual(await ann.codes(ann.add('tea')), ['ok']);
}));

test('keys rest sealed, bound to shop and device; logins rest as MACs', () =>
  withServer(async (server) => {
    const { keys } = (await server.phone('ann-the-member')).device;
    const [row] = server.read('SELECT * FROM device');
    const open = (what) => unseal(server.shop.sealKey, what, row.keys);
    assert.deepEqual(open(`${SHOP}\0${row.device}`), Buffer.concat([keys.op, keys.ack]));
    assert.throws(() => open(`${SHOP}\0${'A'.repeat(22)}`));
    assert.throws(() => open(`other\0${row.device}`));
    const all = JSON.stringify(['device', 'login', 'member', 'ticket', 'op', 'audit'].map((name) =>
      server.read(`SELECT * FROM ${name}`)));
    [keys.op, keys.ack].forEach((key) => ['hex', 'base64', 'base64url'].forEach((form) =>
      assert.ok(!all.includes(key.toString(form)))));
    assert.ok(!all.includes('ann-the-member'));
    assert.ok(!JSON.stringify(server.lines).includes('ann-the-member'));
  }));

test('devices that never spoke are forgotten, those that did are not', () =>
  withServer(async (server) => {
    const phone = await server.phone('ann');
    await enrol({ url: server.url, tenant: SHOP, name: 'ann' });
    assert.equal(await server.run(forgetDevices(SHOP, server.clock.now())), 0);
    server.clock.add(31 * 86400 * 1000);
    assert.equal(await server.run(forgetDevices(SHOP, server.clock.now())), 1);
    assert.deepEqual(server.read('SELECT device FROM device').map(({ device }) => device),
      [phone.device.reply.dev]);
    assert.deepEqual(await phone.codes(phone.add('tea')), ['ok']);
  }));

test('what is no request is refused by name', () => withServer(async (server) => {
  const pair = createECDH('prime256v1');
  const good = { app: 'test', code: 'stand-in:ann', nonce: randomBytes(16).toString('base64url'),
    pub: pair.generateKeys().subarray(1).toString('base64url'), wxk_ver: 0 };
  const refused = async (more) => {
    const error = await ask(server, { ...good, ...more }).catch((e) => e);
    return error.code;
  };
  assert.equal(await refused({ code: 'ann' }), 'E_LOGIN');
  assert.equal(await refused({ code: '' }), 'E_ARGS');
  assert.equal(await refused({ pub: `${good.pub}=` }), 'E_NONCANON');
  assert.equal(await refused({ pub: good.pub.slice(2) }), 'E_ARGS');
  assert.equal(await refused({ nonce: 'AAAA' }), 'E_ARGS');
  // A point that is not on the curve.
  assert.equal(await refused({ pub: Buffer.alloc(64, 1).toString('base64url') }), 'E_KEY');
  assert.deepEqual(server.read('SELECT * FROM device'), []);
}));

// ---- WeChat ----

function weChat(answers) {
  const asked = [];
  const fetch = async (url) => {
    asked.push(new URL(url));
    const { pathname } = asked.at(-1);
    return { json: async () => answers[pathname] };
  };
  return { asked, login: weChatLogin({ appId: 'wx1', secret: 's3', fetch }) };
}

test('WeChat: a code becomes an openid; its errors become ours', async () => {
  const { asked, login } = weChat({ '/sns/jscode2session':
    { openid: 'o1', session_key: 'a2V5' } });
  assert.deepEqual(await login.identify('code 1'), { provider: 'wechat', subject: 'o1' });
  assert.deepEqual(Object.fromEntries(asked[0].searchParams),
    { appid: 'wx1', secret: 's3', js_code: 'code 1', grant_type: 'authorization_code' });
  const codeOf = (errcode) => weChat({ '/sns/jscode2session': { errcode } }).login.identify('c')
    .catch(({ status, code }) => [status, code]);
  assert.deepEqual(await codeOf(40029), [401, 'E_LOGIN']);
  assert.deepEqual(await codeOf(40163), [401, 'E_LOGIN']);
  assert.deepEqual(await codeOf(-1), [503, 'E_BUSY']);
  assert.deepEqual(await codeOf(40013), [502, 'E_BUSY']);
  assert.deepEqual(await weChat({ '/sns/jscode2session': {} }).login.identify('c')
    .catch(({ status }) => status), 502);
});

test('WeChat: a user key is fetched by its version, signed by the session key', async () => {
  const { asked, login } = weChat({
    '/sns/jscode2session': { openid: 'o1', session_key: Buffer.from('key').toString('base64') },
    '/cgi-bin/token': { access_token: 't1', expires_in: 7200 },
    '/wxa/business/getuserencryptkey': { key_info_list: [
      { version: 3, encrypt_key: Buffer.alloc(16, 3).toString('base64') },
      { version: 2, encrypt_key: Buffer.alloc(16, 2).toString('base64') }] },
  });
  const who = await login.identify('c');
  assert.deepEqual(await login.userKey(who, 2), Buffer.alloc(16, 2));
  await assert.rejects(login.userKey(who, 9), { code: 'E_KEY' });
  const keyAsked = asked.filter(({ pathname }) => pathname.startsWith('/wxa'));
  assert.equal(keyAsked[0].searchParams.get('access_token'), 't1');
  assert.match(keyAsked[0].searchParams.get('signature'), /^[0-9a-f]{64}$/);
  assert.equal(asked.filter(({ pathname }) => pathname === '/cgi-bin/token').length, 1);
});
