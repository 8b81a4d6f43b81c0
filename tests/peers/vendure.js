// Vendure's OrderCalculator.applyPriceAdjustments on its own entities and built-in promotion
// actions. What it would ask of services (tax zone, tax rate) are constants: no tax, one zone.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Order, OrderLine, Promotion, ProductVariant, minimumOrderAmount, orderFixedDiscount,
  orderPercentageDiscount, productsPercentageDiscount } = require('@vendure/core');
const { OrderCalculator } =
  require('@vendure/core/dist/service/helpers/order-calculator/order-calculator.js');

const argument = (name, value) => ({ name, value: String(value) });

function promotionOf(id, action, args, gte) {
  const conditions = gte === undefined ? [] : [{ code: minimumOrderAmount.code,
    args: [argument('amount', gte), argument('taxInclusive', false)] }];
  return new Promotion({
    id, name: id, enabled: true, startsAt: null, endsAt: null, couponCode: null, conditions,
    actions: [{ code: action.code, args }], priorityScore: 0,
    promotionConditions: [minimumOrderAmount],
    promotionActions: [orderFixedDiscount, orderPercentageDiscount, productsPercentageDiscount],
  });
}

/** → { price(), total(answer) } */
export function vendure({ lines, rates, amounts, order: rate }) {
  const promotions = [
    ...rates.map(({ id, tag, percent }) => promotionOf(id, productsPercentageDiscount, [
      argument('discount', percent),
      argument('productVariantIds', JSON.stringify(lines.filter((line) => line.tag === tag)
        .map(({ sku }) => sku)))])),
    ...amounts.map(({ id, yuan, gte }) =>
      promotionOf(id, orderFixedDiscount, [argument('discount', yuan * 100)], gte)),
    promotionOf(rate.id, orderPercentageDiscount, [argument('discount', rate.percent)]),
  ];
  const zone = { id: '1', members: [] };
  const calculator = new OrderCalculator(
    { taxOptions: { taxZoneStrategy: { determineTaxZone: () => zone },
      taxLineCalculationStrategy: { calculate: () => [] } } },
    { getAllWithMembers: async () => [zone] },
    { getApplicableTaxRate: async () => ({ id: '1', value: 0 }) },
    {}, {}, { get: async (ctx, key, make) => make() },
  );
  const ctx = { channel: { pricesIncludeTax: false } };
  // Pricing starts anew from the prices of the lines, so one order is priced again and again.
  const order = new Order({
    id: '1', couponCodes: [], surcharges: [], shippingLines: [], promotions: [], taxZoneId: '1',
    lines: lines.map(({ id, sku, price, qty }) => new OrderLine({
      id, productVariant: new ProductVariant({ id: sku }), quantity: qty, orderPlacedQuantity: 0,
      listPrice: price, initialListPrice: price, listPriceIncludesTax: false, adjustments: [],
      taxLines: [], taxCategoryId: '1' })),
  });
  return {
    price: () => calculator.applyPriceAdjustments(ctx, order, promotions, [],
      { recalculateShipping: false }),
    total: (priced) => priced.subTotal,
  };
}
