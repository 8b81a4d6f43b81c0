// Medusa's promotion module: PromotionModuleService.computeActions, with the one method replaced
// that would read the promotions from the database.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { default: PromotionModuleService } =
  require('@medusajs/promotion/dist/services/promotion-module.js');

function promotionOf({ id, type, value, target, allocation, tag, gte }) {
  const rule = (attribute, operator, value) =>
    ({ attribute, operator, values: [{ value: String(value) }] });
  return {
    id, code: id, type: 'standard', status: 'active', is_automatic: false,
    rules: gte === undefined ? [] : [rule('subtotal', 'gte', gte)],
    application_method: {
      type, value, target_type: target, allocation, buy_rules: [],
      // More pieces than any line has: a rate is off the whole line.
      ...(allocation === 'each' ? { max_quantity: 9999 } : {}),
      target_rules: tag === undefined ? [] : [rule('items.product.tags.value', 'in', tag)],
    },
  };
}

/** → { price(), total(answer) } */
export function medusa({ lines, rates, amounts, order }) {
  const promotions = [
    ...rates.map(({ id, tag, percent }) => promotionOf({ id, tag, type: 'percentage',
      value: percent, target: 'items', allocation: 'each' })),
    ...amounts.map(({ id, yuan, gte }) => promotionOf({ id, gte: gte / 100, type: 'fixed',
      value: yuan, target: 'order', allocation: 'across' })),
    promotionOf({ id: order.id, type: 'percentage', value: order.percent, target: 'order',
      allocation: 'across' }),
  ];
  const service = Object.create(PromotionModuleService.prototype);
  service.listActivePromotions_ = async () => promotions;
  service.baseRepository_ = { getFreshManager: () => ({}) };
  const codes = promotions.map(({ code }) => code);
  // Money is in yuan there.
  const items = lines.map(({ id, price, qty, tag }) => ({ id, quantity: qty,
    unit_price: price / 100, subtotal: price / 100 * qty, original_total: price / 100 * qty,
    is_discountable: true, product: { tags: [{ value: tag }] } }));
  const subtotal = items.reduce((sum, item) => sum + item.subtotal, 0);
  const context = { currency_code: 'cny', subtotal, items };
  const options = { prevent_auto_promotions: true };
  return {
    price: () => service.computeActions(codes, context, options, {}),
    total: (actions) => {
      const cut = actions.filter(({ action }) => action === 'addItemAdjustment')
        .reduce((sum, { amount }) => sum + Number(amount), 0);
      // Shares of an amount are decimals there, so their sum is only as exact as they are.
      return Math.round((subtotal - cut) * 100000) / 1000;
    },
  };
}
