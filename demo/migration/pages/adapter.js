// The shop's words on one side, the engine's on the other, and nothing else: no price is made here.
// Every field is mapped or refused; what can't be understood is an error with the field's path.
const { SuanpanError, fenFromYuan, yuan } = require('suanpan');

const refuse = (path, message) => {
  throw new SuanpanError('E_TYPE', path, message);
};

// An error of one field, told with the field's own path.
function at(path, read) {
  try {
    return read();
  } catch (error) {
    throw error.path ? error : new SuanpanError(error.code, path, error.message);
  }
}

// '79.00', '79', or 79.9 as JSON has it. What a float made of it, 59.70000000000001, is refused.
const fenOfYuan = (value, path) => at(path, () => fenFromYuan(String(value)));

// '29800' or 29800.
function fenOfFen(value, path) {
  if (!/^\d+$/.test(String(value)) || !Number.isSafeInteger(Number(value))) {
    refuse(path, `not an amount of fen: ${value}`);
  }
  return Number(value);
}

// An id beyond 2^53 has lost its last digits before anybody could look: the server must send text.
function idOf(value, path) {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) refuse(path, 'send it as text');
  if (typeof value !== 'number' && typeof value !== 'string') refuse(path, 'not an id');
  return String(value);
}

const flags = new Map([['0', false], ['1', true], ['false', false], ['true', true]]);
const flagOf = (value, path) =>
  (flags.has(String(value)) ? flags.get(String(value)) : refuse(path, `not a flag: ${value}`));

// What is taken off, in basis points. `whole` says what full price is in this field, because the
// field itself does not: 1000 where 550 is 5.5折, 10 where it is 5.5, 100 where it is 55.
function offOf(value, whole, path) {
  // Hundredths, which text has exactly: 0.57 * 10000 is 5699.999999999999.
  const paid = fenOfYuan(value, path) * 100 / whole;
  if (!(Number.isInteger(paid) && paid > 0 && paid < 10000)) refuse(path, `not a rate: ${value}`);
  return 10000 - paid;
}

// '满100减10，满200减30': the text is read whole or not at all.
function tiersOf(text, path) {
  const tiers = text.split(/[，,；;]/).map((part) => {
    const found = /^满([\d.]+)元?减([\d.]+)元?$/.exec(part.trim());
    if (!found) return refuse(path, `not understood: ${part}`);
    const [gte, amount] = found.slice(1).map((number) => fenOfYuan(number, path));
    return { gte, give: { amount_off: { amount } } };
  });
  return tiers.sort((a, b) => a.gte - b.gte);
}

function couponRule({ couponId, type, value, base, title }, i) {
  const path = `/coupons/${i}`;
  const give = { 1: () => ({ amount_off: { amount: fenOfFen(value, `${path}/value`) } }),
    2: () => ({ percent_off: { bp: offOf(value, 1000, `${path}/value`) } }) }[type];
  if (!give) refuse(`${path}/type`, `not a kind of coupon: ${type}`);
  const gte = fenOfFen(base, `${path}/base`);
  const id = `coupon-${idOf(couponId, `${path}/couponId`)}`;
  return Object.assign({ id, title, kind: 'coupon', stage: 'shop_coupon', give: give() },
    gte > 0 ? { when: { amount_gte: gte } } : {});
}

const promotionRule = ({ promotionId, promotionText }, i) => ({
  id: idOf(promotionId, `/promotionList/${i}/promotionId`),
  title: promotionText,
  kind: 'promotion',
  stage: 'order',
  give: { tiers: { by: 'amount',
    tiers: tiersOf(promotionText, `/promotionList/${i}/promotionText`) } },
});

/** A book of what the server answers. Later the server publishes one, and this goes. */
function bookOf({ cart, coupons }) {
  return {
    suanpan_book: 1, shop: 'tea', version: 1, meaning: 1,
    catalog: { skus: cart.goodsList.map(({ skuId, price }, i) => ({
      id: idOf(skuId, `/goodsList/${i}/skuId`), price: fenOfYuan(price, `/goodsList/${i}/price`),
    })) },
    // What the old page did by its way of counting is said here.
    rules: { preset: 'cn_sequential',
      policy: { percent_rounding: 'half_up', threshold_base: 'list' },
      rules: cart.promotionList.map(promotionRule).concat(coupons.map(couponRule)) },
  };
}

/** The cart as a request. `picked`: '' lets the engine choose the best coupon. */
function requestOf({ goodsList, coupons, picked }, now) {
  const lines = goodsList.map(({ skuId, price, num, isSelected }, i) => ({
    id: String(i),
    sku: idOf(skuId, `/goodsList/${i}/skuId`),
    qty: num,
    selected: flagOf(isSelected, `/goodsList/${i}/isSelected`),
    seen_unit: fenOfYuan(price, `/goodsList/${i}/price`),
  }));
  const wallet = coupons.map(({ couponId }) => ({ id: couponId, rule: `coupon-${couponId}` }));
  const pins = picked ? { pins: { coupons: [picked] } } : {};
  return Object.assign({ now, lines, coupons: wallet }, pins);
}

/** The receipt in the words of the page, so that the template stays as it is. */
function dataOf({ totals, coupons }) {
  const [used] = coupons.filter(({ state }) => state === 'picked');
  return { total: yuan(totals.list), cut: yuan(totals.list - totals.payable),
    pay: yuan(totals.payable), picked: used ? used.id : '' };
}

module.exports = { bookOf, dataOf, fenOfFen, fenOfYuan, flagOf, idOf, offOf, requestOf, tiersOf };
