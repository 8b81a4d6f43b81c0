// Which lines of a priced order a rule counts, and what they came to when the rule acted: of the
// book, the request and the receipt (src/README.md, sections 1.2 and 3).
//
// Lines that lost their place to another rule by `excludes` are counted all the same: a receipt
// doesn't tell them. So a sum may come out above what the engine measured, never below.

const isHit = (list, values) => (list || []).some((id) => values.includes(id));
const sum = (values) => values.reduce((total, value) => total + value, 0);

// Whether a scope reaches a line; what is about channels and order types was settled when the rule
// acted.
function reaches(scope, { good, store, storeTags, fulfilment }) {
  if (scope === undefined || scope === 'all') return true;
  const { skus, spus, tags, exclude = {}, price_between: between, stores, store_tags: places,
    fulfilment: ways } = scope;
  const own = (sets) => isHit(sets.skus, [good.id]) || isHit(sets.spus, [good.spu])
    || isHit(sets.tags, good.tags || []);
  const isNamed = !(skus || spus || tags) || own(scope);
  const isPriced = !between || (between[0] <= good.price && good.price <= between[1]);
  const isPlaced = !(stores || places) || isHit(stores, [store]) || isHit(places, storeTags);
  return isNamed && isPriced && isPlaced && !own(exclude) && (!ways || ways.includes(fulfilment));
}

/** { receipt, book, lines, count }: what is asked below; count: of all lines that were priced. */
export function pricedOrder(receipt, request, book) {
  const lines = receipt.lines.map((line, place) => {
    const { shop = '', store = '', fulfilment = 'delivery', add_on: addOn } = request.lines[place];
    return { ...line, good: book.skus.get(line.sku), shop, store, fulfilment, addOn,
      storeTags: book.storeTags.get(store) || [] };
  });
  // An add-on counts for nothing but itself.
  const priced = lines.filter(({ state }) => state === 'priced');
  return { receipt, book, count: priced.length,
    lines: priced.filter(({ addOn }) => addOn === undefined) };
}

const STAGES = ['unit', 'item', 'order', 'shop_coupon', 'platform_coupon', 'freight', 'reward'];

function isPercentage(give) {
  if (Array.isArray(give)) return give.some(isPercentage);
  const { percent_off, nth_item, buy_get, tiers, every, qty_groups } = give;
  if (tiers) return tiers.tiers.some((tier) => isPercentage(tier.give));
  const inner = every || qty_groups;
  return inner ? isPercentage(inner.give)
    : Boolean(percent_off || nth_item || (buy_get && buy_get.off_bp < 10000));
}

// Whether rule a has its turn before rule b (src/README.md, section 3).
function isBefore(a, b, { amountsFirst }) {
  const placeOf = ({ stage, priority = 0, give }) =>
    [STAGES.indexOf(stage), -priority, amountsFirst && isPercentage(give) ? 1 : 0];
  const [own, other] = [placeOf(a), placeOf(b)];
  const at = own.findIndex((value, i) => value !== other[i]);
  return at < 0 ? a.id < b.id : own[at] < other[at];
}

const cutsBefore = ({ cuts = [] }, rule, { rules, ...policy }) => sum(cuts.filter((cut) =>
  cut.rule !== rule.id && isBefore(rules.get(cut.rule), rule, policy)).map(({ cut }) => cut));

// What of a line is left to a threshold with this base.
function amountOf(line, base, rule, book) {
  if (base === 'list') return line.list;
  if (base === 'payable_goods' || base === 'goods_and_freight') return line.net;
  if (base === 'after_item' && rule.stage !== 'item') {
    return line.list - sum((line.cuts || []).filter(({ rule: id }) =>
      ['unit', 'item'].includes(book.rules.get(id).stage)).map(({ cut }) => cut));
  }
  return line.list - cutsBefore(line, rule, book);
}

/** What a rule measured of these lines: pieces, or an amount on a base (absent: the policy's). */
export function measured({ receipt, book }, rule, lines, { by, base = book.thresholdBase }) {
  if (by === 'qty') return sum(lines.map(({ qty }) => qty));
  const freight = base === 'goods_and_freight' ? receipt.totals.freight : 0;
  return freight + sum(lines.map((line) => amountOf(line, base, rule, book)));
}

// The lines that a decision gave to the rule; none: it has no choice of lines.
const assigned = ({ decision: { lines = [], pieces = [] } }, { id }) =>
  [...lines, ...pieces].filter(({ rule }) => rule === id).map(({ line }) => line);

/**
 * The level groups of a rule, each { own, all }: the lines that it counts, and all that a
 * `contains` may count.
 */
export function levelGroups({ receipt, book, lines }, rule) {
  const { level = 'order', shop, scope, stack = {} } = rule;
  const chosen = assigned(receipt, rule);
  const isOwn = (line) => reaches(scope, line)
    && (chosen.length === 0 || chosen.includes(line.id))
    && (stack.applies_to_discounted !== false || cutsBefore(line, rule, book) === 0);
  const keyOf = (line) => JSON.stringify(level === 'order' ? []
    : [line.shop, ...(level === 'store' ? [line.store] : [])]);
  const groups = new Map();
  lines.filter((line) => shop === undefined || line.shop === shop).forEach((line) => {
    const group = groups.get(keyOf(line)) || { own: [], all: [] };
    group.all.push(line);
    if (isOwn(line)) group.own.push(line);
    groups.set(keyOf(line), group);
  });
  return [...groups.values()].filter(({ own }) => own.length > 0);
}

/** The lines of some that a scope reaches. */
export const within = (lines, scope) => lines.filter((line) => reaches(scope, line));
