// What an order takes, what it brings, and how it goes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelOverdue } from '../../js/server/pay.js';
import * as admin from '../../js/server/admin.js';
import { expireWallets, untilDone } from '../../js/server/jobs.js';
import { memberView } from '../../js/server/view.js';
import { SHOP } from './book.js';
import { audit } from './audit.js';
import { startTestServer } from './start.js';

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server, await server.engine());
    assert.deepEqual(server.errors(), []);
    assert.deepEqual(audit(server.read), []);
  } finally {
    await server.stop();
  }
}

const result = async (phone, body) => (await phone.sync(body)).res[0];

async function orderOf(phone, engine, ...adds) {
  await phone.sync(...adds);
  return result(phone, phone.order(engine));
}

const paidOrder = async (server, phone, engine, ...adds) => {
  const order = await orderOf(phone, engine, ...adds);
  assert.equal(order.c, 'ok');
  if (order.cash > 0) await server.pay(order.order, order.cash);
  await phone.sync();
  return order;
};

const stockOf = (server, sku) => server.read('SELECT SUM(left_n) AS n FROM stock WHERE sku = ?',
  sku)[0].n;

test('an order empties the cart of what it took and stands in the view', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 2), phone.add('cake'),
      phone.op('cart.choose', { skip: ['cake'] }));
    const order = await result(phone, phone.order(engine));
    assert.deepEqual([order.c, order.state, order.payable], ['ok', 'placed', 2000]);
    assert.deepEqual(order.pay, { gateway: 'test', order: order.order, amount: 2000 });
    assert.deepEqual(phone.state.cart.lines.map(({ line }) => line), ['cake']);
    const [{ order: number, state, payable }] = phone.state.orders;
    assert.deepEqual([number, state, payable], [order.order, 'placed', 2000]);
    assert.match(order.note, /^[0-9a-f]{32}\.[\w-]{86}\n\{.*"payable":2000.*\}$/);
  }));

test('points: lots are used the earliest expiry first, and come back to where they were', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    const soon = Math.floor(server.clock.now() / 1000) + 86400;
    await server.grant(phone.member, { entry: 'a', points: 300, expires: soon });
    await server.grant(phone.member, { entry: 'b', points: 500, expires: soon + 86400 });
    await phone.sync(phone.add('tea', 1), phone.op('cart.choose', { points: 400 }));
    const order = await result(phone, phone.order(engine));
    assert.deepEqual([order.c, order.payable], ['ok', 600]);
    assert.deepEqual(phone.state.points.lots.map(({ points }) => points), [400]);
    assert.deepEqual(await phone.codes(phone.op('order.cancel', { order: order.order })), ['ok']);
    assert.deepEqual(phone.state.points.lots.map(({ points }) => points), [300, 500]);
    assert.equal(phone.state.orders[0].state, 'cancelled');
  }));

test('stock: sold out is E_STOCK, several buckets give together, cancelling puts back', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await server.restock({ sku: 'tea', n: 10, buckets: 4 });
    const first = await orderOf(phone, engine, phone.add('tea', 7));
    assert.equal(first.c, 'ok');
    assert.equal(stockOf(server, 'tea'), 3);
    const second = await orderOf(phone, engine, phone.add('tea', 4));
    assert.deepEqual([second.c, second.sku], ['E_STOCK', 'tea']);
    assert.equal(stockOf(server, 'tea'), 3);
    await phone.sync(phone.op('order.cancel', { order: first.order }));
    assert.equal(stockOf(server, 'tea'), 10);
    assert.equal((await result(phone, phone.order(engine))).c, 'ok');
    assert.equal(stockOf(server, 'tea'), 6);
  }));

test('stored value and gift card pay; what they cover needs no gateway', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await server.grant(phone.member,
      { entry: 'card', gift_card: 500, principal: 1000, bonus: 100 });
    await phone.sync();
    const order = await orderOf(phone, engine, phone.add('tea', 1));
    assert.deepEqual([order.state, order.cash], ['paid', 0]);
    assert.deepEqual(phone.state.tender, { gift_card: 0, stored: { principal: 500, bonus: 100 } });
    const mixed = await orderOf(phone, engine, phone.add('tea', 1));
    assert.deepEqual([mixed.state, mixed.cash], ['placed', 400]);
    await phone.sync(phone.op('order.cancel', { order: mixed.order }));
    assert.deepEqual(phone.state.tender, { gift_card: 0, stored: { principal: 500, bonus: 100 } });
  }));

test('the first order is one order; one that was cancelled does not count', () =>
  withServer(async (server, engine) => {
    const [one, two] = [await server.phone(), await server.phone()];
    await one.sync(one.add('mug', 1));
    await two.sync();
    const [a, b] = [one.order(engine), two.order(engine)];
    assert.equal(a.q.t, 3300);
    const first = await result(one, a);
    assert.deepEqual([first.c, first.payable], ['ok', 3300]);
    assert.equal((await result(two, b)).c, 'E_REPRICE');
    const second = await orderOf(two, engine, two.add('mug', 1));
    assert.deepEqual([second.c, second.payable], ['ok', 4000]);
    for (const { order } of [first, second]) {
      await one.sync(one.op('order.cancel', { order }));
    }
    assert.equal(one.state.member.orders, 0);
    assert.equal((await orderOf(one, engine, one.add('mug', 1))).payable, 3300);
  }));

test('a rule with a quota acts as often as there is left of it', () =>
  withServer(async (server, engine) => {
    await server.setRuleLeft({ rule: 'hundred', n: 1 });
    const phone = await server.phone();
    await phone.sync(phone.add('lamp', 2));
    const body = phone.order(engine);
    assert.equal((await result(phone, body)).c, 'ok');
    assert.equal(server.read('SELECT left_n AS n FROM rule_left')[0].n, 0);
    await phone.sync(phone.add('lamp', 1));
    const reply = await result(phone, phone.order(engine));
    assert.deepEqual([reply.c, reply.quote.payable], ['E_REPRICE', 4000]);
    // The phone knew nothing of the quota: no reason to doubt its engine.
    assert.deepEqual(server.alarms(), []);
  }));

test('a limit for each member is counted over his orders', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    const first = await orderOf(phone, engine, phone.add('flash', 2));
    assert.deepEqual([first.c, first.payable], ['ok', 200]);
    assert.deepEqual(phone.state.member.usage, [{ rule: 'sale', times: 1, qty: 2 }]);
    assert.equal((await orderOf(phone, engine, phone.add('flash', 1))).payable, 3000);
    await phone.sync(phone.op('order.cancel', { order: first.order }));
    assert.equal((await orderOf(phone, engine, phone.add('flash', 1))).payable, 100);
  }));

test('paid: points, growth and tier, coupons and what was bought come once', () =>
  withServer(async (server, engine) => {
    await server.restock({ sku: 'sticker', n: 5 });
    const phone = await server.phone();
    const order = await paidOrder(server, phone, engine, phone.add('cake', 5));
    assert.equal(order.payable, 12200);
    const { member, coupons, points } = phone.state;
    assert.equal(points.lots[0].points, 122);
    assert.deepEqual([member.tier, member.growth, member.bought], ['silver', 122, ['cake']]);
    assert.deepEqual(coupons.map(({ rule }) => rule), ['coupon_5']);
    assert.equal(stockOf(server, 'sticker'), 4);
    await server.pay(order.order, order.cash, 'again');
    await phone.sync();
    assert.equal(phone.state.points.lots[0].points, 122);
    assert.deepEqual(server.alarms(), ['payment_returned']);
  }));

test('a gift and a good of the cart share one stock, and neither is promised twice', () =>
  withServer(async (server, engine) => {
    await server.restock({ sku: 'sticker', n: 1 });
    const phone = await server.phone();
    // The cart takes the only sticker, so the gift is out; with a second one it is given.
    const first = await orderOf(phone, engine, phone.add('cake', 5), phone.add('sticker', 1));
    assert.equal(first.c, 'ok');
    assert.equal(stockOf(server, 'sticker'), 0);
    await phone.sync(phone.op('order.cancel', { order: first.order }));
    await server.restock({ sku: 'sticker', n: 1 });
    assert.equal(stockOf(server, 'sticker'), 2);
    const second = await orderOf(phone, engine, phone.add('cake', 5), phone.add('sticker', 1));
    assert.equal(second.c, 'ok');
    assert.equal(stockOf(server, 'sticker'), 0);
  }));

test('an order that is not paid in time ends, and everything goes back', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await server.restock({ sku: 'tea', n: 3 });
    await server.grant(phone.member, { entry: 'c', coupons: [{ id: 'c1', rule: 'coupon_5' }] });
    await phone.sync();
    const order = await orderOf(phone, engine, phone.add('tea', 3));
    assert.equal(order.payable, 2200);
    await phone.sync();
    assert.deepEqual(phone.state.used, [{ id: 'c1', rule: 'coupon_5' }]);
    server.clock.add(899999);
    assert.equal(await server.run(cancelOverdue(server.shop, server.clock.now())), 0);
    server.clock.add(1);
    assert.equal(await server.run(cancelOverdue(server.shop, server.clock.now())), 1);
    await phone.sync();
    assert.deepEqual(phone.state.coupons.map(({ id }) => id), ['c1']);
    assert.equal(phone.state.used, undefined);
    assert.equal(stockOf(server, 'tea'), 3);
    // The money that comes after that goes back, and the order stays as it is.
    const { outcome } = await server.pay(order.order, order.cash);
    assert.equal(outcome, 'returned');
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'cancelled');
    assert.equal(server.read("SELECT COUNT(*) AS n FROM outbox WHERE kind = 'pay.return'")[0].n, 1);
  }));

test('a paid order can\'t be cancelled, nor somebody else\'s', () =>
  withServer(async (server, engine) => {
    const [ann, bob] = [await server.phone('ann'), await server.phone('bob')];
    const order = await paidOrder(server, ann, engine, ann.add('tea'));
    assert.deepEqual(await ann.codes(ann.op('order.cancel', { order: order.order })),
      ['E_NOT_FOUND']);
    const open = await orderOf(ann, engine, ann.add('tea'));
    assert.deepEqual(await bob.codes(bob.op('order.cancel', { order: open.order })),
      ['E_NOT_FOUND']);
  }));

test('refunds in parts give back what was paid, once, and no more', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await server.restock({ sku: 'tea', n: 9 });
    await server.grant(phone.member, { entry: 'p', points: 100,
      coupons: [{ id: 'c1', rule: 'coupon_5' }] });
    await phone.sync(phone.op('cart.choose', { points: 100 }));
    const order = await paidOrder(server, phone, engine, phone.add('tea', 3));
    assert.equal(order.payable, 2100);
    const refund = (name, qty) => server.refund(order.order, name,
      { lines: [{ id: 'tea', qty }], shipped: false });
    const first = await refund('r1', 1);
    assert.equal(first.money, 700);
    assert.deepEqual(await refund('r1', 1), first);
    await assert.rejects(refund('r2', 3), { code: 'E_RANGE' });
    const last = await refund('r2', 2);
    assert.equal(first.money + last.money, 2100);
    await phone.sync();
    assert.deepEqual(phone.state.coupons.map(({ id }) => id), ['c1']);
    assert.equal(phone.state.orders[0].state, 'refunded');
    const [{ points }] = server.read('SELECT points FROM member');
    assert.equal(points, 100);
    assert.equal(stockOf(server, 'tea'), 9);
    await assert.rejects(refund('r3', 1), { code: 'E_NOT_FOUND' });
  }));

test('coupons are claimed within quota and limit, and used in the order after', () =>
  withServer(async (server, engine) => {
    await server.offer({ rule: 'coupon_5', quota: 3, perMember: 2, validS: 86400 });
    const phone = await server.phone();
    const claim = () => phone.op('coupon.claim', { rule: 'coupon_5' });
    assert.deepEqual(await phone.codes(claim(), claim(), claim()), ['ok', 'ok', 'E_COUPON']);
    assert.deepEqual(await phone.codes(phone.op('coupon.claim', { rule: 'nothing' })),
      ['E_NOT_FOUND']);
    assert.equal(phone.state.coupons.length, 2);
    const order = await orderOf(phone, engine, phone.add('tea', 2));
    assert.equal(order.payable, 1500);
    assert.equal(phone.state.coupons.length, 1);
  }));

test('what a phone is told of its member is what the tables say, after whatever it did', () =>
  withServer(async (server, engine) => {
    await server.offer({ rule: 'coupon_5', quota: 9, perMember: 9 });
    const phone = await server.phone();
    await server.grant(phone.member, { entry: 'a', points: 900, gift_card: 300, tier: 'silver' });
    const told = async (body) => {
      const { res: [{ c, order }] } = await phone.sync(body);
      assert.deepEqual([c, phone.state],
        ['ok', server.reading((tx) => memberView(tx, SHOP, phone.member, server.clock.now()))]);
      return order;
    };
    const claim = () => told(phone.op('coupon.claim', { rule: 'coupon_5' }));
    await told(phone.add('flash'));
    await told(phone.order(engine));
    await claim();
    await told(phone.add('tea', 2));
    await told(phone.op('cart.choose', { points: 400 }));
    const second = await told(phone.order(engine));
    await claim();
    const now = Math.floor(server.clock.now() / 1000);
    await told(phone.op('coupon.hold', { coupon: phone.state.coupons[0].id, store: 'here', now }));
    await told(phone.op('order.cancel', { order: second }));
    await told(phone.add('cake', 2));
    await told(phone.order(engine));
    await claim();
    assert.ok(phone.state.held.length === 1 && phone.state.orders.length === 3);
  }));

test('an order again under the same uid is the same order', () =>
  withServer(async (server, engine) => {
    const [one, two] = [await server.phone(), await server.phone()];
    await one.sync(one.add('cake', 1));
    const body = one.order(engine);
    const first = await result(one, body);
    const again = await result(two, body);
    assert.deepEqual({ ...again, s: 0 }, { ...first, s: 0 });
    assert.equal(server.read('SELECT COUNT(*) AS n FROM ord')[0].n, 1);
  }));

test('an order is paid and fulfilled after it was shown, and paid before it ends', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('cake', 1));
    const nowS = Math.floor(server.clock.now() / 1000);
    const submit = (at) => {
      const body = phone.order(engine);
      return result(phone, { ...body, a: { ...body.a, at: { ...body.a.at, ...at } } });
    };
    for (const [name, at] of [['pay_at', nowS - 1], ['pay_at', nowS + 901], ['pay_at', 'now'],
      ['fulfil_at', nowS - 1], ['fulfil_at', null]]) {
      const { c, path } = await submit({ [name]: at });
      assert.deepEqual([c, path], ['E_ARGS', `/at/${name}`]);
    }
    const early = await submit({ now: nowS - 7200, pay_at: nowS - 7200 });
    assert.deepEqual([early.c, early.path], ['E_ARGS', '/at/pay_at']);
    // A time that has passed on the way is the time of the price.
    server.clock.add(5000);
    assert.equal((await submit({ now: nowS, pay_at: nowS, fulfil_at: nowS + 3600 })).c, 'ok');
    const [{ request }] = server.read('SELECT request FROM ord');
    const { now, pay_at: payAt, fulfil_at: fulfilAt } = JSON.parse(request);
    assert.deepEqual([payAt, fulfilAt], [now, nowS + 3600]);
  }));

test('a good that is counted in one store is sold out in those that nobody knows', () =>
  withServer(async (server, engine) => {
    await server.restock({ sku: 'tea', store: 's1', n: 2 });
    const phone = await server.phone();
    const order = async (at, ...adds) => {
      await phone.sync(...adds);
      const { c, sku, store } = await result(phone, phone.order(engine, { at }));
      return [c, sku, store];
    };
    assert.deepEqual(await order({}, phone.add('tea', 1)), ['E_STOCK', 'tea', undefined]);
    assert.deepEqual(await order({ store: 's2' }), ['E_STOCK', 'tea', 's2']);
    assert.deepEqual(await order({ store: 's1' }), ['ok', undefined, undefined]);
    const line = phone.op('cart.add', { line: 'tea@s9', sku: 'tea', options: [], store: 's9',
      n: 1 });
    assert.deepEqual(await order({ store: 's1' }, line), ['E_STOCK', 'tea', 's9']);
    assert.equal(stockOf(server, 'tea'), 1);
    await phone.sync(phone.op('cart.remove', { line: 'tea@s9', seen: 1 }));
    // What nobody ever counted is not counted anywhere, and neither is a gift where it isn't.
    await server.restock({ sku: 'sticker', store: 's1', n: 1 });
    assert.equal((await order({ store: 's9' }, phone.add('cake', 5)))[0], 'ok');
  }));

test('add-ons and gifts of an order are lists of objects', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('cake', 1));
    for (const [name, value] of [['add_ons', 5], ['add_ons', [null]], ['gifts', {}],
      ['gifts', [null]], ['gifts', null]]) {
      const body = phone.order(engine);
      const { c, path } = await result(phone, { ...body, a: { ...body.a,
        use: { [name]: value } } });
      assert.deepEqual([c, path], ['E_ARGS', `/use/${name}`]);
    }
  }));

test('order.submit is alone in its batch', () => withServer(async (server, engine) => {
  const phone = await server.phone();
  await phone.sync(phone.add('cake', 1));
  const body = phone.order(engine);
  await assert.rejects(phone.sync(body, phone.add('tea')), { code: 'E_ARGS' });
  assert.equal(server.read('SELECT COUNT(*) AS n FROM ord')[0].n, 0);
}));

test('what ran out leaves the wallet, with an entry in the ledger', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const soon = Math.floor(server.clock.now() / 1000) + 60;
    await server.grant(phone.member, { entry: 'x', points: 50, expires: soon,
      coupons: [{ id: 'c1', rule: 'coupon_5', to: soon }] });
    server.clock.add(2 * 3600 * 1000);
    const expire = () => server.run(expireWallets(SHOP, server.clock.now()));
    assert.equal(await expire(), 1);
    await phone.sync();
    // The shopper sees for a while that the coupon is over.
    assert.deepEqual([phone.state.coupons.map(({ id }) => id), phone.state.points],
      [['c1'], { points: 0 }]);
    server.clock.add(30 * 86400 * 1000);
    assert.equal(await expire(), 1);
    await phone.sync();
    assert.deepEqual(phone.state.coupons, []);
  }));

test('what ran out stands in nobody\'s way, and leaves all wallets in one hour', () =>
  withServer(async (server) => {
    const { clock } = server;
    const nowS = Math.floor(clock.now() / 1000);
    const phones = [await server.phone('ann'), await server.phone('bob'), await server.phone('cy')];
    const coupons = (name, to, length) => Array.from({ length }, (_, i) =>
      ({ id: `${name}${i}`, rule: 'coupon_5', to }));
    for (const { member } of phones) {
      await server.grant(member, { entry: 'old', coupons: coupons('old', nowS + 60, 100) });
      await server.grant(member, { entry: 'new', coupons: coupons('new', nowS + 90 * 86400, 1) });
    }
    clock.add(2 * 3600 * 1000);
    await phones[0].sync(phones[0].op('coupon.claim', { rule: 'nothing' }));
    await server.grant(phones[0].member, { entry: 'p', points: 1 });
    await phones[0].sync();
    const shown = phones[0].state.coupons.map(({ id }) => id);
    assert.deepEqual([shown.length, shown[0], shown[99]], [100, 'old0', 'new0']);
    clock.add(30 * 86400 * 1000);
    const runs = [];
    await untilDone(async () => {
      runs.push(await server.run(expireWallets(SHOP, clock.now())));
      return runs.at(-1);
    }, 200);
    assert.deepEqual(runs, [200, 100]);
    assert.equal(server.read("SELECT 1 FROM coupon WHERE state = 'issued'").length, 3);
    const plan = (sql) => server.read(`EXPLAIN QUERY PLAN ${sql}`, SHOP, 0)[0].detail;
    assert.match(plan("SELECT coupon FROM coupon WHERE tenant = ? AND state = 'issued' "
      + 'AND to_s <= ? ORDER BY to_s LIMIT 1'), /coupon_end/);
    assert.match(plan('SELECT lot FROM points_lot WHERE tenant = ? AND left_n > 0 '
      + 'AND expires_s <= ? ORDER BY expires_s LIMIT 1'), /points_lot_end/);
    assert.match(plan("DELETE FROM device WHERE tenant = ? AND state = 'new' "
      + 'AND enrolled_ms < ?'), /device_unused/);
  }));

test('a grant under a name that was there is refused', () => withServer(async (server) => {
  await server.grant('m', { entry: 'x', principal: 100 });
  await assert.rejects(server.grant('m', { entry: 'x', principal: 100 }), { code: 'E_UID' });
  assert.equal(server.read("SELECT principal AS n FROM member WHERE member = 'm'")[0].n, 100);
}));

test('orders go on to shipped and done, never back', () => withServer(async (server, engine) => {
  const phone = await server.phone();
  const { order } = await paidOrder(server, phone, engine, phone.add('tea'));
  const advance = (state) => server.run(admin.advance(server.shop, { ord: order, state }));
  await assert.rejects(advance('done'), { code: 'E_NOT_FOUND' });
  await advance('shipped');
  await assert.rejects(advance('shipped'), { code: 'E_NOT_FOUND' });
  await advance('done');
  assert.equal(server.read('SELECT state FROM ord')[0].state, 'done');
}));

test('a rule that counts down and was never given a number does not act', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('lamp', 1));
    const reply = await result(phone, phone.order(engine));
    assert.deepEqual([reply.c, reply.quote.payable], ['E_REPRICE', 4000]);
    assert.deepEqual(await (await fetch(`${server.url}/v1/live`)).json(),
      { stock: {}, left: { hundred: 0 } });
  }));
