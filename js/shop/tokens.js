// What goes from one person, app or till to another under a token (src/sync/README.md, section 8):
// shares, coupon codes, codes for a till, and goods. All but opening a share need the network now.
import { ask as post } from './enrol.js';

const selected = ({ lines, choices: { skip = [] } }) =>
  lines.filter(({ line }) => skip.indexOf(line) < 0);

/** { act, dispatch, cart(), http, url, uid(), now() } of a shop → its calls for tokens. */
export function tokenCalls({ act, dispatch, cart, http, url, uid, now }) {
  const ask = (k, a) => act('ask', { k, a });
  // Under which name a code is being taken over.
  const takers = new Map();
  const handover = (request) => post(http, `${url}/v1/handover`, request);
  return {
    /** A token of this member for what he shares: { token, code, expires }. */
    share: (from = {}) => ask('share.make', from),
    /** The token or code that somebody came by; a visitor's is told when he has enrolled. */
    openShare: (share) => dispatch({ type: 'share.open', share }),
    /** The coupon of a coupon code (兑换码): { coupon, rule }. */
    redeemCode: (code) => ask('code.redeem', { code }),
    /** A code for the tills of one store (线下核销): { code, expires }; it holds the coupon. */
    holdCoupon: (coupon, store) => ask('coupon.hold', { coupon, store, now: now() }),
    /** Goods under a code for another app: { code, expires }. */
    handOver: (lines = selected(cart())) => handover({ lines: lines.map(
      ({ sku, qty, options }) => ({ sku, qty, options })) }),
    /** Puts the goods of such a code into this cart: what they are. */
    async takeOver(code) {
      // Under the same name for every try until the goods are in the cart: neither a lost answer
      // nor a full store loses any.
      if (!takers.has(code)) takers.set(code, uid());
      const { lines } = await handover({ code, by: takers.get(code) });
      await Promise.all(lines.map(({ sku, options, qty }) =>
        dispatch({ type: 'cart.add', sku, options, n: qty })));
      takers.delete(code);
      return lines;
    },
  };
}
