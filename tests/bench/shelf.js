// What a shelf of recommendations and 凑单 take: the work of a page, on a host of measure.js.
import { createEngineOn } from '../../js/engine.js';
import { fullVerbs } from '../../js/engine_full.js';
import { enter } from '../../js/module.js';
import { shopBook, shopCart } from './workload.js';

const now = 1767240000;
const unsigned = { unsignedBookForDevelopment: true };
const rawText = (host) => ({ write: host.text.write, read: (bytes) => bytes.length });
const count = (n, make) => Array.from({ length: n }, (_, i) => make(i));

// A shop as most are: steps, half a price for every second piece of one shelf, three coupons.
const plainShop = {
  suanpan_book: 1, shop: 'bench', version: 1, meaning: 1,
  catalog: { skus: count(300, (i) => ({ id: `s${i}`, price: 200 + ((i * 737) % 60) * 50,
    tags: [`c${i % 8}`] })) },
  rules: { preset: 'cn_sequential', rules: [
    { id: 'steps', kind: 'promotion', stage: 'order', give: { tiers: { by: 'amount', tiers: [
      { gte: 3000, give: { amount_off: { amount: 500 } } },
      { gte: 6000, give: { amount_off: { amount: 1200 } } },
      { gte: 10000, give: { amount_off: { amount: 2500 } } }] } } },
    { id: 'half', kind: 'promotion', stage: 'item', scope: { tags: ['c3'] },
      give: { nth_item: { pay_bp: [10000, 5000], order: 'price_desc', repeat: true,
        beyond_bp: 10000 } } },
    { id: 'c1', kind: 'coupon', stage: 'shop_coupon', when: { amount_gte: 4000 },
      give: { amount_off: { amount: 600 } } },
    { id: 'c2', kind: 'coupon', stage: 'shop_coupon', scope: { tags: ['c1', 'c2'] },
      give: { percent_off: { bp: 1500, cap: 900 } } },
    { id: 'c3', kind: 'coupon', stage: 'platform_coupon', when: { amount_gte: 5000 },
      give: { amount_off: { amount: 800 } } }] },
};
const plainCart = {
  now,
  lines: [3, 11, 25, 90].map((i) => ({ id: `l${i}`, sku: `s${i}`, qty: 1 })),
  coupons: ['c1', 'c2', 'c3'].map((rule) => ({ id: rule, rule })),
};

/** [name, book, topUp request with 300 candidates, missing fen of the sheet] */
const topUps = () => [['steps and coupons', plainShop, plainCart, 1200],
  ['20 lines, 10 rules', shopBook(300, 10), shopCart(20, 300, 10), 6000]]
  .map(([name, book, request, gap]) => {
    const candidates = book.catalog.skus.map(({ id }) => id);
    const worth = Object.fromEntries(
      candidates.map((id, i) => [id, ((i * 2654435761) >>> 0) % 4000]));
    return { name, book, gap, asked: { request, candidates, worth, work: 100000 } };
  });

async function measureTopUps(engine, timed, emit) {
  for (const { name, book, gap, asked } of topUps()) {
    await engine.load(book, unsigned);
    const of = `of 300, ${name}`;
    await emit(`top-up, singles ${of}`, 'topUp', () => engine.topUp(asked));
    await emit(`top-up, pairs within the gap ${of}`, 'topUp', () =>
      engine.topUp({ ...asked, pairs: true, gap }));
    await emit(`top-up, pairs ${of}`, 'topUp', () =>
      engine.topUp({ ...asked, pairs: true }));
    // What a page asks for between two frames; all slices count alike.
    let state;
    await emit(`top-up, a slice of pairs ${of}`, 'topUp', () => {
      const sliced = { ...asked, pairs: true, work: 20 };
      ({ state } = engine.topUp(state ? { ...sliced, state } : sliced));
    });
  }
}

/** host.model: { bytes, skus }; timed(work) gives { n, median_us, p99_us? }. */
export async function measureShelf(name, host, timed, emit) {
  const engine = await createEngineOn(host, {}, fullVerbs);
  const tell = async (what, verb, work, more = {}) =>
    emit({ name: what, host: name, verb, ...await timed(work), ...more });
  await measureTopUps(engine, timed, tell);
  if (!host.model) return;
  const { bytes, skus } = host.model;
  const plain = await createEngineOn(host, {}, fullVerbs);
  await tell('load model', 'loadModel', () => plain.loadModel(bytes), { bytes: bytes.length });
  const cart = [10, 200, 1000, 2000, 4000].map((i) => skus[i % skus.length]);
  const request = { cart, count: 10 };
  await tell('recommend, cart of 5', 'recommend', () => plain.recommend(request));

  const exports = await host.start();
  exports._initialize();
  enter(exports, 'sp_model_load', bytes, rawText(host));
  const input = host.bytes(JSON.stringify(request));
  enter(exports, 'sp_recommend', input, rawText(host));
  await tell('recommend, cart of 5, engine alone', 'recommend', () =>
    exports.sp_recommend(input.length));

  const history = { orders: count(100, (i) =>
    ({ day: i, skus: count(5, (k) => skus[(i * 37 + k * 411) % skus.length]) })) };
  await tell('history of 100 orders', 'setHistory', () => plain.setHistory(history));
  await tell('recommend, cart of 5, own history', 'recommend', () => plain.recommend(request));
}
