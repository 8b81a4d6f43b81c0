// What each kind of operation does. Cart operations are js/shop/cart.js, the same code as on the
// phone; the others are transactions of their own files.
import { isCartOp, reduce } from '../shop/cart.js';
import { sha256, hex } from './crypto.js';
import { submitOrder } from './order.js';
import { cancelOrder } from './pay.js';
import { Refused } from './refused.js';
import { claimCoupon } from './wallet.js';

const ID_MAX = 64;

function idOf(args, name) {
  const { [name]: id, ...rest } = args;
  const isId = typeof id === 'string' && id.length >= 1 && id.length <= ID_MAX;
  if (!isId || Object.keys(rest).length > 0) throw new Refused('E_ARGS', { path: `/${name}` });
  return id;
}

// The cart is read, changed by the phone's own code, and written back only where its version is
// still the one that was read; elsewhere the whole batch is tried again.
function changeCart(tx, { tenant }, { member }, body) {
  const row = tx.get('SELECT cart, cart_ver FROM member WHERE tenant = ? AND member = ?',
    tenant, member);
  let next;
  try {
    next = reduce(JSON.parse(row.cart), body);
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    throw new Refused(error.code, { path: error.path });
  }
  tx.must('E_BUSY', 'UPDATE member SET cart = ?, cart_ver = cart_ver + 1 '
    + 'WHERE tenant = ? AND member = ? AND cart_ver = ?', JSON.stringify(next), tenant, member,
  row.cart_ver);
  return {};
}

const couponId = ({ u }) => `c_${u}`;

const effects = {
  'coupon.claim'(tx, { tenant }, { member }, body, nowMs) {
    const rule = idOf(body.a, 'rule');
    claimCoupon(tx, { tenant, member }, { rule, id: couponId(body), nowMs });
    return { coupon: couponId(body) };
  },
  'order.submit': (tx, shop, device, body, nowMs) => submitOrder(tx, shop, device, body, nowMs),
  'order.cancel'(tx, shop, { member }, body, nowMs) {
    const ord = idOf(body.a, 'order');
    cancelOrder(tx, shop, { member, ord, nowMs });
    return { order: ord };
  },
};

/** The effect of an op; returns what stands beside `c: "ok"`, throws Refused. */
export function applyOp(tx, shop, device, body, nowMs) {
  if (isCartOp(body.k)) return changeCart(tx, shop, device, body);
  if (!Object.hasOwn(effects, body.k)) throw new Refused('E_ARGS', { path: '/k' });
  return effects[body.k](tx, shop, device, body, nowMs);
}

/** What two ops under one uid are compared by. */
export const argsHash = (argsText) => hex(sha256(Buffer.from(argsText))).slice(0, 32);
