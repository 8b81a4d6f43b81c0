// A log of orders as requests: one line, one order, nothing guessed and nothing dropped.
import { SuanpanError } from '../error.js';
import { readUnpacked } from './files.js';

const minutesADay = 1440;

const wrongLine = (message) => new SuanpanError('E_LOG_LINE', '', message);

/** The lines of a log with their numbers; gzip is known by its first bytes. Empty lines go, and so
 * does the mark by which some programs say UTF-8. */
export function readLog(path) {
  return readUnpacked(path).toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((text, index) => ({ number: index + 1, text }))
    .filter(({ text }) => text !== '');
}

/** '2024-02-29' → unix seconds of its midnight at the offset; null when there is no such day. */
export function midnight(date, utcOffset) {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (match === null) return null;
  const at = new Date(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
  return isDay ? at.getTime() / 1000 - utcOffset : null;
}

// order user day minute item:qty:price …; what an order and a user are called is the shop's own.
function fromFields(line, { skuPrefix, dayZero }) {
  const [order, user, day, minute, ...items] = line.split(' ');
  const isTime = [day, minute].every((field) => /^\d{1,9}$/.test(field));
  if (!order || !user || !isTime) {
    throw wrongLine('not "order user day minute item:qty:price ..."');
  }
  if (Number(minute) >= minutesADay) throw wrongLine(`a minute is below ${minutesADay}: ${minute}`);
  const lines = items.map((item) => {
    const match = /^([^:]+):(\d{1,9})(?::\d+)?$/.exec(item);
    if (match === null) throw wrongLine(`not item:qty:price: ${item}`);
    return { sku: skuPrefix + match[1], qty: Number(match[2]) };
  });
  return { now: dayZero + Number(day) * 86400 + Number(minute) * 60, lines };
}

// A request as it is, or {order, member?, time?, lines}.
function fromJson(line, { skuPrefix }) {
  let given;
  try {
    given = JSON.parse(line);
  } catch (error) {
    throw wrongLine(error.message);
  }
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw wrongLine('not an object');
  }
  const { order, time, member, lines, ...request } = given;
  if (typeof member === 'string') request.member = { id: member };
  else if (member !== undefined) request.member = member;
  if (time !== undefined) request.now = time;
  request.lines = Array.isArray(lines) && skuPrefix !== ''
    ? lines.map((entry) => ({ ...entry, sku: skuPrefix + entry.sku }))
    : lines;
  return request;
}

/** What the line calls its order; a request without a name is known by its line. */
export function orderOf(line, number) {
  if (!/^\s*\{/.test(line)) return line.split(' ', 1)[0];
  const { order } = JSON.parse(line);
  return order === undefined ? `line ${number}` : String(order);
}

/**
 * The request of one line. options: skuPrefix, dayZero (unix seconds of day 0), and `defaults`,
 * request fields for orders that do not have them.
 */
export function requestOf(line, options) {
  const request = /^\s*\{/.test(line) ? fromJson(line, options) : fromFields(line, options);
  // The figures are drawn from the activities and gifts, which are the same in a full receipt.
  if (request.detail !== 'full') request.detail = 'lines';
  return { ...options.defaults, ...request };
}
