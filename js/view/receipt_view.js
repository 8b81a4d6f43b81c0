// receiptView(receipt, names, { request, most }) → what the cart page shows, as plain strings.
//
// receipt   the engine's answer to `request`, with `detail: 'full'`
// names     namesOf(book)
// most      optional: the answer to the same request with `points: 'max'`, so that the points row
//           can say what the switch would save while it is off
//
// Every object of the view always has the same keys, so that patch() finds small differences.
// Amounts are text without the ¥ sign; '' means "not shown".
import { barView } from './bar_view.js';
import { grouped, shortYuan, shownIfAny, yuan } from './money.js';
import { measureText } from './condition_text.js';
import { optionsFen, scopeText, skuName, specText } from './names.js';
import { isPicked } from './picked.js';
import { offerText, ruleTag, ruleText } from './rule_text.js';

const CUT_LABELS = {
  member: '会员优惠', timed: '限时优惠', flash: '秒杀优惠', group_buy: '拼团优惠',
  bargain: '砍价优惠', presale: '预售优惠', new_member: '新人优惠', coupon: '优惠券',
};

// Which row of the 优惠明细 a cut belongs to.
export function cutLabel(names, ruleId) {
  const rule = names.rules[ruleId];
  if (!rule) return '优惠';
  return CUT_LABELS[rule.kind] || ruleTag(rule);
}

// Sums the cuts of the priced lines under their labels, in order of first appearance.
function sumCuts(receipt, names) {
  const sums = new Map();
  for (const line of receipt.lines) {
    for (const { rule, cut } of line.cuts || []) {
      const label = cutLabel(names, rule);
      sums.set(label, (sums.get(label) || 0) + cut);
    }
  }
  return sums;
}

// Labels in the order shops print them; what a book adds beside these comes after.
const CUT_ORDER = ['会员优惠', '限时优惠', '秒杀优惠', '拼团优惠', '砍价优惠', '预售优惠', '新人优惠',
  '满减', '立减', '满折', '折扣', '多件优惠', '优惠券'];

function cutRank(label) {
  const rank = CUT_ORDER.indexOf(label);
  return rank < 0 ? CUT_ORDER.length : rank;
}

// Nobody rides to the address with at least one of the goods: their freight is not in the totals.
const NO_DELIVERY = '该地区不配送';
const isOutOfArea = ({ submit }) => submit.reason === 'NO_DELIVERY';

function freightRow(receipt) {
  const { totals, freight } = receipt;
  const row = { key: 'freight', label: '运费', value: '', struck: '', isCut: false };
  if (isOutOfArea(receipt)) {
    // What other packages cost stays in its column: the rows have to add up.
    if (totals.freight === 0) return Object.assign(row, { value: NO_DELIVERY });
    row.label = '运费（有商品' + NO_DELIVERY + '）';
  }
  if (freight.state === 'none') row.value = '自提免运费';
  else if (freight.state === 'unknown') row.value = '填写地址后计算';
  else row.value = totals.freight === 0 ? '免运费' : '¥' + yuan(totals.freight);
  if (totals.freight_cut > 0) row.struck = '¥' + yuan(totals.freight_list);
  return row;
}

const plainRow = (key, label, fen) =>
  ({ key, label, value: '¥' + yuan(fen), struck: '', isCut: false });
const cutRow = (key, label, fen) =>
  ({ key, label, value: '-¥' + yuan(fen), struck: '', isCut: true });

// The rows of the sheet 优惠明细: they add up to the total by construction of the receipt.
export function detailView(receipt, names) {
  const { totals } = receipt;
  const cuts = Array.from(sumCuts(receipt, names)).filter(([, fen]) => fen > 0)
    .sort(([a], [b]) => cutRank(a) - cutRank(b));
  const rows = [plainRow('goods', '商品总额', totals.list + totals.options)];
  cuts.forEach(([label, fen]) => rows.push(cutRow('cut ' + label, label, fen)));
  if (totals.points_cut > 0) rows.push(cutRow('points', '积分抵扣', totals.points_cut));
  rows.push(freightRow(receipt));
  for (const { id, amount, cuts = [] } of receipt.fees) {
    const list = cuts.reduce((sum, { cut }) => sum + cut, amount);
    const row = plainRow('fee ' + id, names.feeTexts[id] || '其他费用', amount);
    if (list > amount) row.struck = '¥' + yuan(list);
    if (list > 0) rows.push(row);
  }
  if (totals.rounding_off > 0) rows.push(cutRow('rounding', '抹零', totals.rounding_off));
  return { rows, total: yuan(totals.payable), saved: shownIfAny(totals.saved) };
}

// The sheet 分摊明细: which rule took how much off one line.
export function lineCutsView(receipt, names, lineId) {
  const line = receipt.lines.find(({ id }) => id === lineId);
  const rows = line.cuts.map(({ rule, cut }, index) => {
    const { title = rule } = names.rules[rule] || {};
    return { key: String(index), label: cutLabel(names, rule), title, value: '-¥' + yuan(cut) };
  });
  return {
    name: skuName(names, line.sku),
    list: yuan(line.list),
    net: yuan(line.net),
    saved: shownIfAny(line.list - line.net),
    rows,
  };
}

// A line in a few segments (two pieces at the flash price, the rest at list) shows the first unit
// price and says the rest in words.
function unitView(names, asked, line) {
  const extra = optionsFen(names, asked);
  // A store may ask its own price, which only the receipt knows.
  const list = line.state === 'priced'
    ? line.list / line.qty : names.skus[line.sku].price + extra;
  const segments = line.segments || [];
  if (segments.length === 0) return { unit: yuan(list), list: '', unitNote: '' };
  const unit = segments[0].unit + extra;
  const note = segments.length > 1
    ? segments.map((segment) => segment.qty + '件¥' + yuan(segment.unit + extra)).join('，') : '';
  return { unit: yuan(unit), list: unit < list ? yuan(list) : '', unitNote: note };
}

function tagsOf(line, names) {
  const promotions = (line.cuts || []).filter(({ coupon }) => coupon === undefined);
  const tags = promotions.map(({ rule }) => (names.rules[rule] ? ruleTag(names.rules[rule]) : ''));
  return tags.filter((tag, index) => tag && tags.indexOf(tag) === index);
}

const LINE_NOTES = {
  STOCK: '库存不足', ADD_ON_LOST: '不满足换购条件，按原价计', LIMIT: '超过限购数量的部分按原价计',
};

function noteOf({ warnings = [] }, { id }) {
  return warnings.filter((warning) => warning.line === id && LINE_NOTES[warning.code])
    .map(({ code }) => LINE_NOTES[code]).join('，');
}

function lineView(names, asked, line, receipt) {
  const isPriced = line.state === 'priced';
  const { unit, list, unitNote } = unitView(names, asked, line);
  return {
    id: line.id,
    sku: line.sku,
    name: skuName(names, line.sku),
    spec: specText(names, asked),
    qty: String(line.qty),
    isSelected: isPriced,
    unit,
    list,
    unitNote,
    net: isPriced ? yuan(line.net) : '',
    saved: isPriced ? shownIfAny(line.list - line.net) : '',
    tags: tagsOf(line, names),
    note: noteOf(receipt, line),
  };
}

function goneView(names, asked, line) {
  return {
    id: line.id,
    sku: line.sku,
    name: skuName(names, line.sku),
    spec: specText(names, asked),
  };
}

// '再买¥12.00', '再买2件', '再买1种', '再买500克'
function gapText({ by, gap }) {
  return '再买' + (by === 'amount' ? '¥' + yuan(gap) : measureText(by, gap));
}

// A benefit that is not money has its best description in the merchant's own title.
const benefitText = (rule, names) => rule.title || ruleText(rule, names);

// `times` is there where a rule pays for every step: the next step is the same again.
function reachedText(rule, { cut, next, times }, names) {
  const gained = cut > 0 ? '已减' + shortYuan(cut) + '元' : '已享' + benefitText(rule, names);
  if (!next) return gained;
  const offer = times >= 1 ? '可再享一次' : '可享' + offerText(rule, next, names);
  return gained + '，' + gapText(next) + offer;
}

function missingText(rule, next, names) {
  const offer = rule.stage === 'reward' ? benefitText(rule, names) : offerText(rule, next, names);
  return offer + '，' + gapText(next) + '可享';
}

// [满减] 满30元减5元，再买¥12.00可享 · [满减] 醇香奶茶已减2元，再买1件可享满4件减6元
function promotionView(names, activity) {
  const rule = names.rules[activity.rule];
  const isReached = activity.state === 'applied';
  const { next } = activity;
  const text = isReached ? reachedText(rule, activity, names) : missingText(rule, next, names);
  return {
    id: activity.rule,
    tag: ruleTag(rule),
    text: scopeText(names, rule) + text,
    isReached,
    progress: next ? String(Math.floor((next.gte - next.gap) * 100 / next.gte)) : '100',
  };
}

// What a promoter earns is no news for whoever buys.
const isForShoppers = ({ kind, give }) => kind === 'promotion' && !give.commission;

// Reached ones and those a shopper can still reach; unit prices show as chips on the lines.
function promotionViews(receipt, names) {
  return receipt.activities
    .filter(({ rule, state, next }) => isForShoppers(names.rules[rule])
      && (state === 'applied' || (state === 'not_reached' && next)))
    .map((activity) => promotionView(names, activity));
}

function couponRowView(receipt) {
  const picked = receipt.coupons.filter(isPicked);
  const usable = receipt.coupons.filter(({ state }) => state === 'usable');
  const cut = picked.reduce((sum, coupon) => sum + coupon.cut, 0);
  if (picked.length > 0) {
    return { text: '-¥' + yuan(cut), note: '已选' + picked.length + '张', isActive: true };
  }
  if (usable.length > 0) return { text: usable.length + '张可用', note: '', isActive: true };
  return { text: '暂无可用', note: '', isActive: false };
}

function pointsView({ points }, most) {
  const best = most ? most.points : points;
  const offer = best.used > 0
    ? '，可用' + grouped(best.used) + '抵¥' + yuan(best.cut) : '，本单暂不可用';
  return {
    text: '共' + grouped(points.balance) + '积分' + offer,
    cut: points.cut > 0 ? '-¥' + yuan(points.cut) : '',
    isUsable: best.used > 0,
    earned: points.earned > 0 ? '+' + grouped(points.earned) + '积分' : '',
  };
}

// Other coupons may be the best ones once freight is known, and then the shopper is told.
function freightNote(receipt) {
  const { freight, totals, warnings = [] } = receipt;
  if (isOutOfArea(receipt)) return NO_DELIVERY;
  if (freight.state === 'none') return '';
  if (freight.state === 'unknown') {
    const isOpen = receipt.coupons.some((coupon) => coupon.provisional && isPicked(coupon));
    return '填写地址后计算运费' + (isOpen ? '，已选优惠券可能变化' : '');
  }
  const isChanged = warnings.some(({ code }) => code === 'FREIGHT_KNOWN');
  const changed = isChanged ? '，优惠券已按运费重新选择' : '';
  if (totals.freight === 0) return '免运费' + changed;
  const gap = freight.gap > 0 ? '，再买¥' + yuan(freight.gap) + '免运费' : '';
  return '运费¥' + yuan(totals.freight) + gap + changed;
}

export function receiptView(receipt, names, { request, most } = {}) {
  // The receipt keeps the order of the request's lines.
  const asked = (request && request.lines) || receipt.lines;
  const pairs = receipt.lines.map((line, index) => [asked[index], line]);
  const isGone = ([, line]) => line.state === 'off_shelf';
  const bar = barView(receipt, request);
  const lines = pairs.filter((pair) => !isGone(pair))
    .map(([ask, line]) => lineView(names, ask, line, receipt));
  return Object.assign({
    lines,
    // What the struck prices are must stand beside them.
    struckBasis: lines.some(({ list }) => list) ? names.struckBasis : '',
    gone: pairs.filter(isGone).map(([ask, line]) => goneView(names, ask, line)),
    isAllSelected: bar.count !== '0' && receipt.lines.every(({ state }) => state !== 'unselected'),
    promotions: promotionViews(receipt, names),
    gifts: receipt.gifts.map(({ sku, qty, state }) =>
      skuName(names, sku) + '×' + qty + (state === 'out' ? '（已赠完）' : '')),
    coupon: couponRowView(receipt),
    points: pointsView(receipt, most),
    freight: freightNote(receipt),
  }, bar);
}
