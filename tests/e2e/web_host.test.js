// What a page gives a shop, in Chromium: storage that lasts, secrets that no script can read, HTTP.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, root } from './chromium.js';

let browser;
let server;
let url;

// js/ as it is, a page with nothing on it, and some answers to ask for.
function answer(request, response) {
  const path = normalize(new URL(request.url, 'http://localhost').pathname);
  if (path === '/slow') return;
  if (path === '/gone') {
    response.writeHead(410, { 'x-kind': 'gone' }).end('gone');
  } else if (path === '/echo') {
    const { cookie = 'none', authorization = 'none' } = request.headers;
    let body = '';
    request.on('data', (chunk) => { body += chunk; }).on('end', () => {
      response.end(`${request.method} ${body} ${cookie} ${authorization}`);
    });
  } else if (path.startsWith('/js/') && path.endsWith('.js')) {
    response.writeHead(200, { 'content-type': 'text/javascript' })
      .end(readFileSync(join(root, path)));
  } else {
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=1' }).end('<p></p>');
  }
}

before(async () => {
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/`;
  browser = await launch();
});
after(async () => {
  if (browser) await browser.close();
  server.closeAllConnections();
  server.close();
});

async function openPage(t, context) {
  const own = context || await browser.newContext();
  if (!context) t.after(() => own.close());
  const page = await own.newPage();
  await page.goto(url);
  await page.evaluate(async () => {
    const { createHost } = await import('/js/index.js');
    window.hostOf = (namespace) => createHost({ namespace });
    window.codeOf = (promise) => promise.then(() => 'fine', (error) => error.code);
    // Everything in the database as it lies there.
    window.stored = (store) => new Promise((resolve) => {
      indexedDB.open('suanpan').onsuccess = ({ target: { result: db } }) => {
        db.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => {
          db.close();
          resolve(target.result);
        };
      };
    });
  });
  return page;
}

test('storage lasts over a reload, one name space for each', async (t) => {
  const page = await openPage(t);
  await page.evaluate(async () => {
    const { kv } = hostOf(['tea', 'm1']);
    await kv.set('ops/1', '算盘🧮');
    await kv.set('cart', 'c', { secret: true });
    await hostOf(['tea', 'm2']).kv.set('cart', 'other');
  });
  const again = await openPage(t, page.context());
  assert.deepEqual(await again.evaluate(async () => {
    const { kv } = hostOf(['tea', 'm1']);
    const found = [await kv.get('ops/1'), await kv.get('cart'), await kv.get('none'),
      await kv.keys(), await kv.keys('ops/')];
    await kv.remove('cart');
    return [...found, await kv.get('cart'), await hostOf(['tea', 'm2']).kv.get('cart')];
  }), ['算盘🧮', 'c', null, ['cart', 'ops/1'], ['ops/1'], null, 'other']);
});

test('a secret lies there encrypted, under a key that no script can read', async (t) => {
  const page = await openPage(t);
  const found = await page.evaluate(async () => {
    const { kv } = hostOf('n');
    await kv.set('device', 'the device key', { secret: true });
    await kv.set('open', 'text');
    const values = await stored('values');
    const [key] = await stored('keys');
    const sealed = values.find((value) => typeof value !== 'string');
    const text = new TextDecoder('latin1').decode(sealed.bytes);
    return { isHidden: !text.includes('device'), extractable: key.extractable,
      plain: values.filter((value) => typeof value === 'string'),
      exported: await crypto.subtle.exportKey('raw', key).then(() => 'out', () => 'refused') };
  });
  assert.deepEqual(found, { isHidden: true, extractable: false, plain: ['text'],
    exported: 'refused' });
});

test('a secret that somebody altered or moved is E_STORAGE', async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await page.evaluate(async () => {
    const { kv } = hostOf('n');
    await kv.set('a', 'one', { secret: true });
    await kv.set('b', 'two', { secret: true });
    const db = await new Promise((resolve) => {
      indexedDB.open('suanpan').onsuccess = ({ target }) => resolve(target.result);
    });
    const change = (work) => new Promise((resolve) => {
      const transaction = db.transaction('values', 'readwrite');
      work(transaction.objectStore('values'));
      transaction.oncomplete = resolve;
    });
    await change((store) => {
      store.get('suanpan:n:a').onsuccess = ({ target: { result } }) => {
        store.put(result, 'suanpan:n:b');
        new Uint8Array(result.bytes)[0] ^= 1;
        store.put(result, 'suanpan:n:a');
      };
    });
    return [await codeOf(kv.get('a')), await codeOf(kv.get('b'))];
  }), ['E_STORAGE', 'E_STORAGE']);
});

test('tabs that begin together agree on one key', async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const pages = await Promise.all([1, 2, 3].map(() => openPage(t, context)));
  await Promise.all(pages.map((page, i) => page.evaluate((name) =>
    hostOf('n').kv.set(name, name, { secret: true }), `k${i}`)));
  assert.deepEqual(await pages[0].evaluate(() =>
    Promise.all(['k0', 'k1', 'k2'].map((name) => hostOf('n').kv.get(name)))), ['k0', 'k1', 'k2']);
});

test('a full disk is E_QUOTA, and the value before stays', async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await page.evaluate(async () => {
    const { kv } = hostOf('n');
    await kv.set('k', 'before');
    const full = new DOMException('the disk is full', 'QuotaExceededError');
    const { put } = IDBObjectStore.prototype;
    const codes = [];
    // Browsers refuse the request, or take it and abort when they come to write.
    const refusals = [
      () => { throw full; },
      function putAndAbort(...args) {
        const request = put.apply(this, args);
        Object.defineProperty(this.transaction, 'error', { value: full });
        request.addEventListener('success', () => this.transaction.abort());
        return request;
      },
    ];
    for (const refuse of refusals) {
      IDBObjectStore.prototype.put = refuse;
      codes.push(await codeOf(kv.set('k', 'after')));
    }
    IDBObjectStore.prototype.put = put;
    return [...codes, await kv.get('k'), await codeOf(kv.set('k', 'x'.repeat(800_000)))];
  }), ['E_QUOTA', 'E_QUOTA', 'before', 'E_QUOTA']);
});

test('without a database it says so', async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await page.evaluate(async () => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
    const { kv } = hostOf('n');
    return [await codeOf(kv.get('k')), await codeOf(kv.set('k', 'v'))];
  }), ['E_STORAGE', 'E_STORAGE']);
});

test('HMAC by a key that was given away is HMAC', async (t) => {
  const page = await openPage(t);
  const key = Buffer.from('a key of this device, 32 bytes..');
  const [mac, missing] = await page.evaluate(async (bytes) => {
    const { sign } = hostOf('n');
    await sign.keep('op', new Uint8Array(bytes));
    const tag = await sign.hmac('op', new TextEncoder().encode('message'));
    await sign.forget('op');
    return [[...tag], await codeOf(sign.hmac('op', new Uint8Array(1)))];
  }, [...key]);
  assert.deepEqual(Buffer.from(mac), createHmac('sha256', key).update('message').digest());
  assert.equal(missing, 'E_REFERENCE');
});

test('HTTP: any status is an answer, cookies stay at home, and time runs out', async (t) => {
  const page = await openPage(t);
  assert.deepEqual(await page.evaluate(async () => {
    const { http, random } = hostOf('n');
    const gone = await http.request({ url: '/gone' });
    const echo = await http.request({ method: 'POST', url: '/echo', body: 'x',
      headers: { authorization: 'Bearer t' }, responseType: 'bytes' });
    return [gone.status, gone.headers['x-kind'], new TextDecoder().decode(echo.body),
      await codeOf(http.request({ url: '/slow', timeoutMs: 50 })),
      await codeOf(http.request({ url: 'http://127.0.0.1:1/' })),
      (await random.bytes(70_000)).length];
  }), [410, 'gone', 'POST x none Bearer t', 'E_TIMEOUT', 'E_NETWORK', 70000]);
});
