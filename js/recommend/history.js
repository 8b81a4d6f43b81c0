// What a member bought, as his own phone keeps it: pure, and nobody else's business.
//
// The history is a plain object, so that the client's snapshot can store it as text and the member
// can read it: { count, spent, orders: [{ id, day, skus }] }, oldest first, the last hundred orders
// with their SKUs, the number and the sum of all. Counts fade with every later order; by how much
// is the model's to say, so they are counted anew where the model is (engine.setHistory). Nothing
// here sends anything anywhere.
import { refuse } from '../error.js';
import { limits } from '../generated/codes.js';
import { optionsFrom } from '../options.js';

const secondsADay = 86400;

/** What a member without orders has. */
export const noHistory = Object.freeze({ count: 0, spent: 0, orders: Object.freeze([]) });

/** All of it gone. */
export const clear = () => noHistory;

const isPast = (order) => order !== null && typeof order === 'object'
  && typeof order.id === 'string' && Number.isInteger(order.day)
  && Array.isArray(order.skus) && order.skus.every((sku) => typeof sku === 'string');

const isHistory = (value) => value !== null && typeof value === 'object'
  && Number.isInteger(value.count) && Number.isInteger(value.spent)
  && Array.isArray(value.orders) && value.orders.every(isPast);

function checkHistory(history) {
  if (!isHistory(history)) refuse('E_TYPE', 'no history', '/history');
}

// What is learnt is stored: one order that can't be read would cost the member all of them.
function checkedOrder(order) {
  optionsFrom(order, { string: 'id', number: 'time payable?', object: 'lines' }, '/order');
  ['time', 'payable'].forEach((name) => {
    const { [name]: value = 0 } = order;
    if (!Number.isInteger(value) || value < 0) refuse('E_RANGE', '', `/order/${name}`);
  });
  if (!Array.isArray(order.lines)) refuse('E_TYPE', 'no list', '/order/lines');
  order.lines.forEach((line, i) => optionsFrom(line, { string: 'sku' }, `/order/lines/${i}`));
  return order;
}

/**
 * The history with a finished order: { id, time (unix seconds), lines: [{ sku }], payable? }. The
 * same order twice counts once.
 */
export function learn(history, order) {
  checkHistory(history);
  const { id, time, lines, payable = 0 } = checkedOrder(order);
  if (history.orders.some((order) => order.id === id)) return history;
  const skus = [...new Set(lines.map(({ sku }) => sku))].slice(0, limits.lines_max);
  const orders = [...history.orders, { id, day: Math.floor(time / secondsADay), skus }];
  return {
    count: history.count + 1,
    spent: history.spent + payable,
    orders: orders.slice(-limits.history_orders_max),
  };
}

/** What the engine is told: order numbers are not its business. */
export function forEngine(history) {
  checkHistory(history);
  const { count, spent, orders } = history;
  return { count, spent, orders: orders.map(({ day, skus }) => ({ day, skus })) };
}

/** A text to store, or to hand to the member who asks what is known of him. */
export const exportText = (history) => JSON.stringify(history);

/** The history of a stored text; what can't be read is as good as none. */
export function importText(text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return noHistory;
  }
  return isHistory(read) ? { count: read.count, spent: read.spent, orders: read.orders }
    : noHistory;
}
