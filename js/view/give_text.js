// What one give of a rule says to a shopper, and what a promotion with it is called.
import { leastText } from './condition_text.js';
import { payRate, shortYuan } from './money.js';
import { goodsText, ruleTitle, skuName } from './names.js';

const PIECES = { dearest: '最高价', cheapest: '最低价', best: '任意' };

const percentLeft = (bp) => payRate(10000 - bp);
const capText = ({ cap }) => (cap ? '，最高减' + shortYuan(cap) + '元' : '');
const mostText = ({ max_units: most, max_units_per: per }) =>
  (most ? '，' + (per === 'line' ? '每款' : '') + '限' + most + '件' : '');
const EACH = { unit: '每件', line: '每款' };

// A cut of one piece takes the dearest unless the rule says otherwise.
const onePiece = ({ choose = 'dearest' }, count = 1) => (PIECES[choose] || '') + count + '件';

function amountOffText(give) {
  const each = give.per === 'piece' ? onePiece(give) : EACH[give.per] || '';
  const freight = give.lands_on === 'goods_then_freight' ? '，可抵运费' : '';
  return each + '减' + shortYuan(give.amount) + '元' + mostText(give) + freight;
}

function percentOffText(give) {
  const rate = give.bp === 10000 ? '免单' : percentLeft(give.bp);
  // 每款 and the whole come to the same rate; only a piece is worth a word.
  const each = give.per === 'piece' ? onePiece(give) : '';
  const unit = give.per === 'unit' && give.max_units ? '每件' : '';
  return each + unit + rate + mostText(give) + capText(give);
}

function unitPriceText(give) {
  const quota = give.max_units
    ? (give.max_units_per === 'rule' ? '，每单限购' : '，每款限购') + give.max_units + '件' : '';
  const prices = give.prices ? Object.keys(give.prices).map((id) => give.prices[id]) : [give.price];
  const lowest = Math.min.apply(null, prices);
  const from = prices.some((price) => price !== lowest) ? '元起' : '元';
  return '特价' + shortYuan(lowest) + from + quota;
}

const rateOf = (payBp) => (payBp === 5000 ? '半价' : payRate(payBp));

// 首件7折，第2件6折，第3件起5折
function nthItemText(give) {
  const { pay_bp: pays, repeat, beyond_bp: beyond = 10000 } = give;
  const more = !repeat && beyond !== 10000;
  // 半价 alone, 5折 among other rates.
  const isAlone = pays.filter((payBp) => payBp !== 10000).length === 1;
  const isEndless = more && beyond === pays[pays.length - 1];
  const steps = pays.map((payBp, index) => {
    if (payBp === 10000) return '';
    const ordinal = index === 0 ? '首件' : '第' + (index + 1) + '件';
    return ordinal + (isEndless && index === pays.length - 1 ? '起' : '')
      + (isAlone ? rateOf(payBp) : payRate(payBp));
  }).filter(Boolean);
  if (more && !isEndless) steps.push('第' + (pays.length + 1) + '件起' + payRate(beyond));
  return (repeat ? '每' + pays.length + '件' : '') + steps.join('，');
}

// 买2送1, 买2件奶茶送1件面包, 买1件，再买1件半价
function buyGetText(give, names) {
  const { buy, get, off_bp: off = 10000 } = give;
  const goods = [goodsText(names, buy.scope), goodsText(names, get.scope)];
  const more = give.repeat ? '，多买多送' : '';
  if (off < 10000) {
    return '买' + buy.qty + '件' + goods[0] + '，再买' + get.qty + '件' + goods[1]
      + rateOf(10000 - off) + (give.repeat ? '，多买多享' : '');
  }
  if (!goods[0] && !goods[1]) return '买' + buy.qty + '送' + get.qty + more;
  return '买' + buy.qty + '件' + goods[0] + '送' + get.qty + '件' + goods[1] + more;
}

// 任选3件99元 of one pool, 薯条1件+可乐1件组合价19元 of several.
function bundleText(give, names) {
  const price = give.price === undefined
    ? '减' + shortYuan(give.off) + '元' : shortYuan(give.price) + '元';
  const [need] = give.needs;
  if (give.needs.length === 1) return '任选' + need.qty + '件' + goodsText(names, need.scope) + price;
  const goods = give.needs.map(({ scope, qty }) => [goodsText(names, scope), qty]);
  const list = goods.every(([name]) => name)
    ? goods.map(([name, qty]) => name + qty + '件').join('+') : '';
  return list + (give.price === undefined ? '组合' : '组合价') + price;
}

function qtyGroupsText({ size, give }) {
  return '每' + size + '件' + (give.percent_off
    ? percentOffText(give.percent_off) : amountOffText(give.amount_off));
}

function firstAndAdditionalText({ first, additional, max }) {
  const steps = [first > 0 ? '首件减' + shortYuan(first) + '元' : '',
    additional > 0 ? '续件减' + shortYuan(additional) + '元' : ''].filter(Boolean);
  return steps.join('，') + (max ? '，每款最多' + max + '件' : '');
}

function addOnText({ options, max = 1 }, names) {
  const prices = options.map(({ price }) => price);
  const lowest = Math.min.apply(null, prices);
  const from = prices.some((price) => price !== lowest) ? '元起' : '元';
  const name = options.length === 1 && names ? skuName(names, options[0].sku) : '';
  return '加' + shortYuan(lowest) + from + '换购' + name + (max > 1 ? '，最多' + max + '件' : '');
}

function giftText({ options }, names) {
  const [{ sku, qty = 1 }] = options;
  if (options.length > 1) return '送赠品（' + options.length + '选1）';
  if (!names) return '送赠品';
  return '送' + skuName(names, sku) + (qty > 1 ? '×' + qty : '');
}

function grantCouponText({ rule, n = 1 }, names) {
  const title = names ? '「' + ruleTitle(names, rule) + '」' : '';
  return '返' + (n > 1 ? n + '张' : '') + (title || '优惠券');
}

// { num, den } is points per fen: said per yuan, or as the yuan of one point.
function pointsText({ n, num, den, per }) {
  if (n !== undefined) return (EACH[per] || '') + '送' + n + '积分';
  if (num * 100 % den === 0) return '每消费1元送' + num * 100 / den + '积分';
  return den % num === 0 ? '每消费' + shortYuan(den / num) + '元送1积分' : '消费送积分';
}

function dueOffText(due, give) {
  if (give.amount !== undefined) return due + '立减' + shortYuan(give.amount) + '元';
  return (give.bp === 10000 ? '免' + due : due + percentLeft(give.bp)) + capText(give);
}

// Fees go by their names where the book tells all of them.
function feesOffText(give, names) {
  const told = (give.fees || []).map((id) => names && names.feeTexts[id]);
  return dueOffText(told.length && told.every(Boolean) ? told.join('、') : '附加费', give);
}

const cardText = ({ card, days }, names) =>
  '送' + ((names && names.cardTexts[card]) || '会员卡') + days + '天';

// What a promotion with this give is called, and what the give says.
const GIVES = {
  amount_off: { tag: '满减', text: amountOffText },
  percent_off: { tag: '满折', text: percentOffText },
  unit_price: { tag: '特价', text: unitPriceText },
  nth_item: { tag: '多件优惠', text: nthItemText },
  items_free: { tag: '免单', text: (give) => onePiece(give, give.count) + '免单' },
  buy_get: { tag: '买赠', text: buyGetText },
  bundle: { tag: '组合优惠', text: bundleText },
  qty_groups: { tag: '多件优惠', text: qtyGroupsText },
  first_and_additional: { tag: '多件优惠', text: firstAndAdditionalText },
  add_on: { tag: '换购', text: addOnText },
  gift: { tag: '满赠', text: giftText },
  grant_coupon: { tag: '返券', text: grantCouponText },
  points: { tag: '送积分', text: pointsText },
  growth: { tag: '送成长值', text: ({ n }) => '送' + n + '成长值' },
  grant_membership: { tag: '送会员', text: cardText },
  stored_bonus: { tag: '充值赠送', text: ({ amount }) => '送' + shortYuan(amount) + '元余额' },
  // What a promoter earns is between the shop and the promoter.
  commission: { tag: '分享有礼', text: () => '分享可得奖励' },
  free_freight: { tag: '包邮', text: () => '免运费' },
  freight_off: { tag: '运费优惠', text: (give) => dueOffText('运费', give) },
  fees_off: { tag: '附加费优惠', text: feesOffText },
};

// A give of a later version than this code: true of every give, whatever it will be.
const UNKNOWN = { tag: '优惠', text: () => '享优惠' };

const plainGive = (give) => {
  const [kind] = Object.keys(give);
  return { kind, known: GIVES[kind] || UNKNOWN, value: give[kind] };
};

export const plainGiveTag = (give) => plainGive(give).known.tag;

export function plainGiveText(give, names) {
  const { known, value } = plainGive(give);
  return known.text(value, names);
}

// 每满100元减10元，最多3次; a percentage adds up unless it compounds: 每满1件减10%.
function everyText({ by, step, give, limit, compound }, names) {
  const percent = give.percent_off;
  const text = percent && !compound
    ? '减' + percent.bp / 100 + '%' + capText(percent) : plainGiveText(give, names);
  return '每' + leastText(by, step) + text + (compound ? '，折上折' : '')
    + (limit ? '，最多' + limit + '次' : '');
}

export function giveText(give, names) {
  if (give.every) return everyText(give.every, names);
  if (!give.tiers) return plainGiveText(give, names);
  const { by, tiers } = give.tiers;
  return tiers.map((tier) => leastText(by, tier.gte) + plainGiveText(tier.give, names)).join('，');
}
