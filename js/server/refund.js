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

// What wasn't shipped goes back on the shelf: the pieces that this refund names.
function returnStock(tx, order, refund, request) {
  const lines = new Map(request.lines.map((line) => [line.id, line]));
  refund.lines.filter(({ qty }) => qty > 0).forEach(({ id, qty }) => {
    const { sku, store = '' } = lines.get(id);
    giveBack(tx, order, 'stock', JSON.stringify([sku, store]), qty);
  });
}

function askEngine(tx, engine, row, refund) {
  const { tenant, member, ord } = row;
  const done = tx.all('SELECT asked FROM refund WHERE tenant = ? AND member = ? AND ord = ? '
    + 'ORDER BY place', tenant, member, ord).map(({ asked }) => JSON.parse(asked));
  const order = { ...JSON.parse(row.record), earned_balance: row.earned_balance };
  return engine.refund({ order, done, refund });
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
  if (!found || !refundable.includes(found.state)) {
    const known = found && knownReply(tx, found, name);
    if (known) return known;
    throw new Refused('E_NOT_FOUND', { order: ord });
  }
  const known = knownReply(tx, found, name);
  if (known) return known;
  fixBalance(tx, found);
  const row = tx.get('SELECT * FROM ord WHERE tenant = ? AND ord = ?', tenant, ord);
  const { member } = row;
  const reply = askEngine(tx, engine, row, refund);
  // Two refunds at a time would both be the next one.
  tx.must('E_BUSY', 'UPDATE ord SET refunds = refunds + 1 WHERE tenant = ? AND member = ? '
    + 'AND ord = ? AND refunds = ?', tenant, member, ord, row.refunds);
  tx.must('E_BUSY', 'INSERT INTO refund (tenant, member, ord, refund, place, asked, reply, at_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, member, ord, name,
  row.refunds, JSON.stringify(refund), JSON.stringify(reply), nowMs);
  const order = { tenant, member, ord, entry: `${ord}.refund.${name}`, nowMs, kinds: shop.kinds };
  reply.lots.forEach(({ id, points }) => giveBack(tx, order, 'points', id, points));
  removePoints(tx, order, { entry: `${ord}.earned.${name}`, n: reply.earned, nowMs });
  reply.coupons.forEach((id) => giveBack(tx, order, 'coupon', id, 1));
  returnTender(tx, order, reply.tender);
  if (refund.shipped === false) returnStock(tx, order, refund, JSON.parse(row.request));
  const refunds = readAll(tx, order);
  const short = takeRewardsBack(tx, shop, order, refunds,
    backOf(JSON.parse(row.record), refunds));
  tellOutside(tx, tenant, { event: `${ord}.refund.${name}`, kind: 'order.refund', nowMs,
    body: { order: ord, refund: name, cash: reply.tender.cash, money: reply.money, short } });
  raiseVer(tx, tenant, member);
  return reply;
};

function knownReply(tx, { tenant, member, ord }, name) {
  const row = tx.get('SELECT reply FROM refund WHERE tenant = ? AND member = ? AND ord = ? '
    + 'AND refund = ?', tenant, member, ord, name);
  return row ? JSON.parse(row.reply) : null;
}
