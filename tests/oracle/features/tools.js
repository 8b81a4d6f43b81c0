// Small helpers of the features: which rules there are, and rules added to a finished book.

const GOODS_STAGES = ['item', 'order', 'shop_coupon', 'platform_coupon'];

export const goodsRules = ({ book }) =>
  book.rules.rules.filter((rule) => GOODS_STAGES.includes(rule.stage));

export function addRule({ maker, book }, fields) {
  const rule = maker.addRule(fields);
  if (book.rules.rules !== maker.rules) book.rules.rules.push(rule);
  return rule;
}

/** Up to n different rules of a list, at random. */
export const someRules = ({ random }, rules, n) => random.shuffle(rules).slice(0, n);

/** Puts a coupon of a rule into the wallet. */
export function addCoupon({ request, random }, rule) {
  const coupon = { id: `n${request.coupons.length}`, rule: rule.id };
  request.coupons.splice(random.int(0, request.coupons.length), 0, coupon);
  return coupon;
}

/** The price of a SKU of the book. */
export const priceOf = ({ book }, id) => book.catalog.skus.find((sku) => sku.id === id)?.price ?? 0;

export const skusOfCart = ({ request, book }) => [
  ...new Set(
    request.lines
      .map((line) => line.sku)
      .filter((id) => book.catalog.skus.some((sku) => sku.id === id && sku.on_sale !== false))
  )
];

/** Did a rule that passes the test act in the best decision? */
export const acted = ({ state }, test) => state.records.some((record) => test(record));

/** Has one of the rule's gives, those inside others too, one of these names? */
export function hasGive(rule, names) {
  const text = JSON.stringify(rule.gives);
  return names.some((name) => text.includes(`"${name}":`));
}

export const setSwitch = ({ book }, name, value) => {
  book.rules.policy = { ...book.rules.policy, [name]: value };
};
