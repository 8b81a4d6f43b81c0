// The conversation of a device with the server: chains, repeats, replays, forgeries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from './start.js';
import { hmac } from '../../js/server/crypto.js';
import { syncMessage, writeSyncRequest } from '../../js/sync/messages.js';
import { SHOP } from './book.js';
import { enrol, phoneOf, post } from './phone.js';

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server);
    assert.deepEqual(server.errors(), []);
  } finally {
    await server.stop();
  }
}

test('an op is applied once and the state comes back', () => withServer(async (server) => {
  const phone = await server.phone();
  assert.deepEqual(await phone.codes(phone.add('tea', 2)), ['ok']);
  assert.deepEqual(phone.state.cart.lines, [{ line: 'tea', sku: 'tea', qty: 2 }]);
  const { state, ver } = await phone.sync();
  assert.equal(state, undefined);
  assert.equal(ver, phone.state.ver);
}));

test('a resend in any split gives the same results and the same state', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const bodies = Array.from({ length: 6 }, (_, i) => phone.add(i % 2 ? 'tea' : 'cake', i + 1));
    const start = { last: phone.last, head: phone.head };
    const first = await phone.sync(...bodies);
    const lines = JSON.stringify(phone.state.cart.lines);
    for (const cut of [1, 3, 6]) {
      // From the beginning again, as a phone would that has heard nothing.
      const ops = phone.chain(bodies, start.last, start.head);
      for (const part of [ops.slice(0, cut), ops.slice(cut)].filter((one) => one.length > 0)) {
        const { body, nonce } = phone.request(part, { prev: start.head });
        const reply = phone.open(await post(server.url, '/v1/sync', body, 'text/plain'), nonce);
        reply.res.forEach(({ dup, ...result }) => {
          assert.equal(dup, true);
          assert.deepEqual(result, first.res.find(({ s }) => s === result.s));
        });
        assert.equal(reply.last, phone.last);
        assert.equal(reply.ver, phone.state.ver);
      }
    }
    await phone.sync();
    assert.equal(JSON.stringify(phone.state.cart.lines), lines);
  }));

test('a signed request that is no object is refused by name', () =>
  withServer(async (server) => {
    const { dev, keys } = (await server.phone()).device;
    for (const j0 of ['null', '[]', '1']) {
      const mac = hmac(keys.op, syncMessage(SHOP, dev, Buffer.from(j0)));
      await assert.rejects(post(server.url, '/v1/sync', writeSyncRequest(SHOP, dev, mac, j0)),
        { code: 'E_ARGS' });
    }
  }));

test('a resend that goes on behind what is known does only what is new', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const start = phone.head;
    const [one, two, three] = [phone.add('tea'), phone.add('tea'), phone.add('tea')];
    await phone.sync(one, two);
    const ops = phone.chain([one, two, three], 0, start);
    const { body, nonce } = phone.request(ops.slice(1), { prev: ops[0].d });
    const { res } = phone.learn(phone.open(await post(server.url, '/v1/sync', body), nonce));
    assert.deepEqual(res, [{ c: 'ok', dup: true, s: 2 }, { c: 'ok', s: 3 }]);
    assert.equal(phone.state.cart.lines[0].qty, 3);
  }));

test('what does not fit the chain changes nothing: E_GAP, E_FORK, E_MAC, E_NONCANON', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea'));
    const { last, head } = phone;
    const before = server.read('SELECT * FROM op');
    const ask = async (ops, more) => {
      const { body, nonce } = phone.request(ops, more);
      const reply = phone.open(await post(server.url, '/v1/sync', body), nonce);
      assert.deepEqual([reply.last, reply.head, reply.res], [last, head, []]);
      return reply.err;
    };
    const body = phone.add('cake');
    assert.equal(await ask(phone.chain([body], last + 1)), 'E_GAP');
    assert.equal(await ask(phone.chain([body], last - 1)), 'E_FORK');
    assert.equal(await ask(phone.chain([body], last, phone.device.reply.dev + 'A'.repeat(21))),
      'E_FORK');
    const [op] = phone.chain([body]);
    assert.equal(await ask([{ ...op, t: op.d }]), 'E_MAC');
    assert.equal(await ask(phone.chain([`${JSON.stringify(body)} `])), 'E_NONCANON');
    assert.deepEqual(server.read('SELECT * FROM op'), before);
    assert.deepEqual(await phone.codes(body), ['ok']);
  }));

test('a refused op uses up its number, and the ones behind it go on', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const wrong = phone.op('cart.add', { line: 'tea', sku: 'tea', n: 0 });
    const unknown = phone.op('cart.burn', {});
    const formless = { k: 'cart.add' };
    assert.deepEqual(await phone.codes(wrong, unknown, formless, phone.add('tea')),
      ['E_ARGS', 'E_ARGS', 'E_ARGS', 'ok']);
    assert.equal(phone.last, 4);
    assert.equal(phone.state.cart.lines.length, 1);
  }));

test('one uid has one effect, at whatever number and device it comes', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const other = await server.phone();
    const body = phone.add('tea', 2);
    assert.deepEqual(await phone.codes(body), ['ok']);
    // Signed anew with another time, as after a new enrolment.
    const { res: [again] } = await other.sync({ ...body, t: body.t + 1 });
    assert.deepEqual(again, { c: 'ok', s: 1 });
    assert.equal(other.state.cart.lines[0].qty, 2);
    const { res: [foreign] } = await other.sync({ ...body, a: { ...body.a, n: 3 } });
    assert.equal(foreign.c, 'E_UID');
    assert.deepEqual(await other.codes(phone.add('cake')), ['ok']);
  }));

test('a captured request that is replayed reads nothing new', () => withServer(async (server) => {
  const phone = await server.phone();
  const { body, nonce } = phone.request(phone.chain([phone.add('tea')]));
  const answer = await post(server.url, '/v1/sync', body);
  phone.learn(phone.open(answer, nonce));
  // While it is the last one: the same bytes again. Then only that it came too late.
  assert.equal(await post(server.url, '/v1/sync', body), answer);
  await phone.sync(phone.add('cake', 7));
  await server.grant(phone.member, { entry: 'secret', points: 777 });
  const late = phone.open(await post(server.url, '/v1/sync', body), nonce);
  assert.equal(late.err, 'E_REPLAY');
  assert.equal(late.state, undefined);
  assert.equal(late.count, phone.count);
  assert.ok(!JSON.stringify(late).includes('777'));
  assert.equal(phone.state.cart.lines.length, 2);
}));

test('one flipped bit anywhere in a request has no effect', () => withServer(async (server) => {
  const phone = await server.phone();
  await phone.sync(phone.add('tea'));
  const { body } = phone.request(phone.chain([phone.add('cake')]));
  const bytes = Buffer.from(body);
  const before = JSON.stringify(server.read('SELECT * FROM member'))
    + JSON.stringify(server.read('SELECT last, head, count FROM device'));
  for (let at = 0; at < bytes.length; at += 7) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 1 << (at % 8);
    const response = await fetch(`${server.url}/v1/sync`, { method: 'POST', body: flipped });
    assert.ok(response.status >= 400 && response.status < 500, `byte ${at}: ${response.status}`);
  }
  assert.equal(JSON.stringify(server.read('SELECT * FROM member'))
    + JSON.stringify(server.read('SELECT last, head, count FROM device')), before);
}));

test('nothing that was signed for one device, member or shop is good for another', () =>
  withServer(async (server) => {
    const ann = await server.phone('ann');
    const bob = await server.phone('bob');
    const { body } = ann.request(ann.chain([ann.add('tea')]));
    const [line, ...rest] = body.split('\n');
    const [, , mac] = line.split('.');
    const asBob = [`${SHOP}.${bob.device.reply.dev}.${mac}`, ...rest].join('\n');
    await assert.rejects(post(server.url, '/v1/sync', asBob), { code: 'E_MAC' });
    const elsewhere = [line.replace(SHOP, 'other_shop'), ...rest].join('\n');
    await assert.rejects(post(server.url, '/v1/sync', elsewhere), { status: 404 });
    const nobody = [`${SHOP}.${'A'.repeat(22)}.${mac}`, ...rest].join('\n');
    await assert.rejects(post(server.url, '/v1/sync', nobody), { code: 'E_DEVICE' });
    // Ann's op inside a request of Bob's: it isn't in Bob's chain.
    const { body: mixed, nonce } = bob.request(ann.chain([ann.add('tea')]));
    assert.equal(bob.open(await post(server.url, '/v1/sync', mixed), nonce).err, 'E_FORK');
  }));

test('two devices of one member edit one cart offline and see the same in the end', () =>
  withServer(async (server) => {
    const [one, two] = [await server.phone(), await server.phone()];
    const batches = [
      [one, one.add('tea', 3), one.add('cake', 1)],
      [two, two.add('tea', 2),
        two.op('cart.set', { line: 'cake', sku: 'cake', options: [], n: 4 })],
      [one, one.op('cart.remove', { line: 'tea', seen: 3 })],
    ];
    for (const [phone, ...bodies] of batches) await phone.sync(...bodies);
    await one.sync();
    await two.sync();
    assert.deepEqual(one.state, two.state);
    assert.deepEqual(one.state.cart.lines.map(({ line, qty }) => [line, qty]),
      [['tea', 2], ['cake', 4]]);
  }));

test('adds of two devices at once lose nothing', () => withServer(async (server) => {
  const phones = await Promise.all(['ann', 'ann', 'ann'].map((name) => server.phone(name)));
  await Promise.all(phones.map(async (phone) => {
    for (let i = 0; i < 20; i++) await phone.sync(phone.add('tea'));
  }));
  await phones[0].sync();
  assert.equal(phones[0].state.cart.lines[0].qty, 60);
}));

test('the phone\'s clock decides nothing', () => withServer(async (server) => {
  const phone = await server.phone('ann', { clock: () => 1 });
  assert.deepEqual(await phone.codes(phone.add('tea')), ['ok']);
  assert.equal(server.read('SELECT arrived_ms FROM op')[0].arrived_ms, server.clock.now());
}));

test('results are kept for thirty days, then a repeat is E_STALE_OP and still has no effect', () =>
  withServer(async (server) => {
    const { forgetResults } = await import('../../js/server/batch.js');
    const phone = await server.phone();
    const start = phone.head;
    const body = phone.add('tea');
    await phone.sync(body);
    await phone.sync(phone.add('tea'));
    server.clock.add(31 * 86400 * 1000);
    // As many at a time as is said, so that nobody waits for all of them, found by their time.
    const forget = () => server.run(forgetResults(SHOP, server.clock.now(), 1));
    assert.deepEqual([await forget(), await forget(), await forget()], [1, 1, 0]);
    const plan = server.read('EXPLAIN QUERY PLAN SELECT seq FROM op WHERE tenant = ? '
      + 'AND arrived_ms < ? ORDER BY arrived_ms LIMIT 1', SHOP, 0);
    assert.match(plan[0].detail, /op_arrived/);
    const { body: bytes, nonce } = phone.request(phone.chain([body], 0, start), { prev: start });
    const { res } = phone.open(await post(server.url, '/v1/sync', bytes), nonce);
    assert.deepEqual(res, [{ c: 'E_STALE_OP', dup: true, s: 1 }]);
    await phone.sync();
    assert.equal(phone.state.cart.lines[0].qty, 2);
  }));

test('the book\'s word in a reply ends with the book, its root and its time', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const { book, recovery, time } = await phone.sync();
    assert.equal(book.fresh_until, Math.floor(time / 1000) + 3600);
    assert.match(recovery, /^[0-9a-f]{32}\.[\w-]{86}\n\{"epoch":1\}$/);
    const file = Buffer.from(await (await fetch(`${server.url}/v1/book/${book.digest}`))
      .arrayBuffer());
    assert.equal(file.subarray(0, 4).toString(), 'SPB1');
  }));

test('a refused op of the cart shows what else has changed meanwhile', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea'));
    await server.grant(phone.member, { entry: 'x', points: 5 });
    await phone.sync(phone.op('cart.add', { line: 'tea', sku: 'tea', n: 0 }));
    assert.equal(phone.state.points.lots[0].points, 5);
  }));
