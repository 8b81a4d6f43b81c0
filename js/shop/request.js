// From what is known of a member to what the engine is asked, the same on the phone and on the
// server: the same view and the same details give the same request, hence the same receipt.
//
// The view is the `state` of a sync reply (src/sync/README.md, section 6):
//
//   { ver, cart: { ver, hash, lines, choices }, coupons: [wallet of a request…],
//     member: { id?, tier?, growth?, orders?, tags?, segments?, birthday?, registered_at?, bought?,
//               usage?: [{ rule, times?, qty? }…] },
//     points: { points: n } | { lots: [{ id, points, expires? }…] }, tender?, orders: […] }
//
// The order's details are those of `order.submit` with the time: `at` = { now, pay_at?, fulfil_at?,
// fulfilment?, address?, store?, channel?, payer? }, `use` = { add_ons?: [{ rule, sku, qty? }…],
// gifts?: [{ rule, sku }…] }, and `live`, which a phone has from `/v1/live` and the server itself.
// `seenCoupons` are the ids that were picked while freight was unknown, where the shopper saw that.
// `offers` is the part `rules` of the book that prices it; what it no longer has is left out.
import { limits } from '../generated/codes.js';
import { utf8Size } from '../utf8.js';
import { fitChoices } from './choices.js';

const fits = (key) => utf8Size(key) <= limits.id_bytes_max && !key.startsWith('#');

/** The engine's id of a cart line: its key, or its place where a key is too long for an id. */
export const requestLineId = ({ line }, index) => (fits(line) ? line : `#${index}`);

// [{ id, qty }] of a sorted list in which an option that is taken twice stands twice.
function optionsOf(ids = []) {
  const counted = new Map();
  ids.forEach((id) => counted.set(id, (counted.get(id) || 0) + 1));
  return [...counted].map(([id, qty]) => ({ id, qty }));
}

const defined = (value) => Object.keys(value).reduce((kept, key) => {
  if (value[key] !== undefined) kept[key] = value[key];
  return kept;
}, {});

const byId = (entries, key, valueOf) => entries.reduce((all, entry) =>
  Object.assign(all, { [entry[key]]: valueOf(entry) }), {});

function memberOf({ member = {}, points = {} }, offers) {
  const { usage, tier, ...rest } = member;
  const counters = usage && byId(usage, 'rule', ({ times = 0, qty = 0 }) => ({ times, qty }));
  const isTier = !offers || (offers.tiers || []).includes(tier);
  return defined({ ...rest, tier: isTier ? tier : undefined, usage: counters,
    points: points.points, lots: points.lots });
}

function linesOf({ lines, choices }, { fulfilment, store }, { add_ons: addOns = [] }) {
  const { skip = [] } = choices;
  const bought = lines.map((line, index) => defined({
    id: requestLineId(line, index), sku: line.sku, qty: line.qty,
    selected: skip.includes(line.line) ? false : undefined,
    options: line.options && optionsOf(line.options),
    store: line.store === undefined ? store : line.store, fulfilment,
  }));
  const added = addOns.map(({ rule, sku, qty = 1 }, index) => defined({
    id: `#add_on.${index}`, sku, qty, add_on: rule, store, fulfilment,
  }));
  return [...bought, ...added];
}

function pinsOf({ lines, choices }, { gifts = choices.gifts }) {
  const { coupons = {}, lines: pins } = choices;
  const ids = new Map(lines.map((line, index) => [line.line, requestLineId(line, index)]));
  return defined({
    coupons: coupons.ids,
    lines: pins && pins.reduce((all, { line, rule }) =>
      Object.assign(all, { [ids.get(line)]: rule }), {}),
    gifts: gifts && byId(gifts, 'rule', ({ sku }) => sku),
  });
}

/** The request of src/README.md, section 2, for this view of a member and these details. */
export function quoteRequest(state, { at, use: wanted = {}, live, detail = 'full', seenCoupons,
  offers }) {
  const { coupons = [], tender } = state;
  const { cart, use } = offers ? fitChoices(state, wanted, offers)
    : { cart: state.cart, use: wanted };
  const { coupons: chosen = {}, points = 0 } = cart.choices;
  const pins = pinsOf(cart, use);
  return defined({
    now: at.now, pay_at: at.pay_at, fulfil_at: at.fulfil_at, detail,
    channel: at.channel, payer: at.payer, address: at.address && { region: at.address.region },
    member: memberOf(state, offers), tender, live, lines: linesOf(cart, at, use), coupons, points,
    pick: chosen.pick === 'none' ? 'none' : undefined,
    pins: Object.keys(pins).length > 0 ? pins : undefined, seen_coupons: seenCoupons,
  });
}

/**
 * What a later request says in `seenCoupons`: the coupons that this receipt picked while freight
 * was unknown, or where it is known what was `seen` before.
 */
export function seenCouponsOf({ freight = {}, coupons = [] }, seen) {
  if (freight.state !== 'unknown') return seen;
  return coupons.filter(({ state }) => state === 'picked').map(({ id }) => id);
}

/**
 * The same with a decision and its points instead of a search: how an order is priced again.
 * Pinned coupons and lines are part of the decision; a gift's choice is not.
 */
export function decidedRequest(state, details, decision, points) {
  const { pick, pins = {}, ...request } = quoteRequest(state, details);
  const priced = { ...request, decision, points };
  return pins.gifts ? { ...priced, pins: { gifts: pins.gifts } } : priced;
}
