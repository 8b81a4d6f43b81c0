// What a refund must know of an order that its receipt doesn't tell: on which thresholds its gifts
// and rewards stand, and what they are worth (src/README.md, section 10, `more` of orderRecord).
//
// Each stands on the conditions of its rule and on the step that brought it, counted on the very
// lines of the level group that reached them; what stands on nothing else goes when all these lines
// have gone. What comes for each further step (`every`) goes step by step, and of a reward that
// grew by `tiers` what the steps brought that are reached no more. A reward is written down like a
// gift that is worth nothing: its name is that of its place in the receipt, its pieces are fen,
// points or days, and givings.js takes back as many as the engine says are missing.
//
// A refund counts list amounts. A threshold on another base is written in their terms: gte · list /
// measured, rounded down, so that nothing breaks before something goes back.
//
// What can't be said by a sum or a count of lines (`any`, `not`, weights, volumes) is not tested
// again, and where the lines of several level groups can't be told apart they stand for each other:
// both to the good of the shopper.
import { limits } from '../generated/codes.js';
import { levelGroups, measured, pricedOrder, within } from './rule_lines.js';

const sum = (values) => values.reduce((total, value) => total + value, 0);
const listOf = (give) => (Array.isArray(give) ? give : [give]);
const idsOf = (lines) => lines.map(({ id }) => id);
// floor(n · part / whole); 0 of nothing.
const portion = (n, part, whole) => (whole > 0 ? Number((BigInt(n) * BigInt(part)) / BigInt(whole))
  : 0);

// ---- conditions: { by, gte, base?, scope?, same? } ----

// Kinds are never more than pieces, so as many pieces are a part of that condition.
function conditionsOf(when = {}) {
  const { amount_gte: least, amount_gt: more, qty_gte: qty, kinds_gte: kinds, contains, all = [],
    base } = when;
  const { n = qty, same } = qty || {};
  const stands = [
    { by: 'amount', gte: least, base },
    { by: 'amount', gte: more === undefined ? undefined : more + 1, base },
    { by: 'qty', gte: n, same },
    { by: 'qty', gte: kinds },
    contains && { by: 'qty', gte: contains.qty || 1, scope: contains.scope },
  ];
  return [...stands.filter((one) => one && one.gte > 0), ...all.flatMap(conditionsOf)];
}

const sameKeys = {
  line: ({ id }) => id,
  sku: ({ sku }) => sku,
  spu: ({ good, sku }) => (good.spu === undefined ? `sku ${sku}` : `spu ${good.spu}`),
};

// The pieces of those lines, SKUs or SPUs that reach n by themselves.
function linesOfSame(lines, { same, gte }) {
  const qtyBy = new Map();
  const keyOf = sameKeys[same];
  lines.forEach((line) => qtyBy.set(keyOf(line), (qtyBy.get(keyOf(line)) || 0) + line.qty));
  return lines.filter((line) => qtyBy.get(keyOf(line)) >= gte);
}

function linesFor({ own, all }, condition) {
  if (condition.scope !== undefined) return within(all, condition.scope);
  return condition.same === undefined ? own : linesOfSame(own, condition);
}

// The term of a condition in a group; null where it does not hold there, as far as can be told.
function termOf(order, rule, group, condition) {
  const lines = linesFor(group, condition);
  const has = measured(order, rule, lines, condition);
  const { by, gte, times = 1 } = condition;
  if (lines.length === 0 || has < gte) return null;
  const list = by === 'qty' ? has : sum(lines.map((line) => line.list));
  return { gte: portion(gte, list, has), by, lines: idsOf(lines), times };
}

// A threshold says nothing beside a higher one of the same lines.
const isImplied = (term, other) => term !== other && term.times === 1 && term.by === other.by
  && other.gte >= term.gte && term.lines.join('\n') === other.lines.join('\n');

function withoutImplied(terms) {
  const kept = [];
  terms.forEach((term) => {
    if (kept.some((other) => isImplied(term, other))) return;
    kept.splice(0, kept.length, ...kept.filter((other) => !isImplied(other, term)), term);
  });
  return kept.slice(0, limits.gift_terms_max);
}

// ---- steps: what a give brings in a group ----

const amountOf = {
  gift: ({ options }, { sku }) => (options.find((one) => one.sku === sku) || {}).qty || 1,
  grant_coupon: ({ n = 1 }) => n,
  grant_membership: ({ days }) => days,
  stored_bonus: ({ amount }) => amount,
  points: ({ n = 0 }) => n,
  growth: ({ n }) => n,
};
const kinds = Object.keys(amountOf);
const kindOf = (give) => kinds.find((kind) => give[kind]);

// Which kind of give an entry of the receipt came from, and how much it brought.
function readEntry(entry) {
  if (entry.sku !== undefined) return { kind: 'gift', n: entry.qty };
  if (entry.coupon !== undefined) return { kind: 'grant_coupon', n: entry.n };
  if (entry.card !== undefined) return { kind: 'grant_membership', n: entry.days };
  const kind = ['stored_bonus', 'points', 'growth'].find((one) => entry[one] !== undefined);
  return { kind, n: entry[kind] };
}

// The tier that is reached in a group; -1: none.
const tierIn = (order, rule, group, { by, base, tiers }) => tiers.findLastIndex(({ gte }) =>
  measured(order, rule, group.own, { by, base }) >= gte);

// The give that acts in a group, out of its ladder; null: none.
function innerGive(order, rule, group, give) {
  if (give.every) {
    const { by, base, step, give: inner } = give.every;
    return measured(order, rule, group.own, { by, base }) >= step ? inner : null;
  }
  if (!give.tiers) return give;
  const tier = tierIn(order, rule, group, give.tiers);
  return tier < 0 ? null : give.tiers.tiers[tier].give;
}

// Whether two steps bring the same thing, only more or less of it.
const isSame = (a, b, kind) => a[kind] && b[kind] && a[kind].rule === b[kind].rule
  && a[kind].card === b[kind].card;

// A gift stands on its own tier. A reward that grows from tier to tier keeps what a lower one
// gives.
function tierSteps(order, rule, group, { by, base, tiers }, { kind, n, entry }) {
  const reached = tiers.slice(0, tierIn(order, rule, group, { by, base, tiers }) + 1);
  const last = reached.at(-1);
  const unitOf = ({ give }) => amountOf[kind](give[kind], entry);
  let has = 0;
  return reached.filter(({ give }) => kind !== 'gift' && isSame(give, last.give, kind))
    .concat(kind === 'gift' ? reached.slice(-1) : []).flatMap((tier) => {
      const brings = tier === last ? n : Math.min(n, portion(n, unitOf(tier), unitOf(last)));
      const more = brings - has;
      has = Math.max(has, brings);
      return more > 0 ? [{ n: more, stands: [{ by, base, gte: tier.gte }] }] : [];
    });
}

// Points for money, for lines or for pieces go with the goods that brought them, in as many parts
// as a term can tell.
const TIMES_MAX = 1e9;

function shareOf({ own }, { points }) {
  if (!points || (points.den === undefined && (points.per || 'order') === 'order')) return [];
  if (points.per === 'unit') {
    return [{ by: 'qty', gte: 1, times: sum(own.map(({ qty }) => qty)) }];
  }
  const list = sum(own.map((line) => line.list));
  const gte = Math.max(1, Math.ceil(list / TIMES_MAX));
  return [{ by: 'amount', base: 'list', gte, times: Math.max(1, Math.floor(list / gte)) }];
}

// [{ n, stands }]: what one entry of the receipt is made of, and on which steps it stands.
function stepsOf(order, rule, { group, give = {} }, own) {
  const { kind, n, entry } = own;
  if (give.every) {
    const { by, base, step, give: inner } = give.every;
    const times = Math.max(1, Math.floor(n / amountOf[kind](inner[kind], entry)));
    return [{ n, stands: [{ by, base, gte: step, times }] }];
  }
  const steps = give.tiers ? tierSteps(order, rule, group, give.tiers, own) : [];
  const inner = innerGive(order, rule, group, give) || {};
  return (steps.length > 0 ? steps : [{ n, stands: [] }])
    .map(({ n: some, stands }) => ({ n: some, stands: [...stands, ...shareOf(group, inner)] }));
}

// ---- entries of the receipt and the groups that brought them ----

// Where each entry of one kind comes from: { group, give }. Their order is that of the groups, and
// in a group of the gives.
function placesOf(order, rule, kind, count) {
  const groups = levelGroups(order, rule);
  const gives = listOf(rule.give);
  const holds = (group) => conditionsOf(rule.when).every((condition) =>
    termOf(order, rule, group, condition));
  const places = groups.filter(holds).flatMap((group) => gives.map((give) => ({ group, give,
    inner: innerGive(order, rule, group, give) })).filter(({ inner }) => inner && inner[kind]));
  if (places.length === count) return places;
  const together = { own: groups.flatMap(({ own }) => own), all: groups.flatMap(({ all }) => all) };
  const give = gives.find((one) => {
    const { tiers, every } = one;
    return tiers ? tiers.tiers.some((tier) => tier.give[kind])
      : kindOf(every ? every.give : one) === kind;
  });
  return Array.from({ length: count }, () => ({ group: together, give }));
}

// What stands on none of the lines that its rule counts goes when all of them have.
function termsOf(order, rule, group, stands) {
  const own = idsOf(group.own);
  const known = [...stands, ...conditionsOf(rule.when)]
    .map((condition) => termOf(order, rule, group, condition)).filter(Boolean);
  const isOwn = known.some(({ lines, gte }) => gte > 0 && lines.every((id) => own.includes(id)));
  const all = isOwn ? known : [...known, termOf(order, rule, group, { by: 'qty', gte: 1 })];
  const [when, ...and] = withoutImplied(all).map(({ gte, by, lines, times }) => ({ gte,
    ...(by === 'qty' ? { by } : {}), ...(lines.length < order.count ? { lines } : {}),
    ...(times > 1 ? { times } : {}) }));
  return { when, ...(and.length > 0 ? { and } : {}) };
}

// The gifts of a record for these entries of one rule and one kind.
function recordsOf(order, rule, kind, entries) {
  const places = placesOf(order, rule, kind, entries.length);
  return entries.flatMap(({ entry, place }, i) => {
    const { n } = readEntry(entry);
    const { price } = (kind === 'gift' && order.book.skus.get(entry.sku)) || { price: 0 };
    const steps = n > 0 ? stepsOf(order, rule, places[i], { kind, n, entry }) : [];
    return steps.map(({ n: qty, stands }, step) => ({
      ...(kind === 'gift' ? { rule: rule.id, sku: entry.sku }
        : { rule: rewardName(place, step), sku: rule.id }),
      qty, value: price * qty, ...termsOf(order, rule, places[i].group, stands),
    }));
  });
}

/** What a record calls a step of the reward that stands at this place of the receipt. */
export const rewardName = (place, step) => `reward.${place}.${step}`;

/** The place of the reward in such a name; null: a gift's rule. */
export function rewardPlace(name) {
  const found = /^reward\.(\d+)\.\d+$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** The gifts and rewards of a receipt as an order's record has them. */
export function giftTerms(receipt, request, book) {
  const order = pricedOrder(receipt, request, book);
  const entries = [...receipt.gifts.filter(({ state }) => state === 'given'), ...receipt.rewards]
    .map((entry) => ({ entry, place: receipt.rewards.indexOf(entry) }));
  const byRule = new Map();
  entries.forEach((one) => {
    const key = JSON.stringify([one.entry.rule, readEntry(one.entry).kind]);
    byRule.set(key, [...(byRule.get(key) || []), one]);
  });
  let left = limits.cart_fen_max;
  return [...byRule].flatMap(([key, own]) => {
    const [rule, kind] = JSON.parse(key);
    return recordsOf(order, book.rules.get(rule), kind, own);
  }).slice(0, limits.order_gifts_max).map((gift) => {
    const value = Math.min(gift.value, left);
    left -= value;
    return { ...gift, value };
  });
}
