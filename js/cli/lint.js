// What `suanpan check` warns of beyond the engine: books that are lawful and do what their merchant
// can hardly want. The engine only refuses what it could not price, so that the module stays small;
// these look at the JSON of a book that it has taken (src/README.md, section 8).
import { allGives, givesOf } from './gives.js';
import {
  aboveThreshold, fallingTiers, forEverybody, idleCards, neverSaves, overHalf, unknownStores,
} from './lint_numbers.js';
import { excludes, shutsOut } from './stacking.js';
import { reachOf } from './scope.js';

export const lints = Object.freeze({
  W_LOSES_FREE_FREIGHT: {
    zh: '自动优惠可能使订单跌破包邮门槛，顾客反而多付',
    en: 'this automatic promotion can take a cart below free freight and so cost the shopper more',
  },
  W_EXCLUDES_BETTER: {
    zh: '自动优惠会挡住更优惠的规则，顾客可能多付',
    en: 'this automatic promotion can keep out a better rule and so cost the shopper more',
  },
  W_NEVER_ACTS: {
    zh: '规则所限的订单类型都不执行该阶段，规则永不生效',
    en: 'no order type that the scope names lets rules of this stage act',
  },
  W_RAISED_THEN_CUT: {
    zh: '本版先提高标价再打折，涉嫌价格欺诈',
    en: 'the list price went up in the version that brings it a struck or percentage price',
  },
  W_STRUCK_BASIS: {
    zh: '页面会出现划线价，但没有说明划线价的依据',
    en: 'list prices are struck, and the text does not say what they are',
  },
  W_FOR_EVERYBODY: {
    zh: '会员价或新人价没有限定对象（for 或 when），所有顾客（含游客）都能享受',
    en: 'a price of members or newcomers says not for whom: everybody has it, guests too',
  },
  W_TIER_GIVES_LESS: {
    zh: '高一档的优惠反而比低一档少',
    en: 'this tier gives less than the one below it',
  },
  W_ABOVE_THRESHOLD: {
    zh: '减免金额超过门槛，达到门槛的订单可能不用付款',
    en: 'the amount off is above the sum from which it is given: such a cart costs nothing',
  },
  W_OVER_HALF: {
    zh: '优惠超过一半：顾客只付 {} %。bp 是减去的部分，不是折数',
    en: 'more than half off: the shopper pays {} %. bp is what is taken off, not what is left',
  },
  W_SAVES_NOTHING: {
    zh: '规则的价格不低于原价，或没有它可减的费用，永远不会让顾客少付',
    en: 'this rule is not below list, or takes off fees that are not there: nobody pays less by it',
  },
  W_UNKNOWN_STORE: {
    zh: '商品目录里没有这样的门店',
    en: 'the catalogue has no such store',
  },
  W_IDLE_CARD: {
    zh: '没有规则、也没有积分倍率面向这张卡的等级或标签，买卡的这一单什么也得不到',
    en: 'no rule and no rate of points is for this tier or these tags: the card gives nothing',
  },
  W_TIER_GONE: {
    zh: '上一版的会员等级在本版中没有了：仍属该等级的会员将无法计价',
    en: 'a member tier of the book before is gone: members who have it cannot be priced',
  },
  W_PRIZE_VALUE: {
    zh: '赠品或奖金价值超过 5 万元',
    en: 'a prize is worth more than ¥50,000',
  },
  W_PUBLIC_FUNDING: {
    zh: '公开部分含有出资方信息',
    en: 'a public part says who pays for a cut',
  },
  W_PUBLIC_COMMISSION: {
    zh: '公开部分含有分销佣金',
    en: 'a public part says what promoters earn',
  },
  W_PUBLIC_FLOOR: {
    zh: '公开部分含有不会起作用的底价',
    en: 'a public part has a floor that no rule can reach',
  },
  W_PREFETCH_SIZE: {
    zh: '商品与规则两部分经 base64 约 {} KB，超过小程序数据预拉取的 256 KB，首次打开要等下载',
    en: 'catalog and rules are {} KB as base64, more than the 256 KB of a mini-program\'s prefetch',
  },
});

const prizeFenMax = 5000000;
const messagesMax = 100;
const fewPieces = 10;
// getBackgroundFetchData carries a string; the head of a book with a few signatures is below 4 KB.
const prefetchCharsMax = 256 * 1024;
const headBytes = 4096;

const isMoneyStage = ({ stage }) => stage === 'item' || stage === 'order';
const isAutomatic = (rule) => rule.kind === 'promotion' && rule.stack?.group === undefined;

// ---- free freight ----

const freeBases = {
  cn_sequential: 'payable_goods', cn_parallel: 'after_item', international: 'current',
};

// The stages whose cuts the free-freight test feels.
function feltStages({ preset, policy, freight }) {
  const base = freight.free.base ?? policy?.free_freight_base ?? freeBases[preset];
  if (base === 'list') return [];
  return base === 'after_item' ? ['item'] : ['item', 'order'];
}

const measures = {
  pieces: () => 1, weight: ({ weight_g: g = 0 }) => g, volume: ({ volume_cm3: cm3 = 0 }) => cm3,
};

// The dearest freight of a cart of about this sum that is a few pieces of one good.
function dearestFee({ templates, default: usual }, skus, sum) {
  const feeOf = (units, { first, first_fee: fee, additional = 0, additional_fee: more = 0 }) =>
    fee + (additional > 0 ? Math.ceil(Math.max(0, units - first) / additional) * more : 0);
  return Math.max(0, ...skus.flatMap((sku) => {
    const { by, regions } = templates.find(({ id }) => id === (sku.freight ?? usual));
    const pieces = Math.max(1, Math.min(fewPieces, Math.floor(sum / sku.price)));
    return regions.filter((region) => !region.never_free)
      .map((region) => feeOf(measures[by](sku) * pieces, region));
  }));
}

// The smallest sum of its own goods that a rule acts on.
const leastSum = ({ when = {} }) =>
  when.amount_gte ?? (when.amount_gt === undefined ? 1 : when.amount_gt + 1);

// What a give takes off at least when its rule reaches `own` fen of goods, 0: it takes no money.
function leastCut([name, value], own) {
  if (name === 'amount_off') return Math.min(value.amount, own);
  if (name === 'percent_off') {
    const cut = Math.max(1, Math.floor(own * value.bp / 10000));
    return value.per === undefined || value.per === 'order'
      ? Math.min(cut, value.cap ?? cut) : 1;
  }
  return ['nth_item', 'items_free', 'buy_get', 'bundle', 'qty_groups', 'first_and_additional']
    .includes(name) ? 1 : 0;
}

// The sums at which a give steps up, each with the cut that it makes there at least.
function* steps(give, free, isWhole, least) {
  const [entry] = Object.entries(give);
  const [name, value] = entry;
  const ownAt = (sum, threshold) => (isWhole ? sum : Math.max(least, threshold));
  if (name === 'tiers') {
    for (const [i, { gte, give: inner }] of value.tiers.entries()) {
      const threshold = value.by === 'amount' ? gte : 0;
      const sum = Math.max(free, threshold, least);
      const next = value.tiers[i + 1];
      // At this sum a cart of these goods alone is in a higher tier already.
      if (isWhole && value.by === 'amount' && next && next.gte <= sum) continue;
      yield [sum, leastCut(Object.entries(inner)[0], ownAt(sum, threshold))];
    }
  } else if (name === 'every') {
    const step = value.by === 'amount' ? value.step : 1;
    const sum = Math.max(free, step, least);
    const times = isWhole && value.by === 'amount'
      ? Math.min(value.limit ?? 10000, Math.floor(sum / step)) : 1;
    yield [sum, times * leastCut(Object.entries(value.give)[0], ownAt(sum, step))];
  } else {
    const sum = Math.max(free, least);
    yield [sum, leastCut(entry, ownAt(sum, 0))];
  }
}

function losesFreeFreight(rule, { catalog, part, reach, skuCount }) {
  if (!part.freight?.free || !isAutomatic(rule)) return false;
  if (!feltStages(part).includes(rule.stage)) return false;
  const free = part.freight.free.gte;
  const fee = (sum) => dearestFee(part.freight, catalog.skus, sum);
  const isWhole = !rule.shop && reach(rule).size === skuCount && rule.filter === undefined;
  const gives = givesOf(rule);
  // Goods and freight together: a rule that frees the freight itself loses nothing.
  if (gives.some((give) => give.free_freight)) return false;
  return gives.some((give) => [...steps(give, free, isWhole, leastSum(rule))]
    .some(([sum, cut]) => cut > 0 && sum - cut < free && cut < fee(sum)));
}

// ---- rules that keep out better ones ----

// What a rule is worth, as far as it can be compared: [least, most] fen or basis points.
function worthOf(rule) {
  const amounts = [];
  const rates = [];
  let other = false;
  for (const [, name, value] of allGives(rule)) {
    if (name === 'amount_off') amounts.push(value.amount);
    else if (name === 'percent_off' && value.cap === undefined) rates.push(value.bp);
    else if (!['tiers', 'every', 'gift', 'grant_coupon', 'points', 'growth', 'commission',
      'grant_membership', 'stored_bonus'].includes(name)) other = true;
  }
  const isPlain = !other && (amounts.length === 0) !== (rates.length === 0)
    && !givesOf(rule).some((give) => give.every);
  const values = isPlain ? [...amounts, ...rates] : [];
  return {
    takesMoney: other || amounts.length + rates.length > 0,
    unit: isPlain ? (amounts.length ? 'fen' : 'bp') : null,
    least: Math.min(...values), most: Math.max(...values),
  };
}

function mayBeBetter(other, rule) {
  const [a, b] = [worthOf(rule), worthOf(other)];
  if (!b.takesMoney) return false;
  return !a.takesMoney || a.unit === null || a.unit !== b.unit || b.most > a.least;
}

const stageOrder = ['unit', 'item', 'order', 'shop_coupon', 'platform_coupon', 'freight', 'reward'];

function isPercentage(rule) {
  return [...allGives(rule)].some(([, name, value]) => name === 'percent_off'
    || name === 'nth_item' || (name === 'buy_get' && (value.off_bp ?? 10000) < 10000));
}

// The order of work (src/README.md, section 3).
function isEarlier(a, b, part) {
  const stage = stageOrder.indexOf(a.stage) - stageOrder.indexOf(b.stage);
  if (stage) return stage < 0;
  const priority = (b.priority ?? 0) - (a.priority ?? 0);
  if (priority) return priority < 0;
  const rate = isPercentage(a) - isPercentage(b);
  if (rate && part.policy?.amounts_first !== false) return rate < 0;
  return a.id < b.id;
}

const meet = (a, b) => [...a].some((sku) => b.has(sku));

const waysOf = ({ scope }) => scope?.fulfilment ?? ['delivery', 'pickup'];

function excludesBetter(rule, { part, reach }) {
  if (!isAutomatic(rule) || !isMoneyStage(rule)) return false;
  return part.rules.some((other) => {
    if (other === rule || other.stage === 'unit' || other.stage === 'reward') return false;
    const isExcluded = isEarlier(rule, other, part)
      && (excludes(part, rule, other) || excludes(part, other, rule));
    // An automatic exclusive rule displaces those before it in its stage as well.
    if (!isExcluded && !shutsOut(rule, other)) return false;
    if (rule.shop && other.shop && rule.shop !== other.shop) return false;
    if (!waysOf(rule).some((way) => waysOf(other).includes(way))) return false;
    return mayBeBetter(other, rule) && meet(reach(rule), reach(other));
  });
}

// ---- rules that are closed in every order they are for ----

const byDefault = { normal: stageOrder, topup: stageOrder };
const stagesOf = (part, type) =>
  part.order_types?.[type] ?? (byDefault[type] ?? ['unit', 'freight']);

function neverActs({ kind, stage, scope }, { part }) {
  const types = scope?.order_types;
  if (types === undefined) return false;
  // These act in orders of their own type, whatever stages those have.
  if (['group_buy', 'bargain', 'presale'].includes(kind)) return !types.includes(kind);
  return !types.some((type) => stagesOf(part, type).includes(stage));
}

// ---- a list price that went up ----

const cutsThePrice = (rule) => rule.kind !== 'coupon'
  && (rule.stage === 'unit' || [...allGives(rule)].some(([, name]) => name === 'percent_off'));

function raisedThenCut({ catalog, part, reach, previous }) {
  const before = new Map(previous.catalog.skus.map((sku) => [sku.id, sku.price]));
  const known = new Map(previous.rules.rules.map((rule) => [rule.id, JSON.stringify(rule)]));
  const brought = part.rules.filter((rule) =>
    cutsThePrice(rule) && known.get(rule.id) !== JSON.stringify(rule));
  return catalog.skus.flatMap((sku, i) => (sku.price > before.get(sku.id)
    && brought.some((rule) => reach(rule).has(sku.id))
    ? [['W_RAISED_THEN_CUT', `/catalog/skus/${i}/price`]] : []));
}

// ---- a struck price says what it is ----

// Beside a unit price the list price stands struck, wherever a text part is shown.
function hidesBasis({ part, reach, text }) {
  const isSaid = typeof text?.struck_basis === 'string' && text.struck_basis.trim() !== '';
  return text !== undefined && !isSaid
    && part.rules.some((rule) => rule.stage === 'unit' && reach(rule).size > 0);
}

// ---- prizes, and what a public part gives away ----

function prizes(rule, { catalog }) {
  const priceOf = (id) => catalog.skus.find((sku) => sku.id === id)?.price ?? 0;
  return [...allGives(rule)].flatMap(([path, name, value]) => {
    if (name === 'gift') {
      return value.options.flatMap(({ sku, qty = 1 }, j) =>
        (priceOf(sku) * qty > prizeFenMax ? [`${path}/options/${j}`] : []));
    }
    return name === 'stored_bonus' && value.amount > prizeFenMax ? [path] : [];
  });
}

function leaks({ catalog, part, reach }, isPublic) {
  const found = [];
  part.rules.forEach((rule, i) => {
    if (!isPublic('rules')) return;
    if (rule.funded_by) found.push(['W_PUBLIC_FUNDING', `/rules/rules/${i}/funded_by`]);
    for (const [path, name] of allGives(rule)) {
      if (name === 'commission') found.push(['W_PUBLIC_COMMISSION', `/rules/rules/${i}${path}`]);
    }
  });
  if (!isPublic('catalog')) return found;
  // A floor that binds is needed where the price is made; any other only tells what goods cost.
  const cutting = part.rules.filter(({ stage }) =>
    ['item', 'order', 'shop_coupon', 'platform_coupon'].includes(stage)).map(reach);
  catalog.skus.forEach((sku, i) => {
    if (sku.floor > 0 && !cutting.some((skus) => skus.has(sku.id))) {
      found.push(['W_PUBLIC_FLOOR', `/catalog/skus/${i}/floor`]);
    }
  });
  return found;
}

// ---- what the channel of a mini-program's first start carries ----

function overPrefetch({ parts }) {
  const bytes = parts.filter(({ name }) => name === 'catalog' || name === 'rules')
    .reduce((sum, { len }) => sum + len, headBytes);
  const chars = Math.ceil(bytes / 3) * 4;
  return chars > prefetchCharsMax
    ? [['W_PREFETCH_SIZE', '/parts', String(Math.ceil(chars / 1024))]] : [];
}

// ---- all of them ----

// [code, where it stands in the rule, the lint]: whether it warns, or the paths in the rule that it
// warns of, each with what its text has to say if anything.
const ruleLints = [
  ['W_LOSES_FREE_FREIGHT', '/give', losesFreeFreight],
  ['W_EXCLUDES_BETTER', '/stack', excludesBetter],
  ['W_NEVER_ACTS', '/scope/order_types', neverActs],
  ['W_FOR_EVERYBODY', '', forEverybody],
  ['W_TIER_GIVES_LESS', '', fallingTiers],
  ['W_ABOVE_THRESHOLD', '', aboveThreshold],
  ['W_OVER_HALF', '', overHalf],
  ['W_SAVES_NOTHING', '', neverSaves],
  ['W_UNKNOWN_STORE', '', unknownStores],
  ['W_PRIZE_VALUE', '', prizes],
];

function ofRule(rule, at, about) {
  return ruleLints.flatMap(([code, place, lintOf]) => {
    const told = lintOf(rule, about);
    const places = Array.isArray(told) ? told : [...(told ? [place] : [])];
    return places.map((one) => [one].flat()).map(([path, detail]) => [code, at + path, detail]);
  });
}

function goneTiers({ part, previous }) {
  const { tiers = [] } = part;
  const gone = (previous.rules.tiers ?? []).filter((tier) => !tiers.includes(tier));
  return gone.length > 0 ? [['W_TIER_GONE', '/rules/tiers']] : [];
}

/**
 * The warnings of a lawful book: [{ code, path, message, zh }], 100 at most. book and previous:
 * { catalog, rules, text? }; manifest: that of an SPB1 file, null for a book in JSON.
 */
export function lint({ catalog, rules, text }, { manifest = null, previous = null } = {}) {
  const part = { groups: {}, ...rules };
  const reached = new Map();
  const reach = (rule) => {
    if (!reached.has(rule)) reached.set(rule, reachOf(rule.scope, catalog));
    return reached.get(rule);
  };
  const about = {
    catalog, part, reach, reachOf: (scope) => reachOf(scope, catalog), previous, text,
    skuCount: catalog.skus.length,
  };
  const found = part.rules.flatMap((rule, i) => ofRule(rule, `/rules/rules/${i}`, about));
  found.push(...idleCards(about));
  if (hidesBasis(about)) found.push(['W_STRUCK_BASIS', '/text/struck_basis']);
  if (previous) found.push(...raisedThenCut(about), ...goneTiers(about));
  const isPublic = (wanted) => manifest !== null && manifest.parts.some(({ name, audience }) =>
    name === wanted && audience === 'public');
  found.push(...leaks(about, isPublic), ...(manifest ? overPrefetch(manifest) : []));
  return found.slice(0, messagesMax).map(([code, path, detail]) => {
    const text = (words) => words.replace('{}', detail);
    return { code, path, message: text(lints[code].en), zh: text(lints[code].zh) };
  });
}
