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

/** { total, totalNote, isFreightOut, saved, count, submit }, as receiptView has them. */
export function barView(receipt, request) {
  const count = receipt.lines.reduce((sum, { state, qty }) =>
    (state === 'priced' ? sum + qty : sum), 0);
  const { totals } = receipt;
  return {
    total: yuan(totals.payable),
    totalNote: firstOrderNote(receipt, request),
    isFreightOut: receipt.freight.state === 'unknown',
    saved: shownIfAny(totals.saved),
    count: String(count),
    submit: submitView(receipt, count),
  };
}
