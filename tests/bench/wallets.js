// Shoppers whose best decision is hard to find, from a seed: 20 lines, six item promotions that
// share lines of which each serves one (once_line), 15 coupons of which a shop coupon, a platform
// coupon and a freight coupon go together, and freight that is free from about what is left to
// pay. Everything is drawn by integers, so a seed gives the same shoppers everywhere.
import { randomFrom } from '../js/random.js';

const now = 1767240000; // 2026-01-01 12:00 in China
const tags = ['fresh', 'snack', 'drink', 'home', 'kids', 'hot'];
const list = (n, make) => Array.from({ length: n }, (_, i) => make(i));

function draw(seed) {
  const { below, pick } = randomFrom(seed);
  const between = (low, high) => low + below(high - low + 1);
  return { below, pick, between, some: (of, share) => of.filter(() => below(100) < share) };
}

// Two in five cut an amount by tiers, one a fixed amount, one a percentage, one the second piece.
const promotionGives = [
  (r, gte) => ({ give: { tiers: { by: 'amount', tiers: list(3, (i) => ({ gte: gte * (i + 1),
    give: { amount_off: { amount: Math.floor(gte * (i + 1) * r.between(6 + 2 * i, 9 + 2 * i)
      / 100) } } })) } } }),
  (r, gte) => ({ when: { amount_gte: gte },
    give: { amount_off: { amount: Math.floor(gte * r.between(8, 16) / 100) } } }),
  (r, gte) => ({ when: { amount_gte: Math.floor(gte / 2) },
    give: { percent_off: { bp: r.between(5, 14) * 100 } } }),
  (r) => ({ give: { nth_item: { pay_bp: [10000, r.between(5, 8) * 1000], order: 'price_desc',
    repeat: true, beyond_bp: 10000 } } }),
];

function promotion(r, i, lineCount) {
  const reached = r.some(tags, 40);
  return { id: `promotion-${i}`, kind: 'promotion', stage: 'item', stack: { group: 'item' },
    scope: { tags: reached.length ? reached : [r.pick(tags)] },
    ...promotionGives[[0, 0, 1, 2, 3][r.below(5)]](r, r.between(8, 30) * 50 * lineCount) };
}

function coupon(r, i, stage, total) {
  const gte = Math.floor(total * r.between(30, 95) / 100);
  const give = r.below(3)
    ? { amount_off: { amount: Math.floor(gte * r.between(4, 12) / 100) } }
    : { percent_off: { bp: r.between(4, 12) * 100, cap: Math.floor(gte * r.between(4, 9) / 100) } };
  return { id: `${stage}-${i}`, kind: 'coupon', stage, when: { amount_gte: gte }, give,
    ...(r.below(3) ? {} : { scope: { tags: r.some(tags, 70).concat(tags[0]) } }) };
}

const freightCoupon = (r, i, total) => ({
  id: `freight-${i}`, kind: 'coupon', stage: 'freight',
  when: { amount_gte: Math.floor(total * r.between(50, 90) / 100) },
  give: r.below(2) ? { free_freight: {} } : { freight_off: { amount: r.between(3, 12) * 100 } },
});

// How much there is of everything, and of what every price is a multiple.
const whole = { lines: 20, promotions: 6, coupons: [6, 6, 3], step: 1 };

/** The n-th shopper of a seed: { book, request }. */
export function shopper(seed, n, { lines: lineCount, promotions, coupons: of, step } = whole) {
  const r = draw(Math.imul(seed, 1000003) + n);
  const price = () => Math.ceil(r.between(990, 19900) / step) * step;
  const skus = list(lineCount, (i) => ({ id: `sku-${i}`, price: price(),
    tags: [r.pick(tags), ...r.some(tags, 20)].filter((tag, at, all) => all.indexOf(tag) === at) }));
  const lines = skus.map((sku, i) => ({ id: `line-${i}`, sku: sku.id, qty: r.between(1, 3) }));
  const total = lines.reduce((sum, { qty }, i) => sum + skus[i].price * qty, 0);
  const coupons = [
    ...list(of[0], (i) => coupon(r, i, 'shop_coupon', total)),
    ...list(of[1], (i) => coupon(r, i, 'platform_coupon', total)),
    ...list(of[2], (i) => freightCoupon(r, i, total)),
  ];
  const region = { first: 1, first_fee: r.between(6, 30) * 100, additional: 1,
    additional_fee: r.between(0, 1) * 50 };
  return {
    book: {
      suanpan_book: 1, shop: 'wallets', version: 1, meaning: 1, catalog: { skus },
      rules: {
        preset: 'cn_parallel', groups: { item: { pieces: 'once_line' } },
        rules: [...list(promotions, (i) => promotion(r, i, lineCount)), ...coupons],
        freight: { default: 'parcel',
          templates: [{ id: 'parcel', by: 'pieces', regions: [region] }],
          free: { gte: Math.floor(total * r.between(70, 95) / 100) } },
      },
    },
    request: { now, detail: 'lines', address: { region: '310104' }, lines,
      coupons: coupons.map(({ id }, i) =>
        ({ id: `c-${i}`, rule: id, to: now + 86400 * (i + 1) })) },
  };
}
