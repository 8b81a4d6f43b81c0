// The thread of the port: what it hears is asked here, what is answered here leaves there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../../js/server/listener.js';

const plain = { host: '127.0.0.1', port: 0, origins: [], proxies: 0 };
const text = (body) => ({ status: 200, body, type: 'text/plain', cache: 'no-store' });

async function withListener(answer, work, options = {}) {
  const http = await listen(answer, { ...plain, ...options });
  try {
    await work(`http://127.0.0.1:${http.port}`, http);
  } finally {
    await http.close(0);
  }
}

test('what is asked arrives whole, and each answer finds its request', () => {
  const seen = [];
  const answer = async (ask) => {
    seen.push(ask);
    const n = Number(ask.text);
    await delay(n % 5);
    return text(`${ask.url} ${n}`);
  };
  return withListener(answer, async (url) => {
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, i) =>
      (await fetch(`${url}/some/${i}`, { method: 'POST', body: String(i),
        headers: { 'x-own': `h${i}`, 'x-forwarded-for': '203.0.113.9' } })).text()));
    assert.deepEqual(answers, Array.from({ length: 40 }, (_, i) => `/some/${i} ${i}`));
    seen.forEach((ask) => {
      assert.equal(ask.headers['x-own'], `h${ask.text}`);
      assert.deepEqual([ask.method, ask.address, ask.remote, ask.refused, ask.isPreflight],
        ['POST', '203.0.113.9', '127.0.0.1', null, false]);
    });
  }, { proxies: 1 });
});

test('bytes leave as they are, and no more of what they lie in', () => {
  const bytes = Buffer.from('abcdefgh');
  return withListener(async () => ({ ...text(bytes.subarray(2, 5)) }), async (url) => {
    assert.equal(await (await fetch(url)).text(), 'cde');
    const head = await fetch(url, { method: 'HEAD' });
    assert.deepEqual([head.headers.get('content-length'), await head.text()], ['3', '']);
    assert.equal(bytes.toString(), 'abcdefgh');
  });
});

test('who goes away before he has said all is refused, and nobody else', () => {
  const seen = [];
  const answer = async (ask) => {
    seen.push(ask.refused && ask.refused.code);
    return text('fine');
  };
  return withListener(answer, async (url) => {
    const { port, hostname } = new URL(url);
    const socket = connect(port, hostname);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    await delay(50);
    socket.destroy();
    for (let i = 0; i < 100 && seen.length === 0; i++) await delay(20);
    assert.deepEqual(seen, ['E_ARGS']);
    assert.equal(await (await fetch(url)).text(), 'fine');
  });
});

test('what runs when the port closes comes to its end, and nothing new begins', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  let asked;
  const isAsked = new Promise((resolve) => { asked = resolve; });
  const http = await listen(async () => {
    asked();
    await held;
    return text('late');
  }, plain);
  const url = `http://127.0.0.1:${http.port}`;
  const answer = fetch(url, { headers: { connection: 'close' } }).then((one) => one.text());
  await isAsked;
  const closed = http.close();
  await delay(50);
  await assert.rejects(fetch(url));
  release();
  assert.equal(await answer, 'late');
  await closed;
});

test('a port that is taken is told as node tells it', () => withListener(async () => text(''),
  async (url) => {
    const { port } = new URL(url);
    await assert.rejects(listen(async () => text(''), { ...plain, port: Number(port) }),
      { code: 'EADDRINUSE', syscall: 'listen', message: /EADDRINUSE/ });
  }));

test('a thread that fails ends the server', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', `
    import { listen } from '${new URL('../../js/server/listener.js', import.meta.url)}';
    const http = await listen(() => new Promise(() => {}), { host: '127.0.0.1', port: 0,
      origins: null, proxies: 0 });
    await fetch('http://127.0.0.1:' + http.port, { headers: { origin: 'x' } });`],
  { encoding: 'utf8', timeout: 20000 });
  assert.equal(status, 1);
  assert.match(stderr, /reading 'includes'/);
});
