// The member's whole small view: the `state` of a sync reply, from which js/shop/request.js makes
// the engine's request. It is a function of the tables alone and changes with `ver` only, so two
// devices with one `ver` see the same.
import { j0Text } from '../sync/j0.js';
import { hex, sha256 } from './crypto.js';

const COUPONS_MAX = 100;
const LOTS_MAX = 64;
const BOUGHT_MAX = 1000;
const ORDERS_MAX = 20;

export const cartHash = (cart) =>
  hex(sha256(j0Text({ choices: cart.choices, lines: cart.lines })));

const some = (entries) => Object.fromEntries(
  entries.filter(([, value]) => value !== null && value !== undefined));

const shownCart = ({ ver, value }) => ({ ver, hash: cartHash(value), ...value });

/** { ver, value }: the cart of a member and its version. */
export function cartOf(tx, tenant, member) {
  const row = tx.get('SELECT cart, cart_ver FROM member WHERE tenant = ? AND member = ?',
    tenant, member);
  return { ver: row.cart_ver, value: JSON.parse(row.cart) };
}

/**
 * The state after a batch that changed nothing but the cart, where `known` is that before it; null
 * where more has changed since: each change raises the version by one. cart: { ver, value, viewVer:
 * of the state, changes: how many the batch made }.
 */
export const viewWithCart = (known, cart) => (cart.viewVer === known.ver + cart.changes
  ? { ...known, ver: cart.viewVer, cart: shownCart(cart) } : null);

/** The J0 text of an object whose members are J0 texts already. */
export const joinedText = (members) => `{${Object.keys(members).sort().map((name) =>
  `"${name}":${members[name]}`).join()}}`;

// The texts of what stands in views: most of a view is in the next one, too.
const texts = new WeakMap();

function textOnce(value) {
  if (value === null || typeof value !== 'object') return j0Text(value);
  if (!texts.has(value)) texts.set(value, j0Text(value));
  return texts.get(value);
}

/** The J0 text of a state. */
export const stateText = (state) => joinedText(Object.fromEntries(
  Object.entries(state).map(([name, value]) => [name, textOnce(value)])));

/** The state of a member; J0. */
export function memberView(tx, tenant, member) {
  const row = tx.get('SELECT * FROM member WHERE tenant = ? AND member = ?', tenant, member);
  const all = (sql, ...more) => tx.all(sql, tenant, member, ...more);
  const coupons = all('SELECT coupon, rule, from_s, to_s FROM coupon WHERE tenant = ? '
    + "AND member = ? AND state = 'issued' "
    + 'ORDER BY COALESCE(to_s, 9007199254740991), coupon LIMIT ?', COUPONS_MAX);
  const lots = all('SELECT lot, left_n, expires_s FROM points_lot WHERE tenant = ? AND member = ? '
    + 'AND left_n > 0 ORDER BY COALESCE(expires_s, 9007199254740991), lot LIMIT ?', LOTS_MAX);
  const held = all('SELECT coupon, store, code, expires_s FROM redemption WHERE tenant = ? '
    + "AND member = ? AND state = 'open' ORDER BY at_ms, jti");
  const usage = all('SELECT rule, times, qty FROM usage WHERE tenant = ? AND member = ? '
    + 'ORDER BY rule');
  const bought = all('SELECT sku FROM bought WHERE tenant = ? AND member = ? ORDER BY sku LIMIT ?',
    BOUGHT_MAX);
  const orders = all('SELECT small, state FROM ord WHERE tenant = ? AND member = ? '
    + 'ORDER BY placed_ms DESC, ord LIMIT ?', ORDERS_MAX);
  const tender = row.has_tender ? { gift_card: row.gift_card,
    stored: { principal: row.principal, bonus: row.bonus } } : null;
  return some([
    ['ver', row.ver],
    ['cart', shownCart({ ver: row.cart_ver, value: JSON.parse(row.cart) })],
    ['member', some([
      ['id', member], ['tier', row.tier], ['growth', row.growth || null], ['orders', row.orders],
      ['registered_at', row.registered_s], ...Object.entries(JSON.parse(row.profile)),
      ['bought', bought.length > 0 ? bought.map(({ sku }) => sku) : null],
      ['usage', usage.length > 0 ? usage : null],
    ])],
    ['coupons', coupons.map((coupon) => some([['id', coupon.coupon], ['rule', coupon.rule],
      ['from', coupon.from_s], ['to', coupon.to_s]]))],
    ['held', held.length === 0 ? null : held.map(({ coupon, store, code, expires_s: expires }) =>
      ({ coupon, store, code, expires }))],
    ['points', lots.length > 0 ? { lots: lots.map((lot) => some([['id', lot.lot],
      ['points', lot.left_n], ['expires', lot.expires_s]])) } : { points: 0 }],
    ['tender', tender],
    ['orders', orders.map(({ small, state }) => ({ ...JSON.parse(small), state }))],
  ]);
}

/** Raises the version of a member's view; everything that changes it ends with this. */
export function raiseVer(tx, tenant, member) {
  tx.must('E_NOT_FOUND', 'UPDATE member SET ver = ver + 1 WHERE tenant = ? AND member = ?',
    tenant, member);
}
