// Submitting an order: online only, and never by itself (src/sync/README.md, section 9).
//
// What the shopper was shown is what goes out, under the book that is in force: everything pending
// is sent first, and when the price is another one then, the shopper is asked. Without a network
// an intent is kept; it is quoted again when the network is back, needs the shopper's word again,
// and is over after half an hour. An answer that was lost is asked for before anything is repeated.
import { SuanpanError } from '../error.js';
import { version } from '../generated/codes.js';
import { optionsFrom } from '../options.js';
import { isLost } from './link.js';

const INTENT_MS = 30 * 60 * 1000;

/** Where an intent stands: null, or { state: 'waiting' | 'confirm' | 'expired', shown, time }. */
export function intentView({ intent, pending }, { isOnline, isSyncing }, now) {
  if (intent === null) return null;
  const { payable, time, contact } = intent;
  const isSent = pending.some(({ k }) => k === 'order.submit');
  const isOver = now - time > INTENT_MS;
  const isReady = isOnline && !isSyncing && !isSent;
  const open = isReady ? 'confirm' : 'waiting';
  return { state: isOver && !isSent ? 'expired' : open, shown: payable, time, contact };
}

const argsOf = ({ data, receipt, request, contact }) => {
  const { use = {}, ...at } = data.order;
  const { ver, hash } = data.base.cart;
  const a = { cart: { ver, hash }, decision: receipt.decision, points: receipt.points.used,
    at: { ...at, now: request.now }, use };
  return contact ? { ...a, contact } : a;
};

// What a receipt promises, as the server is told: the price, what of it is to be paid in cash, and
// what is given.
const shownOf = ({ totals, tender, gifts = [] }) => ({
  c: tender ? tender.cash : totals.payable,
  g: gifts.filter(({ state }) => state === 'given')
    .map(({ rule, sku, qty }) => ({ rule, sku, qty })),
  t: totals.payable,
});
const isSame = (one, other) =>
  JSON.stringify(shownOf(one)) === JSON.stringify(shownOf(other));

// What the server says of an order it took; `note` is signed by its online key.
const orderOf = ({ order, payable, cash, state, note, pay }) =>
  ({ id: order, payable, cash, state, note, pay });

/**
 * { session, link, now, quotedOf() → { request, receipt }, freshHints(quoted), opOf,
 *   isBookCurrent } → { submit }
 * submit: { state: 'accepted', order: { id, payable, … } } | { state: 'kept' }
 *         | { state: 'changed', before, after } | { state: 'refused', code }
 */
export function createOrders({ session, link, now, quotedOf, freshHints, opOf, isBookCurrent }) {
  async function keep(receipt, contact) {
    const { order } = session().data;
    await session().enter({ intent: {
      order, contact, payable: receipt.totals.payable, time: now(),
    } });
    return { state: 'kept' };
  }

  // The price after the server's refusal, with what is left of goods and quotas by now. Where the
  // phone comes to the same again there is nothing to ask the shopper.
  async function repriced(result, shown) {
    await freshHints(shown);
    const { receipt: after } = quotedOf();
    return isSame(after, shown.receipt) ? { state: 'refused', code: result.c, result }
      : { state: 'changed', before: shown.receipt, after, result };
  }

  async function settle(result, op, shown) {
    if (result.c === 'ok') return { state: 'accepted', order: orderOf(result) };
    // The shopper sees it now; nobody has to find it in the tray later.
    await session().enter({ intent: null, dismiss: op.u });
    return result.c === 'E_REPRICE' ? repriced(result, shown)
      : { state: 'refused', code: result.c, result };
  }

  async function send(quoted, contact) {
    const { request, receipt } = quoted;
    const { data } = session();
    const op = opOf('order.submit', argsOf({ data, receipt, request, contact }),
      { q: { ...shownOf(receipt), e: version, h: receipt.hash } });
    await keep(receipt, contact);
    const result = await link.ask(op);
    // Without an answer the intent stays, and the next exchange asks what became of the order.
    return result === null ? { state: 'kept' } : settle(result, op, quoted);
  }

  /** `shown` is the receipt that the shopper agreed to. */
  async function submit({ shown, contact }) {
    if (!shown) return { state: 'refused', code: 'E_NO_BOOK' };
    const { submit: own } = optionsFrom(shown, { object: 'submit totals' }, '/shown');
    if (!own.ok) return { state: 'refused', code: own.reason };
    try {
      await link.run();
      if (session().data.pending.length > 0) await link.run();
    } catch (error) {
      if (isLost(error)) return keep(shown, contact);
      throw error;
    }
    if (session().device === null) throw new SuanpanError('E_DEVICE', '', 'enrol first');
    if (!isBookCurrent()) return { state: 'refused', code: 'E_BOOK_REVOKED' };
    const quoted = quotedOf();
    if (!isSame(quoted.receipt, shown)) {
      return { state: 'changed', before: shown, after: quoted.receipt };
    }
    return send(quoted, contact);
  }

  return { submit };
}
