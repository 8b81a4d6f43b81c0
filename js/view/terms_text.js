// The small print of a rule: for whom, how often, where and when, and beside what it can't stand.
import { goodsText } from './names.js';

const DAY_S = 86400;
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const ORDER_TYPES = {
  normal: '普通', group_buy: '拼团', bargain: '砍价', presale: '预售', points_mall: '积分商城',
  topup: '充值',
};
const CHANNELS = {
  miniprogram: '小程序', h5: 'H5', app: 'App', store: '线下门店', live: '直播间', douyin: '抖音',
  wechat: '微信', alipay: '支付宝',
};

// '金卡、银卡' of the ids that have names; '' when one has none: half a list would be wrong.
function namesFor(ids, texts) {
  const known = ids.map((id) => texts && texts[id]);
  return known.every(Boolean) ? known.join('、') : '';
}

const daysText = (seconds) => (seconds % DAY_S === 0
  ? seconds / DAY_S + '天' : Math.max(1, Math.round(seconds / 3600)) + '小时');

function boughtText(ids, names) {
  const list = ids.map((id) =>
    goodsText(names, { skus: [id] }) || goodsText(names, { tags: [id] }));
  return list.every(Boolean) ? list.join('、') : '指定商品';
}

const AUDIENCE = {
  tiers: (ids, names) => (namesFor(ids, names && names.tierTexts) || '指定等级') + '会员专享',
  tags: () => '指定会员专享',
  segments: () => '受邀用户专享',
  birthday: (when) => (when === 'day' ? '生日专享' : '生日月专享'),
  registered_within_s: (s) => '新人专享（注册' + daysText(s) + '内）',
  registered_before_s: (s) => '老会员专享（注册满' + daysText(s) + '）',
  bought: (ids, names) => '购买过' + boughtText(ids, names) + '专享',
  not_bought: (ids, names) => '未购买过' + boughtText(ids, names) + '专享',
};

const textsOf = (table, values, names, unknown) => Object.keys(values || {})
  .map((key) => (table[key] ? table[key](values[key], names) : unknown)).filter(Boolean);

function limitTexts({ kind, stage, limit }) {
  const isUnit = stage === 'unit';
  const table = {
    per_order: (n) => '每单限' + (isUnit ? '购' + n + '件' : '用' + n + '张'),
    per_member: (n) => '每人限' + (kind === 'coupon' ? '用' + n + '张' : n + '次'),
    qty_per_member: (n) => '每人限购' + n + '件',
    total_left: (isLimited) => (isLimited ? '限量，先到先得' : ''),
  };
  return textsOf(table, limit, null, '限量');
}

const PLACES = {
  order_types: (types) => '仅限' + (namesFor(types, ORDER_TYPES) || '指定') + '订单',
  channels: (ids, names) => {
    const texts = Object.assign({}, CHANNELS, names && names.channelTexts);
    return (namesFor(ids, texts) || '指定渠道') + '专享';
  },
  stores: (ids, names) => '仅限' + (namesFor(ids, names && names.storeTexts) || '指定门店'),
  store_tags: () => '仅限指定门店',
  fulfilment: (ways) => (ways.length > 1 ? '' : '仅限' + (ways[0] === 'pickup' ? '自提' : '配送')),
};

// What else stands in a scope says which goods, see scopeText.
const placeTexts = (scope, names) => (scope && scope !== 'all'
  ? Object.keys(PLACES).filter((key) => scope[key]).map((key) => PLACES[key](scope[key], names))
    .filter(Boolean)
  : []);

// Both texts have the same length, so they compare like times.
const hoursText = ([from, to]) => from + '-' + (to < from ? '次日' : '') + to;

function windowTexts({ weekdays, daily } = {}) {
  const texts = [];
  if (weekdays && weekdays.length < 7) {
    texts.push('仅限' + weekdays.map((day) => '周' + WEEKDAYS[day - 1]).join('、'));
  }
  if (daily) texts.push('每日' + daily.map(hoursText).join('、'));
  return texts;
}

function stackTexts({ excludes = [], exclusive, applies_to_discounted: discounted } = {}) {
  const texts = [];
  if (exclusive) texts.push('不与其他优惠同享');
  else if (excludes.indexOf('coupon') >= 0) texts.push('不与优惠券同享');
  if (!exclusive && excludes.indexOf('promotion') >= 0) texts.push('不与其他活动同享');
  const isOther = (name) => name !== 'coupon' && name !== 'promotion';
  if (!exclusive && excludes.some(isOther)) texts.push('不与部分优惠同享');
  if (discounted === false) texts.push('特价商品除外');
  return texts;
}

// ['新人专享（注册30天内）', '每人限购2件', '小程序专享', '仅限周六、周日', '不与优惠券同享'].
// names may be missing: then ids are said in general words, never as they are.
export function ruleTerms(rule, names) {
  const newcomers = rule.kind === 'new_member' && !rule.for ? ['新人专享'] : [];
  return newcomers.concat(textsOf(AUDIENCE, rule.for, names, '指定会员专享'), limitTexts(rule),
    placeTexts(rule.scope, names), windowTexts(rule.window), stackTexts(rule.stack));
}
