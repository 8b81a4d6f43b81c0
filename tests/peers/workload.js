// One workload in the terms of all three: a cart of so many lines, under rules that each of them
// has built in. Six rules in ten take a rate off the goods of one tag, the last one a rate off the
// order, the others an amount off an order above a threshold.
//
// What would make the three differ is left out. A line is reached by one rate only: Vendure takes
// every rate off the list price, Medusa and the engine off what is left. Every threshold is
// reached, whether it is tested on the list prices (Medusa) or on what is left. Rules stand in the
// order of their values, the largest first, be it a rate or an amount in yuan: so Medusa sorts
// them. Prices are multiples of 100 yuan and rates whole percentages, so that no cut is ever
// rounded.

const list = (n, make) => Array.from({ length: n }, (_, i) => make(i));

export function workload(lines, rules) {
  const rates = Math.floor(rules * 6 / 10);
  const amounts = rules - rates - 1;
  const cart = list(lines, (i) => ({
    id: `line-${i}`, sku: `sku-${i}`, tag: `tag-${i % rates}`,
    price: 10000 + ((i * 7) % 90) * 10000, qty: 1 + (i % 3),
  }));
  const total = cart.reduce((sum, { price, qty }) => sum + price * qty, 0);
  return {
    lines: cart,
    rates: list(rates, (i) => ({ id: `rate-${i}`, tag: `tag-${i}`,
      percent: 30 - Math.floor(i * 18 / rates) })),
    amounts: list(amounts, (i) => ({
      id: `amount-${i}`, yuan: 11 - Math.floor(i * 7 / amounts),
      gte: Math.floor(total / 2 * (i + 1) / rules / 100) * 100,
    })),
    order: { id: 'order', percent: 3 },
  };
}
