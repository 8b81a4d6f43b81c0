// The holes of shops that are in use, each replayed against this one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as admin from '../../js/server/admin.js';
import { audit } from './audit.js';
import { startTestServer } from './start.js';

const requestSchema = JSON.parse(readFileSync(new URL('../../src/schema/request.json',
  import.meta.url), 'utf8'));

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server, await server.engine());
    assert.deepEqual(server.errors(), []);
  } finally {
    await server.stop();
  }
}

const codesOf = (replies) => replies.map(({ res: [{ c }] }) => c);
const count = (list, value) => list.filter((one) => one === value).length;

test('one coupon in five concurrent orders is used in one', () =>
  withServer(async (server, engine) => {
    const phones = await Promise.all(Array.from({ length: 5 }, () => server.phone('ann')));
    const [{ member }] = phones;
    await server.grant(member, { entry: 'c', coupons: [{ id: 'big', rule: 'big' }] });
    await phones[0].sync(phones[0].add('cake', 1));
    await Promise.all(phones.map((phone) => phone.sync()));
    // Each order takes the cart as it was: all five have priced the same one.
    const codes = codesOf(await Promise.all(phones.map((phone) =>
      phone.sync(phone.order(engine)))));
    assert.equal(count(codes, 'ok'), 1);
    const rows = server.read('SELECT payable FROM ord');
    assert.deepEqual(rows, [{ payable: 0 }]);
    assert.deepEqual(audit(server.read), []);
  }));

test('one coupon in five orders with five carts is used in one, and no total is below 0', () =>
  withServer(async (server, engine) => {
    const phones = await Promise.all(Array.from({ length: 5 }, () => server.phone('ann')));
    await server.grant(phones[0].member, { entry: 'c', coupons: [{ id: 'big', rule: 'big' }] });
    await Promise.all(phones.map((phone) => phone.sync()));
    const codes = [];
    for (const phone of phones) {
      // The phone still believes in the coupon: it goes on with the wallet that it once had.
      const { coupons } = phone.state;
      await phone.sync(phone.add('cake', 1));
      phone.state = { ...phone.state, coupons };
      codes.push((await phone.sync(phone.order(engine))).res[0].c);
    }
    assert.deepEqual(codes, ['ok', 'E_REPRICE', 'E_REPRICE', 'E_REPRICE', 'E_REPRICE']);
    assert.ok(server.read('SELECT payable FROM ord').every(({ payable }) => payable >= 0));
    assert.deepEqual(audit(server.read), []);
  }));

test('a coupon quota is not over-claimed by 64 at once', () => withServer(async (server) => {
  await server.offer({ rule: 'coupon_5', quota: 10, perMember: 100 });
  const phones = await Promise.all(Array.from({ length: 64 }, (_, i) => server.phone(`m${i}`)));
  const codes = codesOf(await Promise.all(phones.map((phone) =>
    phone.sync(phone.op('coupon.claim', { rule: 'coupon_5' })))));
  assert.deepEqual([count(codes, 'ok'), count(codes, 'E_COUPON')], [10, 54]);
  const [{ quota_left: left, issued }] = server.read('SELECT quota_left, issued FROM coupon_kind');
  assert.deepEqual([left, issued], [0, 10]);
  assert.deepEqual(audit(server.read), []);
}));

test('a member\'s limit is not over-claimed by his ten devices at once', () =>
  withServer(async (server) => {
    await server.offer({ rule: 'coupon_5', quota: 1000, perMember: 1 });
    const phones = await Promise.all(Array.from({ length: 10 }, () => server.phone('ann')));
    const codes = codesOf(await Promise.all(phones.map((phone) =>
      phone.sync(phone.op('coupon.claim', { rule: 'coupon_5' })))));
    assert.deepEqual([count(codes, 'ok'), count(codes, 'E_COUPON')], [1, 9]);
    const [{ quota_left: left }] = server.read('SELECT quota_left FROM coupon_kind');
    assert.equal(left, 999);
  }));

test('points that are spent twenty times at once are spent once', () =>
  withServer(async (server, engine) => {
    const phones = await Promise.all(Array.from({ length: 10 }, () => server.phone('ann')));
    await server.grant(phones[0].member, { entry: 'p', points: 100 });
    await phones[0].sync(phones[0].add('cake', 1),
      phones[0].op('cart.choose', { points: 100 }));
    await Promise.all(phones.map((phone) => phone.sync()));
    const bodies = phones.flatMap((phone) => [[phone, phone.order(engine)]]);
    const first = codesOf(await Promise.all(bodies.map(([phone, body]) => phone.sync(body))));
    assert.equal(count(first, 'ok'), 1);
    // And each of them again, as if nobody had answered.
    const again = codesOf(await Promise.all(phones.map((phone, i) =>
      phone.sync({ ...bodies[i][1], t: 1 }))));
    assert.deepEqual(again, first);
    assert.equal(server.read('SELECT points FROM member')[0].points, 0);
    assert.equal(server.read('SELECT COUNT(*) AS n FROM ord')[0].n, 1);
    assert.deepEqual(audit(server.read), []);
  }));

test('stock is not sold twice by forty orders at once', () => withServer(async (server, engine) => {
  await server.restock({ sku: 'tea', n: 25, buckets: 4 });
  const phones = await Promise.all(Array.from({ length: 40 }, (_, i) => server.phone(`m${i}`)));
  await Promise.all(phones.map((phone) => phone.sync(phone.add('tea', 1))));
  const codes = codesOf(await Promise.all(phones.map((phone) => phone.sync(phone.order(engine)))));
  assert.deepEqual([count(codes, 'ok'), count(codes, 'E_STOCK')], [25, 15]);
  assert.deepEqual(audit(server.read, { restocked: { tea: 25 } }), []);
}));

test('a payment callback that comes late, twice, or for the wrong sum reverts nothing', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('cake', 1));
    const { res: [{ order, cash }] } = await phone.sync(phone.order(engine));
    assert.equal((await server.pay(order, cash - 1, 'wrong')).outcome, 'returned');
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'placed');
    assert.equal((await server.pay(order, cash, 'right')).outcome, 'paid');
    await server.run(admin.advance(server.shop, { ord: order, state: 'shipped' }));
    // The same event again is answered as it was; another one for the same order goes back.
    assert.equal((await server.pay(order, cash, 'right')).outcome, 'paid');
    assert.equal((await server.pay(order, cash, 'late')).outcome, 'returned');
    assert.equal((await server.pay('no_such_order', 1, 'lost')).outcome, 'returned');
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'shipped');
    assert.equal(server.read("SELECT COUNT(*) AS n FROM outbox WHERE kind = 'pay.return'")[0].n, 3);
    assert.deepEqual(audit(server.read), []);
  }));

test('payment notifications in every order of arrival end the same', () =>
  withServer(async (server, engine) => {
    const ends = new Set();
    for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
      const phone = await server.phone(`m${order.join('')}`);
      await phone.sync(phone.add('tea', 1));
      const { res: [placed] } = await phone.sync(phone.order(engine));
      for (const i of order) await server.pay(placed.order, placed.cash, `${placed.order}.${i}`);
      await phone.sync();
      ends.add(JSON.stringify([phone.state.orders[0].state, phone.state.member.growth,
        phone.state.points.lots.map(({ points }) => points)]));
    }
    assert.equal(ends.size, 1);
    assert.deepEqual(audit(server.read), []);
  }));

test('a notification that the gateway did not sign pays nothing', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 1));
    const { res: [{ order, cash }] } = await phone.sync(phone.order(engine));
    const body = JSON.stringify({ event: 'x', order, amount: cash });
    const response = await fetch(`${server.url}/v1/pay/notify`, { method: 'POST', body,
      headers: { 'x-test-gateway': 'A'.repeat(43) } });
    assert.equal(response.status, 401);
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'placed');
  }));

test('what the server accepted is never thrown away by a phone that heard nothing', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const start = { last: phone.last, head: phone.head };
    const body = phone.add('tea', 2);
    // The answer is lost on its way: the phone knows nothing and sends the same op again.
    const { body: lost } = phone.request(phone.chain([body]));
    await fetch(`${server.url}/v1/sync`, { method: 'POST', body: lost });
    Object.assign(phone, start);
    const { res } = await phone.sync(body);
    assert.deepEqual(res, [{ c: 'ok', dup: true, s: 1 }]);
    assert.equal(phone.state.cart.lines[0].qty, 2);
  }));

test('who places orders and pays none of them holds no more than a few', () =>
  withServer(async (server, engine) => {
    await server.restock({ sku: 'tea', n: 10 });
    const phone = await server.phone();
    const order = async () => {
      await phone.sync(phone.add('tea'));
      return (await phone.sync(phone.order(engine))).res[0];
    };
    const first = await order();
    const second = await order();
    const third = await order();
    assert.deepEqual([third.c, third.reason], ['E_LIMIT_MEMBER', 'OPEN_ORDERS']);
    assert.equal(server.read('SELECT left_n FROM stock')[0].left_n, 8);
    await server.pay(first.order, first.cash);
    assert.equal((await order()).c, 'ok');
    assert.equal((await order()).c, 'E_LIMIT_MEMBER');
    await phone.sync(phone.op('order.cancel', { order: second.order }));
    assert.equal((await order()).c, 'ok');
    assert.deepEqual(audit(server.read), []);
  }, { settings: { openOrders: 2 } }));

test('what the keeper says wrongly is named, and no member\'s view breaks of it', () =>
  withServer(async (server) => {
    const phone = await server.phone();
    const { member } = phone;
    const job = (name, ...what) => server.run(admin[name](server.shop, ...what));
    const coupon = { id: 'c', rule: 'coupon_5' };
    const wrong = [
      [() => job('grant', member, { entry: 'a', points: 1.5 }), '/points'],
      [() => job('grant', member, { entry: 'a', points: -1 }), '/points'],
      [() => job('grant', member, { entry: 'a', bonus: 1e13 }), '/bonus'],
      [() => job('grant', member, { points: 1 }), '/entry'],
      [() => job('grant', undefined, { entry: 'a' }), '/member'],
      [() => job('grant', member, { entry: 'a', profile: { age: 1.5 } }), '/profile'],
      [() => job('grant', member, { entry: 'a', profile: { 'a b': 1 } }), '/profile'],
      [() => job('grant', member, { entry: 'a', profile: { orders: 0 } }), '/profile/orders'],
      [() => job('grant', member, { entry: 'a', tier: 5 }), '/tier'],
      [() => job('grant', member, { entry: 'a', coupons: coupon }), '/coupons'],
      [() => job('grant', member, { entry: 'a', coupons: [coupon, { ...coupon, to: 'x' }] }),
        '/coupons/1/to'],
      [() => job('grant', member, { entry: 'a', foo: 1 }), '/foo'],
      [() => job('grant', member, { entry: 'a', 'a/b': 1 }), '/a~1b'],
      [() => job('grant', member, { entry: 'a', coupon: [coupon] }), '/coupon'],
      [() => job('grant', member, { entry: 'a', coupons: [{ ...coupon, until: 1 }] }),
        '/coupons/0/until'],
      [() => job('grant', member, { entry: 'a', coupons: [coupon, { ...coupon, rule: 'gift' }] }),
        '/coupons/1/rule'],
      [() => job('grant', member, { entry: 'a', coupons: [coupon, coupon] }), '/coupons/1/id'],
      [() => job('grant', member, { entry: '\u7b97'.repeat(22) }), '/entry'],
      [() => job('grant', member, { entry: 'a', tier: 'platinum' }), '/tier'],
      [() => job('grant', member, { entry: 'a', profile: { age: 1 } }), '/profile/age'],
      [() => job('grant', 'nobody', { entry: 'a' }), '/member'],
      [() => job('restock', { sku: 'coffee', n: 1 }), '/sku'],
      [() => job('restock', { sku: 'tea', n: 1, bucket: 2 }), '/bucket'],
      [() => job('restock', { sku: 'tea', n: -5 }), '/n'],
      [() => job('offerCoupon', { rule: 'off_3000', quota: 1 }), '/rule'],
      [() => job('offerCoupon', { rule: 'nothing', quota: 1 }), '/rule'],
      [() => job('offerCoupon', { rule: 'coupon_5', quota: 1, perMembers: 2 }), '/perMembers'],
      [() => job('setRuleLeft', { rule: 'nothing', n: 1 }), '/rule'],
      [() => job('setRuleLeft', { rule: 'off_3000', n: 1 }), '/rule'],
      [() => job('makeCodes', { batch: 'b', rule: 'nothing', n: 1 }), '/rule'],
      [() => job('makeCodes', { batch: 'b', rule: 'gift', n: 1 }), '/rule'],
      [() => job('makeCodes', { batch: 'b', rule: 'coupon_5', n: 0 }), '/n'],
      [() => job('makeCodes', { batch: 'b', rule: 'coupon_5', n: 1, until: 1 }), '/until'],
      [() => job('advance', { ord: 'nothing', state: 'shipped' }), '/order'],
      [() => job('advance', { ord: 'nothing', state: 'sent' }), '/state'],
      [() => job('advance', { ord: 'nothing', state: 'done', to: 1 }), '/to'],
      [() => server.refund('nothing', 'a', { lines: [] }), '/order'],
      [() => job('restock', { sku: 'tea', n: 1.5 }), '/n'],
      [() => job('restock', { n: 1 }), '/sku'],
      [() => job('restock', { sku: 'tea', n: 1, buckets: 65 }), '/buckets'],
      [() => job('offerCoupon', { rule: 'coupon_5' }), '/quota'],
      [() => job('offerCoupon', { rule: 'coupon_5', quota: 1, perMember: 0 }), '/perMember'],
      [() => job('setRuleLeft', { rule: 'hundred', n: -1 }), '/n'],
      [() => server.refund('nothing', undefined, { lines: [] }), '/name'],
      [() => server.refund('nothing', 'a', null), '/refund'],
    ];
    for (const [work, path] of wrong) {
      await assert.rejects(work(), (error) => {
        assert.deepEqual([error.name, error.path], ['SuanpanError', path]);
        assert.notEqual(error.message, error.code);
        return true;
      });
    }
    // No name was used up.
    await job('makeCodes', { batch: 'b', rule: 'coupon_5', n: 1 });
    await job('grant', member, { entry: 'a', points: 5, profile: { tags: ['vip'] } });
    assert.equal((await phone.sync()).state.member.tags[0], 'vip');
  }));

const ids = (count) => Array.from({ length: count }, (_, i) => `t${i}`);

test('a profile is taken when the engine takes the member, and never else', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    const known = Object.keys(requestSchema.properties.member.properties);
    const days = ['02-29', '02-30', '04-31', '13-01', '00-10', '12-31', '1990-10-09', 12, null];
    const profiles = [{}, { tags: [] }, { tags: ids(1000) }, { tags: ids(1001) },
      { segments: ids(1001) }, { tags: ['a', 'a'] }, { tags: [''] }, { tags: 'a' }, { tags: [1] },
      { tags: ['x'.repeat(65)] }, { tags: ['\u7b97'.repeat(22)] }, { tags: null },
      ...days.map((birthday) => ({ birthday })), { foo: 1 }, { vip: true }];
    for (const [i, profile] of profiles.entries()) {
      const asked = () => engine.quote({ now: 0, lines: [], member: profile });
      const given = server.grant(phone.member, { entry: `e${i}`, profile });
      const isTaken = await given.then(() => true, ({ path }) => {
        assert.match(path, /^\/profile\//, JSON.stringify(profile));
        return false;
      });
      if (isTaken) asked();
      else assert.throws(asked, JSON.stringify(profile));
    }
    // A member that the engine learns is the profile's, or the server's to say.
    for (const name of known) {
      await server.grant(phone.member, { entry: name, profile: { [name]: 1 } }).then(
        () => assert.fail(name), ({ code }) => assert.notEqual(code, 'E_FIELD', name));
    }
  }));
