// demo/server.js by its command line and its HTTP answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startDemo } from './chromium.js';

const seed = (name) => JSON.parse(readFileSync(join(root, 'demo', 'seed', name), 'utf8'));
const { now } = seed('tea.member.json');

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo && demo.stop());

const price = async (body) => {
  const response = await fetch(new URL('api/price', demo.url), { method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, answer: await response.json() };
};

// fetch would tidy the path up before it is sent.
const rawStatus = (path) => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(demo.url);
  httpRequest({ hostname, port, path }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).on('error', reject).end();
});

const cart = { now, lines: [{ id: 'l1', sku: 'm01', qty: 3, fulfilment: 'pickup' }] };

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

test('an order is priced again, with the shop\'s own member and wallet', async () => {
  const { answer: { receipt } } = await price({ request: cart });
  assert.ok(receipt.decision.coupons.length > 0);
  const order = { request: { ...cart, decision: receipt.decision }, hash: receipt.hash };
  assert.equal((await price(order)).answer.equal, true);

  const rich = { ...order, request: { ...order.request, points: 800,
    member: { tier: 'black', points: 999999 }, coupons: [{ id: 'mine', rule: 'shop_50_10' }] } };
  const { answer } = await price(rich);
  assert.equal(answer.equal, false);
  assert.equal(answer.receipt.points.balance, seed('tea.member.json').member.points);
  assert.ok(answer.receipt.coupons.every(({ id }) => id !== 'mine'));

  const invented = { ...order, request: { ...cart,
    decision: { rules: [], lines: [], coupons: ['w01', 'w02'] } } };
  assert.equal((await price(invented)).answer.equal, false);
});

test('bad orders are named', async () => {
  assert.equal((await price('{')).status, 400);
  assert.equal((await price('[]')).status, 400);
  assert.equal((await price({ request: null })).status, 400);
  assert.equal((await price('x'.repeat(70_000))).status, 413);
  const { status, answer } = await price({ request: { ...cart, lines: [{ sku: 'm01', qty: 0 }] } });
  assert.deepEqual([status, answer.code, answer.path], [422, 'E_RANGE', '/lines/0/qty']);
  const none = await price({ request: { lines: [] } });
  assert.deepEqual([none.status, none.answer.code], [422, 'E_REQUIRED']);
});

test('a port that is taken is passed over, and Ctrl-C ends', async () => {
  const other = createServer();
  await new Promise((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address();
  const second = await startDemo('--port', String(port));
  assert.ok(Number(new URL(second.url).port) > port);
  assert.equal(await second.stop(), 0);
  other.close();
});
