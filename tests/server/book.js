// A small shop for tests of the server: every kind of thing an order can take, with round numbers.
export const SHOP = 'test_shop';

/** The development book. change(book) may alter it. */
export function testBook(version = 1, change = () => {}) {
  const book = {
    suanpan_book: 1, shop: SHOP, version, meaning: 1,
    catalog: {
      skus: [
        { id: 'tea', price: 1000, tags: ['drink'], options: ['pearl'] },
        { id: 'cake', price: 2500 },
        { id: 'flash', price: 3000 },
        { id: 'mug', price: 4000 },
        { id: 'lamp', price: 4000 },
        { id: 'sticker', price: 300 },
      ],
      options: [{ id: 'pearl', price: 200 }],
    },
    rules: {
      preset: 'cn_sequential',
      tiers: ['silver', 'gold'],
      points: { num: 1, den: 1, earn: { num: 1, den: 100 } },
      growth: { num: 1, den: 100, levels: [100, 1000] },
      rules: [
        { id: 'sale', kind: 'flash', stage: 'unit', scope: { skus: ['flash'] }, grace_s: 0,
          window: { daily: [['00:00', '12:00']] }, give: { unit_price: { price: 100 } },
          limit: { qty_per_member: 2 } },
        { id: 'first', kind: 'promotion', stage: 'order', when: { nth_order: 1, amount_gte: 4000 },
          scope: { skus: ['mug'] }, give: { amount_off: { amount: 700 } } },
        { id: 'off_3000', kind: 'promotion', stage: 'order', when: { amount_gte: 3000 },
          scope: { exclude: { skus: ['mug', 'flash', 'lamp'] } },
          give: { amount_off: { amount: 300 } }, grace_s: 60 },
        { id: 'hundred', kind: 'promotion', stage: 'item', scope: { skus: ['lamp'] },
          give: { amount_off: { amount: 50 } }, limit: { total_left: true } },
        { id: 'gift', kind: 'promotion', stage: 'reward', when: { amount_gte: 5000 },
          give: { gift: { options: [{ sku: 'sticker' }] } } },
        { id: 'back', kind: 'promotion', stage: 'reward', when: { amount_gte: 5000 },
          give: { grant_coupon: { rule: 'coupon_5' } } },
        { id: 'coupon_5', kind: 'coupon', stage: 'shop_coupon', when: { amount_gte: 1000 },
          give: { amount_off: { amount: 500 } } },
        { id: 'big', kind: 'coupon', stage: 'shop_coupon',
          give: { amount_off: { amount: 90000 } } },
      ],
    },
  };
  change(book);
  return book;
}
