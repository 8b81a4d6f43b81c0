// Add-ons at a low price beside other goods, and gifts that may be out of stock.

import { acted, addRule, goodsRules, someRules } from './tools.js';

function addOnRule(m) {
  const { random, book, request, maker } = m;
  const skus = random.shuffle(book.catalog.skus.filter((sku) => sku.on_sale !== false));
  const options = skus.slice(0, random.int(1, 2)).map(({ id, price }) => ({
    sku: id,
    price: Math.max(0, price - random.pick([1, 100, 250, -20]))
  }));
  const give = { add_on: { options } };
  if (random.chance(60)) give.add_on.max = random.int(1, 3);
  const when = random.chance(70) ? maker.when(100) : undefined;
  const rule = addRule(m, { kind: 'promotion', stage: maker.stage(), give, when, scope: 'all' });
  delete rule.level;
  for (let i = random.int(0, 2); i > 0; i--) {
    const beside = random.pick(request.lines);
    const line = { sku: random.pick(options).sku, qty: random.int(1, 2), add_on: rule.id };
    for (const name of ['shop', 'store', 'fulfilment']) {
      if (beside[name] !== undefined) line[name] = beside[name];
    }
    const sku = book.catalog.skus.find(({ id }) => id === line.sku);
    if (sku.options && random.chance(30)) line.options = [{ id: 'cup' }];
    if (request.lines.some(({ id }) => id !== undefined)) line.id = `A${request.lines.length}`;
    request.lines.splice(random.int(0, request.lines.length), 0, line);
  }
  if (request.lines.every(({ id }) => id === undefined)) return;
  request.lines.forEach((line, i) => {
    line.id ??= `I${i}`;
  });
}

function gifts(m) {
  const { random, book, request } = m;
  const skus = book.catalog.skus.map(({ id }) => id).filter((id) => id !== 'gone');
  const options = random.shuffle(skus).slice(0, 2).map((sku) => ({ sku, qty: random.int(1, 2) }));
  const give = { gift: { options, goal_value_fen: random.pick([1, 200]) } };
  const [old] = someRules(m, goodsRules(m).filter(({ give }) => !give.add_on), 1);
  const rule = random.chance(50) && old
    ? Object.assign(old, { give })
    : addRule(m, { kind: 'promotion', stage: 'reward', give });
  const stock = {};
  for (const { sku } of options) {
    if (random.chance(30)) continue;
    const inCart = request.lines.reduce((sum, line) => sum + (line.sku === sku ? line.qty : 0), 0);
    stock[sku] = random.int(0, 2) + random.pick([0, inCart, inCart]);
  }
  if (random.chance(50)) {
    const again = { gift: { options: random.shuffle(options), goal_value_fen: 150 } };
    const [other] = someRules(m, goodsRules(m).filter(({ give }) => !give.add_on && !give.gift), 1);
    if (random.chance(60) && other) other.give = again;
    else addRule(m, { kind: 'promotion', stage: 'reward', give: again });
  }
  request.live = { ...request.live, stock };
  if (random.chance(30)) {
    request.pins = { ...request.pins, gifts: { [rule.id]: random.pick(options).sku } };
  }
}

export const addons = {
  meaning: 'an add-on is sold cheaper or a gift of some stock is given',
  demanded: 25,
  add(m) {
    if (m.random.chance(70)) addOnRule(m);
    if (m.random.chance(50)) gifts(m);
  },
  used: (seen) =>
    acted(seen, ({ turn }) => Boolean(turn.rule.gives[0].add_on)) ||
    (seen.request.live?.stock !== undefined &&
      acted(seen, ({ benefits }) => benefits.some(({ type }) => type === 'gift')))
};
