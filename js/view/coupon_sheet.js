// couponSheetView(receipt, best, names, coupons, none) → the sheet a shopper picks coupons in.
//
// receipt   the answer for the coupons picked in the sheet so far
// best      the answer to the same request without pins: 推荐组合
// coupons   the request's coupons, for their dates
// none      the answer to the same request with `pick: 'none'` and no pins; `detail: 'totals'` does
//
// Every saving here is what the order costs less than `none`, before points. The cuts of the
// coupons can add up to more: for them a promotion or free freight may have been given up.
import { yuan } from './money.js';
import { reasons } from '../generated/codes.js';
import { measureText } from './condition_text.js';
import { ruleTitle, scopeText } from './names.js';
import { isPicked } from './picked.js';
import { couponFace, couponTerms } from './rule_text.js';
import { ruleTerms } from './terms_text.js';

// What coupons are chosen for: points come after them.
const beforePoints = ({ totals }) => totals.goods + totals.freight + totals.fees;

// Both answers list the coupons in the order of the request.
const hasSamePicks = (receipt, best) => receipt.coupons.every((coupon, index) =>
  isPicked(coupon) === isPicked(best.coupons[index]));

const gapText = ({ gap, by }) => (by === undefined || by === 'amount'
  ? '¥' + yuan(gap) : measureText(by, gap));

// A coupon that only lacks a first order or a payer is so many yuan away from nothing.
const NO_GAP = '未满足使用条件';

const PROVISIONAL = '运费未知，选好地址后可能变化';

function reasonText(answer, receipt, names) {
  if (answer.reason === 'THRESHOLD' && !(answer.gap > 0)) return NO_GAP;
  const { zh = '' } = reasons[answer.reason] || {};
  const other = receipt.coupons.find(({ id }) => id === answer.with);
  return zh
    .replace('{gap}', answer.gap > 0 ? gapText(answer) : '')
    .replace('{cut}', '¥' + yuan(answer.cut || 0))
    .replace('{with}', other ? ruleTitle(names, other.rule) : '');
}

// Civil date of the book's offset without Intl or the phone's own zone: '11.22'.
function dateText(unixS, offsetS) {
  const date = new Date((unixS + offsetS) * 1000);
  return (date.getUTCMonth() + 1) + '.' + date.getUTCDate();
}

function cardView(answer, coupon, receipt, names) {
  const rule = names.rules[answer.rule];
  const face = rule ? couponFace(rule, names) : { text: '', isMoney: false };
  const isTicked = isPicked(answer);
  // That the shopper did not tick a usable card is no reason to be told.
  const isSilent = isTicked || answer.reason === 'NOT_ASKED';
  const told = isSilent ? '' : reasonText(answer, receipt, names);
  const reason = answer.provisional ? [told, PROVISIONAL].filter(Boolean).join('，') : told;
  return {
    id: answer.id,
    face: face.text,
    isMoney: face.isMoney,
    title: ruleTitle(names, answer.rule),
    terms: rule ? scopeText(names, rule) + couponTerms(rule, names) : '',
    notes: rule ? ruleTerms(rule, names).join(' · ') : '',
    until: coupon && coupon.to ? '有效期至 ' + dateText(coupon.to, names.utcOffsetS) : '',
    isPicked: isTicked,
    isClaimFirst: answer.state === 'claim_first',
    isUsable: answer.state !== 'unusable',
    cut: answer.cut > 0 ? yuan(answer.cut) : '',
    reason: answer.state === 'unusable' ? '不可用原因：' + reason : reason,
  };
}

export function couponSheetView(receipt, best, names, coupons, none) {
  const cards = receipt.coupons.map((answer, index) =>
    cardView(answer, coupons[index], receipt, names));
  const savingOf = (answer) => beforePoints(none) - beforePoints(answer);
  const saved = savingOf(receipt);
  const bestSaved = savingOf(best);
  const lost = bestSaved - saved;
  return {
    isBest: hasSamePicks(receipt, best),
    best: bestSaved > 0 ? yuan(bestSaved) : '',
    usable: cards.filter((card) => card.isUsable),
    unusable: cards.filter((card) => !card.isUsable),
    lost: lost > 0 ? yuan(lost) : '',
    confirm: saved > 0 ? '确定（省¥' + yuan(saved) + '）' : '确定',
  };
}
