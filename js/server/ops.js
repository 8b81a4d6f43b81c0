// What each kind of operation does. Cart operations are js/shop/cart.js, the same code as on the
// phone; the others are transactions of their own files.
import { isCartOp, reduce } from '../shop/cart.js';
import { sha256Hex } from './crypto.js';
import { submitOrder } from './order.js';
import { redeemCode } from './codes.js';
import { cancelOrder } from './pay.js';
import { holdCoupon } from './redeem.js';
import { Refused } from './refused.js';
import { makeShare, openShare } from './shares.js';
import { cartOf, cartText, raiseVer } from './view.js';
import { claimCoupon } from './wallet.js';

const ID_MAX = 64;
const TOKEN_MAX = 1024;

const refuseArgs = (path) => {
  throw new Refused('E_ARGS', { path });
};

// The args of an op: texts that must be there, texts that may, and nothing else but `others`.
function textsOf(args, needed, optional = [], others = []) {
  const [unknown] = Object.keys(args).filter((name) =>
    ![...needed, ...optional, ...others].includes(name));
  if (unknown !== undefined) refuseArgs(`/${unknown}`);
  const sizeMax = (name) => (name === 'share' ? TOKEN_MAX : ID_MAX);
  [...needed, ...optional.filter((name) => args[name] !== undefined)].forEach((name) => {
    const { [name]: text } = args;
    if (typeof text !== 'string' || text === '' || text.length > sizeMax(name)) {
      refuseArgs(`/${name}`);
    }
  });
  return args;
}

const PUT_CART = 'UPDATE member SET cart = ?, cart_ver = cart_ver + 1, ver = ver + 1 '
  + 'WHERE tenant = ? AND member = ? AND cart_ver = ?';

// The cart is read, changed by the phone's own code, and written back only where its version is
// still the one that was read; elsewhere the whole batch is tried again. What is refused is refused
// before anything is written.
//
// In device.cart stands the cart as this batch has left it, so that it is read and parsed once, and
// the version of the view as far as carts alone have raised it; in device.hasMore whether the batch
// has changed anything else.
function changeCart(tx, { tenant }, device, body) {
  const { member } = device;
  const { ver: before, value } = device.cart || cartOf(tx, tenant, device);
  let next;
  try {
    next = reduce(value, body);
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    throw new Refused(error.code, { path: error.path });
  }
  tx.must('E_BUSY', PUT_CART, cartText(next), tenant, member, before);
  const { viewVer } = device.cart || { viewVer: device.ver };
  device.cart = { ver: before + 1, value: next, viewVer: viewVer + 1 };
  return {};
}

const couponId = ({ u }) => `c_${u}`;

/** What each kind does besides those of the cart, and those of a shop's plays. */
export const effects = {
  'coupon.claim'(tx, { tenant }, { member }, body, nowMs) {
    const { rule } = textsOf(body.a, ['rule']);
    claimCoupon(tx, { tenant, member }, { rule, id: couponId(body), nowMs });
    return { coupon: couponId(body) };
  },
  'order.submit': (tx, shop, device, body, nowMs) => submitOrder(tx, shop, device, body, nowMs),
  'order.cancel'(tx, shop, { member }, body, nowMs) {
    const { order: ord } = textsOf(body.a, ['order']);
    cancelOrder(tx, shop, { member, ord, nowMs });
    return { order: ord };
  },
  'code.redeem'(tx, shop, { member }, body, nowMs) {
    const { code } = textsOf(body.a, ['code']);
    return redeemCode(tx, shop, { member, code, id: couponId(body), nowMs });
  },
  'coupon.hold'(tx, shop, { member }, body, nowMs) {
    const { coupon, store, now } = textsOf(body.a, ['coupon', 'store'], [], ['now']);
    if (!Number.isSafeInteger(now)) refuseArgs('/now');
    return holdCoupon(tx, shop, { member, u: body.u, coupon, store, askedS: now, nowMs });
  },
  'share.make'(tx, shop, { member }, body, nowMs) {
    const { channel, campaign } = textsOf(body.a, [], ['channel', 'campaign']);
    return makeShare(tx, shop, { member, u: body.u, channel, campaign, nowMs });
  },
  'share.open'(tx, shop, { member }, body, nowMs) {
    const { share } = textsOf(body.a, ['share']);
    return openShare(tx, shop, { member, share, nowMs });
  },
};

/**
 * The effect of an op, which raises the version of the member's view by one; returns what stands
 * beside `c: "ok"`, throws Refused.
 */
export function applyOp(tx, shop, device, body, nowMs) {
  if (isCartOp(body.k)) return changeCart(tx, shop, device, body);
  if (!Object.hasOwn(shop.effects, body.k)) throw new Refused('E_ARGS', { path: '/k' });
  device.hasMore = true;
  return tx.savepoint(() => {
    const told = shop.effects[body.k](tx, shop, device, body, nowMs);
    raiseVer(tx, shop.tenant, device.member);
    return told;
  });
}

/** What two ops under one uid are compared by. */
export const argsHash = (argsText) => sha256Hex(argsText).slice(0, 32);
