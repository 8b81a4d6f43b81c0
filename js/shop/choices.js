// What a member chose under one book, asked under the next: a choice, a gift or an add-on whose
// rule is gone, or gives something else by now, is left out, so that the cart keeps its price. The
// phone and the server leave out the same.

const ruleOf = ({ rules = [] }, wanted) => rules.find(({ id }) => id === wanted) || {};

// The gives of a kind, wherever they stand in a rule: in a list, in tiers, in `every`.
function givesOf(node, kind) {
  if (node === null || typeof node !== 'object') return [];
  return Object.keys(node).reduce((found, key) =>
    found.concat(key === kind ? [node[key]] : givesOf(node[key], kind)), []);
}

function gives(offers, kind, { rule, sku }) {
  const { give } = ruleOf(offers, rule);
  return givesOf(give, kind).some(({ options }) => options.some((option) => option.sku === sku));
}

// A line may name a promotion of a group in which a line has one.
function isForLines(offers, id) {
  const { kind, stack: { group } = {} } = ruleOf(offers, id);
  const { pieces = 'once_line' } = (offers.groups || {})[group] || {};
  return kind !== 'coupon' && group !== undefined && pieces === 'once_line';
}

// A set of coupons is chosen as a whole: without one of them the best set is found anew.
function couponsOf(offers, chosen, wallet) {
  const isThere = (id) => wallet.some((one) => one.id === id && ruleOf(offers, one.rule).id);
  return chosen && chosen.ids && !chosen.ids.every(isThere) ? undefined : chosen;
}

/** { cart, use } as quoteRequest takes them; `offers` is the part `rules` of the book. */
export function fitChoices({ cart, coupons = [] }, use, offers) {
  const { coupons: chosen, lines, gifts, ...rest } = cart.choices;
  const kept = (list, isKept) => {
    const left = list && list.filter(isKept);
    return left && left.length > 0 ? left : undefined;
  };
  const isGift = (gift) => gives(offers, 'gift', gift);
  const choices = {
    ...rest,
    coupons: couponsOf(offers, chosen, coupons),
    lines: kept(lines, ({ rule }) => rule === null || isForLines(offers, rule)),
    gifts: kept(gifts, isGift),
  };
  const { add_ons: addOns, gifts: ownGifts, ...others } = use;
  const fits = { ...others };
  if (addOns) fits.add_ons = addOns.filter((one) => gives(offers, 'add_on', one));
  if (ownGifts) fits.gifts = ownGifts.filter(isGift);
  return { cart: { ...cart, choices }, use: fits };
}
