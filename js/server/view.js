// The member's whole small view: the `state` of a sync reply, from which js/shop/request.js makes
// the engine's request. It is a function of the tables and changes with `ver` only, so two devices
// with one `ver` see the same, but for what has run out meanwhile.
import { j0Text } from '../sync/j0.js';
import { sha256Hex } from './crypto.js';

const COUPONS_MAX = 100;
const USED_MAX = 20;
const LOTS_MAX = 64;
const BOUGHT_MAX = 1000;
const ORDERS_MAX = 20;

/**
 * Orders may still be priced for a moment that has just gone by: so long after their end points
 * leave the view and the wallet, and coupons count as over.
 */
export const LATE_S = 3600;

/** So long the shopper sees that a coupon is over (已过期), where good ones leave room. */
export const OVER_SHOWN_S = 30 * 86400;

const some = (members) => Object.fromEntries(Object.entries(members)
  .filter(([, value]) => value !== null && value !== undefined));

const unlessEmpty = (list) => (list.length === 0 ? null : list);

/**
 * { ver, value }: the cart of a device's member and its version; not read again where the view of
 * the member is known.
 */
export function cartOf(tx, tenant, { member, view }) {
  if (view) {
    const { ver, hash, ...value } = view.cart;
    return { ver, value };
  }
  const row = tx.get('SELECT cart, cart_ver FROM member WHERE tenant = ? AND member = ?',
    tenant, member);
  return { ver: row.cart_ver, value: JSON.parse(row.cart) };
}

// The texts of lines, most of which stand in the next cart, too, and of all of a view that isn't
// its cart or its version, by its `member`: a view that is read anew has a new one.
const lineTexts = new WeakMap();
const restTexts = new WeakMap();

function textOnce(texts, key, textOf) {
  let text = texts.get(key);
  if (text === undefined) {
    text = textOf(key);
    texts.set(key, text);
  }
  return text;
}

const linesText = (lines) => `[${lines.map((line) => textOnce(lineTexts, line, j0Text)).join()}]`;

/** The J0 text of a cart, as it is kept and hashed. */
export const cartText = ({ choices, lines }) =>
  `{"choices":${j0Text(choices)},"lines":${linesText(lines)}}`;

const shownCartText = ({ choices, hash, lines, ver }) =>
  `{"choices":${j0Text(choices)},"hash":"${hash}","lines":${linesText(lines)},"ver":${ver}}`;

function restText({ cart, ver, ...rest }) {
  return j0Text(rest).slice(1, -1);
}

/** The J0 text of a state, whose other members stand between these two. */
export const stateText = (state) => `{"cart":${shownCartText(state.cart)},${
  textOnce(restTexts, state.member, () => restText(state))},"ver":${state.ver}}`;

const shownCart = ({ ver, value }) =>
  ({ ver, hash: sha256Hex(cartText(value)), choices: value.choices, lines: value.lines });

/**
 * The state after a batch that changed nothing but the cart, where `known` is that before it. cart:
 * { ver, value, viewVer: of the state }. Members that are written behind a spread cost V8 a look-up
 * each, those of an object that is there do not.
 */
export function viewWithCart(known, cart) {
  const view = { ...known };
  view.ver = cart.viewVer;
  view.cart = shownCart(cart);
  return view;
}

// By their end; those that are over give way where there are too many.
function couponsOf(all, endS) {
  const isOver = ({ to_s: to }) => to !== null && to <= endS;
  const rows = all('SELECT coupon, rule, from_s, to_s FROM coupon '
    + "WHERE tenant = ? AND member = ? AND state = 'issued' "
    + 'ORDER BY COALESCE(to_s, 9007199254740991) <= ?, COALESCE(to_s, 9007199254740991), coupon '
    + 'LIMIT ?', endS, COUPONS_MAX);
  return [...rows.filter(isOver), ...rows.filter((row) => !isOver(row))]
    .map(({ coupon: id, rule, from_s: from, to_s: to }) => some({ id, rule, from, to }));
}

// The wallet's other side: what was used last, with an order or at a till.
function usedOf(all) {
  const used = all('SELECT c.coupon, c.rule FROM coupon c LEFT JOIN ord o ON o.tenant = c.tenant '
    + 'AND o.member = c.member AND o.ord = c.ord WHERE c.tenant = ? AND c.member = ? '
    + "AND c.state = 'used' ORDER BY COALESCE(o.placed_ms, 0) DESC, c.coupon LIMIT ?", USED_MAX);
  return unlessEmpty(used.map(({ coupon: id, rule }) => ({ id, rule })));
}

const heldOf = (all) => unlessEmpty(all('SELECT coupon, store, code, expires_s AS expires '
  + "FROM redemption WHERE tenant = ? AND member = ? AND state = 'open' ORDER BY at_ms, jti"));

function pointsOf(all, endS) {
  const lots = all('SELECT lot, left_n, expires_s FROM points_lot WHERE tenant = ? AND member = ? '
    + 'AND left_n > 0 AND (expires_s IS NULL OR expires_s > ?) '
    + 'ORDER BY COALESCE(expires_s, 9007199254740991), lot LIMIT ?', endS, LOTS_MAX);
  return lots.length === 0 ? { points: 0 } : { lots: lots.map(({ lot: id, left_n: points,
    expires_s: expires }) => some({ id, points, expires })) };
}

const usageOf = (all) => unlessEmpty(all('SELECT rule, times, qty FROM usage WHERE tenant = ? '
  + 'AND member = ? ORDER BY rule'));

const boughtOf = (all) => unlessEmpty(all('SELECT sku FROM bought WHERE tenant = ? AND member = ? '
  + 'ORDER BY sku LIMIT ?', BOUGHT_MAX).map(({ sku }) => sku));

// The row that an order of a view was made of.
const rows = new WeakMap();

// Of the last orders all but one are those of the view before.
function ordersOf(all, before = []) {
  const known = new Map(before.map((order) => [rows.get(order), order]));
  return all('SELECT small, state FROM ord WHERE tenant = ? AND member = ? '
    + 'ORDER BY placed_ms DESC, ord LIMIT ?', ORDERS_MAX).map(({ small, state }) => {
    const row = `${state} ${small}`;
    const order = known.get(row) || { ...JSON.parse(small), state };
    rows.set(order, row);
    return order;
  });
}

const tenderOf = (row) => (row.has_tender ? { gift_card: row.gift_card,
  stored: { principal: row.principal, bonus: row.bonus } } : null);

/**
 * The state of a member at a time; J0. before: { view, tables }, where the view of this member is
 * known from before these tables were written to, by him alone: what stands in others isn't read
 * again.
 */
export function memberView(tx, tenant, member, nowMs, before = {}) {
  const { view = null, tables } = before;
  const row = tx.get('SELECT * FROM member WHERE tenant = ? AND member = ?', tenant, member);
  const all = (sql, ...more) => tx.all(sql, tenant, member, ...more);
  const isSame = (table) => view !== null && !tables.has(table) && !tables.has('*');
  const endS = Math.floor(nowMs / 1000) - LATE_S;
  const part = (table, known, read) => (isSame(table) ? known(view) : read(all, endS));
  return some({
    ver: row.ver,
    cart: shownCart({ ver: row.cart_ver, value: JSON.parse(row.cart) }),
    member: some({
      id: member, tier: row.tier, growth: row.growth || null, orders: row.orders,
      registered_at: row.registered_s, ...JSON.parse(row.profile),
      // For shares alone: no request has it.
      guide: undefined,
      bought: part('bought', (known) => known.member.bought, boughtOf),
      usage: part('usage', (known) => known.member.usage, usageOf),
    }),
    coupons: part('coupon', (known) => known.coupons, couponsOf),
    used: part('coupon', (known) => known.used, usedOf),
    held: part('redemption', (known) => known.held, heldOf),
    points: part('points_lot', (known) => known.points, pointsOf),
    tender: tenderOf(row),
    orders: part('ord', (known) => known.orders, (read) => ordersOf(read, view ? view.orders : [])),
  });
}

/**
 * The view of a device's member in the middle of a job, which has written for him alone. device:
 * { member, view: as it was when the job began, or null }.
 */
export function viewNow(tx, { tenant, clock }, { member, view }) {
  const { tables } = tx.written;
  return view !== null && tables.size === 0 ? view
    : memberView(tx, tenant, member, clock(), { view, tables });
}

/** Raises the version of a member's view; everything that changes it ends with this. */
export function raiseVer(tx, tenant, member) {
  tx.must('E_NOT_FOUND', 'UPDATE member SET ver = ver + 1 WHERE tenant = ? AND member = ?',
    tenant, member);
}
