import { sha256 } from './sha256.js';
import { shopper } from './wallets.js';

// The books, carts and wallets that are measured, made by rule: the same in every host and every
// run. Nothing here touches a host, so that one bundle of it runs in jsc.

const now = 1767240000; // 2026-01-01 12:00 in China
const tags = ['fresh', 'snack', 'drink', 'home', 'kids'];

const skuOf = (i) => ({
  id: `sku-${String(i).padStart(4, '0')}`,
  // Prices that no rate divides evenly: 9.01, 16.30, 23.59 …
  price: 901 + ((i * 729) % 9000),
  spu: `spu-${i >> 2}`,
  tags: [tags[i % tags.length], i % 3 === 0 ? 'hot' : 'plain'],
  options: ['large', 'gift-box'],
  weight_g: 50 + ((i * 37) % 400),
});

const tag = (i) => ({ tags: [tags[i % tags.length]] });

// One rule of each kind in turn; every tenth is the same kind with other numbers.
const ruleKinds = [
  (i) => ({ kind: 'promotion', stage: 'item', scope: tag(i), stack: { group: 'item' },
    give: { tiers: { by: 'amount', tiers: [
      { gte: 5000, give: { amount_off: { amount: 500 } } },
      { gte: 10000, give: { amount_off: { amount: 1200 } } },
      { gte: 20000, give: { amount_off: { amount: 3000 + i } } },
    ] } } }),
  (i) => ({ kind: 'promotion', stage: 'item', scope: tag(i), stack: { group: 'item' },
    give: { percent_off: { bp: 500 + ((i * 70) % 1500) } } }),
  (i) => ({ kind: 'member', stage: 'unit', scope: tag(i), for: { tiers: ['gold'] },
    give: { percent_off: { bp: 300 + ((i * 30) % 700), per: 'unit' } } }),
  (i) => ({ kind: 'promotion', stage: 'item', scope: tag(i), stack: { group: 'item' },
    give: { nth_item: { pay_bp: [10000, 5000], order: 'price_desc', repeat: true,
      beyond_bp: 10000 } } }),
  (i) => ({ kind: 'promotion', stage: 'order', priority: -i,
    give: { every: { by: 'amount', step: 20000 + i * 100, limit: 3,
      give: { amount_off: { amount: 1500 } } } } }),
  (i) => ({ kind: 'coupon', stage: 'shop_coupon', when: { amount_gte: 9900 + i * 100 },
    give: { amount_off: { amount: 1000 + i * 10 } } }),
  (i) => ({ kind: 'coupon', stage: 'platform_coupon',
    give: { percent_off: { bp: 800, cap: 2000 + i } } }),
  (i) => ({ kind: 'timed', stage: 'unit', scope: tag(i),
    window: { from: '2026-01-01T00:00:00', to: '2026-02-01T00:00:00', daily: [['08:00', '22:00']] },
    give: { amount_off: { amount: 100 + i, per: 'unit', max_units: 3 } } }),
  (i) => ({ kind: 'promotion', stage: 'order', scope: tag(i), stack: { group: 'order' },
    when: { qty_gte: 3 }, give: { percent_off: { bp: 600 + i, cap: 2500 } } }),
  () => ({ kind: 'promotion', stage: 'reward', when: { amount_gte: 15000 },
    give: { gift: { options: [{ sku: 'sku-0000' }] } } }),
];

const ruleOf = (i) => ({ id: `rule-${String(i).padStart(3, '0')}`, ...ruleKinds[i % 10](i) });
const count = (n, make) => Array.from({ length: n }, (_, i) => make(i));

function bookOf({ skus, rules, policy = {}, groups = {}, ...more }) {
  return {
    suanpan_book: 1, shop: 'bench', version: 1, meaning: 1,
    catalog: {
      skus: count(skus, skuOf),
      options: [{ id: 'large', price: 300 }, { id: 'gift-box', price: 500, discountable: false }],
    },
    rules: {
      preset: 'cn_parallel', policy, tiers: ['gold'], groups, rules, ...more,
      points: { num: 1, den: 1, step: 100, share_bp: 5000 },
    },
  };
}

const freight = {
  default: 'parcel',
  templates: [{ id: 'parcel', by: 'weight', regions: [
    { first: 1000, first_fee: 800, additional: 500, additional_fee: 200 },
    { codes: ['54', '65'], first: 1000, first_fee: 1800, additional: 500, additional_fee: 900 },
  ] }],
  free: { gte: 9900 },
};

export const shopBook = (skus, rules) => bookOf({
  skus,
  rules: count(rules, ruleOf),
  groups: { item: {}, order: { max: 1, max_per: 'order', pieces: 'shared' } },
  freight,
});

function cartOf(lines, skus) {
  return count(lines, (i) => ({
    id: `line-${i}`,
    sku: skuOf((i * 7) % skus).id,
    qty: 1 + (i % 4),
    ...(i % 5 === 0 ? { options: [{ id: 'large' }] } : {}),
  }));
}

const walletOf = (rules) => count(rules, ruleOf)
  .filter(({ kind }) => kind === 'coupon')
  .map(({ id }, i) => ({ id: `coupon-${i}`, rule: id, to: now + 86400 * (i + 1) }));

export const shopCart = (lines, skus, rules) => ({
  now,
  member: { id: 'member-1', tier: 'gold', points: 5000 },
  lines: cartOf(lines, skus),
  address: { region: '310104' },
  coupons: walletOf(rules),
  points: 'max',
});

// The rules that a peer without coupons or choice groups can price too: every rule applies to what
// the ones before it left. Four in ten take a rate off one tag, two an amount off each piece of one
// tag, three an amount off the order above a threshold, one a rate off the order.
function plainRule(i, rules) {
  const at = i * 10 / rules;
  const id = `plain-${String(i).padStart(3, '0')}`;
  const item = { id, kind: 'promotion', stage: 'item', scope: tag(i) };
  const order = { id, kind: 'promotion', stage: 'order' };
  if (at < 4) return { ...item, give: { percent_off: { bp: 200 + (i % 4) * 100 } } };
  if (at < 6) {
    return { ...item, give: { amount_off: { amount: 20 + (i % 5) * 10, per: 'unit' } } };
  }
  return at < 9
    ? { ...order, when: { amount_gte: 10000 + i * 1000 },
      give: { amount_off: { amount: 500 + i * 100 } } }
    : { ...order, when: { amount_gte: 5000 }, give: { percent_off: { bp: 300 } } };
}

const plain = (lines, rules) => ({
  book: bookOf({
    skus: lines,
    rules: count(rules, (i) => plainRule(i, rules)),
  }),
  request: {
    now,
    lines: count(lines, (i) => ({ id: `L${i}`, sku: skuOf(i).id, qty: 1 + (i % 3) })),
  },
});

// Coupons that all stack, each with a threshold on what the ones before it leave: taking one shuts
// out others, so the best set is neither the largest nor the greediest.
function stackable(coupons) {
  const rules = count(coupons, (i) => ({
    id: `coupon-rule-${String(i).padStart(2, '0')}`, kind: 'coupon', stage: 'shop_coupon',
    when: { amount_gte: 120000 + ((i * 37) % 16) * 8000, base: 'current' },
    give: i % 3 === 2
      ? { percent_off: { bp: 700 + i * 110, cap: 18000 + i * 700 } }
      : { amount_off: { amount: 9000 + ((i * 6131) % 19000) } },
  }));
  return {
    book: bookOf({ skus: 40, rules, policy: { coupon_slots: 'unlimited' } }),
    request: {
      now,
      lines: cartOf(20, 40),
      coupons: rules.map(({ id }, i) => ({ id: `c${i}`, rule: id })),
    },
  };
}

// A hundred coupons over four shops in groups that allow two each and exclude one another,
// on a full cart: what a scalper's account looks like to the search.
function hostile() {
  const groups = {};
  for (let i = 0; i < 10; i++) {
    const excludes = [`g${(i + 3) % 10}`];
    groups[`g${i}`] = { max: 2, max_per: 'order', pieces: 'shared', excludes };
  }
  const rules = count(100, (i) => ({
    id: `h${String(i).padStart(2, '0')}`, kind: 'coupon',
    stage: i % 2 ? 'platform_coupon' : 'shop_coupon',
    ...(i % 2 ? {} : { shop: `shop-${i % 4}` }),
    scope: i % 5 === 0 ? tag(i) : 'all',
    when: { amount_gte: 5000 + ((i * 7919) % 60000), base: 'current' },
    give: i % 3 === 0
      ? { percent_off: { bp: 300 + ((i * 97) % 2500) } }
      : { amount_off: { amount: 800 + ((i * 577) % 7000) } },
    stack: { group: `g${i % 10}` },
  }));
  return {
    book: bookOf({ skus: 200, rules, policy: { coupon_slots: 'unlimited' }, groups }),
    request: {
      now,
      lines: cartOf(200, 200).map((line, i) => ({ ...line, shop: `shop-${i % 4}` })),
      coupons: rules.map(({ id }, i) => ({ id: `c${i}`, rule: id })),
    },
  };
}

// So many cups, and as many coupons that each take from one cup: which coupon for which cup.
function cupCoupons(cups, coupons) {
  const rules = count(coupons, (i) => ({
    id: `cup-rule-${String(i).padStart(2, '0')}`, kind: 'coupon', stage: 'shop_coupon',
    scope: i % 4 === 3 ? tag(i) : 'all',
    give: i % 2
      ? { amount_off: { amount: 400 + ((i * 577) % 1500), per: 'piece', choose: 'best' } }
      : { percent_off: { bp: 2000 + ((i * 1300) % 8000), per: 'piece', choose: 'best' } },
    stack: { group: 'cups' },
  }));
  return {
    book: bookOf({ skus: 40, rules,
      groups: { cups: { max: cups, max_per: 'order', pieces: 'shared' } } }),
    request: {
      now,
      lines: count(cups, (i) => ({ id: `cup-${i}`, sku: skuOf(i * 3).id, qty: 1 })),
      coupons: rules.map(({ id }, i) => ({ id: `c${i}`, rule: id })),
    },
  };
}

// A wallet of a collector: 100 coupons of 20 kinds, five of each, as many as go together.
function kinds() {
  const rules = count(20, (i) => ({
    id: `kind-${String(i).padStart(2, '0')}`, kind: 'coupon',
    stage: i % 2 ? 'platform_coupon' : 'shop_coupon',
    when: { amount_gte: 20000 + ((i * 7919) % 90000), base: 'current' },
    give: i % 4 === 3
      ? { percent_off: { bp: 300 + i * 40, cap: 5000 } }
      : { amount_off: { amount: 700 + ((i * 577) % 3000) } },
    limit: { per_order: 1 + (i % 5) },
  }));
  return {
    book: bookOf({ skus: 40, rules, policy: { coupon_slots: 'unlimited' } }),
    request: {
      now, lines: cartOf(20, 40),
      coupons: count(100, (i) => ({ id: `c${i}`, rule: rules[i % 20].id, to: now + 86400 * i })),
    },
  };
}

// Every give that looks at pieces, each on a tag of its own: what it costs goes by lines, so 9,999
// pieces a line take as long as one.
const pieceGives = [
  { nth_item: { pay_bp: [10000, 8000, 5000], order: 'price_desc', repeat: true,
    beyond_bp: 10000 } },
  { every: { by: 'qty', step: 3, give: { items_free: { count: 1, choose: 'cheapest' } } } },
  { buy_get: { buy: { qty: 2 }, get: { qty: 1 }, choose: 'cheapest', repeat: true } },
  { bundle: { needs: [{ scope: tag(3), qty: 3 }], price: 9900, repeat: true } },
  { qty_groups: { size: 4, give: { percent_off: { bp: 1500 } } } },
];

function pieces(lines, qty) {
  const give = (i) => ({ id: `piece-rule-${i}`, kind: 'promotion', stage: 'item',
    priority: 10 - i, scope: tag(i), give: pieceGives[i] });
  const additional = { id: 'additional', kind: 'promotion', stage: 'order',
    give: { first_and_additional: { first: 200, additional: 50 } } };
  return {
    book: bookOf({ skus: lines, rules: [...count(pieceGives.length, give), additional] }),
    request: { now, lines: count(lines, (i) => ({ id: `L${i}`, sku: skuOf(i).id, qty })) },
  };
}

const share = {
  amount: 9999,
  weights: count(200, (i) => 100 + ((i * 373) % 5000)),
  mode: 'last',
};

// The last of four refunds of a full cart, each of a quarter of it, that points and a coupon cut.
function refund(lines) {
  const segments = (i) => [{ qty: 1 + (i % 4), list: 1000 + ((i * 373) % 9000),
    paid: 500 + ((i * 211) % 500), points_cut: i % 7 }];
  const order = {
    lines: count(lines, (i) => ({ id: `line-${i}`, sku: skuOf(i).id, segments: segments(i) })),
    coupons: [{ id: 'coupon-1', segments: count(lines, (i) => [`line-${i}`, 0]) }],
  };
  const cut = order.lines.reduce((sum, line) => sum + line.segments[0].points_cut, 0);
  const quarter = (n) => ({ shipped: false, lines: order.lines.filter((_, i) => i % 4 === n)
    .map((line) => ({ id: line.id, qty: line.segments[0].qty })) });
  return { order: { ...order, points: { used: cut, cut } }, done: [0, 1, 2].map(quarter),
    refund: quarter(3) };
}

// A page of cards over the cart's member and wallet; every sixth is a SPU of four SKUs.
const shelfOf = ({ request: { now: at, member, coupons } }) => ({
  now: at, member, coupons,
  skus: count(60, (i) => (i % 6 === 5 ? { spu: `spu-${i % 15}` } : { sku: skuOf(i).id })),
});

// A book as it is published: the rules and the catalogue as parts behind a manifest that has their
// hashes, without signatures.
const published = (book) => {
  const { catalog, rules, shop, version: ver, meaning } = book;
  const parts = [['catalog', catalog], ['rules', rules]].map(([name, part]) =>
    ({ name, text: JSON.stringify(part) }));
  const manifest = { engine_min: 1, epoch: 1, expires: now, meaning, min_ver: 1, not_before: 0,
    prev: null, shop, ver, parts: parts.map(({ name, text }) =>
      ({ name, sha256: sha256(text), len: text.length, audience: 'public' })) };
  const u32 = (number) => String.fromCharCode(...[0, 8, 16, 24].map((bits) =>
    (number >>> bits) & 255));
  const sized = (text) => u32(text.length) + text;
  const text = `SPB1${sized(JSON.stringify(manifest))}${sized('[]')}${
    parts.map((part, index) => u32(index) + sized(part.text)).join('')}`;
  return Uint8Array.from(text, (one) => one.charCodeAt(0));
};

/** { name, verb, book, request }: `round` also measures the API, `verb` alone the module. */
export function workloads() {
  const small = { book: shopBook(60, 10), request: shopCart(20, 60, 10) };
  const large = { book: shopBook(400, 50), request: shopCart(200, 400, 50) };
  const details = ['totals', 'lines', 'full'];
  const sized = (size, { book, request }) => details.map((detail) =>
    ({ name: `quote ${size} ${detail}`, verb: 'quote', book, request: { ...request, detail } }));
  return [
    ...sized('20x10', small),
    ...sized('200x50', large),
    ...sized('plain 20x10', plain(20, 10)),
    ...sized('plain 200x50', plain(200, 50)),
    ...[1, 9999].map((qty) => ({ name: `gives of pieces 200x${qty}`, verb: 'quote',
      ...pieces(200, qty) })),
    { name: 'explain 20x10', verb: 'explain', ...small },
    ...[1, 2, 3].map((n) => ({ name: `search 20 lines, 6 promotions, 15 coupons, ${n}`,
      verb: 'quote', ...shopper(1, n) })),
    ...[8, 12, 16, 30].map((n) => ({ name: `search ${n} coupons`, verb: 'quote',
      ...stackable(n) })),
    { name: 'search 12 cups, 20 cup coupons', verb: 'quote', ...cupCoupons(12, 20) },
    { name: 'search 100 coupons of 20 kinds', verb: 'quote', ...kinds() },
    { name: 'search hostile wallet', verb: 'quote', ...hostile() },
    { name: 'estimate 60 cards', verb: 'estimate', book: small.book, request: shelfOf(small) },
    { name: 'load 1000x100', verb: 'load', request: shopBook(1000, 100) },
    { name: 'open 1000x100', verb: 'open', request: published(shopBook(1000, 100)) },
    { name: 'check 1000x100', verb: 'check', request: shopBook(1000, 100) },
    { name: 'share 200', verb: 'share', request: share },
    { name: 'refund 20', verb: 'refund', request: refund(20) },
    { name: 'refund 200', verb: 'refund', request: refund(200) },
    { name: 'info', verb: 'info' },
  ];
}
