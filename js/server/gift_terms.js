// What a refund must know of an order that its receipt doesn't tell: the thresholds and values of
// its gifts, which come from the book (src/README.md, section 10, `more` of orderRecord). What a
// rule brings after payment (a card, stored value, coupons) is a gift worth nothing to the refund:
// the engine says when its threshold breaks, and the server takes it back (givings.js).
//
// A threshold that is not one plain sum or count of a rule's own lines (tiers, `any`, `not`) has no
// such term: the gift is then the shopper's to keep.

const isHit = (list, values) => (list || []).some((id) => values.includes(id));

// Whether a scope of a rule reaches a good; what is about stores, channels and order types was
// settled when the rule acted.
function reaches(scope, sku) {
  if (scope === undefined || scope === 'all') return true;
  const { skus, spus, tags, exclude = {}, price_between: between } = scope;
  const own = (sets) => isHit(sets.skus, [sku.id]) || isHit(sets.spus, [sku.spu])
    || isHit(sets.tags, sku.tags || []);
  const isNamed = !(skus || spus || tags) || own(scope);
  const isPriced = !between || (between[0] <= sku.price && sku.price <= between[1]);
  return isNamed && isPriced && !own(exclude);
}

function thresholdOf({ when = {} }) {
  if (Number.isInteger(when.amount_gte)) return { gte: when.amount_gte };
  if (Number.isInteger(when.qty_gte)) return { gte: when.qty_gte, by: 'qty' };
  return null;
}

/** The gifts of a receipt with what its rules bring, one for each rule that has no gift. */
export function giftsAndRewards({ gifts, rewards }) {
  const rules = new Set(rewards.filter((reward) => reward.coupon || reward.card
    || reward.stored_bonus).map(({ rule }) => rule));
  gifts.forEach(({ rule }) => rules.delete(rule));
  return [...gifts, ...[...rules].map((rule) => ({ rule, sku: 'reward', qty: 1, state: 'given' }))];
}

/** { rule: { value, gte, by?, lines? } } for these gifts of a receipt under its book. */
export function giftTerms(receipt, gifts, book) {
  const terms = {};
  gifts.filter(({ state }) => state === 'given').forEach((gift) => {
    const { rule, sku, qty } = gift;
    const threshold = thresholdOf(book.rules.get(rule) || {});
    if (!threshold) return;
    // What a rule brings is none of the goods, whatever they are called.
    const { price = 0 } = (receipt.gifts.includes(gift) && book.skus.get(sku)) || {};
    const { scope } = book.rules.get(rule);
    const lines = receipt.lines.filter(({ state, sku: own }) =>
      state === 'priced' && reaches(scope, book.skus.get(own))).map(({ id }) => id);
    terms[rule] = { value: price * qty, ...threshold, lines };
  });
  return terms;
}
