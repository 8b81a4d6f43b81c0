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

function couponsOf({ coupons, lines, totals }) {
  return coupons.filter(({ state }) => state === 'picked' || state === 'claim_first')
    .map(({ id }) => ({
      id,
      segments: [].concat(...lines
        .filter(({ cuts }) => cuts.some((cut) => cut.coupon === id && cut.cut > 0))
        .map((line) => segmentsOf(line, totals).map((_, i) => [line.id, i]))),
    }));
}

// A threshold that was measured on more than list prices, such as freight, may lie above them; then
// it breaks with the first piece.
function giftsOf({ gifts }, terms, priced) {
  return gifts.filter(({ rule, state }) => terms[rule] && state !== 'out')
    .map(({ rule, sku, qty }) => {
      const { value, gte } = terms[rule];
      const when = Object.assign({}, terms[rule]);
      delete when.value;
      const lines = priced.filter(({ id }) => !when.lines || when.lines.includes(id));
      const measure = sum(lines.map((line) => (when.by === 'qty' ? line.qty : line.list)));
      when.gte = Math.min(gte, measure);
      return { rule, sku, qty, value, when };
    });
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
 * What was paid, of a receipt with `detail: 'full'` and its request. What neither of them tells
 * stands in `more`: `gifts` { rule: { value, gte, by?, lines? } }, `mall` (the book's
 * `points.mall`), `fees_refundable`, `earned_balance`.
 */
export function orderRecord(receipt, request, more = {}) {
  if (!receipt || !receipt.lines || !request || request.detail !== 'full') {
    throw new SuanpanError('E_CONFLICT', '/detail', 'a record is made of a receipt of detail full');
  }
  const { totals, points } = receipt;
  const { gifts: terms = {}, mall = {}, fees_refundable, earned_balance } = more;
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
    coupons: couponsOf(receipt),
    gifts: giftsOf(receipt, terms, lines),
    // What no line earned: on freight, or as a reward.
    earned: points.earned - earnedByLines + rewarded,
  });
  // Nothing left of them is not the same as nothing said about them.
  return earned_balance === undefined ? record : Object.assign(record, { earned_balance });
}
