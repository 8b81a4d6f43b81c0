// barView(receipt, request) → what the bar at the bottom of a page shows, a part of receiptView. It
// needs no text of a rule, so that a page may show its first total before those are there.
import { shownIfAny, yuan } from './money.js';

const REFUSALS = {
  NO_DELIVERY: '暂不可配送', POINTS: '积分不足', ZERO_PAY: '0元订单不可提交',
};

function submitView(receipt, count) {
  const { ok, gap, reason } = receipt.submit;
  if (count === 0) return { text: '去结算', isEnabled: false };
  if (gap > 0) return { text: '差¥' + yuan(gap) + '起送', isEnabled: false };
  if (!ok) return { text: REFUSALS[reason] || '暂不可提交', isEnabled: false };
  if (receipt.totals.payable === 0) return { text: '确认下单', isEnabled: true };
  return { text: '去结算(' + count + ')', isEnabled: true };
}

// Whether it is a guest's first order is known when he has signed in.
function firstOrderNote({ assumes = [] }, { member = {} } = {}) {
  const isAssumed = assumes.some(({ code }) => code === 'FIRST_ORDER');
  return isAssumed && member.id === undefined ? '新人预估价' : '';
}

// A receipt of its totals alone has no lines, but a warning of each that is not on sale.
function countOf({ lines, warnings }, request) {
  const isGone = (line) => warnings.some((one) => one.code === 'OFF_SHELF' && one.line === line);
  const priced = lines ? lines.filter(({ state }) => state === 'priced')
    : request.lines.filter(({ id, selected }, index) =>
      selected !== false && !isGone(id || String(index)));
  return priced.reduce((sum, { qty }) => sum + qty, 0);
}

/**
 * { total, totalNote, isFreightOut, saved, count, submit }, as receiptView has them. Of a receipt
 * of its totals alone, which says nothing of `isFreightOut`, the request has to be there.
 */
export function barView(receipt, request) {
  const count = countOf(receipt, request);
  const { totals, freight } = receipt;
  const bar = {
    total: yuan(totals.payable),
    totalNote: firstOrderNote(receipt, request),
    saved: shownIfAny(totals.saved),
    count: String(count),
    submit: submitView(receipt, count),
  };
  return freight ? Object.assign(bar, { isFreightOut: freight.state === 'unknown' }) : bar;
}
