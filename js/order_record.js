// The compact record of an order, which `refund` takes: src/README.md, section 10.
import { SuanpanError } from './error.js';

const sum = (values) => values.reduce((total, value) => total + value, 0);

// A line of one segment at list price shows it only where it has points and the order is rounded
// off: elsewhere what lies between net and paid is the points alone, or the rounding off alone.
function segmentsOf({ qty, list, net, paid, segments }, totals) {
  return segments
    ? segments.map((s) => ({ qty: s.qty, list: s.list, paid: s.paid, points_cut: s.points_cut }))
    : [{ qty, list, paid, points_cut: totals.rounding_off > 0 ? 0 : net - paid }];
}

// Where neither a promotion nor a coupon cut anything: at its unit price, or at list without one.
// What options cost at a unit price isn't told.
const isUncut = ({ qty, rule, unit, list, net }, { options = [] }) =>
  net >= (rule === null || options.length > 0 ? list : qty * unit);

// The places of the segments that a coupon may have cut, of a line that it did cut.
const cutPlaces = ({ segments }, asked) => (segments
  ? segments.map((_, place) => place).filter((place) => !isUncut(segments[place], asked)) : [0]);

function couponsOf({ coupons, lines }, { lines: asked }) {
  return coupons.filter(({ state }) => state === 'picked' || state === 'claim_first')
    .map(({ id }) => ({
      id,
      segments: [].concat(...lines.map((line, place) =>
        ((line.cuts || []).some((cut) => cut.coupon === id && cut.cut > 0)
          ? cutPlaces(line, asked[place]).map((i) => [line.id, i]) : []))),
    }));
}

// A threshold that was measured on more than list prices, such as freight, may lie above them; then
// it breaks with the first piece.
function termWithin(term, priced) {
  const lines = priced.filter(({ id }) => !term.lines || term.lines.includes(id));
  const measure = sum(lines.map((line) => (term.by === 'qty' ? line.qty : line.list)));
  const most = Math.floor(measure / (term.times || 1));
  return Object.assign({}, term, { gte: Math.min(term.gte, most) });
}

function giftsOf(gifts, priced) {
  return gifts.map((gift) => Object.assign({}, gift, { when: termWithin(gift.when, priced) },
    gift.and ? { and: gift.and.map((term) => termWithin(term, priced)) } : {}));
}

// What says nothing is left out: a record is kept for years.
function withoutDefaults(object) {
  const kept = {};
  Object.keys(object).forEach((key) => {
    const value = object[key];
    const isEmpty = Array.isArray(value) && value.length === 0;
    if (value !== undefined && value !== 0 && !isEmpty) kept[key] = value;
  });
  return kept;
}

/**
 * What was paid, of a receipt of detail full and its request. What neither of them tells
 * stands in `more`: `gifts` [{ rule, sku, qty, value, when, and? }], `mall` (the book's
 * `points.mall`), `fees_refundable`, `earned_balance`.
 */
export function orderRecord(receipt, request, more = {}) {
  const { detail = 'full' } = request || { detail: '' };
  if (!receipt || !receipt.lines || detail !== 'full') {
    throw new SuanpanError('E_CONFLICT', '/detail', 'a record is made of a receipt of detail full');
  }
  const { totals, points } = receipt;
  const { gifts = [], mall = {}, fees_refundable, earned_balance } = more;
  const lines = receipt.lines.filter(({ state }) => state === 'priced');
  const segments = lines.map((line) => segmentsOf(line, totals));
  const paid = sum([].concat(...segments).map((segment) => segment.paid));
  const used = points.used + (points.mall || 0);
  const lots = (points.lots || []).filter((lot) => lot.used > 0);
  const rewarded = sum(receipt.rewards.map((reward) => reward.points || 0));
  const earnedByLines = sum(lines.map(({ earned = 0 }) => earned));
  const record = withoutDefaults({
    lines: lines.map(({ id, sku, earned }, i) => Object.assign({
      id,
      sku,
      segments: segments[i].map(({ qty, list, paid: net, points_cut }) =>
        Object.assign({ qty, list, paid: net }, withoutDefaults({
          points_cut,
          points: mall[sku] && points.mall ? mall[sku].points * qty : 0,
        }))),
    }, withoutDefaults({ earned }))),
    // Where the points took all goods, the rounding off takes freight.
    freight: totals.payable - paid - totals.fees,
    fees: totals.fees,
    fees_refundable,
    points: used > 0
      ? Object.assign({ used, cut: totals.points_cut }, withoutDefaults({ lots })) : undefined,
    tender: receipt.tender,
    coupons: couponsOf(receipt, request),
    gifts: giftsOf(gifts, lines),
    // What no line earned: on freight, or as a reward.
    earned: points.earned - earnedByLines + rewarded,
  });
  // Nothing left of them is not the same as nothing said about them.
  return earned_balance === undefined ? record : Object.assign(record, { earned_balance });
}
