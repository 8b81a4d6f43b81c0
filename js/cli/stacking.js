// `suanpan check stacking`: which of some rules may act on the same goods, by groups and exclusions
// alone (src/README.md, sections 1.2 and 3.2). Amounts, conditions, scopes and windows are ignored:
// every rule is taken to reach one and the same piece, every coupon to be there once.
import { SuanpanError } from '../error.js';

export const stackingRulesMax = 12;

const discountStages = ['item', 'order', 'shop_coupon', 'platform_coupon'];
const presetSlots = {
  cn_sequential: 'shop', cn_parallel: 'shop_and_platform', international: 'unlimited',
};

const isCoupon = ({ kind }) => kind === 'coupon';
const isUnit = ({ stage }) => stage === 'unit';

// The slot of a coupon that names no group; null: it stacks with all.
function defaultSlot(part, { stage }) {
  const slots = part.policy?.coupon_slots ?? presetSlots[part.preset];
  if (slots === 'unlimited') return null;
  if (stage === 'freight') return 'freight coupons';
  if (slots === 'shop') return 'coupons';
  return stage === 'shop_coupon' ? 'shop coupons' : 'platform coupons';
}

// How many rules of the group one piece may serve: a piece is in one line, one shop and one order,
// so what the maximum counts in makes no difference here.
function capacityOf(part, id) {
  const group = part.groups[id];
  const members = part.rules.filter(({ stack }) => stack?.group === id);
  const onlyPromotions = members.every((rule) => !isCoupon(rule));
  const pieces = group.pieces ?? (onlyPromotions ? 'once_line' : 'shared');
  return pieces === 'shared' ? group.max ?? 1 : 1;
}

// { name, group?, max } of everything that counts the rule.
function slotOf(part, rule) {
  const group = rule.stack?.group;
  if (group !== undefined) return { name: `group ${group}`, group, max: capacityOf(part, group) };
  const slot = isCoupon(rule) ? defaultSlot(part, rule) : null;
  return slot === null ? null : { name: slot, max: 1 };
}

function excludesOf(part, { stack = {} }) {
  const group = stack.group === undefined ? {} : part.groups[stack.group];
  return [...stack.excludes ?? [], ...group.excludes ?? []];
}

/** Whether a names b, by its group or its class. */
export const excludes = (part, a, b) => excludesOf(part, a).some((name) =>
  name === b.stack?.group || name === (isCoupon(b) ? 'coupon' : 'promotion'));

/** Whether a is exclusive and b of its own or a later discount stage. */
export const shutsOut = (a, b) => a.stack?.exclusive === true && discountStages.includes(b.stage)
  && discountStages.indexOf(b.stage) >= discountStages.indexOf(a.stage);

// Why two rules can't act on one piece, or null.
function conflictOf(part, a, b) {
  if (isUnit(a) && isUnit(b)) return 'unit_price';
  if (excludes(part, a, b) || excludes(part, b, a)) return 'excludes';
  return shutsOut(a, b) || shutsOut(b, a) ? 'exclusive' : null;
}

function pairsOf(part, rules) {
  const found = [];
  rules.forEach((a, i) => rules.slice(i + 1).forEach((b, j) => {
    const why = conflictOf(part, a, b);
    if (why) found.push({ why, rules: [a.id, b.id], bits: (1 << i) | (1 << (i + 1 + j)) });
  }));
  return found;
}

// Slots that hold fewer than the given rules of theirs.
function fullSlotsOf(part, rules) {
  const slots = new Map();
  rules.forEach((rule, i) => {
    const slot = slotOf(part, rule);
    if (slot === null) return;
    if (!slots.has(slot.name)) slots.set(slot.name, { ...slot, rules: [], bits: 0 });
    slots.get(slot.name).rules.push(rule.id);
    slots.get(slot.name).bits |= 1 << i;
  });
  return [...slots.values()].filter(({ max, rules: inside }) => inside.length > max);
}

function bitCount(bits) {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) count++;
  return count;
}

function findRules(part, ids) {
  return ids.map((id) => {
    const rule = part.rules.find((one) => one.id === id);
    if (!rule) throw new SuanpanError('E_REFERENCE', '', `no rule of the book is called ${id}`);
    return rule;
  });
}

/**
 * { rules, sets, conflicts } of the rules part of a lawful book. Every set is as large as it can
 * be; the larger ones come first, then those with the rules that were named first.
 */
export function stacking(part, ids) {
  const given = { groups: {}, ...part };
  const rules = findRules(given, ids);
  const pairs = pairsOf(given, rules);
  const slots = fullSlotsOf(given, rules);
  const isLawful = (bits) => pairs.every((pair) => (bits & pair.bits) !== pair.bits)
    && slots.every((slot) => bitCount(bits & slot.bits) <= slot.max);
  const sets = [];
  for (let bits = (1 << rules.length) - 1; bits > 0; bits--) {
    if (!isLawful(bits)) continue;
    const grows = rules.some((_, i) => !(bits & (1 << i)) && isLawful(bits | (1 << i)));
    if (!grows) sets.push(rules.map((_, i) => i).filter((i) => bits & (1 << i)));
  }
  const firstNamed = (a, b) => {
    const at = a.findIndex((place, i) => place !== b[i]);
    return at < 0 ? 0 : a[at] - b[at];
  };
  sets.sort((a, b) => b.length - a.length || firstNamed(a, b));
  return {
    rules: ids,
    sets: sets.map((places) => places.map((i) => ids[i])),
    conflicts: [
      ...pairs.map(({ why, rules: two }) => ({ why, rules: two })),
      ...slots.map(({ group, max, rules: inside, name }) =>
        ({ why: group === undefined ? 'slot' : 'group', ...(group === undefined ? { slot: name }
          : { group }), max, rules: inside })),
    ],
  };
}
