// node tests/recommend/synthetic_log.js KIND [--orders N] [--items N] [--seed N] [--cases FILE]
//
// A large log of orders in the form `order user day minute item:qty:price …` on standard output, by
// a seeded generator: for measuring the trainer, and for logs that nobody has tuned it to. With
// --cases the last tenth of the orders goes there as cases of `rank` with one item hidden each, and
// only the rest is printed.
//
// Items have a popularity by Zipf's law and stand in themes of a dozen, or of `size` items. An
// order's next item is one its member bought before, or one of the theme of an earlier item, or
// anything. Popularity may follow the seasons, and may drift: items come, are the fashion for a
// while, and go.
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomOf } from './invented.js';

const days = 400;

/** What the logs are like: shares are of 1, `basket` is the mean number of lines. */
export const kinds = {
  wholesale: { orders: 40000, items: 4300, members: 4000, basket: 18, theme: 0.7, again: 0.15 },
  supermarket: { orders: 80000, items: 10500, members: 5000, basket: 10, theme: 0.3, again: 0.4 },
  sparse: { orders: 20000, items: 6000, members: 15000, basket: 2, theme: 0.7, again: 0.05 },
  seasonal: { orders: 20000, items: 1500, members: 3000, basket: 5, theme: 0.6, again: 0.1,
    seasons: 1 },
  drifting: { orders: 20000, items: 2000, members: 3000, basket: 4, theme: 0.6, again: 0.1,
    drift: 60 },
  habits: { orders: 20000, items: 800, members: 400, basket: 4, theme: 0.2, again: 0.75 },
  themeless: { orders: 10000, items: 600, members: 0, basket: 4, theme: 0, again: 0 },
  takeaway: { orders: 10000, items: 230, members: 0, basket: 5, theme: 0.5, again: 0 },
  tiny: { orders: 50, items: 30, members: 20, basket: 3, theme: 0.6, again: 0.2 },
  wide: { orders: 60000, items: 15000, members: 8000, basket: 8, theme: 0.6, again: 0.1 },
  canteen: { orders: 15000, items: 120, members: 600, basket: 3, theme: 0.1, again: 0.8 },
  tail: { orders: 30000, items: 8000, members: 20000, basket: 2, theme: 0.6, again: 0.05 },
  fashion: { orders: 20000, items: 1500, members: 2000, basket: 4, theme: 0.5, again: 0.1,
    seasons: 1, drift: 20 },
  bundles: { orders: 20000, items: 2400, members: 3000, basket: 5, theme: 0.9, again: 0.05,
    size: 4 },
  once: { orders: 15000, items: 1000, members: 1e9, basket: 4, theme: 0.6, again: 0 },
  pallets: { orders: 8000, items: 3000, members: 500, basket: 40, theme: 0.6, again: 0.3 },
  kiosk: { orders: 4000, items: 30, members: 300, basket: 2, theme: 0.5, again: 0.3, size: 5 },
  singles: { orders: 15000, items: 500, members: 2000, basket: 1.1, theme: 0.7, again: 0.3 },
  turnover: { orders: 8000, items: 800, members: 1000, basket: 4, theme: 0.6, again: 0.1,
    drift: 8 },
  vast: { orders: 12000, items: 15000, members: 6000, basket: 4, theme: 0.7, again: 0.1 },
};

function popularities({ items, seasons = 0, drift = 0 }, below) {
  const fraction = () => below(1 << 20) / (1 << 20);
  const rank = Array.from({ length: items }, (_, i) => i);
  for (let i = items - 1; i > 0; i--) {
    const other = below(i + 1);
    [rank[i], rank[other]] = [rank[other], rank[i]];
  }
  const base = rank.map((place) => (place + 4) ** -0.8);
  const phase = base.map(fraction);
  const born = base.map(() => (fraction() < 0.3 ? 0 : fraction() * days));
  const ofDay = (day, item) => {
    const season = 1 + seasons * Math.cos(2 * Math.PI * (day / days - phase[item]));
    const age = day - born[item];
    const fashion = !drift || born[item] === 0 ? 1 : age < 0 ? 0 : 3 * Math.exp(-age / drift);
    return base[item] * Math.max(0, season) * fashion;
  };
  return (day) => {
    const sums = new Float64Array(items + 1);
    for (let item = 0; item < items; item++) sums[item + 1] = sums[item] + ofDay(day, item);
    return sums;
  };
}

// The item at a point of the sums between two items.
function drawn(sums, low, high, point) {
  const wanted = sums[low] + point * (sums[high] - sums[low]);
  let left = low;
  let right = high - 1;
  while (left < right) {
    const middle = (left + right) >> 1;
    if (sums[middle + 1] > wanted) right = middle;
    else left = middle + 1;
  }
  return left;
}

/** Yields { order, member (null: nobody), day, minute, items }. */
export function* syntheticOrders(kind, { seed = 1, ...own } = {}) {
  const shop = { ...kinds[kind], ...own };
  const below = randomOf(seed * 7919 + Object.keys(kinds).indexOf(kind));
  const fraction = () => below(1 << 24) / (1 << 24);
  const sumsOf = popularities(shop, below);
  const past = new Map();
  const { size: themeSize = 12 } = shop;
  let sums;
  let known = -1;
  for (let order = 0; order < shop.orders; order++) {
    const day = Math.floor(order * days / shop.orders);
    if (day !== known) sums = sumsOf(known = day);
    // Some members come much more often than others.
    const member = shop.members ? Math.min(below(shop.members), below(shop.members)) : null;
    const bought = past.get(member) || [];
    const wanted = Math.min(100, 1 + Math.floor(-Math.log(1 - fraction()) * (shop.basket - 0.5)));
    const chosen = new Set();
    for (let i = 0; i < wanted; i++) {
      const way = fraction();
      const earlier = [...chosen][below(chosen.size || 1)];
      let item;
      if (way < shop.again && bought.length > 0) {
        item = bought[bought.length - 1 - Math.min(below(bought.length), below(bought.length))];
      } else if (way < shop.again + shop.theme && earlier !== undefined) {
        const first = Math.floor(earlier / themeSize) * themeSize;
        item = drawn(sums, first, Math.min(first + themeSize, shop.items), fraction());
      } else {
        item = drawn(sums, 0, shop.items, fraction());
      }
      chosen.add(item);
    }
    const items = [...chosen];
    if (member !== null) past.set(member, [...bought, ...items].slice(-60));
    yield { order, member, day, minute: order % 1440, items };
  }
}

const idOf = (item) => `g${String(item * 7 % 99991).padStart(5, '0')}`;

/** One order as a line of the log. */
export const asLine = ({ order, member, day, minute, items }) =>
  `${order} ${member === null ? '0' : `m${member}`} ${day} ${minute} ${
    items.map((item) => `${idOf(item)}:1:${100 + item * 37 % 4900}`).join(' ')}\n`;

/** An order as a case with one item hidden, '' where nothing would be left to go by. */
export function asCase({ order, member, day, items }) {
  if (items.length < 2) return '';
  const hidden = order % items.length;
  const context = items.filter((_, i) => i !== hidden).map(idOf);
  return `c${order}\t${member === null ? '' : `m${member}`}\t${day}\t${context.join(' ')}\t${
    idOf(items[hidden])}\n`;
}

function main() {
  const { values, positionals: [kind] } = parseArgs({ allowPositionals: true, options: {
    orders: { type: 'string' }, items: { type: 'string' }, seed: { type: 'string' },
    cases: { type: 'string' },
  } });
  if (!kinds[kind]) throw new Error(`one of ${Object.keys(kinds).join(', ')}`);
  const own = Object.fromEntries(['orders', 'items', 'seed'].filter((name) => values[name])
    .map((name) => [name, Number(values[name])]));
  const count = own.orders || kinds[kind].orders;
  const cases = values.cases ? createWriteStream(values.cases) : null;
  for (const order of syntheticOrders(kind, own)) {
    if (cases && order.order * 10 >= count * 9) cases.write(asCase(order));
    else process.stdout.write(asLine(order));
  }
  if (cases) cases.end();
}

if (process.argv[1] && process.argv[1].endsWith('synthetic_log.js')) main();
