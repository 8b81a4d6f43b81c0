// A play beside the shop's own: tables, operations and takings of its own, in the same transaction.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cancelOverdue } from '../../js/server/pay.js';
import { audit } from './audit.js';
import { groupBuy } from './group_buy.js';
import { startTestServer, stillClock, withTestServer } from './start.js';

async function withServer(work, plays = [groupBuy]) {
  const server = await startTestServer({ plays });
  try {
    await work(server, await server.engine());
    assert.deepEqual(server.errors(), []);
    assert.deepEqual(audit(server.read), []);
    server.read('SELECT grp, taken, size FROM group_buy').forEach(({ grp, taken, size }) => {
      assert.ok(taken <= size);
      assert.equal(server.read('SELECT 1 FROM seat WHERE grp = ?', grp).length, taken);
    });
  } finally {
    await server.stop();
  }
}

const open = async (phone, size) =>
  (await phone.sync(phone.op('group.open', { sku: 'tea', size }))).res[0];
const joined = (phone, engine, group) => phone.order(engine, { use: { group } });

test('three seats that forty orders want at once are taken by three', () =>
  withServer(async (server, engine) => {
    const phones = await Promise.all(Array.from({ length: 40 }, (_, i) => server.phone(`m${i}`)));
    const { group } = await open(phones[0], 3);
    await server.restock({ sku: 'tea', n: 100 });
    await Promise.all(phones.map((phone) => phone.sync(phone.add('tea'))));
    const told = await Promise.all(phones.map((phone) => phone.sync(joined(phone, engine, group))));
    const codes = told.map(({ res: [{ c }] }) => c);
    assert.deepEqual([codes.filter((c) => c === 'ok').length,
      codes.filter((c) => c === 'E_SEAT').length], [3, 37]);
    // Who found no seat has taken nothing else: the goods are there.
    assert.equal(server.read('SELECT SUM(left_n) AS n FROM stock')[0].n, 97);
  }));

test('a seat goes back with the order, cancelled or unpaid, and once', () =>
  withServer(async (server, engine) => {
    const [ann, bob, cat] = await Promise.all(['ann', 'bob', 'cat'].map((n) => server.phone(n)));
    const { group } = await open(ann, 2);
    const order = async (phone) => {
      await phone.sync(phone.add('tea'));
      return (await phone.sync(joined(phone, engine, group))).res[0];
    };
    const first = await order(ann);
    assert.equal((await order(ann)).c, 'E_SEAT');
    assert.equal((await order(bob)).c, 'ok');
    assert.equal((await order(cat)).c, 'E_SEAT');
    await ann.sync(ann.op('order.cancel', { order: first.order }));
    await ann.sync(ann.op('order.cancel', { order: first.order }));
    assert.equal((await order(cat)).c, 'ok');
    server.clock.add(900000);
    await server.run(cancelOverdue(server.shop, server.clock.now()));
    assert.equal(server.read('SELECT taken AS n FROM group_buy')[0].n, 0);
  }));

test('without its guard a play sells a seat twice, and is found', async () => {
  const { seat } = groupBuy.kinds;
  // Looks first and writes then, behind a CHECK that would have refused.
  const blind = { ...groupBuy,
    steps: [[groupBuy.steps[0][0], groupBuy.steps[0][1].replace(/ CHECK \(taken .*\)/, '')]],
    kinds: { seat: { ...seat, take: (tx, order, taking) => seat.take({ ...tx,
      must: (code, sql, ...values) => tx.run(sql.replace('AND taken < size ', ''), ...values),
    }, order, taking) } } };
  await assert.rejects(withServer(async (server, engine) => {
    const phones = await Promise.all(Array.from({ length: 6 }, (_, i) => server.phone(`m${i}`)));
    const { group } = await open(phones[0], 2);
    await Promise.all(phones.map((phone) => phone.sync(phone.add('tea'))));
    await Promise.all(phones.map((phone) => phone.sync(joined(phone, engine, group))));
  }, [blind]), /taken <= size/);
});

test('an order whose play is missing ends with all else it took, and its seat when it is back',
  async () => {
    const [clock, folder] = [stillClock(), mkdtempSync(join(tmpdir(), 'suanpan-plays-'))];
    const order = await withTestServer({ plays: [groupBuy], clock, folder }, async (server) => {
      const engine = await server.engine();
      const ann = await server.phone();
      const { group } = await open(ann, 2);
      await server.restock({ sku: 'tea', n: 10 });
      await server.grant(ann.member, { entry: 'p', points: 500 });
      await ann.sync(ann.add('tea', 2), ann.op('cart.choose', { points: 'max' }));
      const { res: [placed] } = await ann.sync(joined(ann, engine, group));
      const bob = await server.phone('bob');
      await bob.sync(bob.add('tea'));
      await bob.sync(bob.order(engine));
      return placed.order;
    }, { keep: true });
    clock.add(900000);

    await withTestServer({ folder, clock }, async (server) => {
      assert.equal(await server.run(cancelOverdue(server.shop, clock.now())), 2);
      assert.deepEqual(server.alarms(), ['play_missing']);
      assert.equal(server.read('SELECT SUM(left_n) AS n FROM stock')[0].n, 10);
      assert.equal(server.read('SELECT MAX(points) AS n FROM member')[0].n, 500);
      assert.deepEqual(server.read('SELECT ord, kind, n FROM taking WHERE n > 0'),
        [{ ord: order, kind: 'seat', n: 1 }]);
      assert.equal(server.read('SELECT taken FROM group_buy')[0].taken, 1);
    }, { keep: true });

    await withTestServer({ folder, clock, plays: [groupBuy] }, async (server) => {
      assert.equal(server.read('SELECT taken FROM group_buy')[0].taken, 0);
      assert.deepEqual(audit(server.read), []);
    });
  });

test('an order whose play fails keeps no other waiting, and is tried again', async () => {
  const { seat } = groupBuy.kinds;
  let isBroken = true;
  const moody = { ...groupBuy, kinds: { seat: { ...seat, giveBack(...more) {
    if (isBroken) throw new TypeError('not today');
    seat.giveBack(...more);
  } } } };
  await withServer(async (server, engine) => {
    const ann = await server.phone();
    const { group } = await open(ann, 2);
    await ann.sync(ann.add('tea'));
    await ann.sync(joined(ann, engine, group));
    const bob = await server.phone('bob');
    await bob.sync(bob.add('tea'));
    await bob.sync(bob.order(engine));
    const overdue = () => server.run(cancelOverdue(server.shop, server.clock.now()));
    server.clock.add(900000);
    assert.equal(await overdue(), 1);
    assert.equal(await overdue(), 0);
    assert.deepEqual(server.alarms(), ['not_cancelled']);
    isBroken = false;
    server.clock.add(600000);
    assert.equal(await overdue(), 1);
    assert.equal(server.read('SELECT taken AS n FROM group_buy')[0].n, 0);
  }, [moody]);
});

test('a shop without the play knows none of its operations', () => withServer(async (server) => {
  const phone = await server.phone();
  assert.deepEqual(await open(phone, 2), { c: 'E_ARGS', path: '/k', s: 1 });
  await server.run((tx) => tx.run('CREATE TABLE group_buy (grp, taken, size)'));
}, []));
