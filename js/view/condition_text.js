// What has to hold before a rule gives anything, in the words Chinese shops use.
import { shortYuan } from './money.js';
import { goodsText } from './names.js';

// Rules tell their weights in grams and their volumes in cm³; shoppers think in 千克 and 升.
const big = (n, small, large) =>
  (n >= 1000 && n % 10 === 0 ? String(n / 1000) + large : String(n) + small);

const MEASURES = {
  amount: (n) => shortYuan(n) + '元',
  qty: (n) => n + '件',
  kinds: (n) => n + '种',
  weight: (n) => big(n, '克', '千克'),
  volume: (n) => big(n, '立方厘米', '升'),
};

// '30元', '3件', '3种', '1.5千克'. What this code does not know of yet is a bare number.
export const measureText = (by, n) => (MEASURES[by] ? MEASURES[by](n) : String(n));

export const leastText = (by, gte) => '满' + measureText(by, gte);

const SAME = { line: '单品', sku: '同规格', spu: '同款' };

function qtyText(least) {
  if (typeof least === 'number') return leastText('qty', least);
  return (SAME[least.same] || '') + leastText('qty', least.n);
}

const PAYERS = {
  wechat: '微信支付', alipay: '支付宝支付', card: '银行卡支付', stored_value: '余额支付',
  gift_card: '礼品卡支付',
};

const percentText = (bp) => bp / 100 + '%';

// In the order a shopper says them: who and how first, how much last.
const PARTS = [
  ['nth_order', (n) => (n === 1 ? '首单' : '第' + n + '单')],
  ['group_size_gte', (n) => n + '人成团'],
  ['paid_by', (payer, names, { min_share_bp: bp = 10000 }) =>
    (PAYERS[payer] || '指定方式支付') + (bp < 10000 ? '至少' + percentText(bp) : '')],
  ['contains', ({ scope, qty = 1 }, names) =>
    '含' + (goodsText(names, scope) || '指定商品') + qty + '件'],
  ['amount_gte', (n) => leastText('amount', n)],
  ['amount_gt', (n) => '超过' + measureText('amount', n)],
  ['qty_gte', qtyText],
  ['kinds_gte', (n) => leastText('kinds', n)],
  ['weight_gte', (n) => leastText('weight', n)],
  ['volume_gte', (n) => leastText('volume', n)],
  ['all', (list, names) => joined(list, '且', names)],
  ['any', (list, names) => joined(list, '或', names)],
  ['not', (when, names) => notText(when, names)],
];

// What only says how another member is meant.
const isAside = (key) => key === 'base' || key === 'min_share_bp';

const isCompound = (when) => Object.keys(when).filter((key) => !isAside(key)).length > 1;

// What is made of several parts stands in brackets between others: 满100元且（首单或满3件）.
function joined(list, word, names) {
  const inner = list.map((when) => {
    const text = whenText(when, names);
    return list.length > 1 && (isCompound(when) || when.all || when.any) ? '（' + text + '）' : text;
  });
  return inner.filter(Boolean).join(word);
}

function notText(when, names) {
  const text = whenText(when, names);
  if (isCompound(when) || when.all || when.any || when.not) return '不符合“' + text + '”';
  if (text.charAt(0) === '满') return '未' + text;
  return (text.charAt(0) === '含' || text.charAt(0) === '超' ? '不' : '非') + text;
}

// '满99元', '首单满99元', '满99元且满3件', '首单或满3件'; '' where nothing is asked.
export function whenText(when, names) {
  if (!when) return '';
  const stands = PARTS.filter(([key]) => when[key] !== undefined);
  const text = ([key, textOf]) => textOf(when[key], names, when);
  const isWho = ([key]) => key === 'nth_order' || key === 'group_size_gte' || key === 'paid_by';
  const rest = stands.filter((part) => !isWho(part)).map((part) =>
    ((part[0] === 'any' || part[0] === 'all') && stands.length > 1 ? '（' + text(part) + '）'
      : text(part)));
  const known = stands.filter(isWho).map(text).join('') + rest.filter(Boolean).join('且');
  const asks = Object.keys(when).some((key) => !isAside(key));
  return known || (asks ? '符合条件' : '');
}
