// Refunds: what goes back is the engine's to say (src/README.md, section 10), of the record of what
// was paid and of all refunds before. Here it goes back to where it came from.
import * as check from './checks.js';
import { rewardPlace } from './gift_terms.js';
import { lowerTier, takeBack } from './givings.js';
import { Refused } from './refused.js';
import { tellOutside } from './outbox.js';
import { giveBack } from './takings.js';
import { raiseVer } from './view.js';
import { removePoints } from './wallet.js';

const refundable = ['paid', 'shipped', 'done'];

function returnTender(tx, { tenant, member }, { principal = 0, bonus = 0, gift_card: card = 0 }) {
  if (principal === 0 && bonus === 0 && card === 0) return;
  tx.must('E_NOT_FOUND', 'UPDATE member SET gift_card = gift_card + ?, principal = principal + ?, '
    + 'bonus = bonus + ? WHERE tenant = ? AND member = ?', card, principal, bonus, tenant, member);
}

// What wasn't shipped goes back on the shelf: the pieces that this refund names, and the gifts that
// the order doesn't hold any more without them.
function returnStock(tx, order, { refund, unsent }, request) {
  const lines = new Map(request.lines.map((line) => [line.id, line]));
  const put = (sku, store, qty) =>
    giveBack(tx, order, 'stock', JSON.stringify([sku, store]), qty);
  refund.lines.filter(({ qty }) => qty > 0).forEach(({ id, qty }) => {
    const { sku, store = '' } = lines.get(id);
    put(sku, store, qty);
  });
  unsent.forEach(({ sku, qty }) => put(sku, '', qty));
}

const sumBy = (entries, keyOf, nOf) => entries.reduce((sums, entry) =>
  sums.set(keyOf(entry), (sums.get(keyOf(entry)) || 0) + nOf(entry)), new Map());

const returnedBy = (refunds) => [...sumBy(refunds.flatMap(({ gifts_returned: some = [] }) => some),
  ({ rule }) => rule, ({ qty }) => qty)].map(([rule, qty]) => ({ rule, qty }));

// How many gifts of each rule and sku are missing after these refunds. They are asked for as one
// refund of all that, which comes to the same and tells of every gift: several groups of a rule
// have gifts of one name.
function missingAfter(engine, order, refunds) {
  if (refunds.length === 0) return new Map();
  const { gifts } = engine.refund({ order, refund: { lines: refunds.flatMap(({ lines }) => lines),
    gifts_returned: returnedBy(refunds) } });
  return sumBy(gifts.filter(({ rule }) => rewardPlace(rule) === null),
    ({ rule, sku }) => JSON.stringify([rule, sku]), ({ missing }) => missing);
}

// { refund, reply, unsent }: what the engine says. A gift that never left the shop is no gift that
// the shopper keeps: what is lost in a refund of goods that weren't shipped counts as returned.
// Where returned pieces count for another step of the rule first, it is asked again, until none is
// missing. Whether a refund names such gifts by itself makes no difference.
function askEngine(engine, row, done, asked) {
  const order = { ...JSON.parse(row.record), earned_balance: row.earned_balance };
  const ask = (refund) => ({ refund, reply: engine.refund({ order, done, refund }) });
  const answer = ask(asked);
  if (asked.shipped !== false) return { ...answer, unsent: [] };
  const before = missingAfter(engine, order, done);
  const lostBy = (refund) => [...missingAfter(engine, order, [...done, refund])]
    .map(([name, n]) => [...JSON.parse(name), n - (before.get(name) || 0)])
    .map(([rule, sku, qty]) => ({ rule, sku, qty })).filter(({ qty }) => qty > 0);
  const { gifts_returned: named, ...goods } = asked;
  const unsent = goods.lines.length > 0 ? lostBy(goods) : [];
  let refund = asked;
  for (let lost = lostBy(refund); lost.length > 0; lost = lostBy(refund)) {
    refund = { ...refund, gifts_returned: returnedBy([refund, { gifts_returned: lost }]) };
  }
  return { ...(refund === asked ? answer : ask(refund)), unsent };
}

// How many points the member had when a refund was first asked for; it stays so for this order.
function fixBalance(tx, { tenant, member, ord }) {
  tx.run('UPDATE ord SET earned_balance = (SELECT points FROM member '
    + 'WHERE member.tenant = ord.tenant AND member.member = ord.member) '
    + 'WHERE tenant = ? AND member = ? AND ord = ? AND earned_balance IS NULL',
  tenant, member, ord);
}

// Whether nothing is left of a segment of n pieces and the list amount L, when k pieces and the
// list amount a of it went back: k/n + a/L reaches 1 (src/README.md, section 10).
function isSegmentGone({ qty, list }, asked) {
  const sum = (name) => BigInt(asked.reduce((all, one) => all + (one[name] || 0), 0));
  const [n, whole, k, a] = [BigInt(qty), BigInt(list), sum('qty'), sum('list')];
  return k >= n || (whole > 0n && k * whole + a * n >= n * whole);
}

// { isGone, share(n) }: whether nothing is left of the order, and what went back of n with it, by
// the money of its goods.
function backOf({ lines }, refunds) {
  const asked = refunds.flatMap(({ refund }) => refund.lines);
  const isGone = lines.every(({ id, segments }) => segments.every((segment, place) =>
    isSegmentGone(segment, asked.filter((one) =>
      one.id === id && (one.segment || 0) === place))));
  const total = (values) => BigInt(values.reduce((sum, value) => sum + value, 0));
  const paid = total(lines.flatMap(({ segments }) => segments.map((one) => one.paid)));
  const goods = total(refunds.map(({ reply }) => reply.goods));
  return { isGone, share: (n) => (paid === 0n ? 0 : Number((BigInt(n) * goods) / paid)) };
}

// (giving) → how much of it is lost, as the engine says of the gifts and rewards of the record: its
// last word on each counts. Records of before name no places; of those a rule's rewards stand and
// fall together.
function lostOf(refunds) {
  const missing = new Map(refunds.flatMap(({ reply }) => reply.gifts)
    .map((gift) => [JSON.stringify([gift.rule, gift.sku]), gift]));
  const places = new Map();
  const rules = new Set();
  [...missing.values()].forEach(({ rule, sku, missing: n }) => {
    const place = rewardPlace(rule);
    if (place !== null) places.set(place, (places.get(place) || 0) + n);
    if (sku === 'reward' && n > 0) rules.add(rule);
  });
  return ({ n, more: { by, place, later = 0 } }) =>
    (rules.has(by) ? n : Math.max(0, (places.get(place) || 0) - later));
}

// Growth that no rule gave goes by the money of the goods; what rules brought goes as far as their
// thresholds are not reached any more, and all of it when nothing is left.
function takeRewardsBack(tx, shop, order, refunds, { isGone, share }) {
  const { tenant, member, ord } = order;
  const lost = lostOf(refunds);
  const short = takeBack(tx, order, (giving) => {
    const { kind, n, more } = giving;
    if (isGone) return n;
    return kind === 'growth' && more.by === undefined ? share(n) : lost(giving);
  });
  const book = shop.books.current(order.nowMs);
  if (book) lowerTier(tx, order, book.tierScale);
  if (isGone) {
    tx.run("UPDATE ord SET state = 'refunded' WHERE tenant = ? AND member = ? AND ord = ?",
      tenant, member, ord);
  }
  return short;
}

const readAll = (tx, { tenant, member, ord }) => tx.all('SELECT asked, reply FROM refund '
  + 'WHERE tenant = ? AND member = ? AND ord = ? ORDER BY place', tenant, member, ord)
  .map(({ asked, reply }) => ({ refund: JSON.parse(asked), reply: JSON.parse(reply) }));

/**
 * One refund of an order, under a name of its own; a name that was there answers as it did.
 * refund: as the engine takes it. Resolves to the engine's reply.
 */
export const refundOrder = (shop, engine, { ord, name, refund, nowMs }) => (tx) => {
  check.name(ord, '/order');
  check.name(name, '/name');
  check.plainObject(refund, '/refund');
  const { tenant } = shop;
  const found = tx.get('SELECT * FROM ord WHERE tenant = ? AND ord = ?', tenant, ord);
  const known = found && knownReply(tx, found, name);
  if (known) return known;
  if (!found || !refundable.includes(found.state)) throw new Refused('E_NOT_FOUND', { order: ord });
  fixBalance(tx, found);
  const row = tx.get('SELECT * FROM ord WHERE tenant = ? AND ord = ?', tenant, ord);
  const before = readAll(tx, row).map((one) => one.refund);
  const done = askEngine(engine, row, before, refund);
  writeRefund(tx, row, name, done, nowMs);
  const { member } = row;
  const order = { tenant, member, ord, entry: `${ord}.refund.${name}`, nowMs, kinds: shop.kinds };
  const short = moveAll(tx, shop, order, row, { name, ...done });
  const { reply } = done;
  tellOutside(tx, tenant, { event: order.entry, kind: 'order.refund', nowMs,
    body: { order: ord, refund: name, cash: reply.tender.cash, money: reply.money, short } });
  raiseVer(tx, tenant, member);
  return reply;
};

// Two refunds at a time would both be the next one.
function writeRefund(tx, { tenant, member, ord, refunds }, name, { refund, reply }, nowMs) {
  tx.must('E_BUSY', 'UPDATE ord SET refunds = refunds + 1 WHERE tenant = ? AND member = ? '
    + 'AND ord = ? AND refunds = ?', tenant, member, ord, refunds);
  tx.must('E_BUSY', 'INSERT INTO refund (tenant, member, ord, refund, place, asked, reply, at_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, member, ord, name,
  refunds, JSON.stringify(refund), JSON.stringify(reply), nowMs);
}

// What the order brought is taken back before what it cost comes back: points that return are not
// those that were earned. Returns { kind: n } of what the member had no more of.
function moveAll(tx, shop, order, row, { name, refund, reply, unsent }) {
  const earned = takeEarned(tx, order, name, reply);
  const refunds = readAll(tx, order);
  const back = backOf(JSON.parse(row.record), refunds);
  const { points = 0, ...others } = takeRewardsBack(tx, shop, order, refunds, back);
  reply.lots.forEach(({ id, points: n }) => giveBack(tx, order, 'points', id, n));
  reply.coupons.forEach((id) => giveBack(tx, order, 'coupon', id, 1));
  returnTender(tx, order, reply.tender);
  if (refund.shipped === false) returnStock(tx, order, { refund, unsent }, JSON.parse(row.request));
  const isUnsent = refunds.every((one) => one.refund.shipped === false);
  if (back.isGone && isUnsent) returnLimits(tx, order);
  const short = points + earned;
  return short > 0 ? { ...others, points: short } : others;
}

// Of the points that the order earned as many as the member still had; how many are missing.
function takeEarned(tx, order, name, { earned, earned_short: short }) {
  const n = earned - short;
  const { ord, nowMs } = order;
  return short + n - removePoints(tx, order, { entry: `${ord}.earned.${name}`, n, nowMs });
}

// An order of which nothing was sent and nothing is left took as little as one that was cancelled:
// what its limited rules gave is there for others again.
function returnLimits(tx, order) {
  const { tenant, member, ord } = order;
  tx.all('SELECT kind, name, n FROM taking WHERE tenant = ? AND member = ? AND ord = ? '
    + "AND kind IN ('usage', 'quota') AND n > 0", tenant, member, ord)
    .forEach(({ kind, name, n }) => giveBack(tx, order, kind, name, n));
}

function knownReply(tx, { tenant, member, ord }, name) {
  const row = tx.get('SELECT reply FROM refund WHERE tenant = ? AND member = ? AND ord = ? '
    + 'AND refund = ?', tenant, member, ord, name);
  return row ? JSON.parse(row.reply) : null;
}
