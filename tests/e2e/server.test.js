// demo/server.js by its command line and its HTTP answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createEngine } from 'suanpan/node';
import { root, startDemo } from './chromium.js';

let demo;
before(async () => {
  demo = await startDemo('--data', ':new:');
});
after(() => demo && demo.stop());

const post = async (path, body) => {
  const response = await fetch(new URL(path, demo.url), { method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
};
const read = async (path) => new Uint8Array(
  await (await fetch(new URL(path, demo.url))).arrayBuffer());

// fetch would tidy the path up before it is sent.
const rawStatus = (path) => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(demo.url);
  httpRequest({ hostname, port, path }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).on('error', reject).end();
});

test('one line says where the shop is', () => {
  const lines = demo.output().trim().split('\n').filter((line) => line !== 'Building the page');
  assert.equal(lines.length, 1);
  assert.match(lines[0], /http:\/\/127\.0\.0\.1:\d+\//);
});

test('files have their types, a policy without eval, and no way out of the folder', async () => {
  const page = await fetch(demo.url);
  assert.match(page.headers.get('content-type'), /^text\/html/);
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.doesNotMatch(policy, /unsafe-inline|[^-]unsafe-eval'/);
  const module = await fetch(new URL('suanpan.wasm', demo.url));
  assert.equal(module.headers.get('content-type'), 'application/wasm');
  assert.deepEqual(Buffer.from(await module.arrayBuffer()),
    readFileSync(join(root, 'dist', 'suanpan.wasm')));
  for (const path of ['/../../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fLICENSE',
    '/assets', '/index.html%00', '/nothing.js']) {
    assert.equal(await rawStatus(path), 404, path);
  }
  assert.equal(await rawStatus('/%zz'), 400);
});

test('the shop is configured with a root, and its book is signed under it', async () => {
  const config = await (await fetch(new URL('shop.json', demo.url))).json();
  const root = new Uint8Array(Buffer.from(config.root, 'base64url'));
  const engine = await createEngine({ shop: config.shop, root });
  const book = await read('book.spb');
  const { digest, version } = await engine.load(book);
  assert.deepEqual(await read(`v1/book/${digest}`), book);
  const altered = Uint8Array.from(book);
  altered[altered.length - 9] ^= 1;
  await assert.rejects(engine.load(altered), { code: 'E_DIGEST' });
  const note = await (await fetch(new URL('v1/head', demo.url))).text();
  const head = engine.sync.openNote({ purpose: 'head', shop: config.shop, root, note });
  assert.deepEqual([head.digest, head.ver], [digest, version]);
  engine.dispose();
});

test('the panel publishes the next version of the book, and puts it back', async () => {
  const { answer: { ver } } = await post('demo/price', { sku: 'p06' });
  const before = await read('book.spb');
  assert.equal((await post('demo/reset', {})).answer.ver, ver + 1);
  assert.notDeepEqual(await read('book.spb'), before);
  assert.equal((await post('demo/steal', {})).status, 404);
});

test('bad requests are named', async () => {
  assert.equal((await post('demo/price', '{')).status, 400);
  assert.equal((await post('demo/price', '[]')).status, 400);
  assert.equal((await post('demo/price', 'x'.repeat(70_000))).status, 413);
  assert.equal((await post('api/price', {})).status, 405);
  const { status, answer } = await post('v1/enroll', { app: 'h5', code: 'x' });
  assert.deepEqual([status, answer.code], [400, 'E_NONCANON']);
});

test('a port that is taken is passed over, and Ctrl-C ends', async () => {
  const other = createServer();
  await new Promise((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address();
  const second = await startDemo('--data', ':new:', '--port', String(port));
  assert.ok(Number(new URL(second.url).port) > port);
  assert.equal(await second.stop(), 0);
  other.close();
});
