// What goes from one person, app or till to another under a token (src/sync/README.md, section 8):
// shares, coupon codes, codes for a till, and goods. All but opening a share need the network now.
import { fromBase64url, toBase64url } from '../sync/base64url.js';
import { ask as post } from './enrol.js';
import { UID_START_BYTES, uidsFrom } from './uids.js';

const selected = ({ lines, choices: { skip = [] } }) =>
  lines.filter(({ line }) => skip.indexOf(line) < 0);

// Under which names a code is taken over: drawn once and kept until the goods are in the cart, so
// that whatever is lost on the way, an answer, a place in the store or the program itself, the code
// is asked for again by the same taker and what is in the cart is not put there twice.
function createTakers(kv, random) {
  const starts = new Map();

  async function keptStart(code) {
    try {
      const kept = JSON.parse(await kv.get('taking'));
      return kept !== null && kept.code === code ? kept.start : null;
    } catch (error) {
      // Torn: nothing was taken under it, or the code is over.
      return null;
    }
  }

  async function draw(code) {
    const kept = await keptStart(code);
    if (kept !== null) return kept;
    const start = toBase64url(await random.bytes(UID_START_BYTES));
    await kv.set('taking', JSON.stringify({ code, start }));
    return start;
  }

  return {
    async of(code) {
      if (!starts.has(code)) starts.set(code, draw(code));
      try {
        return uidsFrom(fromBase64url(await starts.get(code)));
      } catch (error) {
        starts.delete(code);
        throw error;
      }
    },
    async done(code) {
      starts.delete(code);
      // Kept longer it would only say again what is done.
      await kv.remove('taking').catch(() => {});
    },
  };
}

/** { act, enter(event, u?), cart(), host, kv, url, now() } of a shop → its calls for tokens. */
export function tokenCalls({ act, enter, cart, host, kv, url, now }) {
  const ask = (k, a) => act('ask', { k, a });
  const takers = createTakers(kv, host.random);
  const handover = (request) => post(host.http, `${url}/v1/handover`, request);
  return {
    /** A token of this member for what he shares: { token, code, expires }. */
    share: (from = {}) => ask('share.make', from),
    /** The token or code that somebody came by; a visitor's is told when he has enrolled. */
    openShare: (share) => enter({ type: 'share.open', share }),
    /** The coupon of a coupon code (兑换码): { coupon, rule }. */
    redeemCode: (code) => ask('code.redeem', { code }),
    /** A code for the tills of one store (线下核销): { code, expires }; it holds the coupon. */
    holdCoupon: (coupon, store) => ask('coupon.hold', { coupon, store, now: now() }),
    /** Goods under a code for another app: { code, expires }. */
    handOver: (lines = selected(cart())) => handover({ lines: lines.map(
      ({ sku, qty, options }) => ({ sku, qty, options })) }),
    /** Puts the goods of such a code into this cart, once however often it is tried: the goods. */
    async takeOver(code) {
      const uid = await takers.of(code);
      const { lines } = await handover({ code, by: uid() });
      await Promise.all(lines.map(({ sku, options, qty }) =>
        enter({ type: 'cart.add', sku, options, n: qty }, uid())));
      await takers.done(code);
      return lines;
    },
  };
}
