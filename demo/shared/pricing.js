// From a cart to receipts. A tap is answered by one quote, of the cart as it stands. The same with
// the engine's own coupons (推荐组合) and the same with all points (what the switch offers) are
// asked for by the pages that show them, once.

const unpinned = (request) => {
  const { pins, ...rest } = request;
  return { ...rest, pick: 'best' };
};

/** The same cart without coupons: what the savings of the coupon sheet are counted from. */
export const withoutCoupons = (request) =>
  ({ ...unpinned(request), pick: 'none', detail: 'totals' });

// Of that answer the points alone are shown.
const withAllPoints = (request) => ({ ...request, points: 'max', detail: 'totals' });

const isBest = ({ pick = 'best', pins = {} }) => pick === 'best' && !pins.coupons && !pins.lines;

/**
 * { request, receipt, best, most, hasMost, tookUs }: synchronous, for the engine on this phone. `clock`
 * gives milliseconds.
 */
export function priceCart(quote, { request, receipt: quoted }, clock) {
  const start = clock();
  const receipt = quoted || quote(request);
  const tookUs = Math.round((clock() - start) * 1000);
  let best = isBest(request) ? receipt : null;
  let most = request.points === 'max' ? receipt : null;
  return {
    request,
    receipt,
    tookUs,
    get hasMost() {
      return most !== null;
    },
    get best() {
      best = best || quote(unpinned(request));
      return best;
    },
    get most() {
      most = most || quote(withAllPoints(request));
      return most;
    },
  };
}

/** The same with a quote that answers later, one after the other. */
export async function priceCartLater(quote, { request }) {
  const receipt = await quote(request);
  const best = isBest(request) ? receipt : await quote(unpinned(request));
  const most = request.points === 'max' ? receipt : await quote(withAllPoints(request));
  return { request, receipt, best, most, tookUs: null };
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

/** The cart with one piece more of each of these: what is added takes back a choice of coupons. */
export const withGoods = (request, skus) => ({ ...unpinned(request), lines: [...request.lines,
  ...skus.map((sku, i) =>
    ({ id: `added.${i}`, sku, qty: 1, fulfilment: request.lines[0].fulfilment }))] });

/** The cart without these goods, which takes back a choice of coupons as well. */
export const withoutGoods = (request, skus) => ({ ...unpinned(request),
  lines: request.lines.filter(({ sku }) => !skus.includes(sku)) });

/**
 * 凑单: [{ skus: [sku], reaches, more }], every good that counts towards the step `rule` wants
 * next, with what adding one does to the total. Whether it counts is asked of the engine: the
 * measure of the rule has to rise.
 */
export function topUps(quote, request, receipt, rule, skus) {
  const before = receipt.activities.find((activity) => activity.rule === rule);
  if (!before) return [];
  const found = [];
  for (const { id } of skus) {
    const after = quote(withGoods(request, [id]));
    const activity = after.activities.find((one) => one.rule === rule);
    const measure = activity.measure || 0;
    if (measure <= (before.measure || 0)) continue;
    const reaches = before.next ? measure >= before.next.gte : true;
    found.push({ skus: [id], reaches, more: after.totals.payable - receipt.totals.payable });
  }
  // What reaches the step, the cheapest way first; then what comes closest to it.
  return found.sort((a, b) => (b.reaches - a.reaches)
    || (a.reaches ? a.more - b.more : b.more - a.more));
}
