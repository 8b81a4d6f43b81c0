// Carts and books of the subset that an integer program says exactly, and that program's text.
//
// The subset: fixed amounts, thresholds on list prices (so no choice changes another's condition),
// no percentage, no freight, and amounts so small beside the lines that nothing is ever clamped.
// What remains is the choice itself: which lines serve which rule of a once_line group, which rules
// of the shared groups and which coupons stand together under maxima and exclusions.

/** Marsaglia's xorshift32: the same carts for the same seed on every machine. */
export function random(seed) {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const upTo = (most) => next() % (most + 1);
  return { upTo, between: (low, high) => low + upTo(high - low) };
}

const tags = ['a', 'b', 'c', 'd'];

function cartOf(r, linesBetween) {
  const count = r.between(...linesBetween);
  const skus = Array.from({ length: count }, (_, i) => ({
    id: `s${i}`, price: r.between(20000, 60000), tags: tags.filter(() => r.upTo(2) > 0),
  }));
  const lines = skus.map(({ id }, i) => ({ id: `l${i}`, sku: id, qty: r.between(1, 3) }));
  return { skus, lines };
}

const listOf = ({ skus, lines }, line) => skus[line].price * lines[line].qty;
const reaches = (cart, rule) => cart.lines.map((_, line) => line).filter((line) =>
  rule.scope === 'all' || cart.skus[line].tags.some((tag) => rule.scope.tags.includes(tag)));

function ruleOf(r, id, kind, stage, group, sum) {
  const scope = r.upTo(2) === 0 ? 'all' : { tags: tags.filter(() => r.upTo(1) > 0) };
  if (scope !== 'all' && scope.tags.length === 0) scope.tags.push('a');
  return {
    id, kind, stage, scope, when: { amount_gte: r.between(1, sum), base: 'list' },
    give: { amount_off: { amount: r.between(50, 450) } }, stack: { group },
  };
}

/** → { book, request, rules, groups }; groups carry `max`, `once` and the ids they exclude. */
export function generate(seed, linesBetween) {
  const r = random(seed);
  const cart = cartOf(r, linesBetween);
  const total = cart.lines.reduce((sum, _, line) => sum + listOf(cart, line), 0);
  const groups = {
    item: { pieces: 'once_line' },
    order: { pieces: 'shared', max_per: 'order', max: r.between(1, 3) },
    red: { max_per: 'order', max: r.between(1, 4), pieces: 'shared' },
    blue: { max_per: 'order', max: r.between(1, 4), pieces: 'shared' },
    green: { max_per: 'order', max: r.between(1, 2), pieces: 'shared', on: 'order',
      excludes: [['red', 'blue', 'order'][r.upTo(2)]] },
  };
  const rules = [
    ...Array.from({ length: r.between(2, 6) }, (_, i) =>
      ruleOf(r, `i${i}`, 'promotion', 'item', 'item', Math.floor(total / 3))),
    ...Array.from({ length: r.between(2, 6) }, (_, i) =>
      ruleOf(r, `o${i}`, 'promotion', 'order', 'order', total)),
    ...Array.from({ length: r.between(6, 18) }, (_, i) =>
      ruleOf(r, `c${i}`, 'coupon', 'shop_coupon', ['red', 'blue', 'green'][r.upTo(2)], total)),
  ];
  const book = {
    suanpan_book: 1, shop: 'mip', version: 1, meaning: 1, catalog: { skus: cart.skus },
    rules: { preset: 'cn_parallel', groups, rules },
  };
  const request = {
    now: 1767240000, lines: cart.lines,
    coupons: rules.filter(({ kind }) => kind === 'coupon')
      .map(({ id }) => ({ id: `w-${id}`, rule: id })),
  };
  return { book, request, cart, rules, groups, total };
}

const amountOf = (rule) => rule.give.amount_off.amount;
const sumOf = (terms) => terms.join(' + ').replace(/\+ -/g, '- ');

/** The program in CPLEX LP format: y_r takes rule r, x_r_l gives it line l. */
export function programOf({ cart, rules, groups }) {
  const constraints = [];
  const binaries = rules.map(({ id }) => `y_${id}`);
  const takers = cart.lines.map(() => []);
  for (const rule of rules) {
    const lines = reaches(cart, rule);
    const threshold = rule.when.amount_gte;
    if (groups[rule.stack.group].pieces !== 'once_line') {
      const sum = lines.reduce((part, line) => part + listOf(cart, line), 0);
      if (sum < threshold) constraints.push(`y_${rule.id} <= 0`);
      continue;
    }
    const given = lines.map((line) => {
      const name = `x_${rule.id}_${line}`;
      binaries.push(name);
      takers[line].push(name);
      constraints.push(`${name} - y_${rule.id} <= 0`);
      return `${listOf(cart, line)} ${name}`;
    });
    constraints.push(`${sumOf([...given, `-${threshold} y_${rule.id}`])} >= 0`);
  }
  for (const names of takers) if (names.length > 1) constraints.push(`${sumOf(names)} <= 1`);
  const takenOf = (group) => rules.filter(({ stack }) => stack.group === group)
    .map(({ id }) => `y_${id}`);
  for (const [group, { max, excludes, pieces }] of Object.entries(groups)) {
    const taken = takenOf(group);
    if (pieces !== 'once_line' && taken.length > max) constraints.push(`${sumOf(taken)} <= ${max}`);
    for (const other of excludes || []) {
      for (const mine of taken) {
        for (const theirs of takenOf(other)) constraints.push(`${mine} + ${theirs} <= 1`);
      }
    }
  }
  const goal = sumOf(rules.map((rule) => `${amountOf(rule)} y_${rule.id}`));
  return `Maximize\n obj: ${goal}\nSubject To\n${constraints.map((line, i) => ` k${i}: ${line}`)
    .join('\n')}\nBinary\n ${binaries.join('\n ')}\nEnd\n`;
}
