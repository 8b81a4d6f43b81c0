// Lints of rules whose numbers or names are most likely a slip of the pen. Each is (rule, about) →
// the paths in the rule that it warns of; about: { catalog, reach(rule), reachOf(scope) }.
import { segment } from '../json.js';
import { allGives } from './gives.js';
import { unknownPlaces } from './scope.js';

const listPrices = ({ catalog }) => {
  const prices = new Map(catalog.skus.map(({ id, price }) => [id, price]));
  // The dearest that a piece stands in any store.
  for (const { prices: own = {} } of catalog.stores ?? []) {
    for (const [id, price] of Object.entries(own)) {
      prices.set(id, Math.max(price, prices.get(id) ?? 0));
    }
  }
  return prices;
};

/** A price for members or for the new that says nothing of whom it is for. */
export function forEverybody({ kind, for: whom, when }) {
  const isForSome = kind === 'member' || kind === 'new_member';
  return isForSome && whom === undefined && when === undefined ? ['/kind'] : [];
}

// ---- tiers ----

// What a give is worth and all else that it says; only gives that differ in their worth compare.
const worths = ['amount', 'bp', 'n', 'count'];

function worthOf(give) {
  const [[name, value]] = Object.entries(give);
  const member = worths.find((one) => typeof value[one] === 'number');
  return { worth: value[member], rest: JSON.stringify([name, { ...value, [member]: 0 }]) };
}

/** Tiers that give less than the one below. */
export function fallingTiers(rule) {
  return [...allGives(rule)].filter(([, name]) => name === 'tiers')
    .flatMap(([path, , { tiers }]) => tiers.flatMap(({ give }, i) => {
      if (i === 0) return [];
      const [before, own] = [worthOf(tiers[i - 1].give), worthOf(give)];
      const isLess = own.rest === before.rest && own.worth < before.worth;
      return isLess ? [`${path}/tiers/${i}/give`] : [];
    }));
}

// ---- amounts and percentages ----

const isOfAll = ({ per = 'order' }) => per === 'order';
const thresholdOf = ({ amount_gte: from, amount_gt: above } = {}) => from ?? above ?? Infinity;

/** An amount off that is above the sum from which it is given: such a cart costs nothing. */
export function aboveThreshold(rule) {
  const isAbove = ({ amount_off: off }, threshold) =>
    off !== undefined && isOfAll(off) && off.amount > threshold;
  return [...allGives(rule)].flatMap(([path, name, value]) => {
    if (name === 'tiers' && value.by === 'amount') {
      return value.tiers.flatMap(({ gte, give }, i) =>
        (isAbove(give, gte) ? [`${path}/tiers/${i}/give`] : []));
    }
    if (name === 'every' && value.by === 'amount') {
      return isAbove(value.give, value.step) ? [`${path}/give`] : [];
    }
    const isOwn = !path.includes('/tiers/') && !path.includes('/every/');
    return isOwn && isAbove({ [name]: value }, thresholdOf(rule.when)) ? [path] : [];
  });
}

/** More than half off, which is most likely 折 (what is left to pay) taken for what is cut. */
export const overHalf = (rule) => [...allGives(rule)]
  .filter(([, name, { bp }]) => name === 'percent_off' && bp > 5000 && bp < 10000)
  .map(([path, , { bp }]) => [`${path}/bp`, String((10000 - bp) / 100)]);

// ---- prices that save nothing ----

const savesNothing = {
  unit_price({ price, prices }, { ids, list }) {
    const own = prices === undefined ? ids.map((id) => [id, price])
      : Object.entries(prices).filter(([id]) => ids.includes(id));
    return own.length > 0 && own.every(([id, fen]) => fen > list.get(id)) ? [''] : [];
  },
  bundle({ needs, price }, { about, list }) {
    if (price === undefined) return [];
    const withOptions = new Set(about.catalog.skus.filter(({ options = [] }) => options.length > 0)
      .map(({ id }) => id));
    const reached = needs.map(({ scope, qty }) => ({ ids: [...about.reachOf(scope)], qty }));
    if (reached.some(({ ids }) => ids.length === 0 || ids.some((id) => withOptions.has(id)))) {
      return [];
    }
    const dearest = reached.reduce((sum, { ids, qty }) =>
      sum + qty * Math.max(...ids.map((id) => list.get(id))), 0);
    return price >= dearest ? ['/price'] : [];
  },
  add_on: ({ options }, { list }) => options.flatMap(({ sku, price }, i) =>
    (price > (list.get(sku) ?? Infinity) ? [`/options/${i}/price`] : [])),
  nth_item: ({ pay_bp: pays, beyond_bp: beyond }) =>
    ([...pays, beyond].every((bp) => bp === 10000) ? [''] : []),
  fees_off: ({ fees }, { about }) => ((about.part.fees ?? [])
    .some(({ id, amount }) => amount > 0 && (fees ?? [id]).includes(id)) ? [] : ['']),
};

/** Prices that are above list and fees that are not there: nobody ever pays less by them. */
export function neverSaves(rule, about) {
  const known = { about, ids: [...about.reach(rule)], list: listPrices(about) };
  return [...allGives(rule)].flatMap(([path, name, value]) =>
    (Object.hasOwn(savesNothing, name) ? savesNothing[name](value, known) : [])
      .map((more) => path + more));
}

/** Stores that the catalogue does not have. A book says no names of shops. */
export const unknownStores = ({ scope }, { catalog }) => unknownPlaces(scope, catalog)
  .map((place) => `/scope${place}`);

// What of members a `for` asks, at any depth.
const askedBy = ({ tiers = [], tags = [], all = [], any = [], not } = {}) =>
  [...tiers, ...tags, ...[...all, ...any, ...(not ? [not] : [])].flatMap(askedBy)];

/** Cards whose buyers no rule and no rate of points knows. */
export function idleCards({ part }) {
  const asked = new Set([...part.rules.flatMap((rule) => askedBy(rule.for)),
    ...Object.keys(part.points?.earn?.by_tier ?? {})]);
  return Object.entries(part.member_cards ?? {})
    .filter(([, { tier, tags = [] }]) => ![tier, ...tags].some((name) => asked.has(name)))
    .map(([sku]) => ['W_IDLE_CARD', `/rules/member_cards${segment(sku)}`]);
}
