// From a cart to receipts. Three quotes at most answer one tap: the cart as it stands, the same
// with the engine's own coupons (推荐组合), and the same with all points (what the switch offers).
import { createEngine } from 'suanpan';
import { requestOf } from './cart.js';

/** The engine in this page: wasm, or its JavaScript twin where a browser refuses WebAssembly. */
export async function openLocal(bookText) {
  const engine = await createEngine({
    wasm: './suanpan.wasm',
    fallback: () => import('suanpan/twin'),
  });
  await engine.load(bookText, { unsignedBookForDevelopment: true });
  return { build: engine.mode.build, quote: (request) => engine.quote(request), local: engine };
}

/** POST to the demo server; its answer is the JSON of demo/server.js. */
export async function askServer(path, body) {
  const response = await fetch(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), answer);
  return answer;
}

// Where no engine runs, the server prices: slower and never offline, but the same receipt.
export const openServer = () => ({
  build: 'server',
  quote: async (request) => (await askServer('./api/price', { request })).receipt,
});

const unpinned = (request) => {
  const { pins, ...rest } = request;
  return { ...rest, pick: 'best' };
};

/** The same cart without coupons: what the savings of the coupon sheet are counted from. */
export const withoutCoupons = (request) =>
  ({ ...unpinned(request), pick: 'none', detail: 'totals' });

const isBest = (request) => request.pick === 'best' && !request.pins;

/** { request, receipt, best, most, took_us }: synchronous, for the engine in this page. */
export function priceCart(quote, cart, shopper, now) {
  const request = requestOf(cart, shopper, now);
  const start = performance.now();
  const receipt = quote(request);
  const tookUs = Math.round((performance.now() - start) * 1000);
  return {
    request,
    receipt,
    best: isBest(request) ? receipt : quote(unpinned(request)),
    most: request.points === 'max' ? receipt : quote({ ...request, points: 'max' }),
    tookUs,
  };
}

/** The same with a quote that answers later. */
export async function priceCartLater(quote, cart, shopper, now) {
  const request = requestOf(cart, shopper, now);
  const [receipt, best, most] = await Promise.all([
    quote(request),
    isBest(request) ? null : quote(unpinned(request)),
    request.points === 'max' ? null : quote({ ...request, points: 'max' }),
  ]);
  return { request, receipt, best: best || receipt, most: most || receipt, tookUs: null };
}

/**
 * What one piece costs on the shelf: the engine prices a cart of nothing else, so that the card
 * and the cart cannot disagree. { list, unit, rule } in fen; rule is null at list price.
 */
export function shelfPrice(quote, member, sku, options, now) {
  const request = {
    now, detail: 'full', member, pick: 'none',
    lines: [{ sku, qty: 1, options: options.map((id) => ({ id })), fulfilment: 'pickup' }],
  };
  const { totals, lines } = quote(request);
  const [{ segments: [segment] = [] }] = lines;
  const list = totals.list + totals.options;
  return { list, unit: list - totals.unit_cut, rule: segment ? segment.rule : null };
}

/**
 * The coupons of the sheet after a tap on one of them: the tapped one is taken out, or put in
 * together with all of the others that may stand beside it.
 */
export function togglePin(quote, request, picked, id) {
  if (picked.includes(id)) return picked.filter((other) => other !== id);
  const isLawful = (coupons) => {
    const { warnings } = quote({ ...unpinned(request), pins: { coupons } });
    return warnings.every(({ code }) => code !== 'PIN_DROPPED');
  };
  return picked.reduce((kept, other) =>
    (isLawful([...kept, other]) ? [...kept, other] : kept), [id]);
}

/**
 * 凑单: every good that counts towards the step `rule` wants next, with what adding one does to
 * the total. Whether it counts is asked of the engine: the measure of the rule has to rise.
 */
export function topUps(quote, request, receipt, rule, skus) {
  const before = receipt.activities.find((activity) => activity.rule === rule);
  if (!before) return [];
  const { fulfilment } = request.lines[0];
  const found = [];
  for (const { id } of skus) {
    const added = { id: 'added', sku: id, qty: 1, fulfilment };
    const after = quote({ ...unpinned(request), lines: [...request.lines, added] });
    const activity = after.activities.find((one) => one.rule === rule);
    const measure = activity.measure || 0;
    if (measure <= (before.measure || 0)) continue;
    const reaches = before.next ? measure >= before.next.gte : true;
    found.push({ sku: id, reaches, more: after.totals.payable - receipt.totals.payable });
  }
  // What reaches the step, the cheapest way first; then what comes closest to it.
  return found.sort((a, b) => (b.reaches - a.reaches)
    || (a.reaches ? a.more - b.more : b.more - a.more)).slice(0, 12);
}
