// What 凑单 has to find, by trying everything: each one or two of the candidates is put into the
// cart and priced by a quote of its own. Shares nothing with the search but the quote.
import { generateCart, Random } from '../oracle/generate.js';

const byGain = (a, b) => b.gain - a.gain || a.more - b.more
  || a.places[0] - b.places[0] || (a.places[1] ?? 1e9) - (b.places[1] ?? 1e9);

/** A random book and cart, and goods to add: those of the book, and more that are like them. */
export function topUpCase(seed, number, features = []) {
  const random = new Random(seed * 1000003 + number);
  // A cart that has them all seldom has a rule left that acts.
  const mix = random.shuffle(features).slice(0, random.int(0, 3));
  const { book: generated, request: cart } = generateCart(seed, number, mix);
  const book = structuredClone(generated);
  const below = (n) => random.int(0, n - 1);
  const skus = [...book.catalog.skus];
  for (const sku of skus) {
    for (let i = 0; i < 2; i++) {
      const price = below(2) === 0 ? sku.price : Math.max(0, sku.price - 300 + 100 * below(7));
      book.catalog.skus.push({ ...sku, id: `${sku.id}~${i}`, price });
    }
  }
  const request = structuredClone(cart);
  ['decision', 'pins', 'pay_options', 'compare_best'].forEach((name) => delete request[name]);
  const candidates = book.catalog.skus.filter(() => below(3) > 0).map(({ id }) => id).slice(0, 14);
  const worth = Object.fromEntries(candidates.map((id) => [id, 1000 * below(11)]));
  const gap = below(3) === 0 ? 200 + 100 * below(30) : undefined;
  return { book, request, candidates, worth, gap };
}

const priceIn = (book, sku, store) => {
  const place = (book.catalog.stores || []).find(({ id }) => id === store);
  const own = place && place.prices && place.prices[sku.id];
  return own === undefined ? sku.price : own;
};

function sellable({ book, request, candidates, limits = {} }, like) {
  const place = (book.catalog.stores || []).find(({ id }) => id === (like && like.store));
  const stock = (request.live && request.live.stock) || {};
  const { member_cards: cards = {} } = book.rules;
  return candidates.map((id) => book.catalog.skus.find((sku) => sku.id === id))
    .filter((sku) => {
      const held = request.lines.filter((line) => line.sku === sku.id)
        .reduce((sum, { qty }) => sum + qty, 0);
      return sku.on_sale !== false && !(sku.id in cards)
        && !(place && (place.off_shelf || []).includes(sku.id))
        && !(stock[sku.id] <= held) && !(limits[sku.id] <= held);
    });
}

/** { singles, pairs }: every set that may be proposed, the best first. */
export function bruteForce(quote, wanted) {
  const { book, request, worth, gap } = wanted;
  const before = quote({ ...request, detail: 'full' });
  const like = request.lines.find((line, i) => before.lines[i].state === 'priced') || {};
  const goods = sellable(wanted, like)
    .map((sku, place) => ({ id: sku.id, price: priceIn(book, sku, like.store), place }));
  const most = gap === undefined ? Infinity : Math.floor(gap * 3 / 2);
  const worthOf = ({ id, price }) => Math.floor(price * worth[id] / 10000);
  const tryOut = (set) => {
    if (set.reduce((sum, { price }) => sum + price, 0) > most) return [];
    const standing = [...set].sort((a, b) => b.price - a.price || a.place - b.place);
    const more = standing.map(({ id }, i) => {
      const { shop, store, fulfilment } = like;
      const line = { id: `added ${i}`, sku: id, qty: 1, shop, store, fulfilment };
      return JSON.parse(JSON.stringify(line));
    });
    const after = quote({ ...request, detail: 'lines', lines: [...request.lines, ...more] });
    const keeps = after.totals.saved >= before.totals.saved
      && after.gifts.length >= before.gifts.length
      && after.rewards.length >= before.rewards.length
      && !(after.submit.reason === 'NO_DELIVERY' && before.submit.reason !== 'NO_DELIVERY');
    if (!keeps) return [];
    const extra = after.totals.payable - before.totals.payable;
    const gain = set.reduce((sum, one) => sum + worthOf(one), 0) - extra;
    const places = set.map(({ place }) => place);
    return [{ skus: set.map(({ id }) => id), places, more: extra, gain }];
  };
  const singles = goods.flatMap((one) => tryOut([one])).sort(byGain);
  const pairs = goods.flatMap((a, i) => goods.slice(i + 1).flatMap((b) => tryOut([a, b])))
    .sort(byGain);
  return { before, singles, pairs };
}

/** The engine's answer, asked for in slices of so much work. */
export function askAll(topUp, request, work) {
  let answer = topUp({ ...request, work });
  for (let calls = 0; answer.state !== null; calls++) {
    if (calls > 100000) throw new Error('it never ends');
    answer = topUp({ ...request, work, state: answer.state });
  }
  return answer;
}

/** What differs between the two, as words; empty when nothing does. */
export function differences(answer, { singles, pairs }) {
  const short = ({ skus, more, gain }) => JSON.stringify({ skus, more, gain });
  const found = [];
  const wanted = singles.slice(0, 10).map(short);
  const got = answer.singles.map(short);
  if (wanted.join() !== got.join()) found.push(`singles: ${got} instead of ${wanted}`);
  const best = pairs.slice(0, 1).map(short);
  if (best.join() !== answer.pairs.slice(0, 1).map(short).join()) {
    found.push(`pair: ${answer.pairs.slice(0, 1).map(short)} instead of ${best}`);
  }
  const known = new Set(pairs.map(short));
  answer.pairs.filter((pair) => !known.has(short(pair)))
    .forEach((pair) => found.push(`no such pair: ${short(pair)}`));
  return found;
}
