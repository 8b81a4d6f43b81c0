// What a phone knows of one member, and what each word of the server does to it. Pure functions
// over one plain object; who stores it and who sends it are elsewhere.
//
//   base     the server's last view of the member (js/shop/request.js)
//   pending  operations that have no answer yet, in order: { u, k, a, text, isKept, isSent }
//   acked    the last ones that have, in case a restored server has lost them: { s, u, text }
//   tray     operations the server refused, until the shopper has seen them
//   last, head   number and hash of the last operation that was answered
//
// The view is always the pending operations replayed over the base.
import { utf8Size } from '../utf8.js';
import { emptyCart, isCartOp, reduce } from './cart.js';

const ACKED_MAX = 128;
const OPS_MAX = 64;
// Of the 64 KiB of a request, as its operations stand there: quoted, and with number, hash and tag.
const BATCH_BYTES_MAX = 60 * 1024;
const OP_BYTES = 144;

// These leave the number of an operation free: the operation is still to be done.
const NOT_ADVANCING = ['E_MAC', 'E_NONCANON', 'E_GAP', 'E_FORK', 'E_DEVICE', 'E_BUSY'];

export const guestState = () => ({
  ver: 0, cart: { ver: 0, hash: '', ...emptyCart }, member: {}, coupons: [], points: { points: 0 },
  orders: [],
});

export const freshData = () => ({
  last: 0, head: '', count: 0, recovery: 0, forks: 0,
  base: guestState(), pending: [], acked: [], tray: [],
  order: {}, intent: null, time: 0, offset: 0, freshUntil: 0, minVer: 0, named: null,
});

/** An operation of its text, as it came out of storage or from another tab. */
export function opOf(text) {
  const { u, k, a } = JSON.parse(text);
  return { u, k, a, text, isKept: true, isSent: true };
}

/** What is stored: only operations that are kept by themselves. */
export const storedOf = (data) => ({
  ...data, pending: data.pending.filter(({ isKept }) => isKept).map(({ text }) => text),
});

export const dataOf = (stored) =>
  ({ ...freshData(), ...stored, pending: stored.pending.map(opOf) });

// ---- the view ----

function replayed(cart, op) {
  if (!isCartOp(op.k)) return cart;
  try {
    return reduce(cart, op);
  } catch (error) {
    // The server will say so too; until then it has no effect.
    return cart;
  }
}

/**
 * The member's view with everything that is still on its way. It goes on from a view that was made
 * before, { data, state }, where all that has happened since are more operations: without a network
 * they become many.
 */
export function viewOf({ base, pending }, { data: { base: old, pending: had } = {}, state } = {}) {
  const isMore = base === old && had.every(({ u }, i) => pending[i] && pending[i].u === u);
  const { ver, hash, ...cart } = isMore ? state.cart : base.cart;
  const more = isMore ? pending.slice(had.length) : pending;
  return { ...base, cart: { ver, hash, ...more.reduce(replayed, cart) } };
}

// ---- log entries ----

const without = (list, u) => list.filter((one) => one.u !== u);

/** Whether an operation is there already: waiting, answered or refused. */
export const isKnown = ({ pending, acked, tray }, { u }) =>
  [pending, acked, tray].some((list) => list.some((one) => one.u === u));

const entries = {
  op(data, text) {
    const op = opOf(text);
    return isKnown(data, op) ? data : { ...data, pending: [...data.pending, op] };
  },
  dismiss: (data, u) => ({ ...data, tray: without(data.tray, u) }),
  drop: (data, u) => ({ ...data, pending: without(data.pending, u) }),
  order: (data, order) => ({ ...data, order }),
  intent: (data, intent) => ({ ...data, intent }),
  count: (data, count) => ({ ...data, count }),
};

/** The data after one entry of the log: { op: text }, { dismiss: u }, { count: n }, … */
export function entered(data, entry) {
  return Object.keys(entry).reduce((now, name) => entries[name](now, entry[name]), data);
}

// ---- sending ----

const isOrder = ({ k }) => k === 'order.submit';

/**
 * What goes out next. An order goes alone. One that may have been sent before is asked about
 * first, with an empty batch: the server counts requests, so what is still on its way then will
 * never be taken.
 */
export function nextBatch({ pending }) {
  const [first] = pending;
  if (!first || !first.isKept) return [];
  if (isOrder(first)) return first.isSent && !first.isTaken ? [] : [first];
  const batch = [];
  let size = 0;
  for (const op of pending) {
    size += utf8Size(JSON.stringify(op.text)) + OP_BYTES;
    if (!op.isKept || isOrder(op) || batch.length === OPS_MAX || size > BATCH_BYTES_MAX) break;
    batch.push(op);
  }
  return batch;
}

// ---- answers ----

/**
 * Goes on from the server's number and hash: what the server does not have goes out again, under
 * the same uids, so that nothing is done twice.
 */
export function rechained(data, last, head) {
  const lost = data.acked.filter(({ s }) => s > last).map(({ text }) => opOf(text));
  return {
    ...data, last, head,
    acked: data.acked.filter(({ s }) => s <= last),
    pending: [...lost, ...data.pending],
  };
}

// What was said of one order, its times and what was added on to it, ends with it; where it goes
// and who pays is as good for the next one.
function ordered(data) {
  const { use, pay_at: payAt, fulfil_at: fulfilAt, ...order } = data.order;
  return { ...data, order };
}

function withoutOp(data, op, c) {
  const rest = { ...data, pending: without(data.pending, op.u) };
  if (!isOrder(op)) return rest;
  return { ...(c === 'ok' ? ordered(rest) : rest), intent: null };
}

function answered(data, { c, s, dup, ...more }, op, at) {
  const rest = withoutOp(data, op, c);
  if (c === 'ok') {
    const acked = [...data.acked, { s, u: op.u, text: op.text }].slice(-ACKED_MAX);
    return { ...rest, acked };
  }
  const refused = { u: op.u, k: op.k, a: op.a, code: c, at, more };
  return { ...rest, tray: [...without(data.tray, op.u), refused] };
}

function withResults(data, { res, time }, batch) {
  const first = data.last + 1;
  return res.reduce((now, result) => {
    const op = batch[result.s - first];
    const isDone = op && NOT_ADVANCING.indexOf(result.c) < 0
      && now.pending.some(({ u }) => u === op.u);
    return isDone ? answered(now, result, op, time) : now;
  }, data);
}

// An order that was sent and that the server does not have can't reach it any more.
function settleOrder(data, last) {
  const [first] = data.pending;
  if (!first || !isOrder(first) || !first.isSent || first.isTaken) return data;
  if (last >= data.last + 1) {
    return { ...data, pending: [{ ...first, isTaken: true }, ...data.pending.slice(1)] };
  }
  return { ...data, pending: data.pending.slice(1) };
}

/**
 * The data after an authenticated reply to a batch. Number and hash are taken from the server
 * unless it said that the chain does not fit; then everything it lacks is chained anew. The time is
 * the server's too, also where it is earlier: a reply is made for its nonce, so none is told again.
 */
export function afterReply(data, reply, batch) {
  const { last, head, err } = reply;
  const known = {
    ...data, time: reply.time,
    freshUntil: reply.book.fresh_until, minVer: reply.book.min_ver, named: reply.book,
    base: reply.state || data.base,
  };
  if (err === 'E_REPLAY') return { ...known, count: Math.max(known.count, reply.count) };
  if (err === 'E_BUSY') return known;
  if (err) return { ...rechained(known, last, head), forks: data.forks + 1 };
  if (last < data.last) return rechained(known, last, head);
  const settled = batch.length > 0 ? known : settleOrder(known, last);
  const isTaken = settled.pending.length > 0 && settled.pending[0].isTaken;
  // The answer of a taken order is still to be fetched: its number is not passed yet.
  if (isTaken && batch.length === 0) return settled;
  return { ...withResults(settled, reply, batch), last, head, forks: 0 };
}

/** Lines whose quantity the server changed under the shopper's hands: [{ line, from, to }]. */
export function conflictsOf(before, after) {
  const quantities = ({ lines }) => new Map(lines.map(({ line, qty }) => [line, qty]));
  const [old, now] = [quantities(before), quantities(after)];
  return [...old].map(([line, from]) => ({ line, from, to: now.get(line) || 0 }))
    .filter(({ from, to }) => from !== to);
}
