// `order.submit`: an order is priced by the law, takes what it takes, and is written down, all in
// one transaction.
import { afterOrder } from '../shop/cart.js';
import { decidedRequest } from '../shop/request.js';
import { orderRecord } from '../order_record.js';
import { j0Text } from '../sync/j0.js';
import { noteMessage, readNote, writeNote } from '../sync/messages.js';
import { hex, sha256 } from './crypto.js';
import { giftTerms } from './gift_terms.js';
import { GRACE_MAX_S, cashOf, judge, timeOf } from './law.js';
import { liveOf } from './live.js';
import { settlePaid } from './pay.js';
import { Refused } from './refused.js';
import { takeAll } from './takings.js';
import { viewNow } from './view.js';

const CONTACT_BYTES_MAX = 1024;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const refuseArgs = (path) => {
  throw new Refused('E_ARGS', { path });
};

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

const isCount = (n) => Number.isSafeInteger(n) && n >= 0;

// What was shown: the payable and the receipt's hash, and what else a phone says of it.
const isQuote = (shown) => isObject(shown) && isCount(shown.t) && typeof shown.h === 'string'
  && (shown.c === undefined || isCount(shown.c))
  && (shown.g === undefined || (Array.isArray(shown.g)
    && shown.g.every((gift) => isObject(gift) && isCount(gift.qty)
      && typeof gift.rule === 'string' && typeof gift.sku === 'string')));

function checkArgs({ cart, decision, points, at, use, contact = {}, ...rest }, shown) {
  const [unknown] = Object.keys(rest);
  if (unknown) refuseArgs(`/${unknown}`);
  if (!isObject(cart) || typeof cart.hash !== 'string') refuseArgs('/cart');
  if (!isObject(decision)) refuseArgs('/decision');
  if (!Number.isInteger(points) || points < 0) refuseArgs('/points');
  if (!isObject(at) || (at.now !== undefined && !Number.isInteger(at.now))) refuseArgs('/at');
  if (use !== undefined && !isObject(use)) refuseArgs('/use');
  const isList = (list = []) => Array.isArray(list) && list.every(isObject);
  ['add_ons', 'gifts'].filter((name) => use && !isList(use[name]))
    .forEach((name) => refuseArgs(`/use/${name}`));
  if (!isObject(contact) || j0Text(contact).length > CONTACT_BYTES_MAX) refuseArgs('/contact');
  if (!isQuote(shown)) refuseArgs('/q');
}

// When it is to be paid and fulfilled is the phone's to say, for prices depend on it, but only
// within what can still happen: not before the price was shown, nor paid after the order has ended.
function checkTimes({ now, pay_at: payAt, fulfil_at: fulfilAt }, arrivalS, payWithinS) {
  const earliest = Math.max(now === undefined ? arrivalS : now, arrivalS - GRACE_MAX_S);
  const isFine = (at, latest) =>
    at === undefined || (Number.isSafeInteger(at) && at >= earliest && at <= latest);
  if (!isFine(payAt, arrivalS + payWithinS)) refuseArgs('/at/pay_at');
  if (!isFine(fulfilAt, Infinity)) refuseArgs('/at/fulfil_at');
}

// The details at a time: nothing is paid or fulfilled before it.
function atTime({ pay_at: payAt, fulfil_at: fulfilAt, ...at }, now) {
  return { ...at, now,
    ...(payAt === undefined ? {} : { pay_at: Math.max(payAt, now) }),
    ...(fulfilAt === undefined ? {} : { fulfil_at: Math.max(fulfilAt, now) }) };
}

/** The number of an order: the same for the same op of the same member. */
export const orderId = (tenant, member, uid) =>
  hex(sha256(Buffer.from(`${tenant}\0${member}\0${uid}`))).slice(0, 24);

// Only the coupons of the decision are priced: the others can't change what it costs.
function ownWallet(view, decision) {
  const ids = new Set(Array.isArray(decision.coupons) ? decision.coupons : []);
  return { ...view, coupons: view.coupons.filter(({ id }) => ids.has(id)) };
}

// The engine lets the lines of the cart take from the stock of gifts; those of a store take theirs
// from that store's shelf.
function withShelves({ live, ...request }) {
  if (!live) return request;
  const stock = { ...live.stock };
  request.lines.filter(({ sku, store, selected }) => store && selected !== false && sku in stock)
    .forEach(({ sku, qty }) => { stock[sku] += qty; });
  return { ...request, live: { ...live, stock } };
}

const spent = (counts) => Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));

// Prices the decision under a book at a time, with what is left or what a phone may take to be:
// its receipt, or null where it isn't lawful.
function pricer(engines, view, { args, live }) {
  const wallet = ownWallet(view, args.decision);
  const lives = { live, spent: { stock: spent(live.stock), left: spent(live.left) } };
  return function price(book, nowS, left = 'live') {
    const details = { at: atTime(args.at, nowS), use: args.use || {}, offers: book.offers,
      ...(lives[left] ? { live: lives[left] } : {}) };
    const request = withShelves(decidedRequest(wallet, details, args.decision, args.points));
    const engine = engines.at(book);
    if (!engine) throw new Refused('E_BUSY');
    try {
      const receipt = engine.quote(request);
      price.requests.set(receipt, request);
      return receipt;
    } catch (error) {
      if (error.code === 'E_DECISION' || error.code === 'E_REFERENCE') return null;
      if (error.name === 'SuanpanError' && !['E_TRAP', 'E_MEMORY'].includes(error.code)) {
        throw new Refused('E_ARGS', { path: error.path, reason: error.code });
      }
      throw error;
    }
  };
}

// ---- what an order takes ----

// How often a limited rule acted, and at how many pieces.
function timesOf(receipt, rule) {
  const { coupons } = receipt.decision;
  const picked = receipt.coupons.filter((one) => one.rule === rule && coupons.includes(one.id));
  const qty = receipt.lines.reduce((sum, { segments = [] }) => sum + segments.reduce((all, s) =>
    all + (s.rule === rule ? s.qty : 0), 0), 0);
  return { times: Math.max(1, picked.length), qty };
}

function limitTakings(receipt, book) {
  return receipt.assumes.filter(({ code }) => code === 'LIMIT').flatMap(({ rule }) => {
    const { limit = {}, stage } = book.rules.get(rule);
    const { times, qty } = timesOf(receipt, rule);
    const takings = [];
    if (limit.per_member !== undefined || limit.qty_per_member !== undefined) {
      const { per_member: timesMax = UNLIMITED, qty_per_member: qtyMax = UNLIMITED } = limit;
      takings.push({ kind: 'usage', name: rule, n: times, more: { qty, timesMax, qtyMax } });
    }
    if (limit.total_left) {
      takings.push({ kind: 'quota', name: rule, n: stage === 'unit' ? qty : times });
    }
    return takings;
  });
}

// Goods and gifts by sku and store, each once.
function stockTakings(receipt, request) {
  const wanted = new Map();
  const add = (sku, store, qty, isGift) => {
    const name = JSON.stringify([sku, store]);
    const more = { sku, store, ...(isGift ? { isGift } : {}) };
    const found = wanted.get(name) || { kind: 'stock', name, n: 0, more };
    wanted.set(name, { ...found, n: found.n + qty });
  };
  const stores = new Map(request.lines.map(({ id, store }) => [id, store || '']));
  receipt.lines.filter(({ state }) => state === 'priced')
    .forEach(({ id, sku, qty }) => add(sku, stores.get(id), qty, false));
  receipt.gifts.filter(({ state }) => state === 'given')
    .forEach(({ sku, qty }) => add(sku, '', qty, true));
  return [...wanted.values()];
}

/** All that an order takes, as takings.js wants it. */
export function takingsOf({ receipt, request, view, book }) {
  const { decision, points, tender, assumes } = receipt;
  const isNumbered = assumes.some(({ code }) => code === 'FIRST_ORDER');
  const paid = tender && tender.gift_card + tender.principal + tender.bonus > 0;
  return [
    ...(points.lots || []).filter(({ used }) => used > 0)
      .map(({ id, used }) => ({ kind: 'points', name: id, n: used })),
    ...(paid ? [{ kind: 'tender', name: '', n: 1, more: tender }] : []),
    { kind: 'count', name: '', n: 1, more: { seen: isNumbered ? view.member.orders : -1 } },
    ...decision.coupons.map((id) => ({ kind: 'coupon', name: id, n: 1 })),
    ...limitTakings(receipt, book),
    ...stockTakings(receipt, request),
  ];
}

// ---- submit ----

// The answer of the law, or what refuses.
function priceByLaw(shop, device, body, { nowMs, view, live }) {
  const { books, engines } = shop;
  const [epoch, ver] = body.b;
  const current = books.current(nowMs);
  const book = books.find(epoch, ver);
  const time = timeOf({ claimedS: body.a.at.now, arrivalMs: nowMs, lastReplyMs: device.reply_ms,
    lastDoneMs: device.done_ms });
  const price = pricer(engines, view, { args: body.a, live });
  price.requests = new Map();
  const supersededMs = book ? books.supersededMs(book, nowMs) : null;
  const answer = judge({ named: { epoch, ver }, book, current, shown: body.q, time, price,
    engineVersion: engines.version,
    isHonoured: device.book_epoch === epoch && device.book_ver === ver,
    supersededS: supersededMs === null ? null : Math.floor(supersededMs / 1000) });
  if (answer.alarm) shop.alarm(answer.alarm, { epoch, ver });
  if (!answer.book) {
    const { code, lack = {}, receipt } = answer;
    throw new Refused(code, { ...lack,
      ...(receipt ? { quote: { hash: receipt.hash, payable: receipt.totals.payable } } : {}) });
  }
  const { submit } = answer.receipt;
  if (!submit.ok) {
    throw new Refused(submit.reason === 'POINTS' ? 'E_POINTS' : 'E_REPRICE',
      { reason: submit.reason });
  }
  return { ...answer, request: price.requests.get(answer.receipt) };
}

// Who places orders and pays none of them holds what others want to buy. The member's own row is
// locked by now, so no two of his orders are counted at once.
function checkOpen(tx, { tenant, settings }, member) {
  const { n } = tx.get("SELECT COUNT(*) AS n FROM ord WHERE tenant = ? AND member = ? "
    + "AND state = 'placed'", tenant, member);
  if (n >= settings.openOrders) throw new Refused('E_LIMIT_MEMBER', { reason: 'OPEN_ORDERS' });
}

function checkCart(view, { cart }) {
  if (view.cart.hash !== cart.hash) throw new Refused('E_REPRICE', { reason: 'CART' });
}

const signNote = ({ tenant, online }, j0) =>
  writeNote(online.kid, online.sign(noteMessage('order', tenant, j0)), j0);

/**
 * The result of an order that was submitted before, for a phone that asks once more: its note is
 * signed by the key of now, because the root may have dropped the one that signed it first.
 */
export function resultAgain(shop, result) {
  if (result.c !== 'ok') return result;
  const { kid, j0 } = readNote(result.note);
  return kid === shop.online.kid ? result : { ...result, note: signNote(shop, j0) };
}

// Everything about an order that is kept for years.
function writeOrder(tx, shop, owner, { ord, book, receipt, request, body, nowMs }) {
  const { payable } = receipt.totals;
  const cash = cashOf(receipt);
  // What rules bring goes back by terms of its own, not as a share of what the goods earned.
  const record = orderRecord({ ...receipt, rewards: [] }, request,
    { gifts: giftTerms(receipt, request, book), mall: book.mall });
  const placedS = Math.floor(nowMs / 1000);
  const pieces = request.lines.reduce((sum, { qty, selected }) =>
    sum + (selected === false ? 0 : qty), 0);
  const payUntilMs = nowMs + shop.settings.payWithinS * 1000;
  const small = { order: ord, payable, cash, pieces, placed: placedS,
    pay_until: Math.floor(payUntilMs / 1000) };
  const note = signNote(shop, j0Text({ book: [book.epoch, book.ver], cash, hash: receipt.hash,
    order: ord, payable, placed: placedS, shop: shop.tenant }));
  tx.must('E_UID', 'INSERT INTO ord (tenant, member, ord, state, book_epoch, book_ver, shown, '
    + 'payable, cash, request, receipt, record, contact, note, small, placed_ms, pay_until_ms) '
    + "VALUES (?, ?, ?, 'placed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  owner.tenant, owner.member, ord, book.epoch, book.ver, body.q.t, payable, cash,
  JSON.stringify(request), JSON.stringify(receipt), JSON.stringify(record),
  JSON.stringify(body.a.contact || {}), note, JSON.stringify(small), nowMs, payUntilMs);
  return { order: ord, payable, cash, note };
}

/** The effect of `order.submit`; throws Refused. */
export function submitOrder(tx, shop, device, body, nowMs) {
  const { tenant } = shop;
  const { member } = device;
  checkArgs(body.a, body.q);
  checkTimes(body.a.at, Math.floor(nowMs / 1000), shop.settings.payWithinS);
  const view = viewNow(tx, shop, device);
  checkCart(view, body.a);
  const current = shop.books.current(nowMs);
  if (!current) throw new Refused('E_BUSY');
  // Prices depend on it for rules that count down and for gifts.
  const live = liveOf(tx, tenant, current, { skus: current.gifts });
  const { book, receipt, request } = priceByLaw(shop, device, body, { nowMs, view, live });
  const ord = orderId(tenant, member, body.u);
  const order = { tenant, member, ord, entry: ord, nowMs, kinds: shop.kinds };
  const more = shop.plays.flatMap((play) =>
    (play.takingsOf ? play.takingsOf({ receipt, request, book, args: body.a }) : []));
  takeAll(tx, order, [...takingsOf({ receipt, request, view, book }), ...more]);
  checkOpen(tx, shop, member);
  const placed = writeOrder(tx, shop, order, { ord, book, receipt, request, body, nowMs });
  const { ver, hash, ...cart } = view.cart;
  tx.must('E_REPRICE', 'UPDATE member SET cart = ?, cart_ver = cart_ver + 1 '
    + 'WHERE tenant = ? AND member = ? AND cart_ver = ?', JSON.stringify(afterOrder(cart)),
  tenant, member, ver);
  if (placed.cash > 0) return { ...placed, state: 'placed', pay: shop.gateway.askToPay(placed) };
  settlePaid(tx, shop, order, nowMs);
  return { ...placed, state: 'paid' };
}
