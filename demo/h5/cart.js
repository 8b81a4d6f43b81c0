// The shopper's choices and nothing else: no price is ever stored. Pure functions from state to
// state; pricing.js turns a state into a request, pages turn the receipt into text.
//
// coupons: null = the engine's best combination, [] = none, ids = exactly these.
// points:  'off', 'max' or a number.

const VERSION = 1;
const QTY_MAX = 99;
const LINES_MAX = 60;

export const emptyCart = {
  version: VERSION, nextLine: 1, lines: [], fulfilment: 'pickup', address: 0,
  coupons: null, points: 'off',
};

const sameOptions = (a, b) => a.length === b.length && a.every((id) => b.includes(id));

// A changed cart gets the best coupons again: a pin chosen for another cart is stale.
const withLines = (cart, lines) => ({ ...cart, lines, coupons: null });

export function addLine(cart, { sku, options = [], qty = 1 }) {
  const same = cart.lines.find((line) => line.sku === sku && sameOptions(line.options, options));
  if (same) return setQty(cart, same.id, same.qty + qty);
  if (cart.lines.length >= LINES_MAX) return cart;
  const line = { id: `l${cart.nextLine}`, sku, options, qty, isSelected: true };
  return { ...withLines(cart, [...cart.lines, line]), nextLine: cart.nextLine + 1 };
}

export function setQty(cart, id, qty) {
  if (qty <= 0) return removeLines(cart, [id]);
  const capped = Math.min(qty, QTY_MAX);
  return withLines(cart, cart.lines.map((line) =>
    (line.id === id ? { ...line, qty: capped, isSelected: true } : line)));
}

export function removeLines(cart, ids) {
  return withLines(cart, cart.lines.filter((line) => !ids.includes(line.id)));
}

export function selectLines(cart, ids, isSelected) {
  return withLines(cart, cart.lines.map((line) =>
    (ids.includes(line.id) ? { ...line, isSelected } : line)));
}

// The minus of a product card takes from the line that was added last.
export function takeOne(cart, sku) {
  const line = cart.lines.filter((one) => one.sku === sku).pop();
  return line ? setQty(cart, line.id, line.qty - 1) : cart;
}

export const countOf = (cart, sku) => cart.lines
  .reduce((sum, line) => (line.sku === sku ? sum + line.qty : sum), 0);

/** The request of src/README.md, section 2, for this cart at `now` (unix seconds). */
export function requestOf(cart, { member, coupons, addresses }, now) {
  const request = {
    now,
    detail: 'full',
    member,
    lines: cart.lines.map((line) => ({
      id: line.id, sku: line.sku, qty: line.qty, selected: line.isSelected,
      options: line.options.map((id) => ({ id })), fulfilment: cart.fulfilment,
    })),
    coupons,
    points: cart.points === 'off' ? 0 : cart.points,
    pick: cart.coupons !== null && cart.coupons.length === 0 ? 'none' : 'best',
  };
  if (cart.fulfilment === 'delivery') {
    request.address = { region: addresses[cart.address].region };
  }
  if (cart.coupons !== null && cart.coupons.length > 0) request.pins = { coupons: cart.coupons };
  return request;
}

// Storage can be full, forbidden or from another version: then the cart only lives as long as
// the page does.
export function loadCart(key) {
  try {
    const cart = JSON.parse(localStorage.getItem(key));
    return cart && cart.version === VERSION ? { ...emptyCart, ...cart } : emptyCart;
  } catch {
    return emptyCart;
  }
}

export function saveCart(key, cart) {
  try {
    localStorage.setItem(key, JSON.stringify(cart));
  } catch {
    // See loadCart.
  }
}
