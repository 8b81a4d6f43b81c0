// The cart as the pages show it, made of what the client knows, and taps as events of the client.
// No price is ever stored: request and receipt are the client's.
import { requestLineId } from 'suanpan';

const QTY_MAX = 99;

/**
 * { lines: [{ id, line, sku, options, qty, isSelected }], fulfilment, address, coupons, points }.
 * coupons: null = the engine's best combination, [] = none, ids = exactly these; points: 'off',
 * 'max' or a number; address: its place among the shopper's.
 */
export function cartOf({ state: { cart: { lines, choices } }, order }) {
  const { coupons, points = 'off', skip = [] } = choices;
  const picked = coupons && (coupons.ids || []);
  return {
    lines: lines.map((line, index) => ({ id: requestLineId(line, index), line: line.line,
      sku: line.sku, options: line.options || [], qty: line.qty,
      isSelected: !skip.includes(line.line) })),
    fulfilment: order.fulfilment || 'pickup',
    address: order.place || 0,
    coupons: picked || null,
    points,
  };
}

export const countOf = (cart, sku) => cart.lines
  .reduce((sum, line) => (line.sku === sku ? sum + line.qty : sum), 0);

export const add = ({ sku, options = [], qty = 1 }) =>
  ({ type: 'cart.add', sku, options, n: qty });

/** As many pieces as anybody carries, or as many as the shop says there are. */
export function mostOf({ hints }, sku) {
  const left = hints ? hints.stock[sku] : undefined;
  return left >= 0 ? Math.min(QTY_MAX, left) : QTY_MAX;
}

/** One piece more or less of a line; null where there are no more than `most`. */
export function step({ sku, options, qty }, by, most = QTY_MAX) {
  return by > 0 && qty + by > most ? null : { type: 'cart.add', sku, options, n: by };
}

export const remove = ({ line, qty }) => ({ type: 'cart.remove', line, seen: qty });

/** The minus of a product card takes from the line that was added last. */
export function takeOne(cart, sku) {
  const line = cart.lines.filter((one) => one.sku === sku).pop();
  return line ? step(line, -1) : null;
}

export function select(cart, ids, isSelected) {
  const skip = cart.lines.filter((line) =>
    (ids.includes(line.id) ? !isSelected : !line.isSelected)).map(({ line }) => line);
  return { type: 'cart.choose', skip };
}

export function chooseCoupons(coupons) {
  const choice = coupons === null ? { pick: 'best' }
    : coupons.length === 0 ? { pick: 'none' } : { ids: coupons };
  return { type: 'cart.choose', coupons: choice };
}

export const choosePoints = (points) => ({ type: 'cart.choose', points });
