// What an operation does to a cart, the same on the phone and on the server (src/sync/README.md,
// section 5). Pure: a cart and an operation in, the next cart out; what can't be done is thrown.
//
//   cart = { lines: [{ line, sku, options?, store?, qty }…], choices }
//   choices = { coupons?: { pick: 'none' } | { ids: […] }, points?: 'max' | n,
//               lines?: [{ line, rule: id | null }…], gifts?: [{ rule, sku }…], skip?: [line…] }
//
// `line` is the line's key, `skip` names the lines that are not selected. Members at their default
// are left out and every list of choices is sorted, so equal carts are equal bytes. Lists stand
// where objects by id would be shorter, because canonical JSON has no room for ids in its keys.
//
// Lines stand in the order in which the server saw them arrive. Adds of pieces commute: whatever
// their order, every line ends with the same quantity.
import { SuanpanError } from '../error.js';
import { limits } from '../generated/codes.js';
import { checkList, checkMembers, checkNumber, checkText, refuse } from './arguments.js';

const LINE_BYTES_MAX = 1024;

export const emptyCart = Object.freeze({ lines: Object.freeze([]), choices: Object.freeze({}) });

// UTF-16 units that compare as the bytes of UTF-8 do: surrogates stand for what is above U+FFFF.
const rank = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** Compares two texts by their bytes in UTF-8, for sort(). */
export function byBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const byMember = (name) => (a, b) => byBytes(a[name], b[name]);
const unique = (ids) => [...new Set(ids)].sort(byBytes);

/** The key of a line: options in byte order, one that is taken twice stands twice. */
export function lineKey(sku, options = [], store = undefined) {
  const chosen = [...options].sort(byBytes).map((id) => `+${id}`).join('');
  return `${sku}${chosen}${store === undefined ? '' : `@${store}`}`;
}

// ---- arguments ----

function checkPiece(a, low) {
  checkMembers(a, ['line', 'sku', 'options', 'store', 'n'], '');
  checkText(a.sku, '/sku');
  const options = a.options === undefined ? [] : a.options;
  checkList(options, '/options', limits.line_options_max * limits.option_qty_max,
    (id, path) => checkText(id, path));
  if (new Set(options).size > limits.line_options_max) refuse('/options', 'too many options');
  if (a.store !== undefined) checkText(a.store, '/store');
  checkText(a.line, '/line', LINE_BYTES_MAX);
  if (a.line !== lineKey(a.sku, options, a.store)) refuse('/line', 'not the key of this line');
  checkNumber(a.n, '/n', low, limits.qty_max);
}

function checkCoupons(coupons) {
  checkMembers(coupons, ['pick', 'ids'], '/coupons');
  if ((coupons.pick === undefined) === (coupons.ids === undefined)) {
    refuse('/coupons', 'either pick or ids is expected');
  }
  if (coupons.ids !== undefined) {
    checkList(coupons.ids, '/coupons/ids', limits.coupons_max, (id, path) => checkText(id, path));
  } else if (coupons.pick !== 'best' && coupons.pick !== 'none') {
    refuse('/coupons/pick', 'best or none is expected');
  }
}

function checkChoices(a) {
  checkMembers(a, ['coupons', 'points', 'lines', 'gifts', 'skip'], '');
  if (a.coupons !== undefined) checkCoupons(a.coupons);
  if (a.points !== undefined && a.points !== 'max') {
    checkNumber(a.points, '/points', 0, limits.points_max);
  }
  checkList(a.lines || [], '/lines', limits.lines_max, (pin, path) => {
    checkMembers(pin, ['line', 'rule'], path);
    checkText(pin.line, `${path}/line`, LINE_BYTES_MAX);
    if (pin.rule !== null) checkText(pin.rule, `${path}/rule`);
  });
  checkList(a.gifts || [], '/gifts', limits.rules_max, (gift, path) => {
    checkMembers(gift, ['rule', 'sku'], path);
    checkText(gift.rule, `${path}/rule`);
    checkText(gift.sku, `${path}/sku`);
  });
  checkList(a.skip || [], '/skip', limits.lines_max,
    (line, path) => checkText(line, path, LINE_BYTES_MAX));
}

const checks = {
  'cart.add': (a) => {
    checkPiece(a, -limits.qty_max);
    if (a.n === 0) refuse('/n', 'nothing is added');
  },
  'cart.set': (a) => checkPiece(a, 0),
  'cart.remove': (a) => {
    checkMembers(a, ['line', 'seen'], '');
    checkText(a.line, '/line', LINE_BYTES_MAX);
    checkNumber(a.seen, '/seen', 1, limits.qty_max);
  },
  'cart.choose': checkChoices,
  'cart.clear': (a) => checkMembers(a, [], ''),
};

/** Whether an operation of this kind is one of the cart's. */
export const isCartOp = (kind) => Object.prototype.hasOwnProperty.call(checks, kind);

// ---- effects ----

// Choices speak of the lines that are there. Coupons were chosen for the cart as it was: a cart
// that has changed gets the best ones again.
function withLines(cart, lines, touched) {
  const { coupons, lines: pins = [], skip = [], ...rest } = cart.choices;
  const keys = new Set(lines.map(({ line }) => line));
  const keptPins = pins.filter(({ line }) => keys.has(line));
  const keptSkip = skip.filter((line) => keys.has(line) && line !== touched);
  const choices = { ...rest };
  if (keptPins.length > 0) choices.lines = keptPins;
  if (keptSkip.length > 0) choices.skip = keptSkip;
  return { lines, choices };
}

// Ids may hold the signs that join a key: then two goods could claim one line.
const goodOf = ({ sku, options = [], store = null }) =>
  JSON.stringify([sku, [...options].sort(byBytes), store]);

function setQty(cart, a, qtyOf) {
  const { line, sku, options = [], store } = a;
  const old = cart.lines.find((one) => one.line === line);
  const isOther = old && goodOf(old) !== goodOf({ sku, options, store });
  if (isOther) refuse('/line', 'another good has this key');
  const qty = Math.min(qtyOf(old ? old.qty : 0), limits.qty_max);
  if (qty < 1) return old ? withoutLine(cart, line) : cart;
  if (old) {
    return withLines(cart, cart.lines.map((one) => (one === old ? { ...one, qty } : one)), line);
  }
  if (cart.lines.length >= limits.lines_max) {
    throw new SuanpanError('E_LIMIT', '/line', `a cart has at most ${limits.lines_max} lines`);
  }
  const fresh = { line, sku, qty };
  if (options.length > 0) fresh.options = [...options].sort(byBytes);
  if (store !== undefined) fresh.store = store;
  return withLines(cart, [...cart.lines, fresh], line);
}

const withoutLine = (cart, line) =>
  withLines(cart, cart.lines.filter((one) => one.line !== line), line);

function remove(cart, { line, seen }) {
  const old = cart.lines.find((one) => one.line === line);
  return old ? setQty(cart, old, (qty) => qty - seen) : cart;
}

// The last of several entries for one thing counts.
function lastOf(entries, name) {
  return [...new Map(entries.map((entry) => [entry[name], entry])).values()].sort(byMember(name));
}

function chosenCoupons(coupons) {
  if (coupons.pick === 'best') return undefined;
  const ids = unique(coupons.ids || []);
  return ids.length > 0 ? { ids } : { pick: 'none' };
}

// Members that stand replace what was chosen, the others stay.
function choose(cart, a) {
  const keys = new Set(cart.lines.map(({ line }) => line));
  const next = { ...cart.choices };
  const put = (name, value) => {
    if (value === undefined || value === 0 || value.length === 0) delete next[name];
    else next[name] = value;
  };
  if (a.points !== undefined) put('points', a.points);
  if (a.lines) put('lines', lastOf(a.lines.filter(({ line }) => keys.has(line)), 'line'));
  if (a.gifts) put('gifts', lastOf(a.gifts, 'rule'));
  if (a.skip) {
    put('skip', unique(a.skip.filter((line) => keys.has(line))));
    put('coupons', undefined);
  }
  if (a.coupons) put('coupons', chosenCoupons(a.coupons));
  return { lines: cart.lines, choices: next };
}

const effects = {
  'cart.add': (cart, a) => setQty(cart, a, (qty) => qty + a.n),
  'cart.set': (cart, a) => setQty(cart, a, () => a.n),
  'cart.remove': remove,
  'cart.choose': choose,
  'cart.clear': () => emptyCart,
};

/**
 * The cart after an operation { k, a } (body names of section 5). Throws E_ARGS for what is no
 * operation of a cart, with the path inside `a`, and E_LIMIT for one line too many.
 */
export function reduce(cart, { k, a }) {
  if (!isCartOp(k)) refuse('', `no operation of a cart: ${k}`);
  checks[k](a);
  return effects[k](cart, a);
}

/** What is left of a cart after an order took its selected lines: choices were the order's. */
export function afterOrder({ lines, choices: { skip = [] } }) {
  const kept = lines.filter(({ line }) => skip.includes(line));
  return { lines: kept, choices: kept.length > 0 ? { skip } : {} };
}
