// What an order brought goes back with the order: growth and tier, stored bonus, cards, coupons.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { tablesOf } from '../../js/server/books.js';
import { endCards } from '../../js/server/givings.js';
import { giftTerms } from '../../js/server/gift_terms.js';
import { lineKey } from '../../js/shop/cart.js';
import { lapseCodes } from '../../js/server/redeem.js';
import { audit } from './audit.js';
import { testBook } from './book.js';
import { startTestServer, stillClock, withTestServer } from './start.js';

// From 5000 on: a month's card, 300 of stored value, a coupon (of the book itself), a sticker.
const book = testBook(1, ({ rules }) => {
  const reward = (id, give) => ({ id, kind: 'promotion', stage: 'reward',
    when: { amount_gte: 5000 }, give });
  rules.rules.push(reward('month', { grant_membership: { card: 'plus', days: 30 } }),
    reward('stored', { stored_bonus: { amount: 300 } }));
});

async function withOrder(adds, work, own = book) {
  const server = await startTestServer({ book: own });
  try {
    const engine = await server.engine();
    const phone = await server.phone();
    const order = async (...more) => {
      await phone.sync(...more.map(([sku, n, store]) => phone.op('cart.add',
        { line: lineKey(sku, [], store), sku, options: [], n, ...(store ? { store } : {}) })));
      const { res: [placed] } = await phone.sync(phone.order(engine));
      assert.equal(placed.c, 'ok');
      if (placed.cash > 0) await server.pay(placed.order, placed.cash);
      await phone.sync();
      return placed;
    };
    const member = () => server.read('SELECT tier, growth, bonus FROM member')[0];
    const cardDays = () => {
      const [row] = server.read('SELECT until_s FROM membership');
      return row ? Math.round((row.until_s - server.clock.now() / 1000) / 86400) : null;
    };
    const placed = adds.length > 0 ? await order(...adds) : null;
    await work({ server, phone, order, member, cardDays, placed });
    assert.deepEqual(server.errors(), []);
    assert.deepEqual(audit(server.read), []);
  } finally {
    await server.stop();
  }
}

const lines = (id, qty) => ({ lines: [{ id, qty }] });

test('a refund of everything takes all of it back, once', () =>
  withOrder([['cake', 5]], async ({ server, phone, member, cardDays, placed }) => {
    assert.equal(placed.payable, 12200);
    assert.deepEqual(member(), { tier: 'silver', growth: 122, bonus: 300 });
    assert.equal(cardDays(), 30);
    await server.refund(placed.order, 'all', lines('cake', 5));
    const after = { tier: null, growth: 0, bonus: 0 };
    assert.deepEqual(member(), after);
    assert.equal(cardDays(), 0);
    await phone.sync();
    assert.deepEqual([phone.state.coupons, phone.state.member.tier], [[], undefined]);
    // The same name again, and another one of an order that is closed.
    await server.refund(placed.order, 'all', lines('cake', 5));
    await assert.rejects(server.refund(placed.order, 'more', lines('cake', 1)));
    assert.deepEqual(member(), after);
  }));

test('growth goes by the money of the goods; the rest when its threshold breaks', () =>
  withOrder([['cake', 5]], async ({ server, member, cardDays, placed }) => {
    await server.refund(placed.order, 'one', lines('cake', 1));
    // floor(122 · 2440 / 12200) of it is back, and 98 is below the level of silver.
    assert.deepEqual(member(), { tier: null, growth: 98, bonus: 300 });
    assert.equal(cardDays(), 30);
    await server.refund(placed.order, 'two', lines('cake', 3));
    assert.deepEqual(member(), { tier: null, growth: 25, bonus: 0 });
    assert.equal(cardDays(), 0);
    await server.refund(placed.order, 'rest', lines('cake', 1));
    assert.deepEqual(member(), { tier: null, growth: 0, bonus: 0 });
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'refunded');
  }));

test('money without goods for all of an order closes it, too', () =>
  withOrder([['cake', 5]], async ({ server, member, placed }) => {
    await server.refund(placed.order, 'money', { lines: [{ id: 'cake', list: 12500 }] });
    assert.deepEqual(member(), { tier: null, growth: 0, bonus: 0 });
    assert.equal(server.read('SELECT state FROM ord')[0].state, 'refunded');
  }));

test('what another order brought stays, and so does a tier of the keeper', () =>
  withOrder([['cake', 5]], async ({ server, order, member, placed }) => {
    const second = await order(['cake', 5]);
    assert.equal(member().growth, 122 + Math.floor(second.payable / 100));
    await server.refund(placed.order, 'all', lines('cake', 5));
    assert.equal(member().tier, 'silver');
    const [{ member: id }] = server.read('SELECT member FROM ord');
    await server.grant(id, { entry: 'gold', tier: 'gold' });
    await server.refund(second.order, 'all', lines('cake', 5));
    assert.deepEqual([member().tier, member().growth], ['gold', 0]);
  }));

const brought = (server) =>
  server.read("SELECT coupon, state FROM coupon WHERE rule = 'coupon_5' ORDER BY coupon");

const DAY_MS = 86400 * 1000;
const shortOf = (server) => server.read("SELECT body FROM outbox WHERE kind = 'order.refund' "
  + 'ORDER BY event').map(({ body }) => JSON.parse(body).short.card || 0);

test('of a card go back the days of its own order that are not used, whatever came between', () =>
  withOrder([['cake', 5]], async ({ server, order, cardDays, placed }) => {
    server.clock.add(10 * DAY_MS);
    const second = await order(['cake', 5]);
    assert.equal(cardDays(), 50);
    server.clock.add(10 * DAY_MS);
    await order(['cake', 5]);
    assert.equal(cardDays(), 70);
    // 20 days of the first are used; the others' days begin at once.
    await server.refund(placed.order, 'all', lines('cake', 5));
    assert.equal(cardDays(), 60);
    assert.deepEqual(shortOf(server), [20]);
    server.clock.add(30 * DAY_MS);
    // Now the second's are all used: what is left is the third's.
    await server.refund(second.order, 'all', lines('cake', 5));
    assert.equal(cardDays(), 30);
    assert.deepEqual(shortOf(server).sort(), [20, 30]);
  }));

test('a card that had ended takes no day of the one that was given after it', () =>
  withOrder([['cake', 5]], async ({ server, order, cardDays, placed }) => {
    server.clock.add(40 * DAY_MS);
    const second = await order(['cake', 5]);
    server.clock.add(10 * DAY_MS);
    await server.refund(placed.order, 'all', lines('cake', 5));
    assert.equal(cardDays(), 20);
    await server.refund(second.order, 'all', lines('cake', 5));
    assert.equal(cardDays(), 0);
  }));

// The tables as they were before `giving` and `card_span`: coupons had the name of their rule.
function makeEarlier(folder) {
  const database = new Database(join(folder, 'suanpan.sqlite'));
  database.exec("UPDATE coupon SET coupon = SUBSTR(SUBSTR(source, 7), 1, 12) || '.back.0' "
    + "WHERE source LIKE 'order %'; DELETE FROM giving; DROP VIEW membership; "
    + 'DROP TABLE card_span; CREATE TABLE membership (tenant TEXT); '
    + "DELETE FROM migration WHERE name LIKE '%spans%' OR name LIKE '%earlier%'");
  database.close();
}

test('what was paid before the tables knew what it brought goes back all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-earlier-'));
  const clock = stillClock();
  const [placed, until] = await withTestServer({ book, folder, clock }, async (server) => {
    const phone = await server.phone();
    const orders = [];
    for (const days of [0, 10]) {
      clock.add(days * DAY_MS);
      await phone.sync(phone.add('cake', 5),
        phone.op('cart.choose', { coupons: { pick: 'none' } }));
      const { res: [one] } = await phone.sync(phone.order(await server.engine()));
      await server.pay(one.order, one.cash);
      await phone.sync();
      orders.push(one);
    }
    return [orders, server.read('SELECT until_s FROM membership')[0].until_s];
  }, { keep: true });
  makeEarlier(folder);
  await withTestServer({ book, folder, clock }, async (server) => {
    assert.equal(server.read('SELECT until_s FROM membership')[0].until_s, until);
    assert.deepEqual(audit(server.read), []);
    for (const { order } of placed) await server.refund(order, 'all', lines('cake', 5));
    assert.deepEqual(server.read('SELECT tier_granted, growth, bonus FROM member'),
      [{ tier_granted: null, growth: 0, bonus: 0 }]);
    assert.deepEqual(server.read('SELECT state FROM coupon').map(({ state }) => state),
      ['void', 'void']);
    const nowS = Math.floor(clock.now() / 1000);
    assert.equal(server.read('SELECT until_s FROM membership')[0].until_s, nowS);
    assert.deepEqual(audit(server.read), []);
  });
});

test('a coupon that waits in an unpaid order goes with the order that brought it', () =>
  withOrder([['cake', 5]], async ({ server, phone, placed }) => {
    const engine = await server.engine();
    await phone.sync(phone.add('tea', 2));
    const { res: [parked] } = await phone.sync(phone.order(engine));
    assert.equal(brought(server)[0].state, 'used');
    await server.refund(placed.order, 'all', lines('cake', 5));
    await phone.sync(phone.op('order.cancel', { order: parked.order }));
    assert.equal(brought(server)[0].state, 'void');
    assert.deepEqual(phone.state.coupons, []);
  }));

test('a coupon that is held for a till goes with the order that brought it', () =>
  withOrder([['cake', 5]], async ({ server, phone, placed }) => {
    const [{ coupon }] = brought(server);
    const { res: [{ c }] } = await phone.sync(phone.op('coupon.hold', { coupon, store: 's1',
      now: Math.floor(server.clock.now() / 1000) }));
    assert.equal(c, 'ok');
    await server.refund(placed.order, 'all', lines('cake', 5));
    server.clock.add(2 * 3600 * 1000);
    assert.equal(await server.run(lapseCodes(server.shop, server.clock.now())), 1);
    assert.equal(brought(server)[0].state, 'void');
  }));

test('a good that is called reward costs nothing where a rule brings something', () => {
  const line = { id: 'l', sku: 'month', qty: 1, state: 'priced', list: 9900, net: 9900 };
  const receipt = { gifts: [], lines: [line], decision: {},
    rewards: [{ rule: 'month', card: 'plus', days: 30 }] };
  const month = { id: 'month', stage: 'reward', when: { amount_gte: 5000 },
    give: { grant_membership: { card: 'plus', days: 30 } } };
  const tables = tablesOf({ rules: [month] }, { skus: [{ id: 'month', price: 9900 }] });
  assert.deepEqual(giftTerms(receipt, { lines: [{}] }, tables),
    [{ rule: 'reward.0.0', sku: 'month', qty: 30, value: 0, when: { gte: 5000 } }]);
});

test('an order that is paid late lowers no tier', () =>
  withOrder([['cake', 5]], async ({ server, phone, member }) => {
    const engine = await server.engine();
    await phone.sync(phone.add('tea', 1));
    const { res: [small] } = await phone.sync(phone.order(engine));
    assert.equal(small.state, 'placed');
    // Between its price and its payment the keeper gave a higher tier than growth reaches.
    await server.grant(phone.member, { entry: 'gold', tier: 'gold' });
    await server.pay(small.order, small.cash);
    assert.equal(member().tier, 'gold');
  }));

test('two orders that were priced at once and are paid one after the other lose no tier', () =>
  withOrder([['tea', 1]], async ({ server, phone, member }) => {
    const engine = await server.engine();
    const placed = [];
    for (const n of [40, 5]) {
      await phone.sync(phone.add('cake', n));
      placed.push((await phone.sync(phone.order(engine))).res[0]);
    }
    for (const { order, cash } of placed) await server.pay(order, cash);
    assert.deepEqual([member().tier, member().growth], ['gold', 1129]);
  }));

// ---- cards that are sold (开卡立享) ----

// A month of gold is sold, gold members pay 800 for tea.
const cardBook = testBook(1, ({ catalog, rules }) => {
  catalog.skus.push({ id: 'gold_card', price: 500 });
  rules.member_cards = { gold_card: { tier: 'gold' } };
  rules.rules.push({ id: 'month', kind: 'promotion', stage: 'reward',
    scope: { skus: ['gold_card'] }, give: { grant_membership: { card: 'gold_card', days: 30 } } },
  { id: 'gold', kind: 'member', stage: 'unit', scope: { skus: ['tea'] }, for: { tiers: ['gold'] },
    give: { unit_price: { price: 800 } } });
});
const endAll = (server) => server.run(endCards(server.shop, server.clock.now(), 10));

test('who bought a card has its tier when it is paid, as long as it lasts', () =>
  withOrder([], async ({ server, phone, order, member }) => {
    const first = await order(['tea', 1], ['gold_card', 1]);
    assert.equal(first.payable, 800 + 500);
    assert.equal(member().tier, 'gold');
    assert.equal(phone.state.member.tier, 'gold');
    assert.equal((await order(['tea', 1])).payable, 800);
    server.clock.add(20 * DAY_MS);
    await order(['gold_card', 1]);
    server.clock.add(10 * DAY_MS);
    // The second month begins when the first is over.
    assert.equal(await endAll(server), 1);
    assert.equal(member().tier, 'gold');
    server.clock.add(30 * DAY_MS);
    const { ver } = phone.state;
    assert.equal(await endAll(server), 1);
    assert.equal(await endAll(server), 0);
    await phone.sync();
    assert.ok(phone.state.ver > ver);
    assert.equal(phone.state.member.tier, undefined);
    assert.equal((await order(['tea', 1])).payable, 1000);
  }, cardBook));

test('a card that goes back takes its tier along, not what growth has reached', () =>
  withOrder([['gold_card', 1]], async ({ server, order, member, placed }) => {
    assert.equal(member().tier, 'gold');
    const second = await order(['cake', 5]);
    await server.refund(placed.order, 'all', lines('gold_card', 1));
    assert.deepEqual(member(), { tier: 'silver', growth: Math.floor(second.payable / 100),
      bonus: 0 });
    await endAll(server);
    assert.equal(member().tier, 'silver');
  }, cardBook));

// ---- thresholds that break step by step, and those of some lines ----

// A book with these rules instead of its own gift and coupon.
const bookWith = (...rules) => testBook(1, (own) => {
  own.rules.rules = [...own.rules.rules.filter(({ id }) => !['gift', 'back'].includes(id)),
    ...rules.map((rule) => ({ kind: 'promotion', stage: 'reward', ...rule }))];
});
const sticker = { gift: { options: [{ sku: 'sticker' }] } };
const STICKER = 300;

test('a bonus for every 25 goes with each 25, and no further', () =>
  withOrder([['cake', 10]], async ({ server, member, placed }) => {
    assert.equal(member().bonus, 5000);
    const reply = await server.refund(placed.order, 'nine', lines('cake', 9));
    // 300 were off 25000: nine of ten pieces are floor(24700 · 9 / 10).
    assert.deepEqual([reply.money, member().bonus], [22230, 500]);
    await server.refund(placed.order, 'ten', lines('cake', 1));
    assert.equal(member().bonus, 0);
  }, bookWith({ id: 'every', give: { every: { by: 'amount', base: 'list', step: 2500,
    give: { stored_bonus: { amount: 500 } } } } })));

test('points, growth and coupons of a rule go with its threshold, once', () =>
  withOrder([['cake', 5]], async ({ server, placed }) => {
    const points = () => server.read('SELECT points FROM member')[0].points;
    const growth = () => server.read('SELECT growth FROM member')[0].growth;
    assert.deepEqual([points(), growth(), brought(server).length], [122 + 1000, 122 + 40, 3]);
    await server.refund(placed.order, 'one', lines('cake', 1));
    assert.deepEqual([points(), growth()], [98 + 1000, 98 + 40]);
    await server.refund(placed.order, 'two', lines('cake', 2));
    assert.deepEqual([points(), growth()], [49, 49]);
    assert.deepEqual(brought(server).map(({ state }) => state), ['void', 'void', 'void']);
    await server.refund(placed.order, 'rest', lines('cake', 2));
    assert.deepEqual([points(), growth()], [0, 0]);
  }, bookWith({ id: 'many', when: { amount_gte: 9000 },
    give: [{ points: { n: 1000 } }, { growth: { n: 40 } },
      { grant_coupon: { rule: 'coupon_5', n: 3 } }] })));

test('of three coupons for three steps the last goes first', () =>
  withOrder([['cake', 3]], async ({ server, placed }) => {
    assert.equal(brought(server).length, 3);
    await server.refund(placed.order, 'one', lines('cake', 1));
    assert.deepEqual(brought(server).map(({ state }) => state), ['issued', 'issued', 'void']);
  }, bookWith({ id: 'steps', give: { every: { by: 'qty', step: 1,
    give: { grant_coupon: { rule: 'coupon_5' } } } } })));

test('a bonus of tiers falls to that of the tier that is left', () =>
  withOrder([['cake', 5]], async ({ server, member, placed }) => {
    assert.equal(member().bonus, 900);
    await server.refund(placed.order, 'one', lines('cake', 1));
    assert.equal(member().bonus, 200);
    await server.refund(placed.order, 'two', lines('cake', 3));
    assert.equal(member().bonus, 0);
  }, bookWith({ id: 'tiers', give: { tiers: { by: 'qty', tiers: [
    { gte: 2, give: { stored_bonus: { amount: 200 } } },
    { gte: 5, give: { stored_bonus: { amount: 900 } } }] } } })));

test('what the gift of a rule does is nothing to its bonus', () =>
  withOrder([['cake', 5]], async ({ server, member, placed }) => {
    await server.refund(placed.order, 'all but one',
      { ...lines('cake', 4), gifts_returned: [{ rule: 'both', qty: 1 }] });
    assert.equal(member().bonus, 0);
  }, bookWith({ id: 'both', when: { amount_gte: 5000 },
    give: [sticker, { stored_bonus: { amount: 700 } }] })));

test('a gift of tiers goes with its tier', () =>
  withOrder([['cake', 2], ['tea', 1]], async ({ server, placed }) => {
    const reply = await server.refund(placed.order, 'cakes', lines('cake', 2));
    assert.deepEqual([reply.gifts_deducted, reply.gifts.map(({ missing }) => missing)],
      [STICKER, [1]]);
  }, bookWith({ id: 'g', give: { tiers: { by: 'amount', tiers: [{ gte: 4000,
    give: sticker }] } } })));

test('of a gift for every piece as many go as pieces', () =>
  withOrder([['cake', 3]], async ({ server, placed }) => {
    const reply = await server.refund(placed.order, 'two', lines('cake', 2));
    assert.deepEqual([reply.gifts_deducted, reply.gifts[0].missing], [2 * STICKER, 2]);
  }, bookWith({ id: 'g', when: { amount_gte: 2000 },
    give: { every: { by: 'amount', base: 'list', step: 2500, give: sticker } } })));

test('the lines of another store hold no gift of a rule', () =>
  withOrder([['cake', 2, 's1'], ['cake', 2, 's2']], async ({ server, placed }) => {
    const other = await server.refund(placed.order, 's2', lines('cake@s2', 2));
    assert.deepEqual([other.gifts_deducted, other.gifts], [0, []]);
    const own = await server.refund(placed.order, 's1', lines('cake@s1', 1));
    assert.equal(own.gifts_deducted, STICKER);
  }, bookWith({ id: 'g', when: { amount_gte: 4000 }, scope: { stores: ['s1'] }, give: sticker })));

test('each store has a gift of its own', () =>
  withOrder([['cake', 2, 's1'], ['cake', 2, 's2']], async ({ server, placed }) => {
    const one = await server.refund(placed.order, 's2', lines('cake@s2', 2));
    assert.equal(one.gifts_deducted, STICKER);
    const two = await server.refund(placed.order, 's1', lines('cake@s1', 1));
    assert.equal(two.gifts_deducted, STICKER);
  }, bookWith({ id: 'g', level: 'store', when: { amount_gte: 4000 }, give: sticker })));

test('what was spent meanwhile is told, never taken below 0', () =>
  withOrder([['cake', 5]], async ({ server, order, member, placed }) => {
    const second = await order(['tea', 2]);
    assert.equal(member().bonus, 0);
    await server.refund(placed.order, 'all', lines('cake', 5));
    assert.equal(member().bonus, 0);
    const [{ body }] = server.read("SELECT body FROM outbox WHERE kind = 'order.refund'");
    assert.deepEqual(JSON.parse(body).short, { bonus: 300, coupon: 1 });
    assert.equal(second.cash, 1200);
  }));

const toldShort = (server) => JSON.parse(server.read(
  "SELECT body FROM outbox WHERE kind = 'order.refund' ORDER BY at_ms DESC")[0].body).short;
const pointsOf = (server) => server.read('SELECT points FROM member')[0].points;

test('earned points that were spent are told, and not taken from those that come back', () =>
  withOrder([], async ({ server, phone, order }) => {
    await server.grant(phone.member, { entry: 'x', points: 500 });
    await phone.sync(phone.op('cart.choose', { points: 500 }));
    const first = await order(['cake', 10]);
    const earned = pointsOf(server);
    assert.ok(earned > 200);
    await phone.sync(phone.op('cart.choose', { points: 200 }));
    const second = await order(['tea', 5]);
    const left = pointsOf(server);
    assert.ok(second.order && left < earned);
    const reply = await server.refund(first.order, 'all', lines('cake', 10));
    assert.deepEqual([reply.points, reply.earned, reply.earned_short],
      [500, earned, earned - left]);
    assert.equal(pointsOf(server), 500);
    assert.equal(toldShort(server).points, earned - left);
  }, testBook()));

test('a gift that was never sent is on the shelf again and costs nothing, named or not', () =>
  withOrder([], async ({ server, order }) => {
    await server.restock({ sku: 'sticker', n: 10 });
    const left = () => server.read("SELECT left_n FROM stock WHERE sku = 'sticker'")[0].left_n;
    const unsent = { ...lines('cake', 3), shipped: false };
    const named = { ...unsent, gifts_returned: [{ rule: 'gift', qty: 1 }] };
    for (const refund of [unsent, named]) {
      const placed = await order(['cake', 3]);
      assert.equal(left(), 9);
      const reply = await server.refund(placed.order, 'all', refund);
      assert.deepEqual([reply.gifts_deducted, reply.money, left()], [0, placed.payable, 10]);
    }
    // What was sent and is kept is deducted, and gone from the shelf.
    const sent = await order(['cake', 3]);
    const reply = await server.refund(sent.order, 'all', lines('cake', 3));
    assert.deepEqual([reply.gifts_deducted > 0, left()], [true, 9]);
  }, testBook()));

test('of several steps those that were never sent count as returned, in parts, too', () =>
  withOrder([['cake', 3]], async ({ server, placed }) => {
    await server.restock({ sku: 'sticker', n: 10 });
    const refund = (name, qty) => server.refund(placed.order, name,
      { ...lines('cake', qty), shipped: false });
    const replies = [await refund('one', 1), await refund('two', 2)];
    assert.deepEqual(replies.map((reply) => reply.gifts_deducted), [0, 0]);
    assert.equal(replies[0].money + replies[1].money, placed.payable);
  }, bookWith({ id: 'g', when: { amount_gte: 2000 },
    give: { every: { by: 'amount', base: 'list', step: 2500, give: sticker } } })));

test('of two groups of a rule each has its own gift, sent or not', () =>
  withOrder([], async ({ server, order }) => {
    await server.restock({ sku: 'sticker', n: 10 });
    const left = () => server.read("SELECT left_n FROM stock WHERE sku = 'sticker'")[0].left_n;
    const both = [['cake', 2, 's1'], ['cake', 2, 's2']];
    const unsent = { shipped: false };
    const one = await order(...both);
    assert.equal(left(), 8);
    const all = { lines: [{ id: 'cake@s1', qty: 2 }, { id: 'cake@s2', qty: 2 }], ...unsent };
    assert.equal((await server.refund(one.order, 'all', all)).money, one.payable);
    assert.equal(left(), 10);
    // The one that was sent is the shopper's to keep and to pay, the other was never his.
    const two = await order(...both);
    const sent = await server.refund(two.order, 's2', lines('cake@s2', 2));
    const other = await server.refund(two.order, 's1', { ...lines('cake@s1', 2), ...unsent });
    assert.deepEqual([sent.gifts_deducted, other.gifts_deducted, left()], [STICKER, 0, 9]);
  }, bookWith({ id: 'g', level: 'store', when: { amount_gte: 4000 }, give: sticker })));

test('what a limited rule gave is there again when nothing was sent and nothing is left', () =>
  withOrder([], async ({ server, order }) => {
    await server.setRuleLeft({ rule: 'hundred', n: 2 });
    const left = () => server.read('SELECT left_n FROM rule_left')[0].left_n;
    const [sent, unsent] = [await order(['lamp', 1]), await order(['lamp', 1])];
    assert.equal(left(), 0);
    await server.refund(sent.order, 'all', lines('lamp', 1));
    assert.equal(left(), 0);
    await server.refund(unsent.order, 'all', { ...lines('lamp', 1), shipped: false });
    assert.equal(left(), 1);
  }, testBook()));
