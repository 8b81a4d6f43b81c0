// What a paid order brings besides the points that its money earns, and how each of it goes back
// when the order does.
//
// A giving is { kind, name, n, more? }, written down under the order with `back`, how much of it
// was taken back. It is the counterpart of takings.js: what was given is taken back from that note
// alone, so however an order is refunded, in whatever parts and however often it is asked, no more
// goes back than was given, and nothing twice. Another kind is one more entry here.
//
// What a member has spent meanwhile can't be taken: a balance never falls below 0, and what it does
// not hold is told to whoever runs the shop (`short`).
import { Refused } from './refused.js';
import { raiseVer } from './view.js';
import { addCoupon, addPoints, removePoints } from './wallet.js';

const DAY_S = 86400;
const where = 'tenant = ? AND member = ?';

const growth = {
  give(tx, { tenant, member }, { n }) {
    tx.must('E_NOT_FOUND', `UPDATE member SET growth = growth + ? WHERE ${where}`,
      n, tenant, member);
  },
  takeBack(tx, { tenant, member }, { n }) {
    tx.must('E_BUSY', `UPDATE member SET growth = growth - ? WHERE ${where} AND growth >= ?`,
      n, tenant, member, n);
    return n;
  },
};

const bonus = {
  give(tx, { tenant, member }, { n }) {
    tx.must('E_NOT_FOUND', `UPDATE member SET bonus = bonus + ?, has_tender = 1 WHERE ${where}`,
      n, tenant, member);
  },
  takeBack(tx, { tenant, member }, { n }) {
    const { bonus: has } = tx.get(`SELECT bonus FROM member WHERE ${where}`, tenant, member);
    const some = Math.min(n, has);
    tx.must('E_BUSY', `UPDATE member SET bonus = bonus - ? WHERE ${where} AND bonus >= ?`,
      some, tenant, member, some);
    return some;
  },
};

// n days of a card, and of the tier that the book says it gives: from today, or from the end of
// what the member already has of it. Each grant has a span of its own; the others move up when days
// of it go back. A day that has begun is used.
const card = {
  give(tx, { tenant, member, ord, nowMs }, { name, n, more }, { cards }) {
    addSpan(tx, { tenant, member, ord, name, card: more.card }, nowMs, n);
    const { tier } = cards[more.card] || {};
    if (tier) {
      tx.must('E_BUSY', `UPDATE card_span SET tier = ? WHERE ${where} AND ord = ? AND name = ?`,
        tier, tenant, member, ord, name);
    }
  },
  takeBack(tx, { tenant, member, ord, nowMs }, { name, n }) {
    const own = `${where} AND ord = ? AND name = ?`;
    const span = tx.get(`SELECT card, from_s, to_s FROM card_span WHERE ${own}`, tenant, member,
      ord, name);
    const unused = span.to_s - Math.max(span.from_s, Math.floor(nowMs / 1000));
    const some = Math.max(0, Math.min(n * DAY_S, unused));
    tx.must('E_BUSY', `UPDATE card_span SET to_s = to_s - ? WHERE ${own} AND to_s = ?`,
      some, tenant, member, ord, name, span.to_s);
    tx.run(`UPDATE card_span SET from_s = from_s - ?, to_s = to_s - ? WHERE ${where} AND card = ? `
      + 'AND from_s >= ? AND (ord <> ? OR name <> ?)', some, some, tenant, member, span.card,
    span.to_s, ord, name);
    return Math.floor(some / DAY_S);
  },
};

/** Adds n days of a card behind all that the member has of it. */
export function addSpan(tx, { tenant, member, ord, name, card: id }, nowMs, n) {
  const nowS = Math.floor(nowMs / 1000);
  tx.must('E_BUSY', 'INSERT INTO card_span (tenant, member, ord, name, card, from_s, to_s) '
    + 'SELECT ?, ?, ?, ?, ?, begin_s, begin_s + ? FROM (SELECT CASE WHEN MAX(to_s) > ? '
    + `THEN MAX(to_s) ELSE ? END AS begin_s FROM card_span WHERE ${where} AND card = ?) AS own`,
  tenant, member, ord, name, id, n * DAY_S, nowS, nowS, tenant, member, id);
}

// One that was used, or is in an order, stays where it is.
const coupon = {
  give(tx, owner, { name, more }) {
    addCoupon(tx, owner, { id: name, rule: more.rule, source: `order ${owner.ord}`,
      nowMs: owner.nowMs });
  },
  takeBack: (tx, { tenant, member }, { name }) => tx.run("UPDATE coupon SET state = 'void' "
    + `WHERE ${where} AND coupon = ? AND state = 'issued'`, tenant, member, name),
};

const points = {
  give(tx, order, { name, n }) {
    addPoints(tx, order, { entry: `${order.ord}.reward.${name}`, n, nowMs: order.nowMs });
  },
  takeBack: (tx, order, { name, n }) => removePoints(tx, order,
    { entry: `${order.entry}.reward.${name}`, n, nowMs: order.nowMs }),
};

const kinds = { growth, bonus, card, coupon, points };

// One reward of a receipt. Its place tells it from others of its rule, and of several coupons their
// number: the last goes back first.
function givingsOfReward(ord, reward, place) {
  const { rule, coupon: granted, n, card: name, days, stored_bonus: fen } = reward;
  const own = { name: String(place), more: { by: rule, place } };
  if (granted) {
    return Array.from({ length: n }, (_, i) => ({ kind: 'coupon', n: 1,
      name: `${ord.slice(0, 12)}.${place}.${i}`,
      more: { ...own.more, rule: granted, later: n - 1 - i } }));
  }
  return [
    { kind: 'card', ...own, n: days, more: { ...own.more, card: name } },
    { kind: 'bonus', ...own, n: fen },
    { kind: 'growth', ...own, n: reward.growth },
    { kind: 'points', ...own, n: reward.points },
  ].filter(({ n: some }) => some > 0);
}

/** All givings of a receipt but the points that its money earned. */
export function givingsOf(ord, { rewards = [], tier = {} }) {
  const fromRules = rewards.reduce((sum, { growth: n = 0 }) => sum + n, 0);
  const n = Math.max(0, (tier.growth || 0) - fromRules);
  return [...(n > 0 ? [{ kind: 'growth', name: '', n, more: {} }] : []),
    ...rewards.flatMap((reward, place) => givingsOfReward(ord, reward, place))];
}

/** Writes a giving down under its order; false where it stands there. */
export const noteGiving = (tx, { tenant, member, ord }, { kind, name, n, more }) =>
  tx.run('INSERT INTO giving (tenant, member, ord, kind, name, n, back, more) '
    + 'VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING', tenant, member, ord, kind, name,
  n, JSON.stringify(more)) === 1;

/**
 * What a paid order brings: points, growth and tier, coupons, stored value, cards. scale: as of
 * raiseTier.
 */
export function giveRewards(tx, order, receipt, scale) {
  const { ord, nowMs } = order;
  const { points: { earned }, tier = {}, rewards = [] } = receipt;
  addPoints(tx, order, { entry: `${ord}.earned`, n: earned, nowMs });
  givingsOf(ord, receipt).forEach((giving) => {
    if (!noteGiving(tx, order, giving)) throw new Refused('E_BUSY');
    kinds[giving.kind].give(tx, order, giving, scale);
  });
  if (tier.growth > 0 || rewards.some(({ card: held }) => held)) raiseTier(tx, order, scale);
}

/**
 * Takes back what an order brought until, of each giving, `wanted(giving)` in all is back. Returns
 * { kind: n } of what the member had no more of.
 */
export function takeBack(tx, order, wanted) {
  const { tenant, member, ord } = order;
  const rows = tx.all(`SELECT kind, name, n, back, more FROM giving WHERE ${where} AND ord = ? `
    + 'ORDER BY kind, name', tenant, member, ord);
  const short = {};
  rows.map((row) => ({ ...row, more: JSON.parse(row.more) })).forEach((giving) => {
    const { kind, name, n, back } = giving;
    const some = Math.min(n, wanted(giving)) - back;
    if (some <= 0) return;
    tx.must('E_BUSY', `UPDATE giving SET back = back + ? WHERE ${where} AND ord = ? AND kind = ? `
      + 'AND name = ? AND back = ?', some, tenant, member, ord, kind, name, back);
    const missing = some - kinds[kind].takeBack(tx, order, { name, n: some, more: giving.more });
    if (missing > 0) short[kind] = (short[kind] || 0) + missing;
  });
  return short;
}

// { row, own, lawful }: a member's places in the tiers; lawful is the highest of what the growth
// reaches, what the keeper gave, and what the cards give that are held.
function placesOf(tx, { tenant, member, nowMs }, { tiers, levels }) {
  const row = tx.get(`SELECT tier, tier_granted, growth FROM member WHERE ${where}`, tenant,
    member);
  const reached = levels.filter((level) => level <= row.growth).length - 1;
  const held = tx.all(`SELECT tier FROM card_span WHERE ${where} AND to_s > ?`, tenant, member,
    Math.floor(nowMs / 1000));
  const lawful = Math.max(reached, tiers.indexOf(row.tier_granted),
    ...held.map(({ tier }) => tiers.indexOf(tier)));
  return { row, own: tiers.indexOf(row.tier), lawful };
}

/**
 * The tier rises with the growth that the member has now; what an order has been shown may be of
 * days ago. scale: { tiers, levels, cards } of the current book.
 */
function raiseTier(tx, order, scale) {
  const { own, lawful } = placesOf(tx, order, scale);
  if (lawful <= own) return;
  tx.must('E_NOT_FOUND', `UPDATE member SET tier = ? WHERE ${where}`, scale.tiers[lawful],
    order.tenant, order.member);
}

/**
 * The tier falls with the growth and with cards that end, at most to the one that the shop's keeper
 * gave. scale: as of raiseTier.
 */
export function lowerTier(tx, { tenant, member, nowMs }, scale) {
  const { row, own, lawful } = placesOf(tx, { tenant, member, nowMs }, scale);
  if (lawful >= own) return;
  tx.must('E_BUSY', `UPDATE member SET tier = ? WHERE ${where} AND tier = ? AND growth = ?`,
    lawful < 0 ? null : scale.tiers[lawful], tenant, member, row.tier, row.growth);
}

/** Cards whose days are over: their holders fall to the tier that is left. Returns how many. */
export const endCards = ({ tenant, books }, nowMs, rowsMax) => (tx) => {
  const rows = tx.all('SELECT member, ord, name FROM card_span WHERE tenant = ? AND is_over = 0 '
    + 'AND to_s <= ? ORDER BY to_s LIMIT ?', tenant, Math.floor(nowMs / 1000), rowsMax);
  rows.forEach(({ member, ord, name }) => tx.must('E_BUSY', 'UPDATE card_span SET is_over = 1 '
    + `WHERE ${where} AND ord = ? AND name = ? AND is_over = 0`, tenant, member, ord, name));
  new Set(rows.map(({ member }) => member)).forEach((member) => {
    lowerTier(tx, { tenant, member, nowMs }, books.current(nowMs).tierScale);
    raiseVer(tx, tenant, member);
  });
  return rows.length;
};
