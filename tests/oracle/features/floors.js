// Floors of SKUs, and the switches excess_share and overflow.

import { setSwitch } from './tools.js';

export const floors = {
  meaning: 'a floor or a refused amount decides',
  demanded: 25,
  add(m) {
    const { random, book } = m;
    for (const sku of book.catalog.skus) {
      if (!random.chance(60)) continue;
      sku.floor = Math.floor((sku.price * random.pick([30, 60, 80, 90, 95, 100, 120])) / 100);
    }
    if (random.chance(40)) setSwitch(m, 'excess_share', 'lost');
    if (random.chance(25)) setSwitch(m, 'overflow', 'refuse');
  },
  used: ({ ctx, state }) =>
    ctx.segments.some(
      ({ index, floor, left }) =>
        floor > 0 && state.left[index] < left && state.left[index] <= floor
    )
};
