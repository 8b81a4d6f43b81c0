// The table of src/sync/README.md, section 9, row by row: first the law alone, with prices that the
// test sets, then the same through the server with real books.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, timeOf, touchedRules } from '../../js/server/law.js';
import { quoteRequest } from '../../js/shop/request.js';
import { SHOP, testBook } from './book.js';
import { startTestServer } from './start.js';

// ---- the law alone ----

const NOW_S = 1000000;

const receiptOf = (payable, hash = `h${payable}`, rules = ['r']) => ({
  hash, totals: { payable }, coupons: [], gifts: [], rewards: [],
  lines: [{ cuts: rules.map((rule) => ({ rule })) }],
  activities: rules.map((rule) => ({ rule, state: 'applied' })),
});

const bookOf = (ver, grace = { r: 120 }, more = {}) => ({ epoch: 1, ver,
  manifest: { min_ver: 1, ...more }, graceS: (rule) => grace[rule] });

// prices: { left, 'ver@time' or ver: payable | null }
function ask({ named = 2, current = 2, prices, shown = 500, hash, e = '1', agoS = 0,
  isHonoured = true, supersededAgoS = 0, grace, minVer = 1, isKept = true,
  isAsClaimed = true, rules }) {
  const books = { 1: bookOf(1, grace), 2: bookOf(2, grace, { min_ver: minVer }),
    3: bookOf(3, grace) };
  const asked = [];
  const price = (book, nowS, left) => {
    asked.push([book.ver, nowS]);
    const [found] = [left, `${book.ver}@${nowS - NOW_S}`].filter((name) => name in prices);
    const payable = prices[found === undefined ? book.ver : found];
    return payable === null ? null : receiptOf(payable, undefined, rules);
  };
  const answer = judge({ named: { epoch: 1, ver: named }, book: isKept ? books[named] : null,
    current: books[current], shown: { t: shown, h: hash || `h${shown}`, e }, price,
    engineVersion: '1', isHonoured, supersededS: NOW_S - supersededAgoS,
    time: { shownS: NOW_S - agoS, arrivalS: NOW_S, isAsClaimed } });
  const { book, receipt, ...rest } = answer;
  return { ...rest, ...(book ? { book: book.ver } : {}),
    ...(receipt ? { payable: receipt.totals.payable } : {}), asked };
}

const decide = (options) => {
  const { asked, ...answer } = ask(options);
  return answer;
};

test('current and equal: accepted, with one pass', () => {
  assert.deepEqual(ask({ prices: { 2: 500 } }),
    { book: 2, payable: 500, asked: [[2, NOW_S]] });
});

test('current and different: E_REPRICE, and engine_mismatch only between equal engines', () => {
  const mismatch = { code: 'E_REPRICE', payable: 501, alarm: 'engine_mismatch' };
  assert.deepEqual(decide({ prices: { 2: 501 } }), mismatch);
  assert.deepEqual(decide({ prices: { 2: 499 } }), { ...mismatch, payable: 499 });
  assert.deepEqual(decide({ prices: { 2: 501 }, e: '0.9' }), { code: 'E_REPRICE', payable: 501 });
  assert.deepEqual(decide({ prices: { 2: null } }),
    { code: 'E_REPRICE', alarm: 'engine_mismatch' });
  // The time was not the phone's to choose, so another price is no wonder.
  assert.deepEqual(decide({ prices: { 2: 501 }, isAsClaimed: false }),
    { code: 'E_REPRICE', payable: 501 });
});

test('current and different, but by what was left of goods and quotas: no mismatch', () => {
  const answer = { code: 'E_REPRICE', payable: 450 };
  const came = { 2: 450, unknown: 450, spent: 550 };
  for (const shown of [500, 550]) {
    assert.deepEqual(decide({ prices: came, shown }), answer, 'a quota came back');
  }
  assert.deepEqual(decide({ prices: { 2: 450, unknown: 400, spent: 450 }, shown: 400 }), answer);
  const mismatch = { ...answer, alarm: 'engine_mismatch' };
  for (const shown of [449, 551]) assert.deepEqual(decide({ prices: came, shown }), mismatch);
  // A decision that quotas have no part in is lawful or not whatever is left of them.
  assert.deepEqual(decide({ prices: { ...came, spent: null } }), mismatch);
});

test('current, its window closed since: honoured for the patience of the rules that acted', () => {
  const late = { prices: { '2@-60': 500, '2@0': 900 }, agoS: 60 };
  assert.deepEqual(decide({ ...late, grace: { r: 60 } }), { book: 2, payable: 500 });
  assert.deepEqual(decide({ ...late, grace: { r: 59 } }), { code: 'E_REPRICE', payable: 900 });
  assert.deepEqual(decide({ ...late, grace: { r: 0 }, prices: { '2@-60': 500, '2@0': 480 } }),
    { book: 2, payable: 480 });
  // The shortest patience counts.
  assert.deepEqual(decide({ ...late, grace: { r: 600, s: 10 }, rules: ['r', 's'] }),
    { code: 'E_REPRICE', payable: 900 });
});

test('older and not reproducible: E_REPRICE and quote_forged', () => {
  const forged = { code: 'E_REPRICE', payable: 700, alarm: 'quote_forged' };
  assert.deepEqual(decide({ named: 1, prices: { 1: 600, 2: 700 } }), forged);
  assert.deepEqual(decide({ named: 1, prices: { 1: 500, 2: 700 }, hash: 'other' }), forged);
  assert.deepEqual(decide({ named: 1, prices: { 1: null, 2: 700 } }), forged);
  // A forged low price is refused even where the true one is cheaper still.
  assert.deepEqual(decide({ named: 1, prices: { 1: 600, 2: 400 } }), { ...forged, payable: 400 });
});

test('older, genuine, now cheaper or equal: the lower price', () => {
  assert.deepEqual(decide({ named: 1, prices: { 1: 500, 2: 450 } }), { book: 2, payable: 450 });
  assert.deepEqual(decide({ named: 1, prices: { 1: 500, 2: 500 } }), { book: 2, payable: 500 });
});

test('older, genuine, now dearer: the shown price within grace from the end of the book', () => {
  const dearer = { named: 1, prices: { 1: 500, 2: 700 }, grace: { r: 30 } };
  assert.deepEqual(decide({ ...dearer, supersededAgoS: 30 }), { book: 1, payable: 500 });
  assert.deepEqual(decide({ ...dearer, supersededAgoS: 31 }), { code: 'E_REPRICE', payable: 700 });
  assert.deepEqual(decide({ ...dearer, grace: { r: 0 }, supersededAgoS: 1 }),
    { code: 'E_REPRICE', payable: 700 });
  // No rule acted: a list price is waited for two minutes.
  assert.deepEqual(decide({ ...dearer, rules: [], supersededAgoS: 120 }),
    { book: 1, payable: 500 });
  assert.deepEqual(decide({ ...dearer, rules: [], supersededAgoS: 121 }),
    { code: 'E_REPRICE', payable: 700 });
  // What is not lawful now is dearer than anything.
  assert.deepEqual(decide({ ...dearer, prices: { 1: 500, 2: null } }), { book: 1, payable: 500 });
});

test('only the book that was current at the device\'s last sync is honoured', () => {
  assert.deepEqual(decide({ named: 1, prices: { 1: 500, 2: 700 }, isHonoured: false }),
    { code: 'E_REPRICE', payable: 700 });
  assert.deepEqual(decide({ named: 1, prices: { 1: 500, 2: 400 }, isHonoured: false }),
    { book: 2, payable: 400 });
});

test('recalled: E_BOOK_REVOKED; newer than the server knows: E_BUSY', () => {
  assert.deepEqual(decide({ named: 1, minVer: 2, prices: { 1: 500, 2: 400 } }),
    { code: 'E_BOOK_REVOKED' });
  assert.deepEqual(decide({ named: 3, prices: {} }), { code: 'E_BUSY' });
});

test('a book that is not kept any more is E_REPRICE without an alarm', () => {
  assert.deepEqual(decide({ named: 1, isKept: false, prices: { 2: 500 } }),
    { code: 'E_REPRICE', payable: 500 });
});

test('whatever the prices are, never more than shown is charged', () => {
  const values = [null, 499, 500, 501];
  for (const named of [1, 2]) {
    for (const then of values) {
      for (const now of values) {
        for (const agoS of [0, 60]) {
          const answer = ask({ named, agoS, grace: { r: 60 }, supersededAgoS: 10,
            prices: { 1: then, [`2@-${agoS}`]: then, '2@0': now, 2: now } });
          if (answer.book) assert.ok(answer.payable <= 500, JSON.stringify([named, then, now]));
          else assert.match(answer.code, /^E_/);
        }
      }
    }
  }
});

test('an op counts as done between the last reply or op before and its arrival', () => {
  const at = (claimedS, more = {}) => timeOf({ claimedS, arrivalMs: NOW_S * 1000 + 900,
    lastReplyMs: (NOW_S - 50) * 1000, lastDoneMs: 0, ...more }).shownS - NOW_S;
  assert.equal(at(NOW_S - 20), -20);
  assert.equal(at(NOW_S - 51), -50);
  assert.equal(at(NOW_S + 1), 0);
  assert.equal(at(0), -50);
  assert.equal(at(NOW_S - 40, { lastDoneMs: (NOW_S - 30) * 1000 }), -30);
  assert.equal(at(0, { lastReplyMs: 0 }), -600);
});

test('rules that were touched are those of cuts, activities, coupons, gifts and rewards', () => {
  assert.deepEqual(touchedRules({
    lines: [{ cuts: [{ rule: 'cut' }, { rule: 'coupon', coupon: 'c' }] }, {}],
    activities: [{ rule: 'benefit', state: 'applied' }, { rule: 'closed', state: 'closed' }],
    coupons: [{ rule: 'freight', state: 'picked' }, { rule: 'idle', state: 'usable' }],
    gifts: [{ rule: 'gift' }], rewards: [{ rule: 'reward' }],
  }), ['cut', 'coupon', 'benefit', 'freight', 'gift', 'reward']);
});

// ---- through the server ----

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server, await server.engine());
    assert.deepEqual(server.errors(), []);
  } finally {
    await server.stop();
  }
}

const dearer = (version, tea) => testBook(version, (book) => {
  book.catalog.skus[0].price = tea;
});

const result = async (phone, body) => (await phone.sync(body)).res[0];

test('server: the price of the client is never taken', () => withServer(async (server, engine) => {
  const phone = await server.phone();
  await phone.sync(phone.add('cake', 2));
  for (const shown of [{ t: 1 }, { t: 0 }, { t: 4699 }]) {
    const { c, quote } = await result(phone, phone.order(engine, { shown }));
    assert.deepEqual([c, quote.payable], ['E_REPRICE', 4700]);
  }
  // More than it costs was shown: not what the server computes either.
  assert.equal((await result(phone, phone.order(engine, { shown: { t: 9999 } }))).c, 'E_REPRICE');
  assert.deepEqual(server.read('SELECT * FROM ord'), []);
  assert.deepEqual(new Set(server.alarms()), new Set(['engine_mismatch']));
  const { c, payable } = await result(phone, phone.order(engine));
  assert.deepEqual([c, payable], ['ok', 4700]);
}));

test('server: a quota that came back between quote and order is no mismatch of engines', () =>
  withServer(async (server, engine) => {
    await server.setRuleLeft({ rule: 'hundred', n: 0 });
    const phone = await server.phone();
    await phone.sync(phone.add('lamp', 1));
    const body = phone.order(engine, { live: { stock: {}, left: { hundred: 0 } } });
    assert.equal(body.q.t, 4000);
    await server.setRuleLeft({ rule: 'hundred', n: 1 });
    const { c, quote } = await result(phone, body);
    assert.deepEqual([c, quote.payable], ['E_REPRICE', 3950]);
    assert.deepEqual(server.alarms(), []);
    const { payable } = await result(phone, phone.order(engine));
    assert.equal(payable, 3950);
  }));

test('server: the receipt has the phone\'s hash', () => withServer(async (server, engine) => {
  const phone = await server.phone();
  await server.grant('m', { entry: 'x' });
  await phone.sync(phone.add('tea', 3, ['pearl']), phone.add('cake', 1));
  const body = phone.order(engine);
  const { order } = await result(phone, body);
  const [{ receipt }] = server.read('SELECT receipt FROM ord WHERE ord = ?', order);
  assert.equal(JSON.parse(receipt).hash, body.q.h);
}));

test('server: an unlawful decision is E_REPRICE', () => withServer(async (server, engine) => {
  const phone = await server.phone();
  await phone.sync(phone.add('cake', 2));
  const decision = { rules: [], lines: [], coupons: ['not_mine'] };
  assert.equal((await result(phone, phone.order(engine, { decision }))).c, 'E_REPRICE');
}));

test('server: an older book, dearer now, is honoured within the grace of its rules', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    // off_3000 acts, with a grace of 60 s.
    await phone.sync(phone.add('tea', 4));
    await server.publish(dearer(2, 1500));
    server.clock.add(60000);
    const { c, payable } = await result(phone, phone.order(engine, { b: [1, 1] }));
    assert.deepEqual([c, payable], ['ok', 3700]);
    const [row] = server.read('SELECT book_ver, shown, payable FROM ord');
    assert.deepEqual(row, { book_ver: 1, shown: 3700, payable: 3700 });
  }));

test('server: beyond the grace, and after another sync, it is E_REPRICE with the new price', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 4));
    await server.publish(dearer(2, 1500));
    server.clock.add(61000);
    const late = await result(phone, phone.order(engine, { b: [1, 1] }));
    assert.deepEqual([late.c, late.quote.payable], ['E_REPRICE', 5700]);
    // The answer told the phone of the new book: the old one is not honoured any more.
    await server.publish(dearer(3, 1600));
    const again = await result(phone, phone.order(engine, { b: [1, 1] }));
    assert.equal(again.c, 'E_REPRICE');
    assert.deepEqual(server.alarms(), []);
  }));

test('server: an older book, cheaper now, is charged the lower price', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 4));
    await server.publish(dearer(2, 900));
    const { c, payable } = await result(phone, phone.order(engine, { b: [1, 1] }));
    assert.deepEqual([c, payable], ['ok', 3300]);
    assert.equal(server.read('SELECT book_ver FROM ord')[0].book_ver, 2);
  }));

test('server: a forged quote under an older book is refused and told', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 4));
    await server.publish(dearer(2, 1500));
    const { c } = await result(phone, phone.order(engine, { b: [1, 1], shown: { t: 100 } }));
    assert.equal(c, 'E_REPRICE');
    assert.deepEqual(server.alarms(), ['quote_forged']);
  }));

test('server: a recalled book is E_BOOK_REVOKED, an unknown newer one uses up no number', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('tea', 4));
    await server.publish(dearer(2, 900), { minVer: 2 });
    assert.equal((await result(phone, phone.order(engine, { b: [1, 1] }))).c, 'E_BOOK_REVOKED');
    const { last } = phone;
    const reply = await phone.sync(phone.order(engine, { b: [1, 9] }));
    assert.deepEqual([reply.err, reply.last, reply.res], ['E_BUSY', last, []]);
    assert.equal(phone.last, last);
  }));

test('server: a flash price ends on time, because its rule has no patience', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    // 11:59:50 in Shanghai; the price ends at noon.
    server.clock.set(Date.UTC(2026, 10, 20, 3, 59, 50));
    await phone.sync(phone.add('flash', 1), phone.add('tea', 1));
    const body = phone.order(engine);
    assert.equal(body.q.t, 1100);
    server.clock.add(15000);
    const { c, quote } = await result(phone, body);
    assert.deepEqual([c, quote.payable], ['E_REPRICE', 4000]);
    // A minute before noon, said by a clock that the phone has set: not before the last reply.
    const back = Math.floor(Date.UTC(2026, 10, 20, 3, 59, 0) / 1000);
    assert.equal((await result(phone, phone.order(engine, { now: back }))).c, 'E_REPRICE');
  }));

test('server: a changed cart is E_REPRICE, whatever price was shown', () =>
  withServer(async (server, engine) => {
    const [one, two] = [await server.phone(), await server.phone()];
    await one.sync(one.add('cake', 2));
    const body = one.order(engine);
    await two.sync(two.add('cake', 1));
    assert.deepEqual(await result(one, body), { c: 'E_REPRICE', reason: 'CART', s: 2 });
  }));

test('server: a book of another key, shop or number is not taken in', () =>
  withServer(async (server) => {
    const { newSigningKey, signer } = await import('../../js/server/crypto.js');
    const stranger = signer(newSigningKey());
    await assert.rejects(server.publish(dearer(2, 1), { signers: [stranger] }),
      { code: 'E_SIGNATURE' });
    await assert.rejects(server.publish(dearer(1, 1)), { code: 'E_CONFLICT' });
    await assert.rejects(server.publish(dearer(1002, 1)), { code: 'E_CONFLICT' });
    await assert.rejects(server.publish({ ...dearer(2, 1), shop: 'elsewhere' }),
      { code: 'E_SIGNATURE' });
    assert.equal(server.shop.books.current().ver, 1);
    assert.equal(server.shop.tenant, SHOP);
  }));

const shownOf = (engine, phone, server) => engine.quote(quoteRequest(phone.state,
  { at: { fulfilment: 'pickup', now: Math.floor(server.clock.now() / 1000) }, use: {} }));

test('server: more cash than was shown is E_REPRICE, as stored value was spent elsewhere', () =>
  withServer(async (server, engine) => {
    const [one, two] = [await server.phone(), await server.phone()];
    await server.grant(one.member, { entry: 't', principal: 3000 });
    await one.sync(one.add('cake', 2));
    await two.sync();
    const { cash } = shownOf(engine, one, server).tender;
    assert.equal(cash, 1700);
    const stale = one.order(engine, { shown: { c: cash } });
    assert.equal((await result(two, two.order(engine, { shown: { c: cash } }))).cash, cash);
    await two.sync(two.add('cake', 2));
    const refused = await result(one, stale);
    assert.deepEqual([refused.c, refused.reason, refused.quote.payable],
      ['E_REPRICE', 'CASH', 4700]);
    const { c, cash: now } = await result(one, one.order(engine, { shown: { c: 4700 } }));
    assert.deepEqual([c, now], ['ok', 4700]);
  }));

test('server: a gift that was shown and is out is E_REPRICE, and named', () =>
  withServer(async (server, engine) => {
    await server.restock({ sku: 'sticker', n: 0 });
    const phone = await server.phone();
    await phone.sync(phone.add('cake', 3));
    const g = shownOf(engine, phone, server).gifts.map(({ state, ...gift }) => gift);
    const { c, reason, gifts } = await result(phone, phone.order(engine, { shown: { g } }));
    assert.deepEqual([c, reason, gifts],
      ['E_REPRICE', 'GIFTS', [{ rule: 'gift', sku: 'sticker' }]]);
    // Who was shown none, or says nothing of gifts, has the order without it.
    assert.equal((await result(phone, phone.order(engine, { shown: { g: [] } }))).c, 'ok');
  }));

test('server: what a phone says it has shown has to have its form', () =>
  withServer(async (server, engine) => {
    const phone = await server.phone();
    await phone.sync(phone.add('cake'));
    for (const shown of [{ c: -1 }, { c: '1' }, { g: {} }, { g: [1] },
      { g: [{ rule: 'gift', sku: 'sticker' }] }, { g: [{ rule: 1, sku: 's', qty: 1 }] }]) {
      assert.deepEqual(await phone.codes(phone.order(engine, { shown })), ['E_ARGS']);
    }
  }));
