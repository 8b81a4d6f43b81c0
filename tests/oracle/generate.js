// Makes small carts with rich books from a seed. Every choice below exists because some sentence of
// src/README.md has two sides; prices, amounts and thresholds are drawn close to each other, so
// that a fen more or less often decides. The same seed and number always give the same cart.

import { FEATURES } from './features/index.js';

/** A small generator of integers (splitmix32), independent of the platform. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  int(lo, hi) {
    return lo + (this.next() % (hi - lo + 1));
  }

  /** True in `percent` of 100 cases. */
  chance(percent) {
    return this.int(1, 100) <= percent;
  }

  pick(list) {
    return list[this.int(0, list.length - 1)];
  }

  /** A key of {key: weight}. */
  weighted(weights) {
    let total = 0;
    for (const key in weights) total += weights[key];
    let at = this.int(1, total);
    for (const key in weights) {
      at -= weights[key];
      if (at <= 0) return key;
    }
    throw new Error('unreachable');
  }

  shuffle(list) {
    const result = list.slice();
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const kept = result[i];
      result[i] = result[j];
      result[j] = kept;
    }
    return result;
  }

  subset(list, percent) {
    return list.filter(() => this.chance(percent));
  }
}

// 2025-06-11 10:30:00 at UTC+8, a Wednesday.
const NOW = 1749609000;
const CIVIL = '2025-06-11T10:30:00';

/** About how many leaves the oracle may have to visit for one cart. */
const LEAVES_MAX = 2500;

const START = 0x85ebca6b;

function randomOf(seed, number, salt = 0) {
  const random = new Random(Math.imul(seed, START) ^ Math.imul(number + 1, 0xc2b2ae35) ^ salt);
  // Neighbouring seeds start far apart after a few steps.
  for (let i = 0; i < 4; i++) random.next();
  return random;
}

// A cap that would stand with `per: line` says for what it is, whichever feature wrote it.
function stateLevels(book) {
  const visit = (value) => {
    if (value === null || typeof value !== 'object') return;
    if (value.percent_off?.cap !== undefined) value.percent_off.per ??= 'order';
    Object.values(value).forEach(visit);
  };
  visit(book.rules.rules);
}

/**
 * @param features names of what stands in the carts beyond `base`; each has its own numbers, so
 *   that one more of them leaves what the others make as it is
 */
export function generateCart(seed, number, features = []) {
  const maker = new Maker(randomOf(seed, number));
  const { book, request } = maker.make();
  Object.entries(FEATURES).forEach(([name, feature], i) => {
    if (!features.includes(name)) return;
    maker.random = randomOf(seed, number, Math.imul(i + 1, 0x9e3779b1));
    feature.add({ maker, random: maker.random, book, request });
  });
  if (features.includes('gives')) stateLevels(book);
  return { book, request };
}

class Maker {
  constructor(random) {
    this.random = random;
    // Ids whose order by bytes differs from their order by number, case or length.
    this.ruleIds = random.shuffle([
      ...['a1', 'a10', 'a2', 'B3', 'b', 'b0', 'c_', 'D-1', 'e.e', 'f', 'f1', 'G', 'h9', 'h10'],
      ...['k', 'K', 'm0', 'n~', '满减', '会员', 'zz', 'z', 'Z1', 'q7', 'q70', 'x', 'y1', 'y01']
    ]);
    this.rules = [];
    this.groups = {};
  }

  id() {
    return this.ruleIds.pop() ?? `more${this.rules.length}`;
  }

  make() {
    this.makeCatalog();
    this.makeLines();
    this.makePolicy();
    this.unitRules();
    this.onceLineGroups();
    this.sharedGroup();
    this.automaticRules();
    this.couponRules();
    this.mixedGroup();
    this.freightRule();
    this.rewardRules();
    this.wallet();
    this.dropPieceCoupons();
    this.exclusions();
    this.limitLeaves();
    this.valueBenefits();
    return { book: this.book(), request: this.request() };
  }

  // --- catalogue and cart ---

  makeCatalog() {
    const { random } = this;
    const price = () =>
      random.chance(4)
        ? random.pick([0, 1, 2, 3])
        : random.pick([333, 500, 990, 999, 1000, 1990, 2500, 3333, 5000, random.int(100, 6000)]);
    this.options = [
      { id: 'soup', price: random.pick([0, 50, 99, 200, 333]) },
      { id: 'cup', price: random.pick([1, 30, 100, 250]), discountable: false }
    ];
    if (random.chance(30)) this.options[0].discountable = true;
    this.skus = [];
    const ids = random.shuffle(['p1', 'p10', 'p2', 'P', 'q']);
    for (let i = random.int(2, 5); i > 0; i--) {
      const sku = { id: ids.pop(), price: price() };
      if (random.chance(40)) sku.spu = random.pick(['s1', 's2']);
      sku.tags = random.subset(['food', 'new', 'hot'], 50);
      if (sku.tags.length === 0) delete sku.tags;
      if (random.chance(60)) sku.options = ['soup', 'cup'];
      if (random.chance(30)) sku.freight = 'far';
      if (random.chance(80)) sku.weight_g = random.int(0, 1500);
      if (random.chance(50)) sku.volume_cm3 = random.int(1, 3000);
      if (random.chance(15)) sku.on_sale = true;
      this.skus.push(sku);
    }
    this.skus.push({ id: 'gone', price: 1000, on_sale: false });
    this.skus.push({ id: 'toy', price: 300 });
  }

  makeLines() {
    const { random } = this;
    const count = Number(random.weighted({ 1: 4, 2: 18, 3: 38, 4: 29, 5: 11 }));
    const twoShops = random.chance(35);
    const stores = random.chance(20);
    const pickup = random.chance(18);
    const named = random.chance(30);
    this.lines = [];
    for (let i = 0; i < count; i++) {
      const sku = random.pick(this.skus.filter(({ id }) => id !== 'gone' && id !== 'toy'));
      const line = { sku: sku.id, qty: random.int(1, 4) };
      if (named) line.id = `L${random.int(1, 9)}${i}`;
      if (sku.options && random.chance(50)) {
        line.options = random.subset(sku.options, 60).map((id) => ({ id, qty: random.int(1, 2) }));
        if (line.options.length === 0) delete line.options;
        else if (random.chance(60)) line.options.forEach((option) => delete option.qty);
      }
      if (twoShops) line.shop = random.pick(['north', 'south']);
      if (twoShops && random.chance(6)) delete line.shop;
      if (stores) line.store = random.pick(['main', 'side']);
      if (pickup && random.chance(40)) line.fulfilment = 'pickup';
      if (random.chance(3)) line.selected = false;
      if (random.chance(2)) {
        line.sku = 'gone';
        delete line.options;
      }
      this.lines.push(line);
    }
    this.shops = [...new Set(this.lines.map((line) => line.shop))].filter(Boolean);
    this.inStores = stores;
    this.values = this.lines.map((line) => {
      const { price } = this.skus.find((sku) => sku.id === line.sku);
      const options = (line.options ?? []).reduce(
        (total, { id, qty = 1 }) =>
          total + qty * this.options.find((option) => option.id === id).price,
        0
      );
      return line.qty * (price + options);
    });
    this.total = this.values.reduce((a, b) => a + b, 0);
    this.pieces = this.lines.reduce((total, line) => total + line.qty, 0);
  }

  /** The sum of some lines, or of all of them. */
  someSum() {
    const { random } = this;
    if (random.chance(55)) return this.total;
    const some = random.subset(this.values, 60);
    return some.length > 0 ? some.reduce((a, b) => a + b, 0) : this.total;
  }

  /** An amount such as a merchant would take off. */
  amount() {
    const { random } = this;
    if (random.chance(3)) return this.total + random.int(1, 500);
    return Math.max(
      1,
      random.pick([
        random.pick([100, 200, 300, 500, 800, 1000]),
        random.pick([1, 7, 99, 333, 501, 1500]),
        Math.floor((this.total * random.int(3, 25)) / 100)
      ])
    );
  }

  /** A threshold near what is in the cart, or near what a cut or two leaves of it. */
  threshold() {
    const { random } = this;
    let near = this.someSum();
    const cuts = random.weighted({ 0: 45, 1: 40, 2: 15 });
    for (let i = 0; i < Number(cuts); i++) near -= this.amount();
    near += random.pick([0, 0, 0, 1, -1, -random.int(1, 400), -random.int(1, 1500)]);
    return Math.max(1, near);
  }

  // --- policy ---

  makePolicy() {
    const { random } = this;
    this.preset = random.pick(['cn_sequential', 'cn_sequential', 'cn_parallel']);
    const bases = ['list', 'after_item', 'current'];
    const switches = {
      threshold_base: bases,
      percent_base: bases,
      percent_rounding: ['floor', 'half_up', 'half_even', 'up'],
      percent_side: ['discount', 'price'],
      share_remainder: ['last', 'first', 'largest'],
      free_freight_base: [...bases, 'payable_goods'],
      coupon_slots: ['shop', 'shop_and_platform', 'unlimited'],
      amounts_first: [true, false],
      unit_price: ['lowest', 'member', 'timed', 'flash'],
      coupon_min_gain_fen: [1, 2, 100, 500],
      rounding_off_fen: [1, 10, 100]
    };
    this.policy = {};
    for (const [name, values] of Object.entries(switches)) {
      if (random.chance(25)) this.policy[name] = random.pick(values);
    }
    if (random.chance(12)) this.policy.goal = 'largest_saving';
    else if (random.chance(10)) this.policy.goal = 'lowest_payable';
    if (random.chance(5)) this.policy.overflow = 'clamp';
    if (random.chance(5)) this.policy.coupons_cover_freight = false;
    this.slots =
      this.policy.coupon_slots ?? (this.preset === 'cn_sequential' ? 'shop' : 'shop_and_platform');
  }

  base(extra = []) {
    const { random } = this;
    return random.chance(50) ? undefined : random.pick(['list', 'after_item', 'current', ...extra]);
  }

  // --- parts of rules ---

  scope() {
    const { random } = this;
    const kind = random.weighted({ all: 55, skus: 22, spus: 4, tags: 12, price: 7 });
    if (kind === 'all') return random.chance(50) ? 'all' : undefined;
    const scope = {};
    const known = this.lines.filter((line) => line.sku !== 'nowhere');
    const skus = (known.length > 0 ? known : this.skus.map(({ id }) => ({ sku: id }))).map(
      (line) => line.sku
    );
    if (kind === 'skus') scope.skus = [...new Set([random.pick(skus), ...random.subset(skus, 50)])];
    if (kind === 'spus') scope.spus = [random.pick(['s1', 's2', 'nobody'])];
    if (kind === 'tags' || random.chance(8)) scope.tags = [random.pick(['food', 'new', 'hot'])];
    if (kind === 'price') {
      const wanted = random.pick(skus);
      const { price } = this.skus.find((sku) => sku.id === wanted);
      scope.price_between = random.chance(50) ? [0, price] : [price, 1000000];
    }
    if (random.chance(12)) scope.exclude = { skus: [random.pick(skus)] };
    if (random.chance(4)) scope.exclude = { tags: ['hot'], spus: ['s2'] };
    return scope;
  }

  window() {
    const { random } = this;
    if (random.chance(90)) return undefined;
    const window = random.pick([
      { from: CIVIL },
      { to: CIVIL },
      { from: '2025-06-01T00:00:00', to: '2025-07-01T00:00:00' },
      { daily: [['10:30', '11:00']] },
      { daily: [['08:00', '10:30']] },
      { daily: [['00:00', '01:00'], ['09:00', '24:00']] },
      { weekdays: [3] },
      { weekdays: [1, 2, 4, 5, 6, 7] },
      { from: '2025-06-11T10:31:00', at: 'pay' },
      { weekdays: [4], at: 'fulfilment' },
      { to: '2025-06-11T10:30:01', at: 'order' }
    ]);
    return { ...window };
  }

  audience() {
    const { random } = this;
    if (!random.chance(6)) return undefined;
    return { tiers: random.pick([['gold'], ['silver', 'gold'], ['silver']]) };
  }

  when(percent, extraBases = []) {
    const { random } = this;
    if (!random.chance(percent)) return undefined;
    const when = {};
    const kind = random.weighted({ gte: 66, gt: 14, qty: 14, kinds: 6 });
    if (kind === 'gte') when.amount_gte = this.threshold();
    if (kind === 'gt') when.amount_gt = this.threshold();
    if (kind === 'qty') when.qty_gte = random.int(1, Math.max(2, this.pieces - 1));
    if (kind === 'kinds') when.kinds_gte = random.int(1, 3);
    if (random.chance(5)) when.qty_gte = random.int(1, 3);
    const base = this.base(extraBases);
    if (base && (kind === 'gte' || kind === 'gt')) when.base = base;
    return when;
  }

  level() {
    const { random } = this;
    if (this.inStores && random.chance(25)) return 'store';
    if (this.shops.length > 1 && random.chance(40)) return 'shop';
    return random.chance(10) ? random.pick(['shop', 'order']) : undefined;
  }

  amountOff(pers) {
    const { random } = this;
    const per = random.weighted(pers);
    const give = { amount: this.amount(), per };
    if (per === 'order' && random.chance(50)) delete give.per;
    if (per === 'unit' && random.chance(70)) {
      give.max_units = random.int(1, 3);
      if (random.chance(60)) give.choose = random.pick(['dearest', 'cheapest']);
    }
    if (per === 'line' || per === 'unit') give.amount = Math.max(1, Math.floor(give.amount / 2));
    if (per === 'piece' && random.chance(50)) give.choose = random.pick(['dearest', 'cheapest']);
    return { amount_off: give };
  }

  percentOff(pers) {
    const { random } = this;
    const per = random.weighted(pers);
    const give = { bp: random.pick([500, 1000, 1250, 2000, 3333, random.int(1, 9999)]), per };
    if (random.chance(4)) give.bp = 10000;
    if (per === 'order' && random.chance(50)) delete give.per;
    if ((per === 'order' || per === 'piece') && random.chance(40)) give.cap = this.amount();
    if (per !== 'piece') {
      const base = this.base();
      if (base) give.base = base;
    }
    if (per === 'piece' && random.chance(50)) give.choose = random.pick(['dearest', 'cheapest']);
    return { percent_off: give };
  }

  nthItem() {
    const { random } = this;
    const pay = random.pick([
      [7000, 6000, 5000],
      [10000, 5000],
      [10000, 0],
      [10000, 10000, 0],
      [random.int(0, 10000)]
    ]);
    return {
      nth_item: {
        pay_bp: pay,
        order: random.pick(['cart', 'price_desc', 'price_asc']),
        repeat: random.chance(50),
        beyond_bp: random.pick([10000, 5000, pay.at(-1)])
      }
    };
  }

  benefit() {
    const { random } = this;
    const kind = random.pick(['gift', 'points', 'grant_coupon']);
    const goal = random.chance(60) ? { goal_value_fen: random.pick([0, 50, 100, 300]) } : {};
    if (kind === 'gift') {
      const option = { sku: 'toy' };
      if (random.chance(40)) option.qty = random.int(1, 2);
      return { gift: { options: [option], ...goal } };
    }
    if (kind === 'points') return { points: { n: random.int(1, 50), ...goal } };
    const coupon = this.rules.find((rule) => rule.kind === 'coupon');
    if (!coupon) return { points: { n: 10, ...goal } };
    const n = random.chance(30) ? { n: 2 } : {};
    return { grant_coupon: { rule: coupon.id, ...n, ...goal } };
  }

  /** A benefit that competes with money in a choice group has to say what it is worth. */
  valueBenefits() {
    const visit = (give) => {
      const [[kind, content]] = Object.entries(give);
      if (kind === 'gift' || kind === 'points' || kind === 'grant_coupon') {
        content.goal_value_fen ||= this.random.pick([1, 80, 250]);
      }
      if (kind === 'tiers') content.tiers.forEach((tier) => visit(tier.give));
      if (kind === 'every') visit(content.give);
    };
    for (const rule of this.rules) if (rule.stack?.group) [rule.give].flat().forEach(visit);
  }

  /** A give for the stages item and order. */
  give() {
    const { random } = this;
    const kind = random.weighted({
      amount: 34,
      percent: 24,
      nth: 12,
      tiers: 12,
      every: 9,
      benefit: 5,
      free: 4
    });
    return this.giveOf(kind, { order: 60, line: 18, unit: 22 }, { order: 65, line: 35 });
  }

  giveOf(kind, amountPers, percentPers) {
    const { random } = this;
    if (kind === 'amount') return this.amountOff(amountPers);
    if (kind === 'percent') return this.percentOff(percentPers);
    if (kind === 'nth') return this.nthItem();
    if (kind === 'benefit') return this.benefit();
    if (kind === 'free') return { free_freight: {} };
    if (kind === 'every') return this.every();
    const tiers = this.tierList(() =>
      random.chance(70)
        ? this.amountOff(amountPers)
        : random.chance(75)
          ? this.percentOff(percentPers)
          : random.pick([this.nthItem(), this.benefit(), { free_freight: {} }])
    );
    return { tiers };
  }

  tierList(makeGive, bases = []) {
    const { random } = this;
    const by = random.chance(70) ? 'amount' : 'qty';
    const steps = new Set();
    for (let i = random.int(1, 3); i > 0; i--) {
      steps.add(by === 'amount' ? this.threshold() : random.int(1, Math.max(2, this.pieces)));
    }
    const tiers = [...steps].sort((a, b) => a - b).map((gte) => ({ gte, give: makeGive() }));
    const base = this.base(bases);
    return { by, ...(by === 'amount' && base ? { base } : {}), tiers };
  }

  every(inner = null, bases = []) {
    const { random } = this;
    const by = random.chance(65) ? 'amount' : 'qty';
    const step =
      by === 'amount'
        ? Math.max(1, Math.floor(this.threshold() / random.int(1, 3)))
        : random.int(1, 3);
    const give = inner ?? (random.chance(80) ? this.amountOff({ order: 1 }) : this.benefit());
    const every = { by, step, give };
    if (give.amount_off) give.amount_off.amount = random.pick([50, 100, 200, 333]);
    if (random.chance(50)) every.limit = random.int(1, 3);
    const base = this.base(bases);
    if (base && by === 'amount') every.base = base;
    return { every };
  }

  /** One give, at times a list. */
  gives() {
    const { random } = this;
    if (random.chance(88)) return random.chance(80) ? this.give() : [this.give()];
    const list = [this.give(), random.chance(50) ? this.give() : this.benefit()];
    if (random.chance(20)) list.push({ free_freight: {} });
    return list;
  }

  addRule(fields) {
    const { random } = this;
    const rule = { id: this.id(), ...fields };
    if (random.chance(15)) rule.title = 'title';
    if (random.chance(30)) rule.priority = random.pick([-5, 0, 1, 10]);
    const shop = this.shops.length > 0 && random.chance(18) ? random.pick(this.shops) : undefined;
    const optional = {
      shop,
      scope: this.scope(),
      for: this.audience(),
      window: this.window(),
      level: this.level()
    };
    for (const [name, value] of Object.entries(optional)) {
      if (value !== undefined && rule[name] === undefined) rule[name] = value;
    }
    const stated = Object.fromEntries(
      Object.entries(rule).filter(([, value]) => value !== undefined)
    );
    this.rules.push(stated);
    return stated;
  }

  // --- rules ---

  unitRules() {
    const { random } = this;
    for (let i = Number(random.weighted({ 0: 50, 1: 24, 2: 15, 3: 7, 5: 4 })); i > 0; i--) {
      const kind = random.pick(['member', 'timed', 'flash', 'promotion']);
      const wanted = random.pick(this.lines).sku;
      const sku = this.skus.find(({ id }) => id === wanted);
      let give;
      const form = random.pick(['price', 'prices', 'percent', 'amount']);
      const under = (price) => Math.max(0, price - random.pick([1, 50, 100, 300, 0, -10]));
      if (form === 'price') give = { unit_price: { price: under(sku.price) } };
      if (form === 'prices') {
        const prices = {};
        for (const some of random.subset(this.skus, 60)) prices[some.id] = under(some.price);
        prices[sku.id] = under(sku.price);
        give = { unit_price: { prices } };
      }
      if (form === 'percent') give = { percent_off: { bp: random.int(1, 4000), per: 'unit' } };
      if (form === 'amount') give = { amount_off: { amount: random.int(1, 500), per: 'unit' } };
      if (random.chance(55)) {
        const quota = Object.values(give)[0];
        quota.max_units = random.int(1, 3);
        if (random.chance(60)) quota.max_units_per = random.pick(['line', 'rule']);
        if (quota.max_units_per === 'rule' && random.chance(60)) {
          quota.choose = random.pick(['dearest', 'cheapest', 'best']);
        }
      }
      this.addRule({ kind, stage: 'unit', give, when: this.unitWhen() });
    }
  }

  unitWhen() {
    const { random } = this;
    if (!random.chance(12)) return undefined;
    return random.chance(50) ? { qty_gte: random.int(1, 5) } : { amount_gte: this.threshold() };
  }

  stage() {
    return this.random.chance(55) ? 'item' : 'order';
  }

  onceLineGroups() {
    const { random } = this;
    const count = Number(random.weighted({ 0: 15, 1: 70, 2: 15 }));
    for (let i = 0; i < count; i++) {
      const group = {};
      if (random.chance(20)) group.pieces = 'once_line';
      if (random.chance(12)) {
        group.max_per = random.pick(['line', 'shop', 'order']);
        group.max = random.int(1, 2);
      }
      const name = `once${i}`;
      this.groups[name] = group;
      for (let k = random.chance(60) ? 2 : 3; k > 0; k--) {
        const stack = { group: name };
        if (random.chance(8)) stack.applies_to_discounted = false;
        this.addRule({
          kind: 'promotion',
          stage: this.stage(),
          give: this.gives(),
          when: this.when(60),
          stack
        });
      }
    }
  }

  sharedGroup() {
    const { random } = this;
    if (!random.chance(50)) return;
    const group = { pieces: 'shared' };
    if (random.chance(80)) group.max_per = random.pick(['line', 'shop', 'order']);
    if (random.chance(40)) group.max = random.int(1, 2);
    this.groups.share = group;
    for (let k = random.int(1, 3); k > 0; k--) {
      const stack = { group: 'share' };
      if (random.chance(8)) stack.applies_to_discounted = false;
      this.addRule({
        kind: 'promotion',
        stage: this.stage(),
        give: this.gives(),
        when: this.when(60),
        stack
      });
    }
  }

  automaticRules() {
    const { random } = this;
    for (let i = Number(random.weighted({ 0: 35, 1: 45, 2: 20 })); i > 0; i--) {
      const stack = random.chance(15) ? { applies_to_discounted: random.chance(30) } : undefined;
      this.addRule({
        kind: 'promotion',
        stage: this.stage(),
        give: this.gives(),
        when: this.when(60),
        stack
      });
    }
  }

  couponGive(pieceAllowed) {
    const { random } = this;
    const kind = random.weighted({
      amount: 55,
      percent: 22,
      tiers: 7,
      every: 5,
      nth: 3,
      benefit: 3,
      list: 5
    });
    const piece = pieceAllowed ? 16 : 0;
    if (kind === 'list') {
      const second = random.chance(60) ? { free_freight: {} } : this.benefit();
      return [this.amountOff({ order: 1 }), second];
    }
    const give = this.giveOf(
      kind,
      { order: 72, line: 8, unit: 6, piece },
      { order: 72, line: 10, piece }
    );
    return random.chance(10) ? [give] : give;
  }

  couponRules() {
    const { random } = this;
    if (random.chance(25)) {
      this.groups.cards = {};
      if (random.chance(50)) this.groups.cards.max = random.int(1, 2);
      if (random.chance(60)) this.groups.cards.max_per = random.pick(['line', 'shop', 'order']);
    }
    for (let i = Number(random.weighted({ 0: 4, 1: 8, 2: 28, 3: 35, 4: 25 })); i > 0; i--) {
      if (random.chance(10)) {
        this.addRule({
          kind: 'coupon',
          stage: 'freight',
          give: { free_freight: {} },
          when: this.when(30, ['payable_goods'])
        });
        continue;
      }
      const stack = {};
      if (this.groups.cards && random.chance(60)) stack.group = 'cards';
      if (random.chance(6)) stack.applies_to_discounted = false;
      const max = stack.group ? (this.groups.cards.max ?? 1) : this.slots === 'unlimited' ? 9 : 1;
      this.addRule({
        kind: 'coupon',
        stage: random.chance(70) ? 'shop_coupon' : 'platform_coupon',
        give: this.couponGive(max === 1),
        when: this.when(65),
        stack: Object.keys(stack).length > 0 ? stack : undefined
      });
    }
    if (!this.rules.some((rule) => rule.stack?.group === 'cards')) delete this.groups.cards;
  }

  /** A group with promotions and coupons, which compete. */
  mixedGroup() {
    const { random } = this;
    if (!random.chance(8)) return;
    this.groups.mixed = {
      pieces: 'shared',
      max_per: random.pick(['line', 'shop', 'order']),
      max: random.int(1, 2)
    };
    const give = () => this.amountOff({ order: 70, line: 30 });
    const stack = () => ({ group: 'mixed' });
    const when = this.when(50);
    this.addRule({ kind: 'promotion', stage: this.stage(), give: give(), when, stack: stack() });
    this.addRule({ kind: 'coupon', stage: 'shop_coupon', give: give(), stack: stack() });
  }

  freightRule() {
    if (!this.random.chance(12)) return;
    this.addRule({
      kind: 'promotion',
      stage: 'freight',
      give: { free_freight: {} },
      when: this.when(80, ['payable_goods'])
    });
  }

  rewardRules() {
    const { random } = this;
    for (let i = Number(random.weighted({ 0: 70, 1: 22, 2: 8 })); i > 0; i--) {
      const form = random.pick(['plain', 'tiers', 'every']);
      const bases = ['payable_goods'];
      let give = this.benefit();
      if (form === 'tiers') give = { tiers: this.tierList(() => this.benefit(), bases) };
      if (form === 'every') give = this.every(give, bases);
      this.addRule({ kind: 'promotion', stage: 'reward', give, when: this.when(60, bases) });
    }
  }

  wallet() {
    const { random } = this;
    const rules = this.rules.filter((rule) => rule.kind === 'coupon');
    const ids = random.shuffle(
      ['w1', 'w10', 'w2', 'W', 'v', 'v9', '券', 'u', 'u00', 'x', 'X.1', 't-']
    );
    this.coupons = [];
    const add = (rule) => {
      const coupon = { id: ids.pop(), rule };
      if (random.chance(35)) coupon.to = NOW + random.pick([1, 60, 3600, 86400]);
      if (random.chance(6)) coupon.to = NOW;
      if (random.chance(10)) coupon.from = NOW - random.pick([0, 0, 60, -1]);
      this.coupons.push(coupon);
    };
    for (const rule of rules) {
      if (random.chance(94)) add(rule.id);
      if (random.chance(18)) add(rule.id);
    }
    if (random.chance(2)) add('no_such_rule');
    this.coupons = random.shuffle(this.coupons).slice(0, 5);
  }

  /**
   * Two coupons for one piece each that can be picked together are solved together, which is a
   * feature of its own.
   */
  dropPieceCoupons() {
    const isPiece = ({ rule }) => {
      const found = this.rules.find(({ id }) => id === rule);
      return found !== undefined && JSON.stringify(found.give).includes('"per":"piece"');
    };
    const oneSlot = new Set(this.lines.map((line) => line.shop)).size < 2;
    if (oneSlot && this.groups.cards?.max_per !== 'line') return;
    const first = this.coupons.find(isPiece);
    this.coupons = this.coupons.filter((coupon) => coupon === first || !isPiece(coupon));
  }

  exclusions() {
    const { random } = this;
    if (this.rules.length === 0 || !random.chance(65)) return;
    const names = () => random.pick([...Object.keys(this.groups), 'promotion', 'coupon', 'coupon']);
    for (let i = random.int(1, 3); i > 0; i--) {
      const toGroup = Object.keys(this.groups).length > 0 && random.chance(25);
      const target = toGroup
        ? this.groups[random.pick(Object.keys(this.groups))]
        : (random.pick(this.rules).stack ??= {});
      target.excludes = [...new Set([...(target.excludes ?? []), names()])];
      if (random.chance(35)) target.on = random.pick(['line', 'order']);
    }
    for (const rule of this.rules) {
      if (rule.stack && Object.keys(rule.stack).length === 0) delete rule.stack;
    }
  }

  /** Takes coupons and choice rules away until the oracle can visit every decision quickly. */
  limitLeaves() {
    for (;;) {
      const once = {};
      let shared = 0;
      for (const rule of this.rules) {
        const group = rule.stack?.group;
        if (!group || rule.kind === 'coupon') continue;
        if (group.startsWith('once')) once[group] = (once[group] ?? 0) + 1;
        else shared++;
      }
      let leaves = 2 ** shared;
      for (const rules of Object.values(once)) leaves *= (0.75 * rules + 1) ** this.lines.length;
      leaves *= 1.6 ** this.coupons.length;
      if (leaves <= LEAVES_MAX) return;
      if (this.coupons.length > 2 && this.random.chance(60)) {
        this.coupons.pop();
        continue;
      }
      // The last rule of the largest group goes; a group without rules goes with it.
      const choice = this.rules.filter((rule) => rule.kind !== 'coupon' && rule.stack?.group);
      const inGroup = (name) => choice.filter((rule) => rule.stack.group === name);
      const widest = Object.keys(this.groups).sort(
        (a, b) => inGroup(b).length - inGroup(a).length
      )[0];
      const gone = inGroup(widest).at(-1);
      this.rules = this.rules.filter((rule) => rule !== gone);
      this.dropGroups();
    }
  }

  /** Groups that hold no rule any more, and the exclusions that name them. */
  dropGroups() {
    const used = new Set(this.rules.map((rule) => rule.stack?.group));
    for (const name of Object.keys(this.groups)) {
      if (!used.has(name)) delete this.groups[name];
    }
    const known = [...Object.keys(this.groups), 'promotion', 'coupon'];
    const stacks = this.rules.map((rule) => rule.stack ?? {});
    for (const holder of [...stacks, ...Object.values(this.groups)]) {
      if (holder.excludes) holder.excludes = holder.excludes.filter((name) => known.includes(name));
      if (holder.excludes?.length === 0) delete holder.excludes;
    }
  }

  // --- freight, fees, points ---

  freight() {
    const { random } = this;
    const region = (codes) => {
      const result = { first: random.int(1, 3), first_fee: random.pick([0, 500, 800, 1000, 1500]) };
      if (codes) result.codes = codes;
      if (random.chance(70)) {
        result.additional = random.int(1, 2);
        result.additional_fee = random.pick([0, 100, 250]);
      }
      return result;
    };
    const template = (id) => {
      const by = random.pick(['pieces', 'pieces', 'weight', 'volume']);
      const regions = [region()];
      if (random.chance(40)) regions.push(region(['33', '3301']));
      if (random.chance(30)) regions.push(region(['330', '11']));
      if (random.chance(4)) regions.shift();
      if (regions.length === 0) regions.push(region(['11']));
      for (const entry of regions) {
        if (by !== 'pieces') entry.first *= 500;
        if (by !== 'pieces' && entry.additional) entry.additional *= 400;
        if (random.chance(5)) entry.never_free = true;
      }
      return { id, by, regions: random.shuffle(regions) };
    };
    const freight = { templates: [template('near'), template('far')], default: 'near' };
    if (random.chance(50)) freight.combine = random.pick(['sum', 'max_first_plus_additional']);
    if (random.chance(95)) {
      freight.free = { gte: this.freeThreshold() };
      if (random.chance(40)) freight.free.per = random.pick(['package', 'order']);
      // A cliff: what one small coupon takes off is less than the freight it costs.
      if (random.chance(85)) {
        freight.free.base = 'payable_goods';
        if (random.chance(50)) {
          freight.free.gte = Math.max(1, Math.floor((this.total * random.int(45, 98)) / 100));
        }
        for (const { regions } of freight.templates) {
          for (const entry of regions) entry.first_fee += random.pick([700, 1200, 2000]);
        }
        for (const rule of this.rules) {
          if (rule.kind !== 'coupon' || !rule.give.amount_off) continue;
          rule.give.amount_off.amount = Math.min(rule.give.amount_off.amount, random.int(50, 900));
        }
        return freight;
      }
      // Only these two bases move with coupons, so they are the ones that make a cliff.
      if (random.chance(60)) freight.free.base = random.pick(['payable_goods', 'current']);
      else if (random.chance(20)) freight.free.base = random.pick(['list', 'after_item']);
    }
    return freight;
  }

  /** Just under or over what the cart costs once a coupon or two have been used. */
  freeThreshold() {
    const { random } = this;
    const amounts = JSON.stringify(this.rules).match(/"amount":(\d+)/g) ?? [];
    const named = amounts.map((text) => Number(text.slice(9)));
    let near = random.chance(75) ? this.total : this.someSum();
    const cuts = Number(random.weighted({ 0: 20, 1: 50, 2: 30 }));
    for (let i = cuts; i > 0 && named.length > 0; i--) near -= random.pick(named);
    near -= random.pick([0, 1, random.int(0, 300), random.int(0, 1000), random.int(0, 2500)]);
    return Math.max(1, near);
  }

  fees() {
    const { random } = this;
    const fee = (id) => {
      const result = { id, amount: random.pick([1, 50, 100, 200]) };
      if (random.chance(70)) result.per = random.pick(['order', 'package', 'piece']);
      if (random.chance(30)) result.scope = { tags: ['food'] };
      if (random.chance(30)) result.fulfilment = [random.pick(['delivery', 'pickup'])];
      return result;
    };
    return random.chance(50) ? [fee('box')] : [fee('box'), fee('bag')];
  }

  points() {
    const { random } = this;
    const [num, den] = random.pick([
      [1, 1],
      [1, 100],
      [1, 10],
      [3, 2],
      [7, 3],
      [2, 5]
    ]);
    const points = { num, den };
    if (random.chance(60)) points.step = random.pick([1, 3, 7, 10, 50, 100]);
    if (random.chance(25)) points.max = random.int(1, 2000);
    if (random.chance(40)) points.share_bp = random.pick([0, 1000, 3333, 5000]);
    if (random.chance(30)) points.min_payable = random.pick([1, 500, this.total]);
    if (random.chance(40)) points.last_step_partial = random.chance(80);
    if (random.chance(25)) points.scope = { tags: ['food', 'new'] };
    if (random.chance(50)) points.earn = { num: random.int(1, 3), den: random.pick([1, 100]) };
    return points;
  }

  book() {
    const { random } = this;
    const rules = {
      preset: this.preset,
      tiers: ['silver', 'gold'],
      rules: random.chance(50) ? random.shuffle(this.rules) : this.rules
    };
    if (random.chance(30)) rules.utc_offset_s = 28800;
    if (Object.keys(this.policy).length > 0) rules.policy = this.policy;
    if (Object.keys(this.groups).length > 0) rules.groups = this.groups;
    if (random.chance(92)) rules.freight = this.freight();
    else this.skus.forEach((sku) => delete sku.freight);
    if (random.chance(30)) rules.fees = this.fees();
    if (random.chance(50)) rules.points = this.points();
    if (random.chance(12)) {
      rules.min_order = { amount: this.threshold() };
      const bases = ['list', 'after_item', 'payable_goods'];
      if (random.chance(60)) rules.min_order.base = random.pick(bases);
      if (random.chance(30)) rules.min_order.fulfilment = [random.pick(['delivery', 'pickup'])];
    }
    const catalog = { skus: this.skus, options: this.options };
    return { suanpan_book: 1, shop: 'demo', version: 1, meaning: 1, catalog, rules };
  }

  request() {
    const { random } = this;
    if (random.chance(1)) {
      const line = random.pick(this.lines);
      line.sku = 'nowhere';
      delete line.options;
    }
    const request = { now: NOW, detail: 'full', lines: this.lines, coupons: this.coupons };
    if (random.chance(10)) request.pay_at = NOW + 60;
    if (random.chance(10)) request.fulfil_at = NOW + 86400;
    if (random.chance(75)) {
      request.member = { points: random.pick([0, 1, 99, 500, 2500]) };
      if (random.chance(80)) request.member.tier = random.pick(['silver', 'gold', 'gold']);
      if (random.chance(30)) request.member.id = 'someone';
    }
    if (random.chance(97)) request.address = { region: random.pick(['330106', '110101', '4403']) };
    if (random.chance(50)) request.points = random.chance(60) ? 'max' : random.int(0, 600);
    if (random.chance(2)) request.pick = 'none';
    return request;
  }
}
