// Logs of orders with a planted structure: pairs that go together, seasons, members who buy again.
// Every test of recommendation works on these; the same seed gives the same log.

export function randomOf(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 4294967296 * n);
  };
}

export const idOf = (item) => `s${String(item).padStart(3, '0')}`;

/** Item 2k and item 2k + 1 are a pair. */
export const partnerOf = (item) => item ^ 1;

/**
 * [{ order, member, day, items }]: half of all orders hold a pair, the rest one or two items by
 * popularity; a member's first item is one of his two favourites half of the time; items of the
 * second half of the list sell only in the last third of the days.
 */
export function inventLog({ seed = 1, orders = 3000, items = 60, members = 100, days = 200 } = {}) {
  const below = randomOf(seed);
  const favourites = Array.from({ length: members }, () => [below(items / 2), below(items / 2)]);
  const popular = (most) => Math.min(below(most), below(most), below(most));
  return Array.from({ length: orders }, (_, order) => {
    const day = Math.floor(order * days / orders);
    const most = day * 3 > days * 2 ? items : items / 2;
    const member = below(members);
    const first = below(2) ? favourites[member][below(2)] : popular(most);
    const chosen = new Set([first]);
    if (below(2)) chosen.add(partnerOf(first));
    if (below(2)) chosen.add(popular(most));
    return { order, member, day, items: [...chosen] };
  });
}

const fieldOf = (item) => `${idOf(item)}:1:${100 + item}`;
const secondsOf = ({ order, day }) => day * 86400 + (order % 1440) * 60;

export const asFields = (log) => log.map(({ order, member, day, items }) =>
  `${order} m${member} ${day} ${order % 1440} ${items.map(fieldOf).join(' ')}\n`).join('');
export const asBaskets = (log) => log.map(({ items }) => `${items.map(idOf).join(' ')}\n`).join('');
export const asJsonLines = (log) => log.map((one) => `${JSON.stringify({
  order: String(one.order), member: `m${one.member}`, time: secondsOf(one),
  lines: one.items.map((item) => ({ sku: idOf(item), qty: 1, price: 100 + item })),
})}\n`).join('');
export const asCsv = (log) => `order,member,time,sku,qty,price\n${log.flatMap((one) =>
  one.items.map((item) =>
    `${one.order},m${one.member},${secondsOf(one)},"${idOf(item)}",1,${100 + item}\n`)).join('')}`;

/** A book that sells all of them. */
export const inventBook = (items = 60) => ({
  suanpan_book: 1, shop: 'invented', version: 1, meaning: 1,
  catalog: { skus: Array.from({ length: items }, (_, item) =>
    ({ id: idOf(item), price: 500 + 10 * item, tags: [`c${item % 5}`, 'all'] })) },
  rules: { preset: 'cn_sequential', rules: [{
    id: 'r30', kind: 'promotion', stage: 'order', when: { amount_gte: 3000 },
    give: { amount_off: { amount: 500 } } }] },
});
