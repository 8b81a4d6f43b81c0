// Storage, network and random numbers of mini-programs and Node: one behaviour, and a named error
// for whatever their phones and servers really do. The page's own are tested in a browser.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { valueBytesMax } from '../../js/host/keep.js';
import { createHost as createWxHost } from '../../js/miniprogram.js';
import { createHost as createNodeHost } from '../../js/node.js';
import { fakeMy, requestErrors } from './fake_my.js';
import { fakeWx } from './fake_wx.js';

const is = (code) => (error) => error.name === 'SuanpanError' && error.code === code
  && error.zh !== '' && error.en !== '';

const folder = mkdtempSync(join(tmpdir(), 'suanpan-kv-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const hosts = {
  'mini-program': (namespace) => createWxHost({ api: shared.wx, namespace }),
  'Node, in a folder': (namespace) => createNodeHost({ namespace, folder }),
};
const shared = fakeWx();

for (const [name, hostOf] of Object.entries(hosts)) {
  test(`${name}: text is kept, listed and taken away`, async () => {
    const { kv } = hostOf(['tea', 'm1']);
    assert.equal(await kv.get('cart'), null);
    await kv.set('cart', '算盘🧮');
    await kv.set('ops/2', 'b');
    await kv.set('ops/1', '');
    assert.equal(await kv.get('cart'), '算盘🧮');
    assert.equal(await kv.get('ops/1'), '');
    assert.deepEqual(await kv.keys('ops/'), ['ops/1', 'ops/2']);
    assert.deepEqual(await kv.keys(), ['cart', 'ops/1', 'ops/2']);
    await kv.remove('ops/1');
    await kv.remove('ops/1');
    assert.deepEqual(await kv.keys('ops/'), ['ops/2']);
    assert.equal(await hostOf(['tea', 'm1']).kv.get('cart'), '算盘🧮');
  });

  test(`${name}: name spaces do not meet, whatever they are called`, async () => {
    const host = hostOf('x');
    const spaces = [['a', 'b'], ['a/b'], ['a'], ['a', 'b', ''], '..', '', ['ab', ''], ['', 'ab']];
    for (const [i, space] of spaces.entries()) await host.kvFor(space).set('b//k', String(i));
    for (const [i, space] of spaces.entries()) {
      assert.equal(await host.kvFor(space).get('b//k'), String(i));
      assert.deepEqual(await host.kvFor(space).keys(), ['b//k']);
    }
  });

  test(`${name}: a secret is found again, and leaves no plain copy`, async () => {
    const { kv } = hostOf('secrets');
    await kv.set('key', 'plain');
    await kv.set('key', 'hidden', { secret: true });
    assert.equal(await kv.get('key'), 'hidden');
    assert.deepEqual(await kv.keys(), ['key']);
    await kv.set('key', 'open again');
    assert.equal(await kv.get('key'), 'open again');
    await kv.remove('key');
    assert.equal(await kv.get('key'), null);
  });

  test(`${name}: of two writes the later one stays`, async () => {
    const { kv } = hostOf('order');
    await Promise.all([kv.set('k', '1'), kv.set('k', '2', { secret: true }), kv.set('k', '3')]);
    assert.equal(await kv.get('k'), '3');
  });

  test(`${name}: what is too large or no text is refused, and the value before stays`, async () => {
    const { kv } = hostOf('limits');
    await kv.set('k', '算'.repeat(Math.floor(valueBytesMax / 3)));
    await kv.set('k', 'small');
    await assert.rejects(kv.set('k', '算'.repeat(valueBytesMax / 2)), is('E_QUOTA'));
    await assert.rejects(kv.set('k', { a: 1 }), is('E_TYPE'));
    assert.equal(await kv.get('k'), 'small');
  });
}

test('mini-program: a secret goes to encrypted storage, and nothing else does', async () => {
  const { wx, values, encrypted } = fakeWx();
  const { kv } = createWxHost({ api: wx, namespace: 'n' });
  await kv.set('device', 'k', { secret: true });
  await kv.set('cart', 'c');
  assert.deepEqual([...encrypted.values()], ['k']);
  assert.deepEqual([...values.values()], ['c']);
});

test('mini-program: writing again is one call', async () => {
  const { wx, calls } = fakeWx();
  const { kv } = createWxHost({ api: wx });
  const { removeStorage } = wx;
  wx.removeStorage = (options) => {
    calls.push('remove');
    removeStorage(options);
  };
  for (const secret of [false, false, true, true, false]) await kv.set('k', 'v', { secret });
  assert.deepEqual(calls.map((call) => call.slice(0, 3)),
    ['set', 'rem', 'set', 'set', 'rem', 'set', 'set', 'rem']);
});

test('mini-program: a full phone is E_QUOTA, and the value before stays', async () => {
  const { wx } = fakeWx({ storage: { totalMax: 1000 } });
  const { kv } = createWxHost({ api: wx });
  await kv.set('log', 'first');
  await assert.rejects(kv.set('log', 'x'.repeat(2000)), (error) => is('E_QUOTA')(error)
    && /exceed storage max size/.test(error.message));
  assert.equal(await kv.get('log'), 'first');
  wx.setStorage = ({ fail }) => fail({ errMsg: 'setStorage:fail internal error' });
  await assert.rejects(kv.set('log', 'x'), is('E_STORAGE'));
  wx.getStorage = ({ fail }) => fail({ errMsg: 'getStorage:fail:decrypt fail' });
  await assert.rejects(kv.get('log'), is('E_STORAGE'));
});

test('mini-program: random numbers, or a refusal', async () => {
  for (const random of ['wx', 'manager']) {
    const { random: source } = createWxHost({ api: fakeWx({ random }).wx });
    assert.deepEqual([...await source.bytes(4)], [7, 7, 7, 7]);
  }
  for (const random of ['none', 'failing', 'short']) {
    const { random: source } = createWxHost({ api: fakeWx({ random }).wx });
    await assert.rejects(source.bytes(4), is('E_RANDOM'));
  }
});

test('mini-program: what was fetched before, or null', async () => {
  const { wx } = fakeWx({ fetched: { pre: 'U1BCMQ==', periodic: '' } });
  const host = createWxHost({ api: wx });
  assert.equal(await host.prefetched('pre'), 'U1BCMQ==');
  assert.equal(await host.prefetched('periodic'), null);
  assert.equal(await createWxHost({ api: fakeWx().wx }).prefetched('pre'), null);
  assert.equal(await createWxHost({ api: {} }).prefetched('pre'), null);
});

test('mini-program: any status is an answer, and nothing is parsed or invented', async () => {
  const answers = [];
  const { wx, calls } = fakeWx({ answer: () => answers.shift() });
  const { http } = createWxHost({ api: wx });
  const ask = (answer, request) => {
    answers.push({ success: answer });
    return http.request({ url: 'https://shop.example/v1', ...request });
  };
  for (const statusCode of [200, 304, 404, 500]) {
    const answer = await ask({ statusCode, header: { 'X-A': 1 }, data: '{"a":1}' });
    assert.deepEqual(answer, { status: statusCode, headers: { 'x-a': '1' }, body: '{"a":1}' });
  }
  assert.equal(calls[0].dataType, 'text');
  assert.ok(!('data' in calls[0]));
  const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  const answer = await ask({ statusCode: 200, data: new Uint8Array([3, 4]).buffer },
    { method: 'POST', body: bytes, responseType: 'bytes' });
  assert.deepEqual(answer.body, new Uint8Array([3, 4]));
  assert.deepEqual(new Uint8Array(calls.at(-1).data), new Uint8Array([1, 2]));
  assert.equal(calls.at(-1).responseType, 'arraybuffer');
});

test('mini-program: no answer is E_NETWORK or E_TIMEOUT, in the words of any phone', async () => {
  const timeouts = [{ errno: 5, errMsg: 'request:fail timeout' },
    { errMsg: 'request:fail socket time out timeout:60000' }, { errMsg: 'request:fail 请求超时。' },
    { errno: 600001, errMsg: 'request:fail errcode:-118 net::ERR_CONNECTION_TIMED_OUT' }];
  const failures = [{ errno: 600002, errMsg: 'request:fail url not in domain list' },
    { errno: 600003, errMsg: 'request:fail interrupted' }, { errMsg: 'request:fail ' },
    { errMsg: 'request:fail 似乎已断开与互联网的连接。' }, undefined];
  for (const [code, fails] of [['E_TIMEOUT', timeouts], ['E_NETWORK', failures]]) {
    for (const fail of fails) {
      const { http } = createWxHost({ api: fakeWx({ answer: () => ({ fail }) }).wx });
      await assert.rejects(http.request({ url: 'https://a.example' }),
        (error) => is(code)(error) && error.cause === fail);
    }
  }
  const zero = fakeWx({ answer: () => ({ success: { statusCode: 0, data: '' } }) });
  await assert.rejects(createWxHost({ api: zero.wx }).http.request({ url: 'https://a.example' }),
    is('E_NETWORK'));
  const silent = fakeWx();
  await assert.rejects(createWxHost({ api: silent.wx }).http
    .request({ url: 'https://a.example', timeoutMs: 20 }), is('E_TIMEOUT'));
  assert.ok(silent.calls.includes('abort'));
});

test('Node: only the owner may read the files, and no half file is left', async () => {
  const own = join(folder, 'own');
  const { kv } = createNodeHost({ folder: own });
  await kv.set('../../k', 'v', { secret: true });
  const names = readdirSync(own);
  assert.equal(names.length, 1);
  assert.equal(statSync(join(own, names[0])).mode & 0o077, 0);
  const { kv: memory } = createNodeHost();
  await memory.set('k', 'v');
  assert.equal(await memory.get('k'), 'v');
  assert.equal(await createNodeHost().kv.get('k'), null);
});

test('Node: HTTP answers, and their absence', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/slow') return;
    let body = '';
    request.on('data', (chunk) => { body += chunk; }).on('end', () => {
      response.writeHead(request.url === '/gone' ? 410 : 200, { 'X-Method': request.method });
      response.end(`${request.headers.authorization || ''}${body}`);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${server.address().port}`;
  const { http } = createNodeHost();
  const posted = await http.request({ method: 'POST', url: `${root}/a`, body: 'x',
    headers: { authorization: 'Bearer t' } });
  assert.deepEqual([posted.status, posted.body, posted.headers['x-method']],
    [200, 'Bearer tx', 'POST']);
  assert.equal((await http.request({ url: `${root}/gone` })).status, 410);
  const bytes = await http.request({ method: 'PUT', url: `${root}/b`, responseType: 'bytes',
    body: new Uint8Array([65, 66]) });
  assert.deepEqual(bytes.body, new Uint8Array([65, 66]));
  await assert.rejects(http.request({ url: `${root}/slow`, timeoutMs: 50 }), is('E_TIMEOUT'));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(http.request({ url: `${root}/a` }), is('E_NETWORK'));
});

test('Alipay: its own names for answers, and an answer of 400 and above is one', async () => {
  const answers = [
    { success: { status: 200, headers: { 'X-A': 1 }, data: '{"a":1}' } },
    { fail: { error: 19, errorMessage: 'HTTP错误', status: 404, headers: {}, data: '{"code":1}' } },
  ];
  const { my, calls } = fakeMy({ answer: () => answers.shift() });
  const { http } = createWxHost({ api: my });
  const ask = (more) => http.request({ url: 'https://shop.example', headers: { b: '2' }, ...more });
  assert.deepEqual(await ask(), { status: 200, headers: { 'x-a': '1' }, body: '{"a":1}' });
  assert.deepEqual(await ask(), { status: 404, headers: {}, body: '{"code":1}' });
  assert.deepEqual([calls[0].headers, calls[0].dataType], [{ b: '2' }, 'text']);
  answers.push({ success: { status: 200, headers: {}, data: new Uint8Array([3]).buffer } });
  assert.deepEqual((await ask({ responseType: 'bytes' })).body, new Uint8Array([3]));
  assert.equal(calls[2].dataType, 'arraybuffer');
});

test('Alipay: each number has our name, and its words stay', async () => {
  for (const [number, errorMessage] of Object.entries(requestErrors)) {
    const fail = { error: Number(number), errorMessage };
    const { http } = createWxHost({ api: fakeMy({ answer: () => ({ fail }) }).my });
    await assert.rejects(http.request({ url: 'https://a.example' }), (error) =>
      is(fail.error === 13 ? 'E_TIMEOUT' : 'E_NETWORK')(error) && error.message === errorMessage);
  }
});

test('Alipay: storage, without random numbers', async () => {
  const { my, values } = fakeMy();
  const { kv, random } = createWxHost({ api: my, namespace: 'tea' });
  assert.equal(await kv.get('cart'), null);
  await kv.set('cart', '1');
  assert.equal(await kv.get('cart'), '1');
  await assert.rejects(kv.set('cart', 'x'.repeat(300 * 1024)), is('E_QUOTA'));
  assert.equal(await kv.get('cart'), '1');
  await kv.remove('cart');
  assert.equal(values.size, 0);
  await assert.rejects(random.bytes(4), is('E_RANDOM'));
});
