// A log of orders as members' pasts: { member, day, skus } in the order of the log. The forms are
// those that the trainer reads (src/RECOMMEND.md, section 2).
import { SuanpanError } from '../error.js';
import { readLog } from './orders.js';

const secondsADay = 86400;

function dayOf(time) {
  if (time === undefined || time === '') return null;
  const seconds = /^\d+$/.test(time)
    ? Number(time) : Date.parse(`${String(time).slice(0, 10)}Z`) / 1000;
  if (!Number.isFinite(seconds)) throw new Error(`no such time: ${time}`);
  return Math.floor(seconds / secondsADay);
}

function fromFields(text) {
  const [, member, day, , ...items] = text.trimEnd().split(' ');
  if (!/^\d+$/.test(day)) throw new Error('not order user day minute item:qty:price');
  return { member, day: Number(day), skus: items.map((item) => item.split(':', 1)[0]) };
}

// Nobody's: a basket says no more than what is in it.
const fromBasket = (text) => ({ day: null, skus: text.trimEnd().split(' ') });

function fromJson(text) {
  const { member, time, now, lines } = JSON.parse(text);
  const id = member && typeof member === 'object' ? member.id : member;
  const day = dayOf(time === undefined ? now : time);
  if (!Array.isArray(lines)) throw new Error('there is no array of lines');
  return { member: id, day, skus: lines.map(({ sku }) => sku) };
}

// Quoted fields may hold separators and doubled quotes.
function fieldsOf(row, separator) {
  const fields = [];
  const field = new RegExp(`("(?:[^"]|"")*"|(?!")[^${separator}]*)(${separator}|$)`, 'gy');
  for (let end = separator; end === separator;) {
    const found = field.exec(row);
    if (found === null) throw new Error('a quote is not closed');
    const [, value, next] = found;
    fields.push(value.startsWith('"') ? value.slice(1, -1).replace(/""/g, '"') : value);
    end = next;
  }
  return fields;
}

// What turns each line into { order, member, day, skus }, told by the first line; null for a line
// that is the head of the others.
function readerOf(first) {
  if (first.startsWith('{')) return fromJson;
  const separator = [',', ';', '\t'].find((one) => first.includes(one));
  if (separator === undefined) return /^(\S* ){4}\S*:/.test(first) ? fromFields : fromBasket;
  const names = fieldsOf(first, separator);
  return (text) => {
    if (text === first) return null;
    const row = Object.fromEntries(fieldsOf(text, separator).map((value, i) => [names[i], value]));
    if (!row.order || !row.sku) throw new Error('there is no order or no sku');
    return { order: row.order, member: row.member, day: dayOf(row.time), skus: [row.sku] };
  };
}

/** Every order of a file, gzipped or not; the rows of one order of a CSV together. */
export function readPastOrders(path) {
  const lines = readLog(path);
  if (lines.length === 0) return [];
  const read = readerOf(lines[0].text);
  const orders = [];
  const named = new Map();
  for (const { number, text } of lines) {
    let one;
    try {
      one = read(text);
    } catch (error) {
      throw new SuanpanError('E_LOG_LINE', '', `${path}:${number}: ${error.message}`);
    }
    if (one === null) continue;
    const earlier = one.order === undefined ? undefined : named.get(one.order);
    if (earlier !== undefined) {
      earlier.skus.push(...one.skus);
    } else {
      orders.push(one);
      named.set(one.order, one);
    }
  }
  return orders;
}
