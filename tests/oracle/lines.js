// Reads the cart: which lines are priced and what they cost at list (src/README.md §1.1, §2).

import { safe } from './numbers.js';

/** The list price of a SKU in a line: that of the points mall, of the store, or the SKU's own. */
function listPrice(ctx, sku, line) {
  if (ctx.orderType === 'points_mall') return mallEntry(ctx, sku)?.price ?? 0;
  if (ctx.mutant === 'store_prices_ignored') return sku.price;
  return ctx.stores.get(line.store)?.prices?.[sku.id] ?? sku.price;
}

export const mallEntry = (ctx, sku) => ctx.book.rules.points?.mall?.[sku.id];

function isOffShelf(ctx, sku, line) {
  if (!sku || sku.on_sale === false) return true;
  if (ctx.orderType === 'points_mall' && !mallEntry(ctx, sku)) return true;
  const { options = [] } = line;
  if (options.some(({ id }) => !sku.options?.includes(id))) return true;
  if (line.store !== undefined && ctx.stores.size > 0 && !ctx.stores.has(line.store)) return true;
  return (ctx.stores.get(line.store)?.off_shelf ?? []).includes(sku.id);
}

function readLine(ctx, line, i) {
  const sku = ctx.skus.get(line.sku);
  let state = 'priced';
  if (isOffShelf(ctx, sku, line)) state = 'off_shelf';
  else if (line.selected === false) state = 'unselected';
  let optionsOff = 0;
  let optionsFixed = 0;
  for (const { id, qty = 1 } of line.options ?? []) {
    const option = ctx.options.get(id) ?? { price: 0 };
    if (option.discountable === false) optionsFixed += option.price * qty;
    else optionsOff += option.price * qty;
  }
  const price = sku ? listPrice(ctx, sku, line) : 0;
  return {
    id: line.id ?? String(i),
    sku,
    price,
    qty: line.qty,
    state,
    shop: line.shop ?? '',
    store: line.store ?? '',
    fulfilment: line.fulfilment ?? 'delivery',
    options: line.options ?? [],
    optionsOff,
    optionsFixed,
    // No rule but this one ever sees the line.
    addOn: line.add_on ?? null,
    list: safe(line.qty * (price + optionsOff + optionsFixed))
  };
}

export function readLines(ctx) {
  ctx.lines = ctx.request.lines.map((line, i) => readLine(ctx, line, i));
  ctx.priced = ctx.lines.filter((line) => line.state === 'priced');
  ctx.priced.forEach((line, i) => {
    line.index = i;
  });
}

/** What the member is in this order: the cards that it buys count in it. */
export function readCards(ctx) {
  const { member_cards: cards = {}, tiers = [] } = ctx.book.rules;
  ctx.tier = ctx.member.tier;
  ctx.tags = [...(ctx.member.tags ?? [])];
  if (ctx.mutant === 'cards_ignored') return;
  for (const { sku } of ctx.priced) {
    const { tier, tags = [] } = cards[sku.id] ?? {};
    ctx.tags.push(...tags);
    const lowers = ctx.mutant === 'card_takes_tier';
    const raises = tiers.indexOf(tier) > tiers.indexOf(ctx.tier);
    if (tier !== undefined && (raises || lowers)) ctx.tier = tier;
  }
}
