// Stores with their own prices and shelves, scopes by store, and channels.

import { someRules } from './tools.js';

function storeOf({ random, book }, id) {
  const store = { id };
  if (random.chance(60)) store.tags = random.subset(['city', 'night'], 60);
  const skus = book.catalog.skus.filter((sku) => sku.id !== 'gone');
  if (random.chance(70)) {
    store.prices = {};
    for (const sku of random.subset(skus, 50)) {
      store.prices[sku.id] = Math.max(0, sku.price + random.pick([-300, -1, 1, 200]));
    }
  }
  if (random.chance(20)) store.off_shelf = [random.pick(skus).id];
  return store;
}

// It is Wednesday, half past ten.
const NIGHTS = [
  { daily: [['22:00', '10:31']] },
  { daily: [['22:00', '10:30']] },
  { daily: [['22:00', '11:00']], weekdays: [2] },
  { daily: [['22:00', '11:00']], weekdays: [3] },
  { daily: [['10:30', '02:00']], weekdays: [3] }
];

export const places = {
  meaning: 'a store, a channel, pickup or the evening before decides',
  demanded: 35,
  add(m) {
    const { random, book, request } = m;
    book.catalog.stores = ['main', 'side', 'far'].map((id) => storeOf(m, id));
    for (const line of request.lines) {
      if (random.chance(60)) line.store = random.pick(['main', 'side', 'far']);
      if (random.chance(30)) line.fulfilment = 'pickup';
    }
    for (const rule of someRules(m, book.rules.rules, random.int(1, 4))) {
      const scope = typeof rule.scope === 'object' ? rule.scope : {};
      const forms = ['stores', 'store_tags', 'channels', 'both', 'fulfilment', 'night'];
      const form = random.pick(forms);
      if (form === 'fulfilment') scope.fulfilment = [random.pick(['delivery', 'pickup'])];
      if (form === 'night') rule.window = { ...random.pick(NIGHTS) };
      if (form === 'stores' || form === 'both') scope.stores = random.subset(['main', 'side'], 70);
      if (scope.stores?.length === 0) scope.stores = ['main'];
      if (form === 'store_tags' || form === 'both') {
        scope.store_tags = [random.pick(['city', 'night'])];
      }
      if (form === 'channels') scope.channels = random.pick([['mini'], ['mini', 'h5'], ['h5']]);
      rule.scope = scope;
    }
    if (random.chance(75)) request.channel = random.pick(['mini', 'h5', 'other']);
  },
  mutants: [
    'stores_ignored',
    'store_prices_ignored',
    'channels_ignored',
    'fulfilment_ignored',
    'night_of_morning'
  ]
};
