// What the shop's server answers, in its own words. Not changed by the migration.
const cart = {
  goodsList: [
    { skuId: '135676631100000017', title: '白毫银针 50g', price: '79.00', num: 2, isSelected: 1 },
    { skuId: '135676631100000025', title: '金骏眉 20g', price: '19.90', num: 3, isSelected: 1 },
    { skuId: '135676631100000033', title: '茉莉花茶 100g', price: '36.80', num: 1, isSelected: 0 },
  ],
  promotionList: [{ promotionId: 'p7', promotionText: '满100减10，满200减30' }],
};

// `value` and `base` are fen; with type 2 `value` is what is paid: 550 is 5.5折.
const coupons = [
  { couponId: 'c1', type: 1, value: 1000, base: 10000, title: '满100减10' },
  { couponId: 'c2', type: 2, value: 850, base: 0, title: '8.5折' },
  { couponId: 'c3', type: 1, value: 2500, base: 30000, title: '满300减25' },
];

module.exports = { cart, coupons };
