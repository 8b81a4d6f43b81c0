// Endpoints, limits, and what strangers get to see.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from '../../js/node.js';
import { takeRoot } from '../../js/server/admin.js';
import { answering } from '../../js/server/answers.js';
import { newSigningKey, signer } from '../../js/server/crypto.js';
import { addressOf, handler, serve } from '../../js/server/http.js';
import { openMetrics } from '../../js/server/metrics.js';
import { signRoot } from '../../js/server/signing.js';
import { SHOP, testBook } from './book.js';
import { post } from './phone.js';
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

const get = (server, path, headers = {}) => fetch(server.url + path, { headers });

test('the module believes books, roots and heads of it', () => withServer(async (server) => {
  const root = Buffer.from(await (await get(server, '/v1/root/1')).arrayBuffer());
  assert.deepEqual(root, Buffer.from(server.root));
  const engine = await createEngine({ shop: SHOP, root });
  const head = engine.sync.openNote({ purpose: 'head', shop: SHOP, root,
    note: await (await get(server, '/v1/head')).text() });
  assert.deepEqual([head.epoch, head.ver, head.root, head.shop], [1, 1, 1, SHOP]);
  const answer = await get(server, `/v1/book/${head.digest}`);
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const loaded = await engine.load(new Uint8Array(await answer.arrayBuffer()),
    { now: head.time / 1000 });
  assert.equal(loaded.digest, head.digest);
  engine.dispose();
}));

test('a key that a new root adds signs books of the epoch that is, and the old books stay', () =>
  withServer(async (server) => {
    const { signers } = server.keys;
    const added = signer(newSigningKey());
    const first = server.shop.books.current().digest;
    const roots = ['root-1', 'root-2', 'root-3'].map((name) => signers[name]);
    const file = signRoot({ shop: SHOP, v: 2, expires: 2e9, before: roots, roles: {
      root: { signers: roots, threshold: 2 },
      book: { signers: [signers.book, added], threshold: 1 },
      online: { signers: [signers.online], threshold: 1 } } });
    await server.run(takeRoot(server.shop, file));
    await server.publish(testBook(2), { signers: [added] });
    const { ver, digest } = server.shop.books.current();
    assert.equal(ver, 2);
    await server.shop.engines.ready(server.shop.books.current());
    for (const name of [first, digest]) {
      assert.equal((await get(server, `/v1/book/${name}`)).status, 200);
    }
  }));

test('what is not there is 404, what is not GET or POST 405, and nothing says more', () =>
  withServer(async (server) => {
    const { digest } = server.shop.books.current();
    for (const path of ['/', '/v1', '/v1/root/2', '/v1/root/0', `/v1/book/${'0'.repeat(64)}`,
      `/v1/book/${digest}/constructor`, '/v1/book/../../etc/passwd', '/v1/sync', '/%00']) {
      const answer = await get(server, path);
      assert.equal(answer.status, 404, path);
      assert.equal((await answer.json()).code, 'E_NOT_FOUND');
    }
    assert.equal((await fetch(`${server.url}/v1/sync`, { method: 'PUT' })).status, 405);
    await assert.rejects(post(server.url, '/v1/enroll', '[]'), { code: 'E_JSON' });
    await assert.rejects(post(server.url, '/v1/enroll', '{'), { code: 'E_JSON' });
    await assert.rejects(post(server.url, '/v1/sync', 'x'), { code: 'E_NONCANON' });
  }));

test('an answer that can\'t be written is a failure of that request alone', async () => {
  const failed = [];
  const quiet = { error: (what) => failed.push(what) };
  const answer = answering(async ({ url }) => ({ body: url === '/bad' ? () => {} : 'fine' }),
    { log: quiet, metrics: openMetrics() });
  const handle = handler(answer, { origins: [], proxies: 0 });
  const http = serve(handle);
  await new Promise((resolve) => { http.server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${http.server.address().port}`;
  assert.equal((await fetch(`${url}/bad`)).status, 500);
  assert.equal(await (await fetch(`${url}/good`)).text(), 'fine');
  assert.deepEqual(failed, ['failed']);
  await http.close(0);
});

test('two strokes are no address', () => withServer(async (server) => {
  const { port, hostname } = new URL(server.url);
  const status = await new Promise((resolve, reject) => {
    request({ port, host: hostname, path: '//' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject).end();
  });
  assert.equal(status, 404);
}));

test('hints tell stock and quotas, and only of what was asked', () => withServer(async (server) => {
  await server.restock({ sku: 'tea', n: 7, buckets: 2 });
  await server.setRuleLeft({ rule: 'hundred', n: 3 });
  assert.deepEqual(await (await get(server, '/v1/live?skus=tea,cake')).json(),
    { stock: { tea: 7 }, left: { hundred: 3 } });
}));

test('a body has its limit, said or not', () => withServer(async (server) => {
  const big = 'x'.repeat(65537);
  await assert.rejects(post(server.url, '/v1/sync', big), { status: 413, code: 'E_LIMIT' });
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 70; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
      controller.close();
    },
  });
  const answer = await fetch(`${server.url}/v1/sync`, { method: 'POST', body: stream,
    duplex: 'half' }).catch(() => ({ status: 413 }));
  assert.equal(answer.status, 413);
}));

test('a slow client is let go', { timeout: 30000 }, () => withServer(async (server) => {
  const { port, hostname } = new URL(server.url);
  const closed = await new Promise((resolve, reject) => {
    const socket = connect(port, hostname);
    let text = '';
    socket.write('POST /v1/sync HTTP/1.1\r\nhost: x\r\n');
    socket.on('data', (bytes) => { text += bytes; });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  assert.match(closed, /^HTTP\/1\.1 408 /);
}));

test('devices and addresses have a bucket of tokens each', () => withServer(async (server) => {
  const [ann, bob] = [await server.phone('ann'), await server.phone('bob')];
  const codes = [];
  for (let i = 0; i < 5; i++) {
    codes.push(await ann.sync().then(() => 'ok', (error) => error.code));
  }
  assert.deepEqual(codes, ['ok', 'ok', 'E_BUSY', 'E_BUSY', 'E_BUSY']);
  assert.ok((await bob.sync()).ver);
  server.clock.add(1000);
  assert.ok((await ann.sync()).ver);
}, { settings: { devicePerSecond: 1, deviceBurst: 3 } }));

test('logins from one address are few', () => withServer(async (server) => {
  const codes = [];
  for (let i = 0; i < 4; i++) {
    codes.push(await post(server.url, '/v1/session', JSON.stringify({ code: 'x' }))
      .catch(({ code }) => code));
  }
  assert.deepEqual(codes, ['E_LOGIN', 'E_LOGIN', 'E_BUSY', 'E_BUSY']);
}, { settings: { loginPerSecond: 0.1, loginBurst: 2 } }));

test('CORS answers the origins of the list and no others', () => withServer(async (server) => {
  const allowed = async (origin) => (await get(server, '/healthz', { origin })).headers
    .get('access-control-allow-origin');
  assert.equal(await allowed('https://shop.example'), 'https://shop.example');
  assert.equal(await allowed('https://evil.example'), null);
  const preflight = await fetch(`${server.url}/v1/sync`, { method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } });
  assert.equal(preflight.status, 204);
}, { origins: ['https://shop.example'] }));

test('metrics are for the machine itself', () => withServer(async (server) => {
  const phone = await server.phone();
  await phone.sync(phone.add('tea'));
  const text = await (await get(server, '/metrics')).text();
  assert.match(text, /suanpan_requests_total\{route="\/v1\/sync",status="200"\} 2/);
  assert.match(text, /suanpan_request_seconds_bucket\{route="\/v1\/sync",le="\+Inf"\} 2/);
  const outside = await get(server, '/metrics', { 'x-forwarded-for': '203.0.113.9' });
  assert.equal(outside.status, 404);
}));

test('a session prices and hands over, and does nothing else', () => withServer(async (server) => {
  const { token } = JSON.parse(await post(server.url, '/v1/session',
    JSON.stringify({ code: 'stand-in:ann' })));
  const ask = (body, authorization = `Bearer ${token}`) => post(server.url, '/v1/quote',
    JSON.stringify(body), 'application/json', { authorization }).then(JSON.parse);
  const request = { now: 1000, lines: [{ sku: 'cake', qty: 2 }] };
  assert.equal((await ask({ request })).totals.payable, 4700);
  await assert.rejects(ask({ request: { now: 1, lines: [{ sku: 'cake', qty: 0 }] } }),
    { code: 'E_RANGE' });
  await assert.rejects(ask({ request }, ''), { code: 'E_LOGIN' });
  const altered = `Bearer ${token.replace(/.$/, '_')}x`;
  await assert.rejects(ask({ request }, altered), { code: 'E_LOGIN' });
  server.clock.add(2 * 3600 * 1000);
  await assert.rejects(ask({ request }), { code: 'E_LOGIN' });
}));

test('a wallet that takes the search long stops nobody else, and its owner pays for it', () =>
  withServer(async (server) => {
    const { token } = JSON.parse(await post(server.url, '/v1/session',
      JSON.stringify({ code: 'stand-in:ann' })));
    const quote = (request) => post(server.url, '/v1/quote', JSON.stringify({ request }),
      'application/json', { authorization: `Bearer ${token}` }).then(JSON.parse);
    const coupons = Array.from({ length: 100 }, (_, i) => ({ id: `c${i}`, rule: 'coupon_5' }));
    const lines = Array.from({ length: 60 }, (_, i) => ({ id: `l${i}`, sku: i % 2 ? 'tea' : 'cake',
      qty: 1 + (i % 7) }));
    const long = quote({ now: 1000, lines, coupons });
    const start = process.hrtime.bigint();
    await get(server, '/healthz');
    assert.ok(Number(process.hrtime.bigint() - start) / 1e6 < 1000);
    assert.ok((await long).search.visited > 0);
    await assert.rejects(quote({ now: 1000, lines: [] }), { status: 429 });
  }, { settings: { pricingPerSecond: 1e-3, pricingBurst: 2 } }));

const sessionOf = async (server, name) => {
  const { token } = JSON.parse(await post(server.url, '/v1/session',
    JSON.stringify({ code: `stand-in:${name}` })));
  return (body) => post(server.url, '/v1/quote', body, 'application/json',
    { authorization: `Bearer ${token}` }).then(() => 200, ({ status, code }) => [status, code]);
};

const manyCoupons = (lines) => JSON.stringify({ request: { now: 1000,
  coupons: Array.from({ length: 100 }, (_, i) => ({ id: `c${i}`, rule: 'coupon_5' })),
  lines: Array.from({ length: lines }, (_, i) => ({ id: `l${i}`, sku: i % 2 ? 'tea' : 'cake',
    qty: 1 + (i % 7) })) } });

test('a request that is nested too deeply, or is none, is refused and ends nothing', () =>
  withServer(async (server) => {
    const quote = await sessionOf(server, 'ann');
    const nested = `{"request":${'['.repeat(30000)}${']'.repeat(30000)}}`;
    assert.deepEqual(await quote(nested), [400, 'E_DEPTH']);
    for (const body of ['', '{', '[]', 'null']) {
      assert.deepEqual(await quote(body), [400, 'E_JSON']);
    }
    assert.equal(await quote('{"request":{"now":1000,"lines":[{"sku":"tea","qty":1}]}}'), 200);
  }));

test('a member has one price with a thread and one that waits, and keeps nobody else waiting', () =>
  withServer(async (server) => {
    const [ann, bob] = [await sessionOf(server, 'ann'), await sessionOf(server, 'bob')];
    const body = '{"request":{"now":1000,"lines":[{"sku":"tea","qty":1}]}}';
    const all = await Promise.all([ann(body), ann(body), ann(body), ann(body), bob(body)]);
    assert.deepEqual(all.slice(0, 4).map(String).sort(),
      ['200', '200', '429,E_BUSY', '429,E_BUSY']);
    assert.equal(all[4], 200);
  }));

test('who asks for a price that takes too long pays for the time', () =>
  withServer(async (server) => {
    const quote = await sessionOf(server, 'ann');
    assert.deepEqual(await quote(manyCoupons(200)), [503, 'E_BUSY']);
    assert.deepEqual(await quote(manyCoupons(1)), [429, 'E_BUSY']);
  }, { settings: { quoteMs: 1, pricingPerSecond: 1e-3, pricingBurst: 2 } }));

test('who reads no answer is let go', async () => {
  const { server, close } = serve((_, response) => response.end(Buffer.alloc(1 << 26)),
    { stalledMs: 100 });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const ended = new Promise((resolve) => {
    server.on('connection', (socket) => socket.on('close', resolve));
  });
  const client = connect(server.address().port, '127.0.0.1');
  client.on('error', () => {});
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const wait = delay(10000, 'still there', { ref: false });
  try {
    assert.notEqual(await Promise.race([ended, wait]), 'still there');
  } finally {
    client.destroy();
    await close(0);
  }
});

test('handovers from one address are few', () => withServer(async (server) => {
  const ask = () => post(server.url, '/v1/handover', JSON.stringify({ lines: [{ sku: 'tea',
    qty: 1 }] })).then(() => 'ok', ({ code }) => code);
  assert.deepEqual([await ask(), await ask(), await ask()], ['ok', 'ok', 'E_BUSY']);
}, { settings: { handoversPerSecond: 0.1, handoversBurst: 2 } }));

test('a handover code carries goods, once, for ten minutes', () => withServer(async (server) => {
  const ask = (body) => post(server.url, '/v1/handover', JSON.stringify(body)).then(JSON.parse);
  const lines = [{ sku: 'tea', qty: 2, options: ['pearl'] }];
  const { code } = await ask({ lines: [{ ...lines[0], price: 1, member: 'x' }] });
  assert.equal(code.length, 20);
  const [by, other] = ['b', 'o'].map((one) => one.repeat(22));
  await assert.rejects(ask({ code }), { code: 'E_ARGS' });
  assert.deepEqual(await ask({ code, by }), { lines });
  // Who took it may ask again: the answer may have been lost. Nobody else may.
  assert.deepEqual(await ask({ code, by }), { lines });
  await assert.rejects(ask({ code, by: other }), { code: 'E_NOT_FOUND' });
  const late = await ask({ lines });
  server.clock.add(10 * 60 * 1000);
  await assert.rejects(ask({ code: late.code, by }), { code: 'E_NOT_FOUND' });
  await assert.rejects(ask({ code, by }), { code: 'E_NOT_FOUND' });
  await assert.rejects(ask({ lines: [{ sku: 'tea', qty: 0 }] }), { code: 'E_ARGS' });
}));

test('limits count a network of IPv6 as one, and see IPv4 through it', () => {
  const seen = (remoteAddress, forwarded, proxies = 0) => addressOf({ socket: { remoteAddress },
    headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }, proxies);
  assert.equal(seen('2001:db8:1:2:aaaa::1'), seen('2001:DB8:1:2::ffff'));
  assert.equal(seen('2001:db8::1'), seen('2001:db8:0:0:5::'));
  assert.notEqual(seen('2001:db8:1:2::1'), seen('2001:db8:1:3::1'));
  assert.equal(seen('fe80::1%eth0'), 'fe80:0:0:0');
  assert.equal(seen('::ffff:203.0.113.9'), '203.0.113.9');
  assert.equal(seen('10.0.0.1', '203.0.113.9, 2001:db8::7', 1), '2001:db8:0:0');
  assert.equal(seen('10.0.0.1', '203.0.113.9', 0), '10.0.0.1');
  assert.equal(seen('10.0.0.1', 'no address', 1), 'no address');
  // Some proxies tell the port, too: no other address.
  assert.equal(seen('10.0.0.1', '203.0.113.9:40001', 1), '203.0.113.9');
  assert.equal(seen('10.0.0.1', '[2001:db8::7]:40001', 1), '2001:db8:0:0');
  assert.equal(seen(undefined), '');
});
