// The law of an order (src/sync/README.md, section 9): what is charged for a price that was shown.
//
// Pure. `price(book, nowS, left)` gives the receipt of the order's decision under a book at a time,
// or null where the decision is not lawful; nothing is searched. `left` is what it takes to be left
// of goods and quotas: what there is, nothing it knows of ('unknown') or nothing ('spent'), as a
// phone may. The answer is either
//   { book, receipt }                       accepted: this receipt's payable is charged, never
//                                           above shown;
//   { code, lack?, alarm?, receipt? }       refused: `receipt` is what the decision costs now,
//                                           `lack` what else was shown that it does not keep.
// An alarm is for those who watch the shop, it changes nothing for the shopper.
import { compareBooks } from './books.js';

/** No rule that was touched is waited for longer than this; rules without one have 120 s. */
export const GRACE_MAX_S = 600;

const LIST_PRICE_GRACE_S = 120;

/** The ids of the rules that had a part in a receipt of detail `full`. */
export function touchedRules({ lines, activities, coupons, gifts, rewards }) {
  const cuts = lines.flatMap((line) => (line.cuts || []).map(({ rule }) => rule));
  const acted = activities.filter(({ state }) => state === 'applied').map(({ rule }) => rule);
  const picked = coupons.filter(({ state }) => state === 'picked').map(({ rule }) => rule);
  const given = [...gifts, ...rewards].map(({ rule }) => rule);
  return [...new Set([...cuts, ...acted, ...picked, ...given])];
}

// The shortest patience of all rules that were touched; that of a list price where none was.
function graceOf(book, receipt) {
  const graces = touchedRules(receipt).map((rule) => book.graceS(rule));
  return Math.min(GRACE_MAX_S, ...(graces.length > 0 ? graces : [LIST_PRICE_GRACE_S]));
}

const payableOf = (receipt) => (receipt === null ? null : receipt.totals.payable);

const isShown = ({ hash, totals }, shown, isSameTime) =>
  totals.payable === shown.t && (!isSameTime || hash === shown.h);

// Whether goods and quotas can be why a phone showed another price: it knows nothing of what is
// left, or what it heard last, and since then a quota may have been used up or have come back.
function isByQuotas({ book, shown, time, price }) {
  const payables = ['unknown', 'spent'].map((left) => payableOf(price(book, time.shownS, left)))
    .filter((payable) => payable !== null);
  return shown.t >= Math.min(...payables) && shown.t <= Math.max(...payables);
}

// Current book: the price at the time it was shown for, as long as its rules' patience lasts; after
// that the price of now, if it is not above.
function judgeCurrent(order) {
  const { book, shown, time, price, engineVersion } = order;
  const receipt = price(book, time.shownS);
  const isEqual = payableOf(receipt) === shown.t;
  if (isEqual && time.arrivalS - time.shownS <= graceOf(book, receipt)) return { book, receipt };
  const now = price(book, time.arrivalS);
  if (isEqual) {
    return now !== null && now.totals.payable <= shown.t ? { book, receipt: now }
      : { code: 'E_REPRICE', receipt: now };
  }
  const isMismatch = time.isAsClaimed && shown.e === engineVersion && !isByQuotas(order);
  return { code: 'E_REPRICE', receipt: now, ...(isMismatch ? { alarm: 'engine_mismatch' } : {}) };
}

// Older book: it must have shown what is claimed; then the lower of then and now, or, within the
// patience of its rules, the price of then.
function judgeOlder({ book, current, shown, time, price, isHonoured, supersededS }) {
  const now = price(current, time.arrivalS);
  const then = price(book, time.shownS);
  if (then === null || !isShown(then, shown, time.isAsClaimed)) {
    return { code: 'E_REPRICE', receipt: now, alarm: 'quote_forged' };
  }
  if (now !== null && now.totals.payable <= shown.t) return { book: current, receipt: now };
  const isInTime = isHonoured && time.arrivalS - supersededS <= graceOf(book, then);
  return isInTime ? { book, receipt: then } : { code: 'E_REPRICE', receipt: now };
}

/** What of a receipt is to be paid in cash. */
export const cashOf = ({ totals, tender }) => (tender ? tender.cash : totals.payable);

// [{ rule, sku }] of the gifts that were shown and that a receipt doesn't give.
const giftsMissing = ({ gifts }, shown) => shown.filter(({ rule, sku, qty }) => qty > gifts
  .filter((gift) => gift.rule === rule && gift.sku === sku && gift.state === 'given')
  .reduce((sum, gift) => sum + gift.qty, 0)).map(({ rule, sku }) => ({ rule, sku }));

// What an accepted price would not keep of what was shown besides the payable; null: nothing.
function lackOf(receipt, { c: cash = Infinity, g: shownGifts = [] }) {
  if (cashOf(receipt) > cash) return { reason: 'CASH' };
  const gifts = giftsMissing(receipt, shownGifts);
  return gifts.length > 0 ? { reason: 'GIFTS', gifts } : null;
}

/**
 * named: { epoch, ver } of the op's `b`; book: that book, or null where it is not kept any more;
 * current: { epoch, ver, manifest, … }; shown: the op's `q`; isHonoured: whether the named book was
 * current at the device's last sync; supersededS: when it ceased to be; time: { shownS, arrivalS,
 * isAsClaimed }, shownS inside of what the server believes.
 */
export function judge(order) {
  const { named, book, current, shown } = order;
  const side = compareBooks(named, current);
  if (side > 0) return { code: 'E_BUSY' };
  const isRecalled = named.epoch === current.epoch && named.ver < current.manifest.min_ver;
  if (isRecalled) return { code: 'E_BOOK_REVOKED' };
  const answer = side === 0 ? judgeCurrent(order)
    : book === null ? { code: 'E_REPRICE', receipt: order.price(current, order.time.arrivalS) }
      : judgeOlder(order);
  if (answer.book && answer.receipt.totals.payable > shown.t) {
    throw new Error('an order would have been charged more than was shown');
  }
  const lack = answer.book ? lackOf(answer.receipt, shown) : null;
  return lack === null ? answer : { code: 'E_REPRICE', lack, receipt: answer.receipt };
}

/**
 * When an op counts as done, for its price: at the time the price was shown for, but not before
 * the last reply, the op before, or the longest patience of any rule; and not after its arrival.
 * Who doesn't say (claimedS undefined) is taken to have meant the arrival.
 */
export function timeOf({ claimedS, arrivalMs, lastReplyMs, lastDoneMs }) {
  const earliestS = Math.floor(
    Math.max(lastReplyMs, lastDoneMs, arrivalMs - GRACE_MAX_S * 1000) / 1000);
  const arrivalS = Math.floor(arrivalMs / 1000);
  const meantS = claimedS === undefined ? arrivalS : claimedS;
  const shownS = Math.min(arrivalS, Math.max(earliestS, meantS));
  return { shownS, arrivalS, isAsClaimed: shownS === claimedS };
}
