import { createEngine } from '../../js/node.js';

function bookOf({ lines, rates, amounts, order }) {
  const promotion = (id, stage, priority, more) =>
    ({ id, kind: 'promotion', stage, priority, ...more });
  return {
    suanpan_book: 1, shop: 'peers', version: 1, meaning: 1,
    catalog: { skus: lines.map(({ sku, price, tag }) => ({ id: sku, price, tags: [tag] })) },
    // Rules act by stage, then by priority.
    rules: { preset: 'cn_sequential', rules: [
      ...rates.map(({ id, tag, percent }) => promotion(id, 'item', 0,
        { scope: { tags: [tag] }, give: { percent_off: { bp: percent * 100 } } })),
      ...amounts.map(({ id, yuan, gte }, i) => promotion(id, 'order', -i,
        { when: { amount_gte: gte }, give: { amount_off: { amount: yuan * 100 } } })),
      promotion(order.id, 'order', -amounts.length,
        { give: { percent_off: { bp: order.percent * 100 } } }),
    ] },
  };
}

/** → { price(detail), total(answer) } */
export async function suanpan(work) {
  const engine = await createEngine();
  await engine.load(bookOf(work), { unsignedBookForDevelopment: true });
  const lines = work.lines.map(({ id, sku, qty }) => ({ id, sku, qty }));
  return {
    price: (detail) => engine.quote({ now: 1767240000, detail, lines }),
    total: (receipt) => receipt.totals.payable,
  };
}
