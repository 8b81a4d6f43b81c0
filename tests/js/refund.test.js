// Refunds: against a naive count, in every order and grouping, and all the way from a quote.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { rawEngine, hasNativeProgram, nativeProgram } from '../../js/cli/engines.js';
import { createEngine, limits, orderRecord, SuanpanError } from '../../js/node.js';
import { readRefundCases } from '../cases/read_cases.js';
import { workloads } from '../bench/workload.js';
import { spawnSync } from 'node:child_process';
import { randomFrom } from './random.js';
import { mutants, naiveRefund } from './refund_naive.js';

const sum = (values) => values.reduce((total, value) => total + value, 0);
const shuffled = (list, random) => {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
};

// ---- orders and refunds made by chance ----

function segmentOf(random) {
  const qty = 1 + random.below(random.pick([1, 4, 12]));
  // Half of the list amounts are what no quantity divides, some are 0.
  const list = random.pick([0, qty * (1 + random.below(3000)), 1 + random.below(9000)]);
  const net = random.below(list + 1);
  const points_cut = random.pick([0, 0, random.below(net + 1)]);
  return { qty, list, paid: net - points_cut, points_cut, points: random.pick([0, 0, 0, 77]) };
}

function split(amount, count, random) {
  const cuts = Array.from({ length: count - 1 }, () => random.below(amount + 1));
  const ends = [0, ...cuts.sort((a, b) => a - b), amount];
  return ends.slice(1).map((end, i) => end - ends[i]);
}

function orderOf(random) {
  const lines = Array.from({ length: 1 + random.below(4) }, (_, i) => ({
    id: `line-${i}`, sku: `sku-${i}`, earned: random.below(60),
    segments: Array.from({ length: random.pick([1, 1, 2, 4]) }, () => segmentOf(random)),
  }));
  const segments = lines.flatMap(({ id, segments: own }) =>
    own.map((s, i) => ({ ...s, at: [id, i] })));
  const own = sum(segments.map((s) => s.points));
  const used = own + random.below(700);
  const order = { lines, freight: random.below(900), fees: random.below(300),
    points: { used, cut: sum(segments.map((s) => s.points_cut)) }, earned: random.below(40) };
  if (random.below(3) === 0) order.fees_refundable = false;
  if (random.below(2)) order.earned_balance = random.below(60);
  if (random.below(3)) {
    order.points.lots = split(used, 1 + random.below(3), random)
      .map((n, i) => ({ id: `lot-${i}`, used: n }));
  }
  const payable = sum(segments.map((s) => s.paid)) + order.freight + order.fees;
  if (random.below(3)) {
    const [gift_card, principal, bonus, cash] = split(payable, 4, random);
    order.tender = { gift_card, principal, bonus, cash };
  }
  order.coupons = Array.from({ length: random.below(4) }, (_, i) => ({
    id: `coupon-${i}`,
    segments: segments.filter(() => random.below(2)).map(({ at }) => at),
  }));
  const termOf = () => {
    const by = random.pick(['amount', 'amount', 'qty']);
    const some = lines.filter(() => random.below(2)).map(({ id }) => id);
    const measured = segments.filter(({ at: [id] }) => some.length === 0 || some.includes(id))
      .map((s) => (by === 'qty' ? s.qty : s.list));
    // Thresholds near whole prices are met exactly now and then.
    const gte = random.pick([random.below(sum(measured) + 1), sum(measured), ...measured]);
    const times = random.pick([1, 1, 2, 3, 7]);
    return { gte: Math.floor(gte / times), by, ...(some.length ? { lines: some } : {}),
      ...(times > 1 ? { times } : {}) };
  };
  order.gifts = Array.from({ length: random.below(4) }, () => ({
    rule: `gift-${random.below(2)}`, sku: 'mug', qty: 1 + random.below(3),
    value: random.below(1000), when: termOf(),
    ...(random.below(3) ? {} : { and: Array.from({ length: 1 + random.below(3) }, termOf) }),
  }));
  return order;
}

// Entries that fit whatever comes first: of no segment more than all of it.
function entriesOf(order, random) {
  const entries = order.lines.flatMap(({ id, segments }) => segments.flatMap((s, segment) => {
    const pieces = random.pick([0, s.qty, s.qty, random.below(s.qty + 1)]);
    const left = s.list - Math.floor((s.list * pieces) / s.qty);
    const amount = random.pick([0, 0, left, random.below(left + 1)]);
    return [
      ...split(pieces, 1 + random.below(3), random).map((qty) => ({ id, segment, qty })),
      ...split(amount, 1 + random.below(2), random).map((list) => ({ id, segment, list })),
    ].filter(({ qty = 0, list = 0 }) => qty + list > 0);
  }));
  const given = {};
  for (const { rule, qty } of order.gifts) given[rule] = (given[rule] || 0) + qty;
  for (const [rule, qty] of Object.entries(given)) {
    const back = random.below(qty + 1);
    if (back > 0) entries.push({ rule, qty: back });
  }
  return entries;
}

// Cuts entries into refunds; entries that name a rule are gifts.
function grouped(entries, random, flags) {
  const refunds = [];
  for (let i = 0; i < entries.length;) {
    const group = entries.slice(i, i + 1 + random.below(4));
    i += group.length;
    const gifts = group.filter(({ rule }) => rule);
    refunds.push({ lines: group.filter(({ rule }) => !rule), ...flags(),
      ...(gifts.length ? { gifts_returned: gifts } : {}) });
  }
  return refunds;
}

const randomFlags = (random) => () => ({
  ...(random.below(2) ? { shipped: false } : {}),
  ...(random.below(3) === 0 ? { fault: 'merchant' } : {}),
});

// What is left of every segment, by pieces: beyond what list amounts have paid back already.
function restOf(order, refunds) {
  const entries = refunds.flatMap(({ lines }) => lines);
  return order.lines.flatMap(({ id, segments }) => segments.flatMap((s, segment) => {
    const mine = entries.filter((e) => e.id === id && e.segment === segment);
    const qty = s.qty - sum(mine.map((e) => e.qty || 0));
    return qty > 0 ? [{ id, segment, qty }] : [];
  }));
}

// Each reply of a sequence of refunds.
const replies = (engine, order, refunds, more) => refunds.map((refund, i) =>
  engine.refund({ order, done: refunds.slice(0, i), refund, ...more }));

// What all of them add up to: sums by name, ids that came back.
function total(list) {
  const found = { coupons: [], lots: {}, lines: {} };
  const add = (to, key, value) => {
    to[key] = (to[key] || 0) + value;
  };
  for (const reply of list) {
    const { tender, lots, coupons, gifts, lines, ...figures } = reply;
    for (const [key, value] of Object.entries({ ...figures, ...tender })) add(found, key, value);
    for (const { id, points } of lots) add(found.lots, id, points);
    for (const { id, segment, ...more } of lines) {
      for (const key of Object.keys(more)) add(found.lines, `${id} ${segment} ${key}`, more[key]);
    }
    for (const gift of gifts) add(found, `deducted ${gift.rule}`, gift.deducted);
    found.coupons.push(...coupons);
  }
  found.coupons.sort();
  assert.equal(new Set(found.coupons).size, found.coupons.length, 'a coupon came back twice');
  // A sum of 0 may have been named or not.
  const clean = (object) => Object.fromEntries(Object.entries(object).filter(([, v]) => v !== 0));
  return { ...clean(found), lots: clean(found.lots), lines: clean(found.lines) };
}

const rateOf = (random) => (random.below(3)
  ? { points_rate: { num: 1 + random.below(9), den: 1 + random.below(5) } } : {});

// ---- the tests ----

describe('refunds', () => {
  let engine;
  before(async () => {
    engine = await createEngine();
  });
  after(() => engine.dispose());

  const scene = (seed) => {
    const random = randomFrom(seed);
    const order = orderOf(random);
    const refunds = grouped(shuffled(entriesOf(order, random), random), random,
      randomFlags(random));
    return { random, order, refunds, more: rateOf(random) };
  };
  const scenes = 1500;

  test('each is what a naive count says', () => {
    let count = 0;
    let wholes = 0;
    for (let seed = 1; seed <= scenes; seed++) {
      const { random, order, refunds, more } = scene(seed);
      const rest = restOf(order, refunds);
      if (rest.length > 0 && random.below(2)) refunds.push({ lines: rest, shipped: false });
      replies(engine, order, refunds, more).forEach((reply, i) => {
        const request = { order, done: refunds.slice(0, i), refund: refunds[i], ...more };
        assert.deepEqual(reply, naiveRefund(request), `seed ${seed}: ${JSON.stringify(request)}`);
        assert.equal(sum(Object.values(reply.tender)), reply.money, `seed ${seed}`);
        count++;
        wholes += reply.freight > 0;
      });
    }
    assert.ok(count > 3 * scenes && wholes > scenes / 10, `${count} refunds, ${wholes} whole`);
  });

  for (const [name, mutant] of Object.entries(mutants)) {
    test(`a naive count that ${name} is found`, () => {
      for (let seed = 1; seed <= scenes; seed++) {
        const { order, refunds, more } = scene(seed);
        const rest = restOf(order, refunds);
        if (rest.length > 0) refunds.push({ lines: rest, shipped: false });
        const differs = refunds.some((refund, i) => {
          const request = { order, done: refunds.slice(0, i), refund, ...more };
          return JSON.stringify(naiveRefund(request, mutant))
            !== JSON.stringify(naiveRefund(request));
        });
        if (differs) return;
      }
      assert.fail('no difference in any scene');
    });
  }

  test('their order does not matter', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { random, order, refunds, more } = scene(seed);
      const one = total(replies(engine, order, refunds, more));
      const other = total(replies(engine, order, shuffled(refunds, random), more));
      assert.deepEqual(other, one, `seed ${seed}`);
    }
  });

  test('their grouping does not matter', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { random, order, more } = scene(seed);
      const entries = entriesOf(order, random);
      const flags = randomFlags(random)();
      const totals = [0, 1, 2].map(() => total(replies(engine, order,
        grouped(shuffled(entries, random), random, () => flags), more)));
      assert.deepEqual(totals[1], totals[0], `seed ${seed}`);
      assert.deepEqual(totals[2], totals[0], `seed ${seed}`);
    }
  });

  test('never more than was paid, and all of it in the end', () => {
    for (let seed = 1; seed <= 600; seed++) {
      const { order, refunds } = scene(seed);
      const rest = restOf(order, refunds);
      if (rest.length > 0) refunds.push({ lines: rest });
      const given = {};
      for (const { rule, qty } of order.gifts) given[rule] = (given[rule] || 0) + qty;
      const back = refunds.flatMap((refund) => refund.gifts_returned || []);
      for (const { rule, qty } of back) given[rule] -= qty;
      const gifts_returned = Object.keys(given).filter((rule) => given[rule] > 0)
        .map((rule) => ({ rule, qty: given[rule] }));
      if (gifts_returned.length > 0) refunds.push({ lines: [], gifts_returned });
      const goods = sum(order.lines.flatMap(({ segments }) => segments.map((s) => s.paid)));
      let paidBack = 0;
      const all = replies(engine, order, refunds, {});
      for (const reply of all) {
        paidBack += reply.money;
        assert.ok(paidBack <= goods + order.freight + order.fees, `seed ${seed}`);
      }
      const sums = total(all);
      assert.equal(sums.goods || 0, goods, `seed ${seed}`);
      assert.equal(sums.points || 0, order.points.used, `seed ${seed}`);
      assert.equal(sums.gifts_deducted || 0, 0, `seed ${seed}`);
      assert.equal(sums.earned || 0,
        order.earned + sum(order.lines.map(({ earned }) => earned)), `seed ${seed}`);
      assert.deepEqual(sums.coupons, order.coupons.map(({ id }) => id).sort(), `seed ${seed}`);
      for (const { id, used } of order.points.lots || []) {
        assert.equal(sums.lots[id] || 0, used, `seed ${seed}`);
      }
      // Nothing is left that could go back once more.
      const [{ id }] = order.lines;
      for (const more of [{ qty: 1 }, { list: 1 }]) {
        assert.throws(() => engine.refund({ order, done: refunds,
          refund: { lines: [{ id, ...more }] } }), { code: 'E_RANGE' });
      }
    }
  });

  test('limits: one inside and one outside', () => {
    const segments = [{ qty: 1, list: 1, paid: 1 }];
    const order = (count) => ({
      lines: Array.from({ length: count }, (_, i) => ({ id: `l${i}`, segments })),
    });
    const refund = { lines: [{ id: 'l0', qty: 1 }] };
    const fails = (code, path, request) => assert.throws(() => engine.refund(request),
      { code, path });
    const gift = { rule: 'g', sku: 'm', qty: 1, value: 1, when: { gte: 1 } };
    const lots = (count) => Array.from({ length: count }, (_, i) => ({ id: `p${i}`, used: 1 }));
    const withLots = (count) =>
      ({ ...order(1), points: { used: count, cut: 0, lots: lots(count) } });
    const giftsOnly = { lines: [], gifts_returned: [{ rule: 'g', qty: 1 }] };
    const manyGifts = (count) => ({ ...order(1), gifts: [{ ...gift, qty: count }] });
    const done = (count) => Array.from({ length: count }, () => giftsOnly);
    assert.equal(engine.refund({ order: order(limits.lines_max), refund }).money, 1);
    fails('E_LIMIT', '/order/lines', { order: order(limits.lines_max + 1), refund });
    engine.refund({ order: withLots(limits.order_lots_max), refund });
    fails('E_LIMIT', '/order/points/lots', { order: withLots(limits.order_lots_max + 1), refund });
    const gifts = (count) => ({ ...order(1), gifts: Array.from({ length: count }, () => gift) });
    engine.refund({ order: gifts(limits.order_gifts_max), refund });
    fails('E_LIMIT', '/order/gifts', { order: gifts(limits.order_gifts_max + 1), refund });
    engine.refund({ order: manyGifts(1000), done: done(limits.refunds_max), refund });
    fails('E_LIMIT', '/done',
      { order: manyGifts(1000), done: done(limits.refunds_max + 1), refund });
    const sized = (size) => {
      const value = { order: order(1), refund, x: '' };
      value.x = 'x'.repeat(size - JSON.stringify(value).length);
      return value;
    };
    fails('E_FIELD', '/x', sized(limits.refund_bytes_max));
    fails('E_LIMIT', '', sized(limits.refund_bytes_max + 1));
  });
});

// ---- the golden cases ----

function findMismatch(expected, actual, path = '') {
  if (expected === null || typeof expected !== 'object') {
    return Object.is(expected, actual) ? null : `${path}: ${expected}, not ${actual}`;
  }
  if (!actual || (Array.isArray(expected) && actual.length !== expected.length)) {
    return `${path}: ${JSON.stringify(expected)}, not ${JSON.stringify(actual)}`;
  }
  return Object.keys(expected).map((key) => findMismatch(expected[key], actual[key],
    `${path}/${key}`)).find((found) => found !== null) ?? null;
}

describe('golden refunds', () => {
  const cases = readRefundCases();

  test('there are as many as ever', () => assert.ok(cases.length >= 120, `${cases.length}`));

  test('module, twin and native program answer alike, and as the case says', async () => {
    const [wasm, twin] = [await rawEngine('wasm'), await rawEngine('wasm2js')];
    for (const { title, refund, expect, error } of cases) {
      const input = Buffer.from(JSON.stringify(refund));
      const { status, reply } = wasm('sp_refund', input);
      const other = twin('sp_refund', input);
      assert.deepEqual([other.status, String(other.reply)], [status, String(reply)], title);
      assert.equal(status < 0, error !== undefined, `${title}: ${reply}`);
      assert.equal(findMismatch(expect ?? error, JSON.parse(reply)), null, title);
    }
    if (!hasNativeProgram()) return;
    for (const { title, refund } of cases.filter((_, i) => i % 8 === 0)) {
      const input = JSON.stringify(refund);
      const run = spawnSync(nativeProgram, ['refund', '--request', '-'],
        { input, encoding: 'utf8' });
      const { reply } = wasm('sp_refund', Buffer.from(input));
      assert.equal(run.stdout.trimEnd(), String(reply), title);
    }
  });

  test('the naive count says the same', () => {
    for (const { title, refund, expect } of cases.filter((c) => c.expect)) {
      assert.equal(findMismatch(expect, naiveRefund(refund)), null, title);
    }
  });
});

// ---- from a quote ----

const fixture = (name) => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const unsigned = { unsignedBookForDevelopment: true };

describe('the record of an order', () => {
  // Quotes the request and gives everything back piece by piece in a random order.
  async function everythingBack(book, request, random, more) {
    const engine = await createEngine();
    await engine.load(book, unsigned);
    const full = { ...request, detail: 'full' };
    const receipt = engine.quote(full);
    const order = orderRecord(receipt, full, more);
    const pieces = order.lines.flatMap(({ id, segments }) => segments.flatMap(({ qty }, segment) =>
      split(qty, 1 + random.below(3), random).filter((n) => n > 0)
        .map((n) => ({ id, segment, qty: n }))));
    const refunds = grouped(shuffled(pieces, random), random, () => ({ shipped: false }));
    const sums = total(replies(engine, order, refunds, {}));
    engine.dispose();
    return { receipt, order, sums };
  }

  function checkAll({ receipt, order, sums }) {
    assert.equal(sums.money || 0, receipt.totals.payable);
    assert.equal(sums.points || 0, receipt.points.used);
    assert.deepEqual(sums.coupons, receipt.coupons.filter(({ state }) => state === 'picked')
      .map(({ id }) => id).sort());
    assert.equal(sums.earned || 0, receipt.points.earned
      + sum(receipt.rewards.map(({ points = 0 }) => points)));
    assert.ok(JSON.stringify(order).length < limits.request_bytes_max);
  }

  test('carts of all sizes go back to the fen', async () => {
    const random = randomFrom(5);
    checkAll(await everythingBack(fixture('book.json'), fixture('request.json'), random));
    for (const { name, verb, book, request } of workloads()) {
      if (verb !== 'quote' || !/full|8 coupons/.test(name)) continue;
      checkAll(await everythingBack(book, request, random));
    }
  });

  test('points and rounding off on one line', async () => {
    const book = {
      suanpan_book: 1, shop: 's', version: 1, meaning: 1,
      catalog: { skus: [{ id: 'a', price: 1234 }, { id: 'b', price: 777 }] },
      rules: { preset: 'cn_sequential', policy: { rounding_off_fen: 100 }, rules: [],
        points: { num: 1, den: 1, step: 1, share_bp: 3000, earn: { num: 1, den: 100 } } },
    };
    const random = randomFrom(6);
    for (let qty = 1; qty < 40; qty++) {
      const request = { now: 0, member: { points: qty * 37 }, points: 'max',
        lines: [{ sku: 'a', qty }, { sku: 'b', qty: 1 + (qty % 3) }] };
      checkAll(await everythingBack(book, request, random));
    }
  });

  const plainBook = (rules) => ({
    suanpan_book: 1, shop: 's', version: 1, meaning: 1,
    catalog: { skus: [{ id: 'a', price: 1000, tags: ['x5'] }, { id: 'b', price: 1000 },
      { id: 'c', price: 1050 }] },
    rules: { preset: 'cn_sequential', rules: [], ...rules },
  });

  async function recordOf(book, request) {
    const engine = await createEngine();
    await engine.load(book, unsigned);
    const full = { now: 0, ...request, detail: 'full' };
    const order = orderRecord(engine.quote(full), full);
    const first = engine.refund({ order, refund: { lines: [{ id: '0', qty: 1 }] } });
    engine.dispose();
    return { order, first };
  }

  test('a line gives back the points that it earned, not a share of all', async () => {
    const book = plainBook({
      points: { num: 1, den: 1, earn: { num: 1, den: 100, by_tag: { x5: 50000 } } },
    });
    const { order, first } = await recordOf(book, { lines: [{ sku: 'a', qty: 1 },
      { sku: 'b', qty: 1 }] });
    assert.deepEqual(order.lines.map(({ earned }) => earned), [50, 10]);
    assert.equal(order.earned, undefined);
    assert.equal(first.earned, 50);
  });

  test('a line says what its points took, whatever the rounding off took beside', async () => {
    const book = plainBook({
      points: { num: 1, den: 1, share_bp: 5000 }, policy: { rounding_off_fen: 100 },
    });
    const { order } = await recordOf(book, { member: { points: 800 }, points: 'max',
      lines: ['a', 'b', 'c'].map((sku) => ({ sku, qty: 1 })) });
    // 800 over 3050 by what is left, the rest to the last; so are the 50 that are rounded off.
    assert.deepEqual(order.lines.map(({ segments }) => segments[0].points_cut), [262, 262, 276]);
  });

  // Two of four pieces at a unit price of their own; a coupon cuts what is left at list.
  test('a coupon comes back with the segments that it may have cut', async () => {
    const book = plainBook({ rules: [
      { id: 'two', kind: 'timed', stage: 'unit', scope: { skus: ['a'] },
        give: { unit_price: { price: 600, max_units: 2 } } },
      { id: 'c', kind: 'coupon', stage: 'shop_coupon', scope: { skus: ['a'] },
        stack: { applies_to_discounted: false }, give: { amount_off: { amount: 100 } } },
    ] });
    const { order } = await recordOf(book, { lines: [{ sku: 'a', qty: 4 }, { sku: 'b', qty: 1 }],
      coupons: [{ id: 'mine', rule: 'c' }] });
    assert.deepEqual(order.lines[0].segments.map(({ paid }) => paid), [1200, 1900]);
    assert.deepEqual(order.coupons, [{ id: 'mine', segments: [['0', 1]] }]);
  });

  test('says what only the merchant knows', async () => {
    const book = fixture('book.json');
    const request = { ...fixture('request.json'), detail: 'full' };
    const engine = await createEngine();
    await engine.load(book, unsigned);
    const receipt = engine.quote(request);
    const gift = { rule: 'g', sku: 'mug', qty: 2, value: 500, when: { gte: 2000, by: 'amount' } };
    const list = sum(receipt.lines.map((line) => line.list));
    // What was measured on more than list prices breaks with the first piece, whatever the step.
    const steps = { ...gift, rule: 'h', when: { gte: list, times: 2 }, and: [{ gte: list + 1 }] };
    const order = orderRecord(receipt, request,
      { gifts: [gift, steps], fees_refundable: false, earned_balance: 0 });
    assert.deepEqual(order.gifts, [gift,
      { ...steps, when: { gte: Math.floor(list / 2), times: 2 }, and: [{ gte: list }] }]);
    assert.equal(order.fees_refundable, false);
    assert.equal(order.earned_balance, 0);
    const reply = engine.refund({ order, refund: { lines: [{ id: '0', qty: 1 }] } });
    assert.equal(reply.lines.length, 1);
    const { detail, ...unsaid } = request;
    assert.deepEqual(orderRecord(engine.quote(unsaid), unsaid), orderRecord(receipt, request));
    assert.throws(() => orderRecord(engine.quote({ ...request, detail: 'lines' }),
      { ...request, detail: 'lines' }),
    (error) => error instanceof SuanpanError && error.code === 'E_CONFLICT');
    engine.dispose();
  });
});
