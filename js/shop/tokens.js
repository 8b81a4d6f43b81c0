// What goes from one person, app or till to another under a token (src/sync/README.md, section 8):
// shares, coupon codes, codes for a till, and goods. All but opening a share need the network now.
import { answerError } from './enrol.js';

const TRIES = 3;

const given = (values) => Object.keys(values).reduce((all, name) =>
  (values[name] === undefined ? all : { ...all, [name]: values[name] }), {});

async function handover(http, url, body) {
  const answer = await http.request({ method: 'POST', url: `${url}/v1/handover`,
    body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  if (answer.status !== 200) throw answerError(answer);
  return JSON.parse(answer.body);
}

// by: the same one for every try, so a lost answer loses no goods.
async function goodsOf(http, url, { code, by }) {
  for (let tried = 1; ; tried++) {
    try {
      return (await handover(http, url, { code, by })).lines;
    } catch (error) {
      const isLost = error.code === 'E_NETWORK' || error.code === 'E_TIMEOUT';
      if (tried === TRIES || !isLost) throw error;
    }
  }
}

const selected = ({ lines, choices: { skip = [] } }) =>
  lines.filter(({ line }) => skip.indexOf(line) < 0);

/** { act, dispatch, cart(), http, url, uid(), now() } of a shop → its calls for tokens. */
export function tokenCalls({ act, dispatch, cart, http, url, uid, now }) {
  const ask = (k, a) => act('ask', { k, a });
  return {
    /** A token of this member for what he shares: { token, code, expires }. */
    async share({ channel, campaign } = {}) {
      const { token, code, expires } = await ask('share.make', given({ channel, campaign }));
      return { token, code, expires };
    },
    /** The token or code that somebody came by; a visitor's is told when he has enrolled. */
    openShare: (share) => dispatch({ type: 'share.open', share }),
    /** The coupon of a coupon code (兑换码): { coupon, rule }. */
    async redeemCode(code) {
      const { coupon, rule } = await ask('code.redeem', { code });
      return { coupon, rule };
    },
    /** A code for the tills of one store (线下核销): { code, expires }; it holds the coupon. */
    async holdCoupon(coupon, store) {
      const { code, expires } = await ask('coupon.hold', { coupon, store, now: now() });
      return { code, expires };
    },
    /** Goods under a code for another app: { code, expires }. */
    handOver: (lines = selected(cart())) => handover(http, url, { lines: lines.map(
      ({ sku, qty, options = [] }) => ({ sku, qty, options })) }),
    /** Puts the goods of such a code into this cart: what they are. */
    async takeOver(code) {
      const lines = await goodsOf(http, url, { code, by: uid() });
      await Promise.all(lines.map(({ sku, options, qty }) =>
        dispatch({ type: 'cart.add', sku, options, n: qty })));
      return lines;
    },
  };
}
