// What a rule of the book says to a shopper, in the words Chinese shops use. Only the book's own
// amounts appear here; what a rule is worth in this cart comes from the receipt. `names` may be
// missing everywhere: goods and cards are then said in general words.
import { leastText, whenText } from './condition_text.js';
import { giveText, plainGiveTag, plainGiveText } from './give_text.js';
import { payRate, shortYuan } from './money.js';
import { goodsText } from './names.js';

const KIND_TAGS = {
  coupon: '优惠券', member: '会员价', timed: '限时折扣', flash: '秒杀', group_buy: '拼团价',
  bargain: '砍价', presale: '预售价', new_member: '新人价',
};

const givesOf = (rule) => (Array.isArray(rule.give) ? rule.give : [rule.give]);

// The give inside a ladder: of its first step.
function innerGive(give) {
  if (give.every) return give.every.give;
  return give.tiers ? give.tiers.tiers[0].give : give;
}

// The word in brackets before a promotion, and the chip on a line.
export function ruleTag(rule) {
  if (KIND_TAGS[rule.kind]) return KIND_TAGS[rule.kind];
  const [give] = givesOf(rule);
  const inner = innerGive(give);
  // Without a threshold nothing has to be 满 first.
  if (!rule.when && give === inner) {
    if (inner.percent_off) return '折扣';
    if (inner.amount_off) return '立减';
    if (inner.gift) return '赠品';
  }
  return plainGiveTag(inner);
}

// Orders that only put money on a card: 充值满100元送50元余额.
function isTopup({ scope }) {
  const types = (scope && scope.order_types) || [];
  return types.length === 1 && types[0] === 'topup';
}

// The piece from which on the give takes anything off.
function firstCutPlace({ pay_bp: pays }) {
  const place = pays.findIndex((payBp) => payBp < 10000);
  return (place < 0 ? pays.length : place) + 1;
}

// A condition that only counts the pieces which the give itself needs says nothing more.
function conditionOf(rule, names) {
  const [{ nth_item: nth }] = givesOf(rule);
  const keys = Object.keys(rule.when || {});
  return nth && keys.length === 1 && rule.when.qty_gte <= firstCutPlace(nth)
    ? '' : whenText(rule.when, names);
}

// What the cut is taken of, where that is less than what is counted.
const filterText = ({ filter }, names) => (filter && filter !== 'all'
  ? (goodsText(names, filter) || '部分商品') : '');

// '满30元减5元，满60元减12元', '第2件半价', '满3件8折，最高减30元'
export function ruleText(rule, names) {
  return (isTopup(rule) ? '充值' : '') + conditionOf(rule, names)
    + filterText(rule, names) + givesOf(rule).map((give) => giveText(give, names)).join('，');
}

// What reaching `gte` offers: of a ladder that step, of 每满 what it adds up to, else the rule.
export function offerText(rule, { by, gte }, names) {
  const [give] = givesOf(rule);
  const tier = give.tiers && give.tiers.tiers.find((step) => step.gte === gte);
  if (tier) return leastText(by, gte) + plainGiveText(tier.give, names);
  const inner = give.every && give.every.give;
  if (inner && inner.amount_off && gte % give.every.step === 0) {
    return leastText(by, gte) + '减' + shortYuan(inner.amount_off.amount * gte / give.every.step)
      + '元';
  }
  return ruleText(rule, names);
}

// The big figure on a coupon: { text: '10', isMoney: true }, { text: '8.5折' }, { text: '免运费' }.
// Of a ladder it is what the first step brings, beside whose threshold it stands.
export function couponFace(rule, names) {
  const [first] = givesOf(rule);
  const give = innerGive(first);
  // Steps add up: three of 减10% are not three of 9折.
  if (give.percent_off && first.every && !first.every.compound) {
    return { text: '减' + give.percent_off.bp / 100 + '%', isMoney: false };
  }
  if (give.amount_off) return { text: shortYuan(give.amount_off.amount), isMoney: true };
  if (give.percent_off) {
    const { bp } = give.percent_off;
    return { text: bp === 10000 ? '免单' : payRate(10000 - bp), isMoney: false };
  }
  return { text: plainGiveText(give, names), isMoney: false };
}

const EACH = { unit: '，每件都减', line: '，每款都减' };

// How much of the goods a coupon takes, where the figure alone would promise more, or less.
function reachText(rule, names) {
  const give = innerGive(givesOf(rule)[0]);
  const off = give.amount_off || give.percent_off || {};
  const { per, cap, choose, max_units: most, lands_on: lands } = off;
  const pieces = per === 'piece' ? 1 : most;
  const goods = filterText(rule, names);
  return (give.amount_off && EACH[per] || '')
    + (pieces ? (off.max_units_per === 'line' ? '，每款限' : '，限')
      + (choose === 'cheapest' ? '最低价' : '') + pieces + '件' : '')
    + (goods ? '，限' + goods : '')
    + (cap ? '，最高减' + shortYuan(cap) + '元' : '')
    + (lands === 'goods_then_freight' ? '，可抵运费' : '');
}

// What a coupon gives beside the figure: further steps, and other gives.
function furtherTexts(rule, names) {
  const [{ tiers, every }, ...others] = givesOf(rule);
  const steps = tiers ? tiers.tiers.slice(1).map(({ gte, give }) =>
    leastText(tiers.by, gte) + plainGiveText(give, names)) : [];
  return steps.concat(every && every.limit ? ['最多' + every.limit + '次'] : [],
    others.map((give) => giveText(give, names))).map((text) => '，' + text).join('');
}

// The small line beside it: '满99元可用', '每满100元可用', '无门槛，最高减30元',
// '满100元可用，满200元减30元'.
export function couponTerms(rule, names) {
  const [give] = givesOf(rule);
  const first = give.tiers ? leastText(give.tiers.by, give.tiers.tiers[0].gte)
    : give.every ? '每' + leastText(give.every.by, give.every.step) : '';
  const least = whenText(rule.when, names) + first;
  return (least ? least + '可用' : '无门槛') + reachText(rule, names) + furtherTexts(rule, names);
}
