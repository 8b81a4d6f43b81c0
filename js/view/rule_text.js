// What a rule of the book says to a shopper, in the words Chinese shops use. Only the book's own
// amounts appear here; what a rule is worth in this cart comes from the receipt.
import { payRate, shortYuan } from './money.js';

const UNIT_TAGS = { member: '会员价', timed: '限时折扣', flash: '秒杀' };

function leastText(by, gte) {
  if (by === 'qty') return '满' + gte + '件';
  if (by === 'kinds') return '满' + gte + '种';
  return '满' + shortYuan(gte) + '元';
}

function whenText(when) {
  if (!when) return '';
  if (when.amount_gte) return leastText('amount', when.amount_gte);
  if (when.amount_gt) return '超过' + shortYuan(when.amount_gt) + '元';
  if (when.qty_gte) return leastText('qty', when.qty_gte);
  if (when.kinds_gte) return leastText('kinds', when.kinds_gte);
  return '';
}

function nthItemText(give) {
  return give.pay_bp.map((payBp, index) => {
    if (payBp === 10000) return '';
    return '第' + (index + 1) + '件' + (payBp === 5000 ? '半价' : payRate(payBp));
  }).filter(Boolean).join('，');
}

function amountOffText(give) {
  const each = give.per === 'unit' || give.per === 'piece' ? '每件' : '';
  return each + '减' + shortYuan(give.amount) + '元';
}

function percentOffText(give) {
  const cap = give.cap ? '，最高减' + shortYuan(give.cap) + '元' : '';
  return payRate(10000 - give.bp) + cap;
}

// What a promotion with this give is called, and what the give says.
const GIVES = {
  amount_off: { tag: '满减', text: amountOffText },
  percent_off: { tag: '满折', text: percentOffText },
  unit_price: { tag: '特价', text: () => '特价' },
  nth_item: { tag: '多件优惠', text: nthItemText },
  gift: { tag: '满赠', text: () => '送赠品' },
  grant_coupon: { tag: '返券', text: () => '返优惠券' },
  points: { tag: '送积分', text: (give) => '送' + give.n + '积分' },
  free_freight: { tag: '包邮', text: () => '免运费' },
};

const givesOf = (rule) => (Array.isArray(rule.give) ? rule.give : [rule.give]);

function plainGiveText(give) {
  const [kind] = Object.keys(give);
  return GIVES[kind] ? GIVES[kind].text(give[kind]) : '';
}

function giveText(give) {
  if (give.tiers) {
    const { by, tiers } = give.tiers;
    return tiers.map((tier) => leastText(by, tier.gte) + plainGiveText(tier.give)).join('，');
  }
  if (give.every) {
    const { by, step } = give.every;
    return '每' + leastText(by, step) + plainGiveText(give.every.give);
  }
  return plainGiveText(give);
}

// The give inside a ladder: of its first or its last step.
function innerGive(give, isLast) {
  if (give.every) return give.every.give;
  if (!give.tiers) return give;
  const { tiers } = give.tiers;
  return tiers[isLast ? tiers.length - 1 : 0].give;
}

// The word in brackets before a promotion, and the chip on a line.
export function ruleTag(rule) {
  if (rule.kind === 'coupon') return '优惠券';
  if (UNIT_TAGS[rule.kind]) return UNIT_TAGS[rule.kind];
  const [give] = givesOf(rule);
  const [kind] = Object.keys(innerGive(give));
  const hasThreshold = Boolean(rule.when) || give !== innerGive(give);
  // Without a threshold nothing has to be 满 first.
  if (kind === 'percent_off' && !hasThreshold) return '折扣';
  return GIVES[kind] ? GIVES[kind].tag : '优惠';
}

// '满30元减5元，满60元减12元', '第2件半价', '满3件8折，最高减30元'
export function ruleText(rule) {
  // A condition that only repeats the first paid-for piece says nothing to a shopper.
  const [give] = givesOf(rule);
  const condition = give.nth_item ? '' : whenText(rule.when);
  return condition + givesOf(rule).map(giveText).join('，');
}

// What reaching `gte` offers: of a ladder that step, of 每满 what it adds up to, else the rule.
export function offerText(rule, { by, gte }) {
  const [give] = givesOf(rule);
  const tier = give.tiers && give.tiers.tiers.find((step) => step.gte === gte);
  if (tier) return leastText(by, gte) + plainGiveText(tier.give);
  const inner = give.every && give.every.give;
  if (inner && inner.amount_off) {
    return leastText(by, gte) + '减' + shortYuan(inner.amount_off.amount * gte / give.every.step)
      + '元';
  }
  return ruleText(rule);
}

// The big figure on a coupon: { text: '10', isMoney: true }, { text: '8.5折' }, { text: '免运费' }.
export function couponFace(rule) {
  const give = innerGive(givesOf(rule)[0], true);
  if (give.amount_off) return { text: shortYuan(give.amount_off.amount), isMoney: true };
  if (give.percent_off) return { text: payRate(10000 - give.percent_off.bp), isMoney: false };
  return { text: plainGiveText(give), isMoney: false };
}

// The small line beside it: '满99元可用', '无门槛，最高减30元'.
export function couponTerms(rule) {
  const [give] = givesOf(rule);
  const least = give.tiers
    ? leastText(give.tiers.by, give.tiers.tiers[0].gte) : whenText(rule.when);
  const percent = innerGive(give, true).percent_off;
  const cap = percent && percent.cap ? '，最高减' + shortYuan(percent.cap) + '元' : '';
  return (least ? least + '可用' : '无门槛') + cap;
}
