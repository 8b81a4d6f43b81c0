// What goes from one person, app or till to another under a token (src/sync/README.md, section 8):
// shares, coupon codes, codes for a till, and goods. All but opening a share need the network now.
import { fromBase64url, toBase64url } from '../sync/base64url.js';
import { ask as post } from './enrol.js';
import { UID_START_BYTES, uidsFrom } from './uids.js';

const selected = ({ lines, choices: { skip = [] } }) =>
  lines.filter(({ line }) => skip.indexOf(line) < 0);

// What the names are made of under which a code is taken over: drawn once and kept until the goods
// are in the cart, so that whatever is lost on the way, an answer, a place in the store or the
// program itself, the code is asked for again by the same taker and nothing is put there twice.
async function takerOf(code, { kv, random }) {
  const kept = await kv.get('taking') || '';
  // A torn record is shorter.
  if (kept.indexOf(`${code} `) === 0 && kept.length === code.length + 17) return kept.slice(-16);
  const start = toBase64url(await random.bytes(UID_START_BYTES));
  await kv.set('taking', `${code} ${start}`);
  return start;
}

/** { act, enter(event, u?), cart(), host, kv, url, now() } of a shop → its calls for tokens. */
export function tokenCalls({ act, enter, cart, host, kv, url, now }) {
  const ask = (k, a) => act('ask', { k, a });
  const running = new Map();
  const handover = (request) => post(host.http, `${url}/v1/handover`, request);

  async function take(code) {
    const uid = uidsFrom(fromBase64url(await takerOf(code, { kv, random: host.random })));
    const { lines } = await handover({ code, by: uid() });
    await Promise.all(lines.map(({ sku, options, qty }) =>
      enter({ type: 'cart.add', sku, options, n: qty }, uid())));
    // Kept longer it would only say again what is done.
    await kv.remove('taking').catch(() => {});
    return lines;
  }

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
    takeOver(code) {
      if (!running.has(code)) {
        const over = () => running.delete(code);
        running.set(code, take(code));
        running.get(code).then(over, over);
      }
      return running.get(code);
    },
  };
}
